"""Notes: pinned to an instant, only ever added."""

from __future__ import annotations

from pathlib import Path

import pytest

from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.history import no_history
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.no_history import NoHistory
from agmonitor.history.opening import connect
from agmonitor.history.store import Store
from tests.builders import T, initial
from tests.history.stories import GROUP, OUTAGE, pair, record
from tests.history.test_episodes import with_store


def note(at: float, text: str = "switch replaced") -> Mark:
    return Mark(at, MarkKind.NOTE, "anna", text, T + 500)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def test_notes_come_back_in_order_of_their_instants(path: Path) -> None:
    async def story(store: Store) -> None:
        for at in (T + 3, T + 1, T + 2):
            await store.mark(GROUP, note(at, f"{at - T:g}"))

        assert [mark.text for mark in await store.marks(GROUP, T)] == ["1", "2", "3"]
        assert [mark.text for mark in await store.marks(GROUP, T + 2, T + 2)] == ["2"]
        assert await store.marks("nobody", 0) == []
        assert (await store.marks(GROUP, T))[0].written_at == T + 500

    with_store(path, story)


def test_a_note_in_an_odd_encoding_is_kept_as_far_as_it_is_text(path: Path) -> None:
    async def story(store: Store) -> None:
        await store.mark(GROUP, note(T, "\udcff caf\xe9"))
        assert [mark.text for mark in await store.marks(GROUP, T)] == ["\\udcff caf\xe9"]

    with_store(path, story)


def test_a_note_within_an_episode_stands_with_it(path: Path) -> None:
    async def story(store: Store) -> None:
        await record(store, initial(), (*pair(T), *OUTAGE, *pair(T + 100, "gw-2")))
        for at in (T + 50, T + 5000):
            await store.mark(GROUP, note(at, f"{at - T:g}"))
        (kept,) = await store.episodes(GROUP, 0)
        assert [mark.text for mark in kept.marks] == ["50"]
        assert kept.acknowledged is None

    with_store(path, story)


def test_who_may_only_read_hears_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(no_history, "ANSWER_S", 0.1)

    async def story(store: Store) -> None:
        await store.mark(GROUP, note(T))
        with pytest.raises(HistoryError) as refused:
            Store.open(path)
        absent = NoHistory(refused.value, path)
        assert len(await absent.marks(GROUP, T)) == 1
        with pytest.raises(HistoryError) as told:
            await absent.mark(GROUP, note(T))
        assert told.value.fault is Fault.OWNED

    with_store(path, story)


def test_a_note_that_cannot_be_written_says_so_and_recording_goes_on(path: Path) -> None:
    async def story(store: Store) -> None:
        await record(store, initial(), pair(T))
        other = connect(path)
        other.execute("CREATE TRIGGER no BEFORE INSERT ON marks BEGIN SELECT raise(ABORT, 'no'); END")
        other.close()
        with pytest.raises(HistoryError):
            await store.mark(GROUP, note(T))
        await record(store, initial(), pair(T + 10))
        assert await store.last_at(GROUP) == T + 10

    with_store(path, story)
