"""Damage in rows that are not packed yet, in files of older versions, and kills while it is mended."""

from __future__ import annotations

import asyncio
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agmonitor.domain.observations import Input
from agmonitor.history.checking import Checking
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.forms import KnownForms
from agmonitor.history.housekeeping import pack_oldest
from agmonitor.history.opening import connect, identity_of
from agmonitor.history.queries import read_past
from agmonitor.history.replay import moments
from agmonitor.history.schema import VERSION
from agmonitor.history.store import Store
from agmonitor.history.tail import TornError
from tests.history.filled import INPUTS, copied, filled, item, of_every_kind
from tests.history.recovered_until_killed import NEW
from tests.history.rows import tick
from tests.history.test_damage import asides, mended
from tests.history.test_kills import ROOT
from tests.history.test_migrations import stored

LONGEST_S, PATIENCE_S = 0.4, 60.0  # until a kill; and until a recovery ends
KILLS_EACH = 9  # of one file, which then is left to come to its end


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "history.db"
    asyncio.run(filled(path))
    return path


def bent(path: Path, change: str) -> int:
    """The newest row of a group's tail with one word changed; its number."""
    with closing(sqlite3.connect(path)) as file, file:
        (seq,) = file.execute("SELECT max(seq) - 3 FROM tail WHERE group_id = 1").fetchone()
        file.execute(f"UPDATE tail SET {change} WHERE group_id = 1 AND seq = ?", (seq,))  # noqa: S608 - ours
    return int(seq)


def all_packed(file: sqlite3.Connection) -> None:
    while pack_oldest(file, 1, 0, KnownForms(file)):
        pass


CHANGES = [
    "at_ms = at_ms + 1",
    "form_id = (SELECT max(id) FROM forms WHERE id <> form_id)",
    "varying = CAST(substr(varying, 1, length(varying) - 1) || x'11' AS BLOB)",
    "sum = sum + 1",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_bent_word_that_is_not_packed_yet_is_damage_to_everybody(
    whole: Path, tmp_path: Path, change: str
) -> None:
    path = copied(whole, tmp_path / "history.db")
    seq = bent(path, change)

    with pytest.raises(HistoryError) as told:
        read_past(path, "gw-prod", 0, None)
    assert told.value.fault is Fault.DAMAGED
    assert [(one.seq, one.why_not != "") for one in moments(path, "gw-prod") if one.seq == seq] == [
        (seq, True)
    ]
    with closing(connect(path)) as file, pytest.raises(TornError):
        all_packed(file)
    found: list[tuple[int, int]] = []
    checking = Checking(path, found.append)
    checking.start()
    assert checking._thread is not None
    checking._thread.join()
    assert found == [identity_of(path)]

    mended(path)

    past = [one.input for one in read_past(path, "gw-prod", 0, None)]
    assert past == [*(item(n) for n in range(INPUTS) if n != seq - 1), item(NEW)] or (
        set(past) == {item(n) for n in range(INPUTS) if n != seq - 1} | {item(NEW), item(NEW + 3)}
    )
    assert len(asides(path)) == 1


def damaged(path: Path, seed: int) -> None:
    """Some bytes of the pages behind the first are overwritten."""
    chance = random.Random(seed)  # noqa: S311
    data = bytearray(path.read_bytes())
    for _ in range(4):
        at = chance.randrange(4096, len(data) - 200)
        data[at : at + 200] = chance.randbytes(200)
    path.write_bytes(data)


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_of_a_damaged_file_of_any_version_the_readable_part_is_recovered_and_nothing_untrue(
    version: int, tmp_path: Path
) -> None:
    known: set[Input] = {*of_every_kind(), *(tick(number) for number in range(200)), item(NEW), item(NEW + 3)}
    most = 0
    for seed in range(12):
        path = stored(version, tmp_path / str(seed))
        damaged(path, seed)
        said = mended(path)
        past = [one.input for group in ("gw-prod", "gw-test") for one in read_past(path, group, 0, None)]
        assert set(past) <= known, seed
        assert item(NEW) in past
        assert len(asides(path)) == bool(said)
        most += len(past)
        with closing(sqlite3.connect(path)) as file:
            assert file.execute("PRAGMA user_version").fetchone() == (VERSION,)
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert most > 12 * len(known) / 4


def test_of_a_file_of_version_1_all_that_lies_on_whole_pages_is_there(tmp_path: Path) -> None:
    path = stored(1, tmp_path)
    with closing(sqlite3.connect(path)) as file:
        (root,) = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'").fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    path.write_bytes(data)

    mended(path)

    past = read_past(path, "gw-prod", 0, None)
    assert [one.input for one in past[:-1]] == of_every_kind()
    assert not any(one.events for one in past[:-1])


@pytest.fixture
def recoverers() -> Iterator[subprocess.Popen[str]]:
    program = [sys.executable, "-m", "tests.history.recovered_until_killed"]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=ROOT
    ) as parent:
        yield parent
        assert parent.stdin is not None
        parent.stdin.close()


def killed(recoverers: subprocess.Popen[str], path: Path, after_s: float) -> bool:
    """One recovery, killed after that time; whether it had come to its end."""
    assert recoverers.stdin is not None
    assert recoverers.stdout is not None
    recoverers.stdin.write(f"{path}\n")
    _, pid = recoverers.stdout.readline().split()
    done = bool(select.select([recoverers.stdout], [], [], after_s)[0])
    if not done:
        os.kill(int(pid), signal.SIGKILL)
    while (line := recoverers.stdout.readline().split()) != ["gone", "0"]:
        done = done or line[0] == "done"
    return done


@pytest.mark.parametrize("kills", [20, pytest.param(300, marks=pytest.mark.long)])
def test_a_recovery_killed_at_any_moment_is_begun_again_and_loses_nothing_more(
    whole: Path, tmp_path: Path, recoverers: subprocess.Popen[str], kills: int
) -> None:
    chance = random.Random(kills)  # noqa: S311
    count = endings = 0
    while count < kills or count == endings:
        path = copied(whole, tmp_path / str(count) / "history.db")
        seq = bent(path, "sum = sum + 1")
        for after_s in (*(chance.random() * LONGEST_S for _ in range(KILLS_EACH)), PATIENCE_S):
            if killed(recoverers, path, after_s):
                break
            count += 1
        endings += 1
        count += 1
        past = [one.input for one in read_past(path, "gw-prod", 0, None)]
        assert set(past) == {item(n) for n in range(INPUTS) if n != seq - 1} | {item(NEW)}
        assert len(asides(path)) == 1
        assert [one.name for one in path.parent.iterdir() if "recover" in one.name] == []


def test_damage_found_late_in_a_file_set_aside_begins_no_second_recovery(whole: Path, tmp_path: Path) -> None:
    path = copied(whole, tmp_path / "history.db")

    async def main() -> None:
        store = Store.open(path)
        store._checking._on_damage((0, 0))
        await store.record("gw-prod", [item(NEW)], [])
        await store.close()

    asyncio.run(main())
    assert asides(path) == []
