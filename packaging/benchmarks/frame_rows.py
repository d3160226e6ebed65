"""What a frame costs: the whole window while panning and zooming, and lanes of very many bars.

Milliseconds of CPU of the thread that paints, so that others at work on the machine do not count.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from row import Row, Source
from stand import HERE, child

SIZES = ((1280, 720), (2560, 1440))
WORDS = {
    "hour": "an hour of 7e3 samples",
    "week": "a week of 1.2e6",
    "year": "a year of 6e7",
    "1e8": "a year of 1e8",
}
MODES = ("default", "downsampled")
WITH_PEERS = {"hour", "week"}  # more points take gigabytes there
PLATFORMS = {"offscreen": "offscreen", "xcb": "under Xvfb"}
SCREEN = "-screen 0 2600x1500x24"
FRAME_MS = 16.0
HALF = 0.5
LANES_MS = {100_000: 8.0, 1_000_000: 10.0}
LIMIT_S = 600


def _name(words: str, size: tuple[int, int], platform: str) -> str:
    return f"frame p99, {WORDS[words]}, {size[0]}×{size[1]}, {PLATFORMS[platform]}"


def _lanes(bars: int) -> str:
    return f"lanes p99, {bars:.0e} bars on five"


def frame_rows() -> Iterator[Row]:
    there = importlib.util.find_spec("pyqtgraph") is not None
    for platform in PLATFORMS:
        for size in SIZES:
            for words in WORDS:
                name = _name(words, size, platform)
                if platform == "xcb" and shutil.which("xvfb-run") is None:
                    yield Row(name, note="not measured: there is no xvfb-run")
                    continue
                told = _measured(platform, "ours", words, *size)
                modes = MODES if there and words in WITH_PEERS else ()
                area = told["axis_width"], told["axis_height"]
                peers = {mode: _measured(platform, "peer", mode, words, *area) for mode in modes}
                yield _row(name, words, size, told, peers)


def _row(
    name: str, words: str, size: tuple[int, int], told: dict[str, Any], peers: dict[str, dict[str, Any]]
) -> Row:
    value, note = told["p99_ms"], f"p50 {told['p50_ms']:.1f}"
    default = peers["default"]["p99_ms"] if peers else None
    if peers:
        note += f"; its own down-sampling {peers['downsampled']['p99_ms']:.1f}"
    goal, met = f"≤ {FRAME_MS:g} ms", value <= FRAME_MS
    if size != SIZES[0]:  # the same curves alone, on a widget as large as our axis
        aimed = words == "week" and default is not None
        goal = "≤ half of pyqtgraph's default" if aimed else ""
        met = value <= HALF * default if aimed else None
    peer = None if default is None else round(default, 1)
    return Row(name, round(value, 1), "ms", goal, peer, "pyqtgraph" if peers else "", met, note)


def lane_rows() -> Iterator[Row]:
    for bars, limit_ms in LANES_MS.items():
        told = child("frame.py", "lanes", bars)
        value = told["p99_ms"]
        note = f"p50 {told['p50_ms']:.1f}"
        yield Row(_lanes(bars), round(value, 1), "ms", f"≤ {limit_ms:g} ms", met=value <= limit_ms, note=note)


def _measured(platform: str, *words: object) -> dict[str, Any]:
    if platform == "offscreen":
        return child("frame.py", *words, platform)
    return _under_xvfb(*words, platform)


def _under_xvfb(*words: object) -> dict[str, Any]:
    """As ``child``, on a display nobody sees.

    Raises:
        RuntimeError: it failed.
    """
    command = ["xvfb-run", "-a", "-s", SCREEN, sys.executable, str(HERE / "frame.py"), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise RuntimeError(f"frame.py exited {done.returncode}: {done.stderr.strip()[-200:]}")
    return dict(json.loads(lines[-1]))


SOURCES = (
    Source(
        tuple(_name(words, size, platform) for platform in PLATFORMS for size in SIZES for words in WORDS),
        frame_rows,
    ),
    Source(tuple(map(_lanes, LANES_MS)), lane_rows),
)
