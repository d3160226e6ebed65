"""The lab's folder: private, known as alive while its process lives, swept away afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agmonitor.lab import folder
from agmonitor.lab.errors import LabError
from agmonitor.lab.folder import LabFolder

LEAVE_ONE = (
    "from agmonitor.lab.folder import LabFolder; import os; f = LabFolder(); print(f.path); os._exit(1)"
)


def test_what_a_killed_lab_left_is_not_running_and_swept_away_by_the_next() -> None:
    left = Path(
        subprocess.run(
            [sys.executable, "-c", LEAVE_ONE], capture_output=True, text=True, check=False
        ).stdout.strip()
    )
    assert left.is_dir()
    assert folder.running() == []

    new = LabFolder()

    assert not left.exists()
    assert folder.running() == [new.path]
    new.remove()


def test_a_living_lab_is_left_alone() -> None:
    first = LabFolder()
    second = LabFolder()

    assert folder.running() == [first.path, second.path]
    first.remove()
    second.remove()
    assert folder.running() == []


def test_no_password_goes_where_others_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGMONITOR_HOME", str(tmp_path))
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(0o777)

    with pytest.raises(LabError, match="others may write there"):
        LabFolder()


def test_a_place_that_cannot_be_made_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("AGMONITOR_HOME", str(tmp_path / "file"))

    with pytest.raises(LabError, match="no place for its files"):
        LabFolder()
