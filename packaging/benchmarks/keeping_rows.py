"""What it costs to keep the history: bytes, a round's write, and the longest pause that pruning makes."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from agmonitor.domain.observations import Input
from agmonitor.domain.retention import Retention
from agmonitor.history.keeping import Keeper
from agmonitor.history.opening import connect, transaction
from agmonitor.history.packing import pack
from agmonitor.history.store import Store
from agmonitor.history.writer import Entry, Writer
from day import observed
from row import Row, Source, percentile

START = 1_800_000_000.0
CADENCE_S = 2.0
ROUNDS = 150
GROUPS = (1, 20, 200)
DAYS = 30
MINUTES = DAYS * 1440
SERIES = 5
MINUTE_MS = 60_000
RAW, PACKED = "history, bytes per sample before packing", "history, bytes per sample packed"
PAUSE = f"history, longest pause while {DAYS} days are pruned"


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        yield from _sizes(Path(folder) / "sizes.db")
        for groups in GROUPS:
            yield from _writes(Path(folder) / f"{groups}.db", groups)
        yield _pause(Path(folder) / "old.db")


def rounds(count: int) -> list[list[Input]]:
    return [list(observed(START + number * CADENCE_S, number)) for number in range(count)]


def _sizes(path: Path) -> Iterator[Row]:
    """The pages of the tables themselves, an hour of one group."""
    told = rounds(1800)
    with closing(connect(path.with_suffix(".raw"))) as file:
        writer = Writer(file)
        with transaction(file):
            for item in (item for some in told for item in some):
                writer.put(Entry("g", (item,), ()))
        per_row = _pages(file, "tail") / file.execute("SELECT count(*) FROM tail").fetchone()[0]
    asyncio.run(_record(path, told))
    with closing(sqlite3.connect(path)) as file:
        samples = file.execute("SELECT sum(count) FROM packs").fetchone()[0]
        per_packed = (_pages(file, "packs") + _pages(file, "packs_by_time")) / samples
    yield Row(RAW, round(per_row, 1), "B", "< 40", met=per_row < 40)
    yield Row(PACKED, round(per_packed, 2), "B", "< 4", met=per_packed < 4, note=f"{samples} samples")


def _pages(file: sqlite3.Connection, name: str) -> int:
    return int(file.execute("SELECT sum(pgsize) FROM dbstat WHERE name = ?", (name,)).fetchone()[0])


async def _record(path: Path, told: list[list[Input]]) -> None:
    store = Store.open(path)
    for some in told:
        await asyncio.gather(*(store.record("g", (item,), ()) for item in some))
    await store.close()


def _writes(path: Path, groups: int) -> Iterator[Row]:
    """A round: every group's inputs at once, until all of them are on disk."""
    took = asyncio.run(_timed_rounds(path, groups))
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        yield Row(_written(groups, name), round(percentile(took, share) * 1000, 2), "ms", "")


async def _timed_rounds(path: Path, groups: int) -> list[float]:
    store, took = Store.open(path), []
    for some in rounds(ROUNDS):
        begun = time.perf_counter()
        await asyncio.gather(*(store.record(f"g{n}", (item,), ()) for n in range(groups) for item in some))
        took.append(time.perf_counter() - begun)
    await store.close()
    return took


def _written(groups: int, share: str) -> str:
    return f"history, a round of {groups} group{'s' * (groups > 1)} written, {share}"


def _pause(path: Path) -> Row:
    """All of it old at once, which is worse than any hour's work."""
    with closing(connect(path)) as file:
        _fill_old(file)
        keeper = Keeper(file, Retention(1, 1, 1, 1))
        took: list[float] = []
        more = True
        while more:
            before = time.perf_counter()
            more = keeper.step()
            took.append(time.perf_counter() - before)
        assert not file.execute("SELECT count(*) FROM packs").fetchone()[0]
    half, note = percentile(took, 0.5), f"{len(took)} steps in {sum(took):.1f} s"
    return Row(
        PAUSE, round(max(took) * 1000, 1), "ms", "", note=f"{note}, half of them < {half * 1000:.1f} ms"
    )


def _fill_old(file: sqlite3.Connection) -> None:
    body = pack([], lambda _: 0) + bytes(600)  # of a usual minute's size; nobody reads it
    start_ms = round(START * 1000)
    now_ms = start_ms + (DAYS + 9) * 1440 * MINUTE_MS
    with transaction(file):
        after = MINUTES * 240 + 1
        file.execute(
            "INSERT INTO groups (id, name, next_seq, drawn_seq) VALUES (1, 'g', ?, ?)", (after, after)
        )
        file.executemany(
            "INSERT INTO packs VALUES (1, ?, 240, ?, ?, ?)",
            (
                (n * 240 + 1, start_ms + n * MINUTE_MS, start_ms + (n + 1) * MINUTE_MS, body)
                for n in range(MINUTES)
            ),
        )
        file.executemany(
            "INSERT INTO levels VALUES (1, ?, 60, ?, 30, 1, 2, 45)",
            ((f"s{s}", start_ms // MINUTE_MS + n) for s in range(SERIES) for n in range(MINUTES)),
        )
        file.execute("INSERT INTO periods VALUES (1, ?, 1, ?, ?)", (MINUTES * 240 + 1, start_ms, start_ms))
        file.execute("INSERT INTO lived VALUES (1, 1, ?, ?, ?, ?, 0)", (now_ms, now_ms, now_ms, now_ms))


SOURCE = Source(
    (RAW, PACKED, *(_written(groups, share) for groups in GROUPS for share in ("p50", "p99")), PAUSE), rows
)
