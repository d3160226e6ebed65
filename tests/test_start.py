"""The very first moments of ``agmonitor``: what is painted before what is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agmonitor.__main__ import COMPLETES
from agmonitor.cli.main import COMPLETE_VARIABLE

WATCHED = """
import sys
import agmonitor.__main__ as program
sys.argv = ["agmonitor", *{words!r}]

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "agmonitor.cli.main":
            print("reads the line", flush=True)
            sys.exit(0)
        if name == "agmonitor.ui.main_window":
            print("paints", "click" in sys.modules)

sys.meta_path.insert(0, Finder())
program.main()
"""


def _seen(home: Path, *words: str, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED.format(words=words)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "AGMONITOR_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.splitlines()


def test_the_window_is_painted_before_the_command_line_is_read(tmp_path: Path) -> None:
    assert _seen(tmp_path) == ["paints False", "reads the line"]


@pytest.mark.parametrize("words", [("status",), ("--help",), ("--password-file", "x")])
def test_a_line_with_words_is_read_first(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert _seen(tmp_path, *words) == ["reads the line"]


def test_a_shell_that_completes_a_word_sees_no_window(tmp_path: Path) -> None:
    assert COMPLETES == COMPLETE_VARIABLE
    assert _seen(tmp_path, **{COMPLETES: "bash_complete"}) == ["reads the line"]


def test_without_a_display_nothing_is_painted(tmp_path: Path) -> None:
    assert _seen(tmp_path, QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="") == ["reads the line"]
