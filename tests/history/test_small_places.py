"""A disk that is really full, a folder that really cannot be written, files copied while they are written."""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agmonitor.domain.observations import Tick
from agmonitor.history import opening
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.opening import connect
from agmonitor.history.queries import read_past
from agmonitor.history.replay import group_names
from tests.history.filled import of_every_kind
from tests.history.test_kills import ROOT
from tests.history.test_migrations import stored
from tests.history.written_until_killed import instant

SIZE = "1m"


def in_a_namespace(story: str, folder: Path) -> dict[str, Any]:
    """What the story tells, on a file system of its own that is gone with it."""
    mounted = (
        f'mount -t tmpfs -o size={SIZE} tmpfs "$2" && exec "$0" -m tests.history.in_a_small_place "$1" "$2"'
    )
    command = ["unshare", "--mount", "sh", "-c", mounted, sys.executable, story, str(folder)]
    allowed = shutil.which("unshare") and subprocess.run(
        ["unshare", "--mount", "sh", "-c", f'mount -t tmpfs tmpfs "{folder}"'],
        check=False,
        capture_output=True,
    )
    if not allowed or allowed.returncode:
        pytest.skip("this system lets nobody mount in a namespace of his own")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_on_a_disk_that_is_really_full_watching_goes_on_and_all_is_written_when_there_is_room(
    tmp_path: Path,
) -> None:
    told = in_a_namespace("full", tmp_path)

    assert told["why"] == f"The history {tmp_path}/history.db cannot grow: the disk is full."
    assert told["unable"] == f"The history {tmp_path}/another/history.db cannot grow: the disk is full."
    assert told["before"] > 100
    assert (told["after"], told["all"]) == ("", True)


def test_on_a_disk_that_is_really_read_only_the_past_is_read_and_watching_goes_on(tmp_path: Path) -> None:
    told = in_a_namespace("read_only", tmp_path)

    assert "cannot be opened for writing" in told["why"]
    assert told["past"] == 1
    assert told["note"].startswith("It cannot be left for the agmonitor that writes the history: ")
    assert (told["after"], told["all"]) == ("", [0, 1, 2, 3])


def without_making_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a folder that cannot be written: SQLite opens the file, and can make nothing beside it."""
    begun: Callable[[Path, str], sqlite3.Connection] = opening._begun

    def refused(path: Path, how: str) -> sqlite3.Connection:
        if "immutable" not in how:
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorname = "SQLITE_CANTOPEN"
            raise error
        return begun(path, how)

    monkeypatch.setattr(opening, "_begun", refused)


def test_a_log_that_cannot_be_read_is_told_rather_than_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.db"
    with closing(connect(path)) as file:
        without_making_files(monkeypatch)
        file.execute("INSERT INTO groups (name) VALUES ('g')")
        with pytest.raises(HistoryError) as told:
            read_past(path, "g", 0, None)
        assert told.value.fault is Fault.LOG_UNREADABLE
    assert read_past(path, "g", 0, None) == []  # closed in order: the file is all of it


@pytest.mark.parametrize("version", [1, 2])
def test_whoever_only_reads_brings_an_older_file_up_too(version: int, tmp_path: Path) -> None:
    path = stored(version, tmp_path)

    assert group_names(path) == ["gw-prod", "gw-test"]
    assert [one.input for one in read_past(path, "gw-prod", 0, None)] == of_every_kind()


def test_an_older_file_that_another_program_has_is_told(tmp_path: Path) -> None:
    path = stored(2, tmp_path)
    with closing(opening.claim(path)), pytest.raises(HistoryError) as told:
        group_names(path)
    assert told.value.fault is Fault.OLDER


def test_a_plain_copy_of_file_and_log_between_two_writes_has_all_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    chance = random.Random(4)  # noqa: S311
    path = tmp_path / "history.db"
    program = [sys.executable, "-m", "tests.history.written_until_killed"]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=ROOT
    ) as writers:
        assert writers.stdin is not None
        assert writers.stdout is not None
        writers.stdin.write(f"{path} 1\n")
        pid = int(writers.stdout.readline().split()[1])
        try:
            for number in range(12):
                acknowledged = 0
                for _ in range(chance.randrange(1, 30)):
                    acknowledged = int(writers.stdout.readline().split()[1])
                select.select([], [], [], chance.random() / 100)
                os.kill(pid, signal.SIGSTOP)
                copy = tmp_path / str(number) / "history.db"
                copy.parent.mkdir()
                for suffix in ("", "-wal"):
                    shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
                os.kill(pid, signal.SIGCONT)
                found = {one.input.at for one in read_past(copy, "g", 0, None) if isinstance(one.input, Tick)}
                assert {instant(n) for n in range(max(1, acknowledged - 200), acknowledged)} <= found
                with closing(sqlite3.connect(copy)) as file:
                    assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        finally:
            os.kill(pid, signal.SIGKILL)
        writers.stdin.close()
        writers.stdout.read()
