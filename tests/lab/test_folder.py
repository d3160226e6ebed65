"""The lab's folder: private, known as alive while its process lives, swept away afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from agmonitor.config.paths import paths
from agmonitor.lab import folder
from agmonitor.lab.errors import LabError
from agmonitor.lab.folder import LabFolder

LEAVE_ONE = (
    "import os; from agmonitor.lab.folder import LabFolder; "
    "f = LabFolder(); print(f.path, flush=True); os._exit(1)"
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


def test_a_home_is_the_same_folder_for_the_lab_as_for_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for home in ("~", "~nobody-has-this", "here"):
        monkeypatch.setenv("AGMONITOR_HOME", home)

        assert folder.root_path().parent == paths().config.parent


def test_looking_for_a_lab_makes_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGMONITOR_HOME", str(tmp_path / "home"))

    assert folder.running() == []

    assert not (tmp_path / "home").exists()


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


@pytest.mark.parametrize("runtime", [True, False])
def test_without_a_home_of_its_own_it_uses_what_the_system_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: bool
) -> None:
    monkeypatch.delenv("AGMONITOR_HOME")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    else:
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)

    root = folder.root_folder()

    assert root == tmp_path / ("agmonitor" if runtime else f"agmonitor-{os.getuid()}")
    assert root.stat().st_mode & 0o777 == 0o700
