"""``agmonitor history export`` and ``import`` as a person uses them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agmonitor.history.opening import claim, connect
from tests.cli.running import run
from tests.history.recorded import record, watched


@pytest.fixture
def path(home: Path) -> Path:
    return home / "data" / "history.db"


@pytest.fixture
def file(path: Path, tmp_path: Path) -> Path:
    record(path, watched(2)[:120])
    file = tmp_path / "x.agmrec"
    assert run("history", "export", str(file)).code == 0
    return file


def test_out_and_in_again_under_a_name_with_the_day(file: Path) -> None:
    came = run("history", "import", str(file))

    name = came.out.rstrip().rpartition("as the group ")[2]
    assert (came.code, name.startswith("g (imported 20")) == (0, True)
    told = run("history", "replay", name, "--json").out
    assert told.replace(name, "g") == run("history", "replay", "g", "--json").out
    assert run("history", "replay", "--check").code == 0


def test_a_name_can_be_chosen_and_none_is_taken_twice(file: Path) -> None:
    assert run("history", "import", str(file), "--as", "incident").code == 0

    again = run("history", "import", str(file), "--as", "incident")
    assert (again.code, "already" in again.err) == (1, True)
    assert run("history", "import", str(file), "--as", " ").code == 1


def test_the_name_of_a_group_that_is_watched_is_not_given(file: Path) -> None:
    nodes = ("--node", "gw-1=https://gw-1.example.net", "--node", "gw-2=https://gw-2.example.net")
    assert run("groups", "add", "gw-prod", *nodes, "--no-test").code == 0

    assert run("history", "import", str(file), "--as", "gw-prod").code == 1


def test_an_export_overwrites_nothing(file: Path) -> None:
    before = file.read_bytes()

    ran = run("history", "export", "g", str(file))

    assert (ran.code, "there already" in ran.err, file.read_bytes()) == (1, True, before)


def test_a_copy_made_while_it_is_written_is_whole_and_overwrites_nothing(
    path: Path, file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "backup.db"
    with closing(claim(path)), closing(connect(path)) as writing:
        writing.execute("INSERT INTO groups (name) VALUES ('new')")
        assert run("history", "copy", str(copy)).code == 0
        writing.execute("DELETE FROM groups WHERE name = 'new'")

    with closing(sqlite3.connect(copy)) as made:
        assert made.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert made.execute("SELECT name FROM groups ORDER BY id").fetchall() == [("g",), ("new",)]
    assert [one.name for one in tmp_path.iterdir() if "backup" in one.name] == ["backup.db"]
    again = run("history", "copy", str(copy))
    assert (again.code, "there already" in again.err) == (1, True)
    assert run("history", "copy", str(tmp_path / "nowhere" / "x.db")).code == 1
    path.unlink()
    assert run("history", "copy", str(tmp_path / "other.db")).code == 2
    assert file.exists()


def test_a_folder_that_is_not_there_is_named(file: Path, tmp_path: Path) -> None:
    ran = run("history", "export", "g", str(tmp_path / "nowhere" / "x.agmrec"))

    assert (ran.code, f"There is no such folder: {tmp_path}/nowhere" in ran.err) == (1, True)


def test_a_span_without_anything_makes_no_file(file: Path) -> None:
    there = file.with_name("none")

    ran = run("history", "export", str(there), "--to", "1971-01-01")

    assert (ran.code, there.exists()) == (1, False)


@pytest.mark.parametrize("body", [b"", b"hello", b"\x1f\x8b"])
def test_what_is_no_recording_is_told_in_a_sentence(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x").write_bytes(body)

    ran = run("history", "import", str(tmp_path / "x"))

    assert (ran.code, "Traceback" in ran.err) == (1, False)
    assert "cannot be taken in" in ran.err
    assert run("history", "import", str(tmp_path / "absent")).code == 1
