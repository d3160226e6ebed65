"""The real window on a real X server: it is mapped, painted, shows the lab, and ends without a trace."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest

from agmonitor.config.paths import paths
from agmonitor.ui import theme
from tests.cli.running import run
from tests.end_to_end.pair import PASSWORD, USER
from tests.end_to_end.test_failover import Pair, serving
from tests.lab.support import ROOT, eventually, marked_processes

MARK = "WINDOW_TEST_MARK"
UP_WITHIN_S = 60.0  # the lab's own limit, on a busy machine
ENDED_BY_SIGNAL = 130
HEADER_WORDS = 25  # of an XWD file, big-endian

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="no X server: Xvfb is not installed"),
]


@contextmanager
def x_server(folder: Path, size: str) -> Iterator[tuple[str, Path]]:
    """A display of its own, and the file in which its picture lies."""
    told, tell = os.pipe()
    command = ["Xvfb", "-displayfd", str(tell), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    with subprocess.Popen(
        [*command, "-fbdir", str(folder)], pass_fds=[tell], stderr=subprocess.DEVNULL
    ) as server:
        os.close(tell)
        try:
            with os.fdopen(told) as said:
                number = said.readline().strip()
            assert number, "Xvfb did not start"
            yield f":{number}", folder / "Xvfb_screen0"
        finally:
            server.terminate()


def pixels_of(screen: Path) -> np.ndarray:
    """The screen's pixels as 0xRRGGBB, row by row."""
    raw = screen.read_bytes()
    header = struct.unpack(f">{HEADER_WORDS}I", raw[: 4 * HEADER_WORDS])
    size, width, height, bits, line, palette = (header[n] for n in (0, 4, 5, 11, 12, 19))
    assert bits == 32
    begin = size + 12 * palette
    words = np.frombuffer(raw, "<u4", height * line // 4, begin).reshape(height, line // 4)
    return words[:, :width] & 0xFFFFFF


def rows_of(screen: Path) -> list[tuple[int, ...]]:
    """The screen's pixels, row by row."""
    return [tuple(row) for row in pixels_of(screen).tolist()]


def shown(screen: Path) -> bool:
    """Whether the roles' bars and the panels are on the screen, and the lab's frame with all its edges."""
    rows, dark = rows_of(screen), theme.DARK
    found = Counter(pixel for row in rows[::3] for pixel in row)  # every third row has every bar in it
    wanted = {dark.lab: 500, dark.primary: 200, dark.secondary: 200, dark.panel: 20_000}
    if not all(found[int(colour[1:], 16)] >= least for colour, least in wanted.items()):
        return False
    lab = int(dark.lab[1:], 16)
    bottom = any(row.count(lab) > len(row) // 2 for row in rows[len(rows) // 2 :])
    columns = list(zip(*rows, strict=True))
    right = any(column.count(lab) > len(rows) // 2 for column in columns[len(columns) // 2 :])
    return bottom and right


@pytest.mark.parametrize("size", ["1280x720", "1600x1000"])
def test_the_demo_is_painted_and_leaves_nothing_behind(tmp_path: Path, size: str) -> None:
    value = secrets.token_hex(8)
    with x_server(tmp_path, size) as (display, screen):
        environment = os.environ | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "AGMONITOR_HOME": str(tmp_path / "home"),
            "AGMONITOR_THEME": "dark",
            MARK: value,
        }
        with subprocess.Popen(
            [sys.executable, "-m", "agmonitor", "demo"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as window:
            try:
                on_screen = eventually(
                    lambda: window.poll() is not None or shown(screen), within_s=UP_WITHIN_S, every_s=0.2
                )
                running = marked_processes(f"{MARK}={value}")
                window.send_signal(signal.SIGTERM)
                said, _ = window.communicate(timeout=30)
            finally:
                window.kill()

    assert on_screen, said
    assert len(running) >= 5, "the window, two nodes, a name server and a network"
    assert (window.returncode, said) == (ENDED_BY_SIGNAL, "")
    assert eventually(lambda: not marked_processes(f"{MARK}={value}")), "a child was left behind"
    assert list((tmp_path / "home" / "run").glob("lab-*")) == [], "the lab's folder is gone"


def kill_server(display: str, server: ExitStack) -> None:
    del display
    server.close()


def kill_connection(display: str, server: ExitStack) -> None:
    del server
    there = os.environ | {"DISPLAY": display}
    tree = subprocess.run(
        ["xwininfo", "-root", "-tree"], env=there, check=True, capture_output=True, text=True, timeout=30
    ).stdout
    number = next(line.split()[0] for line in tree.splitlines() if "agmonitor" in line)
    subprocess.run(["xkill", "-id", number], env=there, check=True, stdout=subprocess.DEVNULL, timeout=30)


@pytest.mark.parametrize(
    "killed",
    [
        kill_server,
        pytest.param(
            kill_connection,
            marks=pytest.mark.skipif(
                None in (shutil.which("xkill"), shutil.which("xwininfo")),
                reason="xkill and xwininfo are not installed",
            ),
        ),
    ],
)
def test_a_display_that_goes_ends_the_window_with_a_sentence_and_its_history_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: Callable[[str, ExitStack], None]
) -> None:
    monkeypatch.setenv("AGMONITOR_PASSWORD", PASSWORD)
    history = paths().history_file
    with serving(Pair()) as pair, ExitStack() as server:
        nodes = [f"gw-{number}=http://127.0.0.1:{node.port}" for number, node in enumerate(pair.nodes, 1)]
        added = run(
            "groups", "add", "gw", "--node", nodes[0], "--node", nodes[1], "--user", USER,
            "--dns", f"127.0.0.1:{pair.zone.port}", "--no-test",
        )  # fmt: skip
        assert added.code == 0, added.err
        display, screen = server.enter_context(x_server(tmp_path, "1280x720"))
        there = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "AGMONITOR_THEME": "dark"}
        with subprocess.Popen(
            [sys.executable, "-m", "agmonitor"],
            cwd=ROOT,
            env=os.environ | there,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as window:
            try:
                primary = int(theme.DARK.primary[1:], 16)
                assert eventually(
                    lambda: (pixels_of(screen) == primary).sum() > 200, within_s=UP_WITHIN_S, every_s=0.2
                )
                open_still = eventually(history.with_name(f"{history.name}-wal").exists)
                killed(display, server)
                said, _ = window.communicate(timeout=UP_WITHIN_S)
            finally:
                window.kill()
    assert open_still
    assert window.returncode == 1, said
    *qts, ours = said.strip().splitlines()
    assert ours.startswith("agmonitor: the display has ended the window; what was recorded is kept.")
    assert len(qts) <= 1, said
    assert not history.with_name(f"{history.name}-wal").exists(), "closed, not abandoned"
    verdict = run("history", "show", "gw")
    assert verdict.code == 0, verdict.err
