"""Episodes as rows: as found, under numbers that are never given twice, and never changed afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agmonitor.domain.events import Acknowledgement
from agmonitor.domain.kept import MarkKind
from agmonitor.domain.observations import Acknowledged
from agmonitor.history.store import Store
from agmonitor.monitor.resuming import resumed
from tests.builders import T, fold, initial, settings
from tests.history.stories import GROUP, OUTAGE, pair, record

Story = Callable[[Store], Awaitable[None]]


def with_store(path: Path, story: Story) -> None:
    async def main() -> None:
        store = Store.open(path)
        try:
            await story(store)
        finally:
            await store.close()

    asyncio.run(main())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def test_an_episode_is_there_from_its_first_sign_and_grows_in_place(path: Path) -> None:
    async def story(store: Store) -> None:
        state = await record(store, initial(), (*pair(T), *OUTAGE[:2]))
        (begun,) = await store.episodes(GROUP, T - 100)
        assert begun.episode == state.episode
        assert begun.episode.ended_at is None

        state = await record(store, state, (*OUTAGE[2:], *pair(T + 100, "gw-2")))
        (ended,) = await store.episodes(GROUP, T - 100)
        assert (ended.episode,) == state.episodes
        assert ended.episode.measured_takeover_s == pytest.approx(64, abs=3)
        assert "gw-1 stopped answering" in ended.episode.cause

    with_store(path, story)


def test_only_those_that_touch_the_range_are_told(path: Path) -> None:
    async def story(store: Store) -> None:
        state = await record(store, initial(), (*pair(T), *OUTAGE, *pair(T + 100, "gw-2")))
        await record(store, state, (*pair(T + 900, "gw-2"), *pair(T + 1000, "gw-1")))

        async def numbers(since: float, until: float | None) -> list[int]:
            return [kept.episode.number for kept in await store.episodes(GROUP, since, until)]

        assert await numbers(T - 100, None) == [1, 2]
        assert await numbers(T + 50, T + 60) == [1]
        assert await numbers(T + 500, T + 600) == []
        assert await numbers(T + 500, None) == [2]
        assert await store.episodes("nobody", 0) == []

    with_store(path, story)


def test_numbers_count_on_over_restarts(path: Path) -> None:
    async def first(store: Store) -> None:
        await record(store, initial(), (*pair(T), *OUTAGE, *pair(T + 100, "gw-2")))
        assert await store.last_number(GROUP) == 1

    async def second(store: Store) -> None:
        state = await resumed(store, settings(), lambda: T + 900)
        assert state is not None
        await record(store, state, (*pair(T + 1000, "gw-2"), *pair(T + 1100, "gw-1")))
        assert [kept.episode.number for kept in await store.episodes(GROUP, 0)] == [1, 2]

    with_store(path, first)
    with_store(path, second)


def test_numbers_count_on_where_nothing_can_be_gone_on_with(path: Path) -> None:
    async def first(store: Store) -> None:
        await record(store, initial(), (*pair(T), *OUTAGE, *pair(T + 100, "gw-2")))

    async def second(store: Store) -> None:
        set_back = await resumed(store, settings(), lambda: T - 86_400)
        assert set_back is not None
        assert (set_back.memory.episode_count, set_back.now) == (1, T - 86_400)
        lab = await resumed(store, settings(lab=True), lambda: T + 900)
        assert lab is not None
        assert (lab.memory.episode_count, lab.episodes) == (1, ())

    with_store(path, first)
    with_store(path, second)


def test_an_episode_that_outlives_the_program_stays_one(path: Path) -> None:
    async def first(store: Store) -> None:
        await record(store, initial(), (*pair(T), *OUTAGE[:2]))

    async def second(store: Store) -> None:
        state = await resumed(store, settings(), lambda: T + 50)
        assert state is not None
        assert state == fold(initial(), *pair(T), *OUTAGE[:2])
        await record(store, state, (*OUTAGE[2:], *pair(T + 100, "gw-2")))
        (kept,) = await store.episodes(GROUP, 0)
        assert (kept.episode.number, kept.episode.ended_at is None) == (1, False)
        assert [phase.name for phase in kept.episode.phases][:2] == ["last heartbeat", "silence"]

    with_store(path, first)
    with_store(path, second)


def test_what_was_not_written_in_time_comes_with_the_next_round(path: Path) -> None:
    async def story(store: Store) -> None:
        state = await record(store, initial(), pair(T))
        lost = fold(state, *OUTAGE, *pair(T + 100, "gw-2"))  # the disk was full meanwhile
        await record(store, lost, pair(T + 102, "gw-2"))
        assert [kept.episode for kept in await store.episodes(GROUP, 0)] == list(lost.episodes)

    with_store(path, story)


def test_ended_ones_stay_as_they_are_whatever_follows(path: Path) -> None:
    async def story(store: Store) -> None:
        state = await record(store, initial(), (*pair(T), *OUTAGE, *pair(T + 100, "gw-2")))
        (before,) = await store.episodes(GROUP, 0)
        state = await record(store, state, (*pair(T + 900, "gw-2"), *pair(T + 1000, "gw-1")))
        await record(store, initial(at=T + 2000), pair(T + 2000))
        assert (await store.episodes(GROUP, 0))[0] == before

    with_store(path, story)


def test_an_acknowledgement_stands_with_its_episode_and_among_the_marks(path: Path) -> None:
    seen = Acknowledged(T + 200, 1, "anna", "change 4711")

    async def story(store: Store) -> None:
        await record(store, initial(), (*pair(T), *OUTAGE, *pair(T + 100, "gw-2"), seen))
        (kept,) = await store.episodes(GROUP, 0)
        assert kept.episode.acknowledged == Acknowledgement(T + 200, "anna", "change 4711")
        (mark,) = kept.marks
        assert (mark.kind, mark.who, mark.text) == (MarkKind.ACKNOWLEDGED, "anna", "change 4711")
        assert kept.acknowledged == mark

    with_store(path, story)


def test_it_is_linked_to_its_inputs_and_to_where_its_evidence_lies(path: Path) -> None:
    async def story(store: Store) -> None:
        await record(store, initial(), (*pair(T), *OUTAGE, *pair(T + 100, "gw-2")))
        (kept,) = await store.episodes(GROUP, 0)
        assert kept.inputs is not None
        first, last = kept.inputs
        assert 3 < first < last <= 11
        begins, ends = kept.evidence
        assert begins < kept.episode.began_at < (kept.episode.ended_at or 0) < ends

    with_store(path, story)
