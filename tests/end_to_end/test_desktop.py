"""The real window on an X server with a session bus and a tray: told, clicked, closed, and quit.

The notification service is the test's own, so that the message itself can be judged; the bus is the real
daemon. The tray is trayer, where it is installed; without it that part is skipped.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agmonitor.config.paths import paths
from agmonitor.ui import theme
from tests.cli.running import run
from tests.end_to_end.pair import PASSWORD, USER
from tests.end_to_end.test_failover import Pair, serving
from tests.end_to_end.test_x_server import ENDED_BY_SIGNAL, pixels_of, x_server
from tests.lab.support import ROOT, eventually
from tests.session_bus import Desktop, needs_bus, session_bus

WITHIN_S = 60.0
TRIES = 30
PANEL = (
    "trayer",
    "--edge",
    "top",
    "--align",
    "right",
    "--widthtype",
    "pixel",
    "--width",
    "60",
    "--height",
    "24",
)
PANEL_ROWS = 24
SCREEN = "1700x1000"  # wider than the window, which else would lie over the panel
Program = tuple[str, ...]
MANY = 20_000  # pixels of the window's ground: far more than a notification or an icon has

pytestmark = [
    pytest.mark.lab,
    needs_bus,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="no X server: Xvfb is not installed"),
]


@dataclass
class Stage:
    """A display, a desktop on it, and the program that watches a pair."""

    screen: Path
    desktop: Desktop
    pair: Pair
    window: subprocess.Popen[str]
    display: str

    def hands(self, *what: str) -> None:
        """Keys and clicks, as a person's."""
        subprocess.run(
            ["xdotool", *what], env=os.environ | {"DISPLAY": self.display}, check=True, timeout=WITHIN_S
        )

    def pressed(self, keys: str, works: Callable[[], bool]) -> bool:
        """Pressed until it works: the window manager gives the keyboard to a new window in its own time."""

        def once() -> bool:
            self.hands("key", keys)
            return eventually(works, within_s=2.0, every_s=0.2)

        return any(once() for _ in range(TRIES))

    def pixels(self, colour: str, rows: slice = slice(None)) -> int:
        return int((pixels_of(self.screen)[rows] == int(colour[1:], 16)).sum())

    def window_is_up(self) -> bool:
        return self.pixels(theme.DARK.panel) > MANY

    def becomes(self, *, up: bool) -> bool:
        return eventually(lambda: self.window_is_up() is up, within_s=WITHIN_S, every_s=0.2)

    def told(self, title: str) -> bool:
        return eventually(
            lambda: any(one.title == title for one in self.desktop.shown), within_s=WITHIN_S, every_s=0.1
        )

    def ends(self) -> tuple[int, str]:
        said, _ = self.window.communicate(timeout=WITHIN_S)
        return self.window.returncode, said


@contextlib.contextmanager
def staged(folder: Path, monkeypatch: pytest.MonkeyPatch, *around: Program) -> Iterator[Stage]:
    monkeypatch.setenv("AGMONITOR_PASSWORD", PASSWORD)
    with contextlib.ExitStack() as stack:
        pair = stack.enter_context(serving(Pair()))
        nodes = [f"gw-{number}=http://127.0.0.1:{node.port}" for number, node in enumerate(pair.nodes, 1)]
        added = run(
            "groups", "add", "gw", "--node", nodes[0], "--node", nodes[1], "--user", USER,
            "--dns", f"127.0.0.1:{pair.zone.port}", "--no-test",
        )  # fmt: skip
        assert added.code == 0, added.err
        display, screen = stack.enter_context(x_server(folder, SCREEN))
        address = stack.enter_context(session_bus(folder))
        desktop = stack.enter_context(Desktop(address))
        there = {"DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": address}
        environment = os.environ | there | {"QT_QPA_PLATFORM": "xcb", "AGMONITOR_THEME": "dark"}
        for command in around:
            stack.enter_context(_program(command, environment))
        if ("openbox",) in around:  # a window that is there before it gets neither frame nor keyboard
            assert eventually(lambda: _manages(display), within_s=WITHIN_S, every_s=0.1)
        window = stack.enter_context(_program((sys.executable, "-m", "agmonitor"), environment))
        stage = Stage(screen, desktop, pair, window, display)
        assert stage.becomes(up=True)
        yield stage


def _manages(display: str) -> bool:
    """Whether a window manager answers."""
    asked = subprocess.run(
        ("xdotool", "get_desktop"), env=os.environ | {"DISPLAY": display}, capture_output=True, check=False
    )
    return asked.returncode == 0


@contextlib.contextmanager
def _program(command: Program, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_critical_finding_is_told_to_the_desktop_and_a_click_shows_the_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with staged(tmp_path, monkeypatch) as stage:
        stage.pair.nodes[1].role = "primary"
        assert stage.told("gw: Two primaries")
        (alert,) = [one for one in stage.desktop.shown if one.title == "gw: Two primaries"]
        assert alert.text == "gw-1 and gw-2 both say they are Primary. DNS names gw-1 (192.0.2.11)."
        assert alert.hints["urgency"] == ("y", 2)
        assert alert.stays_ms == 0
        assert alert.actions[::2] == ["default", "silence"]
        stage.desktop.click(alert.number)
        assert eventually(lambda: stage.pixels(theme.DARK.accent) > 500, within_s=WITHIN_S, every_s=0.2), (
            "the frame of the past is drawn"
        )
        stage.pair.nodes[1].role = "secondary"
        assert stage.told("gw: recovered")
        assert stage.desktop.shown[-1].replaces == alert.number
        stage.window.send_signal(signal.SIGTERM)
        assert stage.ends() == (ENDED_BY_SIGNAL, "")
        assert stage.desktop.closed == [alert.number], "nobody would answer a click on it"
    assert not list((paths().data / "alert-senders").glob("*.new"))


def claims() -> int:
    """How many programs say that they judge the group and show it on a desktop."""
    files = [file.read_text() for file in (paths().data / "alert-senders").glob("*.json")]
    return sum('"gw by' in text and '"desktop"' in text for text in files)


@pytest.mark.long  # three windows; tests/alerts/test_sharing.py has the same without
def test_a_window_that_no_desktop_hears_leaves_the_notification_to_one_that_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = f"DBUS_SESSION_BUS_ADDRESS=unix:path={tmp_path / 'none'}"
    deaf = ("env", nowhere, "QT_QPA_PLATFORM=offscreen", sys.executable, "-m", "agmonitor")
    with staged(tmp_path, monkeypatch, deaf, deaf) as stage:
        assert eventually(lambda: claims() == 3, within_s=WITHIN_S, every_s=0.1)
        stage.pair.nodes[1].role = "primary"
        assert stage.told("gw: Two primaries")
        stage.pair.nodes[1].role = "secondary"
        assert stage.told("gw: recovered")
        assert [one.title for one in stage.desktop.shown] == ["gw: Two primaries", "gw: recovered"]


MISSING = [name for name in ("trayer", "openbox", "xdotool") if shutil.which(name) is None]


@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
def test_the_tray_shows_the_worst_state_and_keeps_a_closed_window_watching(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = slice(0, PANEL_ROWS)

    def in_tray(colour: str, least: int) -> bool:
        return eventually(lambda: stage.pixels(colour, panel) >= least, within_s=WITHIN_S, every_s=0.2)

    with staged(tmp_path, monkeypatch, ("openbox",), PANEL) as stage:
        assert in_tray(theme.DARK.secondary, 8)
        assert stage.pixels(theme.DARK.critical, panel) == 0
        assert stage.pressed("alt+F4", lambda: not stage.window_is_up())
        assert stage.told("agmonitor goes on watching")
        stage.pair.nodes[1].role = "primary"
        assert stage.told("gw: Two primaries"), "it watches on"
        assert in_tray(theme.DARK.critical, 60)
        again = subprocess.run(
            (sys.executable, "-m", "agmonitor"), env=os.environ | {"DISPLAY": stage.display}, cwd=ROOT,
            capture_output=True, text=True, timeout=WITHIN_S, check=False,
        )  # fmt: skip
        assert (again.returncode, again.stderr) == (
            0,
            "agmonitor was running in the tray; its window is back.\n",
        )
        assert stage.becomes(up=True)
        assert stage.pressed("alt+F4", lambda: not stage.window_is_up())
        width = int(SCREEN.partition("x")[0])
        stage.hands("mousemove", str(width - 12), "12", "click", "1")
        assert stage.becomes(up=True)
        assert stage.pressed("ctrl+q", lambda: stage.window.poll() is not None)
        assert stage.ends() == (0, "")
