"""The demo without anybody looking: the story comes true on a real pair, with pictures of the real window."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import run


@pytest.mark.lab
def test_the_unattended_demo_comes_true_without_a_display(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    gone = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in gone}

    done = subprocess.run(
        [sys.executable, "-m", "agmonitor", "demo", "--unattended", str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert (done.returncode, summary["passed"], done.stderr) == (0, True, ""), summary
    assert list(summary) == ["passed", "clients_without_service_s", "steps"]
    assert summary["clients_without_service_s"] > 1
    for number, step in enumerate(summary["steps"], 1):
        assert list(step) == ["name", "expected", "seen", "passed", "seconds"]
        picture = (folder / f"{number:02d}-{step['name']}.png").read_bytes()
        assert struct.unpack(">II", picture[16:24]) == (1600, 1000)


def test_an_earlier_summary_does_not_speak_for_a_run_that_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "summary.json").write_text('{"passed": true}', encoding="utf-8")
    monkeypatch.setattr("agmonitor.cli.demo_run.play_story", lambda *_: None)

    assert run("demo", "--unattended", str(tmp_path)).code == 130

    assert list(tmp_path.iterdir()) == []


def test_a_system_without_qts_libraries_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*_: object) -> None:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr("agmonitor.cli.demo_run.play_story", lacking)

    ran = run("demo", "--unattended", str(tmp_path))

    assert ran.code == 1
    assert "libEGL.so.1" in ran.err
    assert "packaging/run" in ran.err
    assert "Traceback" not in ran.err
