"""What a range of time costs to read from the history: a year of one group, with a switch ten of them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from agmonitor.history.ranges import read_range
from range_file import DAY_S, UNTIL, YEAR_S, make, make_plain
from row import Row, Source, median

SWITCH = "AGMONITOR_BENCH_ROWS"  # 1e8: ten groups as well, some four minutes and five gigabytes more
RUNS = 7
WIDTH_PX = 1_400
HOUR_S = 3_600
GOALS_MS = {
    "an hour": (HOUR_S, None),
    "a day": (DAY_S, 10),
    "30 days": (30 * DAY_S, 50),
    "a year": (YEAR_S, 100),
}
SIZES = (1,) if float(os.environ.get(SWITCH, "1e7")) < 1e8 else (1, 10)
MEMORY = "history: memory with a year loaded"
_LOADS = """
import gc, resource, sys
from pathlib import Path
from agmonitor.history.ranges import read_range
path, until, year, day, width = Path(sys.argv[1]), *map(float, sys.argv[2:])
def held():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
read_range(path, "group-1", until - 60, until, int(width))
before = held()
kept = [read_range(path, "group-1", until - span, until, int(width)) for span in (year, day)]
print(held() - before)
"""
PEER = "plain indexed table, 1e7 samples"
_PEER = """
SELECT series, cast(at / ? AS INT), min(value), max(value) FROM samples
WHERE group_id = 1 AND series = ? AND at BETWEEN ? AND ? GROUP BY 2
"""


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        peers: dict[str, float] = {}
        for years in SIZES:
            path = Path(folder) / f"{years}.db"
            inputs = make(path, years)
            peers = peers or _peers(Path(folder) / "plain.db", inputs)
            yield from _rows_of(path, years, inputs, peers)
        yield _memory(Path(folder) / f"{SIZES[0]}.db")


def _rows_of(path: Path, years: int, inputs: int, peers: dict[str, float]) -> Iterator[Row]:
    size = f"{inputs:.2g} inputs, {path.stat().st_size / 1e6:.0f} MB"
    for words, (span_s, goal_ms) in GOALS_MS.items():
        value = _timed(partial(read_range, path, "group-1", UNTIL - span_s, UNTIL, WIDTH_PX))
        goal = "" if goal_ms is None else f"≤ {goal_ms} ms"
        met = None if goal_ms is None else value <= goal_ms
        yield Row(_name(words, years), round(value, 1), "ms", goal, round(peers[words], 1), PEER, met, size)


def _memory(path: Path) -> Row:
    """What a process of its own holds more once a year, and the day at its end, are loaded and kept."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADS, str(path), str(UNTIL), str(YEAR_S), str(DAY_S), str(WIDTH_PX)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent,
    )
    value = float(done.stdout)
    return Row(MEMORY, round(value, 1), "MB", "≤ 20 MB", met=value <= 20)


def _peers(path: Path, rows: int) -> dict[str, float]:
    make_plain(path, rows)
    return {words: _timed(partial(_ask, path, span_s)) for words, (span_s, _) in GOALS_MS.items()}


def _ask(path: Path, span_s: float) -> None:
    """The same five curves, lowest and highest for each pixel."""
    connection = sqlite3.connect(path)
    for series in range(5):
        connection.execute(_PEER, (span_s / WIDTH_PX, series, UNTIL - span_s, UNTIL)).fetchall()
    connection.close()


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds, the median of some runs; a slow one is not repeated as often."""
    found: list[float] = []
    while len(found) < RUNS and sum(found) < 5_000:
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    return median(found)


def _name(words: str, years: int) -> str:
    return f"history: read {words}, {'1e7' if years == 1 else '1e8'} inputs in the file"


SOURCE = Source((*(_name(words, years) for years in SIZES for words in GOALS_MS), MEMORY), rows)
