"""A damaged file is set aside, what can be read of it is recovered, and history goes on."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import combinations
from pathlib import Path

import pytest

from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.mending import Mending
from agmonitor.history.queries import Past
from agmonitor.history.replay import moments
from agmonitor.history.store import Store
from tests.history.filled import GROUPS, INPUTS, copied, filled, item, told
from tests.history.rows import START, event
from tests.lab.support import eventually

PAGE = 4096
NEW = 5_000_000  # the number of an input recorded after the damage


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "history.db"
    asyncio.run(filled(path))
    return path


async def recorded(store: Store, group: str, number: int) -> list[HistoryError]:
    """Record an input as the journal does, again and again until it is in; what was said meanwhile."""
    said: list[HistoryError] = []
    while True:
        try:
            await store.record(group, [item(number)], [event(number)])
        except HistoryError as error:
            said.append(error)
            if error.fault is not Fault.DAMAGED:
                raise
            await asyncio.sleep(0.001)
        else:
            return said


LOOKED_INTO_S = 20.0


def mended(path: Path) -> list[HistoryError]:
    """Open the file, have everything read and one more input written; all that was said."""

    async def main() -> list[HistoryError]:
        store = Store.open(path)
        said: list[HistoryError] = []
        try:
            for group in GROUPS:
                said += await recorded(store, group, NEW)
                try:
                    await store.past(group, 0)
                except HistoryError as error:
                    said.append(error)
                    said += await recorded(store, group, NEW + 3)
            if said:  # what reading finds is looked into in a thread of its own, which a close would end
                await asyncio.to_thread(eventually, lambda: bool(asides(path)), within_s=LOOKED_INTO_S)
        finally:
            await store.close()
        return said

    return asyncio.run(main())


def check_sound(path: Path) -> dict[str, list[Past]]:
    """The file is whole, no number was given twice, and what it tells was once recorded."""
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        numbers = file.execute(
            "SELECT group_id, seq, count FROM packs UNION ALL SELECT group_id, seq, 1 FROM tail"
        )
        seen: set[tuple[int, int]] = set()
        for group, seq, count in numbers:
            span = {(group, seq + place) for place in range(count)}
            assert not span & seen
            seen |= span
        assert not file.execute(
            "SELECT 1 FROM groups WHERE next_seq <= (SELECT max(seq) FROM tail WHERE group_id = id)"
        ).fetchall()
    return {group: told(path, group) for group in GROUPS}


def asides(path: Path) -> list[Path]:
    return [
        one for one in path.parent.glob("history.db.damaged-*") if not one.name.endswith(("-wal", "-shm"))
    ]


def overwrite(seed: int) -> Callable[[bytearray], None]:
    def damage(data: bytearray) -> None:
        chance = random.Random(seed)  # noqa: S311
        for _ in range(chance.choice((1, 3, 20))):
            length = chance.choice((1, 16, 300, PAGE))
            at = chance.randrange(100, len(data) - length)
            data[at : at + length] = chance.randbytes(length)

    return damage


def zero_pages(seed: int) -> Callable[[bytearray], None]:
    def damage(data: bytearray) -> None:
        chance = random.Random(seed)  # noqa: S311
        for page in chance.sample(range(1, len(data) // PAGE), chance.choice((1, 4))):
            data[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)

    return damage


def cut(seed: int) -> Callable[[bytearray], None]:
    def damage(data: bytearray) -> None:
        del data[random.Random(seed).randrange(200, len(data)) :]  # noqa: S311

    return damage


KINDS = (overwrite, overwrite, zero_pages, cut)


@pytest.mark.parametrize(
    "cases", [range(30), pytest.param(range(30, 1_030), marks=pytest.mark.long)], ids=["30", "1000"]
)
def test_whatever_is_overwritten_history_goes_on_and_tells_nothing_untrue(
    whole: Path, tmp_path: Path, cases: range
) -> None:
    for seed in cases:
        path = copied(whole, tmp_path / str(seed) / "history.db")
        data = bytearray(path.read_bytes())
        KINDS[seed % len(KINDS)](seed)(data)
        path.write_bytes(data)

        said = mended(path)

        try:
            past = check_sound(path)
        except HistoryError as error:  # a bent word that SQLite does not notice is told, at least
            if error.fault is not Fault.DAMAGED or said:
                raise
            continue
        for group in GROUPS:
            assert item(NEW) in [one.input for one in past[group]], seed
        assert len(asides(path)) == bool(said), seed
        check_true(whole, past)
        shutil.rmtree(path.parent)


def roots(whole: Path) -> list[int]:
    """The page that each table begins with."""
    with closing(sqlite3.connect(whole)) as file:
        found = file.execute("SELECT rootpage FROM sqlite_master WHERE type = 'table' AND rootpage > 1")
        return [page for (page,) in found]


def test_pages_that_changed_places_are_told_as_damage_by_whoever_reads(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    damaged = 0
    for one, other in combinations(roots(whole), 2):
        copied(whole, path)
        data = bytearray(path.read_bytes())
        first, second = (slice((page - 1) * PAGE, page * PAGE) for page in (one, other))
        data[first], data[second] = data[second], data[first]
        path.write_bytes(data)
        try:
            list(moments(path, GROUPS[0]))
        except HistoryError as error:
            damaged += error.fault is Fault.DAMAGED
    assert damaged


def test_rows_of_another_kind_than_their_tables_are_damage_that_is_mended(
    whole: Path, tmp_path: Path
) -> None:
    path = tmp_path / "history.db"
    copied(whole, path)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("INSERT OR REPLACE INTO lived VALUES (1, 'text', 'text', 1, 1, 1, 1)")

    said = mended(path)

    assert said
    assert {error.fault for error in said} == {Fault.DAMAGED}
    all_of_it = {item(number) for number in (*range(INPUTS), NEW)}
    for rows in check_sound(path).values():
        inputs = [row.input for row in rows]
        assert len(set(inputs)) == len(inputs)
        # Where reading found it before the thorough look did, one more was written on purpose.
        assert set(inputs) - {item(NEW + 3)} == all_of_it


def test_a_file_that_is_no_database_is_set_aside_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    text = b"this is no database, whatever its name says" * 100
    path.write_bytes(text)

    said = mended(path)

    assert "is being recovered" in str(said[0])
    assert [one.read_bytes() for one in asides(path)] == [text]
    check_sound(path)


@pytest.mark.parametrize("first", [100, 4096])
def test_a_lost_head_costs_no_input(whole: Path, tmp_path: Path, first: int) -> None:
    path = copied(whole, tmp_path / "history.db")
    data = bytearray(path.read_bytes())
    data[:first] = random.Random(1).randbytes(first)  # noqa: S311
    path.write_bytes(data)

    mended(path)

    assert [len(past) for past in check_sound(path).values()] == [INPUTS + 1, INPUTS + 1]


def test_the_log_of_a_killed_writer_is_recovered_with_its_file(whole: Path, tmp_path: Path) -> None:
    path, log = tmp_path / "history.db", tmp_path / "history.db-wal"
    with closing(sqlite3.connect(copied(whole, tmp_path / "then" / "history.db"))) as file:
        file.execute("PRAGMA wal_autocheckpoint=0")
        file.execute("UPDATE groups SET name = 'renamed' WHERE name = 'gw-test'")
        file.commit()
        shutil.copyfile(tmp_path / "then" / "history.db", path)
        shutil.copyfile(tmp_path / "then" / "history.db-wal", log)
    data = bytearray(path.read_bytes())
    data[: PAGE // 2] = bytes(PAGE // 2)
    path.write_bytes(data)

    mended(path)

    assert len(told(path, "renamed")) == INPUTS
    assert len(list(tmp_path.glob("history.db.damaged-*"))) >= 1


def test_without_its_log_a_file_tells_what_it_holds(whole: Path, tmp_path: Path) -> None:
    path = copied(whole, tmp_path / "history.db")
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA wal_autocheckpoint=0")
        file.execute("UPDATE groups SET name = 'renamed' WHERE name = 'gw-test'")
        file.commit()
        shutil.copyfile(path, tmp_path / "without.db")

    assert mended(tmp_path / "without.db") == []
    assert len(told(tmp_path / "without.db", "gw-test")) == INPUTS + 1


def test_recovery_and_its_result_are_told(
    whole: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(whole, tmp_path / "history.db")
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(
            "UPDATE packs SET body = zeroblob(50) WHERE (group_id, seq) IN (SELECT 1, min(seq) FROM packs)"
        )
        gone = file.execute("SELECT count FROM packs WHERE body = zeroblob(50)").fetchone()[0]

    said: list[str] = []
    heard = threading.Event()
    step = Mending.step
    # Recovery takes a while here: until somebody who writes has been told of it.
    monkeypatch.setattr(Mending, "step", lambda mending: step(mending) if heard.is_set() else True)

    async def main() -> None:
        store = Store.open(path)
        with pytest.raises(HistoryError, match="is damaged; the next agmonitor that watches recovers"):
            await store.past(GROUPS[0], 0)
        while not asides(path):
            try:
                await store.mark(GROUPS[1], Mark(START, MarkKind.NOTE, "anna", "writing", START))
            except HistoryError as error:
                said.append(str(error))
                heard.set()
            await asyncio.sleep(0.001)
        await store.close()

    asyncio.run(main())

    (aside,) = asides(path)
    under_way = f"The history {path} is damaged; what can be read of it is being recovered ("
    assert said[0] == f"{under_way}0 inputs so far)."
    assert all(one.startswith(under_way) for one in said)
    (message,) = [told for told in caplog.messages if "was damaged" in told]
    assert message.startswith(f"The history {path} was damaged and is now {aside.name}; 1,74")
    assert message.endswith(f" inputs were recovered from it, {gone} are lost.")
    with closing(sqlite3.connect(path)) as file:  # no replay goes across the hole
        hole = file.execute("SELECT begins, body FROM checkpoints WHERE seq = ?", (1 + gone,)).fetchall()
    assert hole == [(1, b"")]


def test_a_recovery_killed_before_the_swap_is_finished_at_the_next_start(whole: Path, tmp_path: Path) -> None:
    path = copied(whole, tmp_path / "history.db")
    path.write_bytes(b"damaged")
    copied(whole, tmp_path / "history.db.recovered")

    assert mended(path) == []

    assert [one.read_bytes() for one in asides(path)] == [b"damaged"]
    assert [len(past) for past in check_sound(path).values()] == [INPUTS + 1, INPUTS + 1]


def check_true(whole: Path, past: dict[str, list[Past]]) -> None:
    """What is told was once recorded, packed or not."""
    known = {item(number) for number in (*range(INPUTS), NEW, NEW + 3)}
    with closing(sqlite3.connect(whole)) as file:
        assert file.execute("SELECT count(*) FROM tail").fetchone()[0] > INPUTS / 10
    assert [one.input for group in GROUPS for one in past[group] if one.input not in known] == []
