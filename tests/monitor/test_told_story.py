"""What was recorded round an episode, from a real history file and from a recording."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from agmonitor.cli.history_open import example_file, played
from agmonitor.domain.events import EventKind
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.kept import MarkKind
from agmonitor.domain.model import GroupSettings
from agmonitor.domain.observations import Gap, GapReason, Input
from agmonitor.domain.state import GroupState
from agmonitor.history.exchange import import_recording
from agmonitor.history.store import Store
from agmonitor.monitor.ports import TellsEpisodes
from agmonitor.monitor.remembering import Remembering
from tests.builders import T, initial, settings
from tests.fakes import FakeClock
from tests.history.stories import GROUP, OUTAGE, pair, record


class Told(Remembering):
    """The history's half of a workspace, with nothing watched."""

    @property
    def groups(self) -> Mapping[str, GroupSettings]:
        return {GROUP: settings()}

    def state(self, name: str) -> GroupState:
        return initial()

    def _is_watching(self, name: str) -> bool:
        return False

    async def _tell(self, name: str, item: Input) -> None:
        raise NotImplementedError


def test_round_an_episode_stand_its_events_gaps_and_the_first_failures(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    async def main() -> None:
        store = Store.open(path)
        gap = Gap(T + 20, T + 50, GapReason.ASLEEP)
        await record(store, initial(), [*pair(T), *OUTAGE[:2], gap, *OUTAGE[2:]])
        store.keep(GROUP, Evidence(T + 2, "gw-1", "group", "refused", "Nobody listens."))
        await store.close()  # now the lanes are drawn, which the gaps are told from

        store = Store.open(path)
        try:
            told = Told(store, FakeClock(T + 100))
            (kept,) = await told.episodes(GROUP, 0.0)
            around = await told.around(GROUP, kept.episode)
        finally:
            await store.close()

        assert EventKind.NODE_LOST in {event.kind for event in around.events}
        assert around.gaps == (gap,)
        assert [one.detail for one in around.evidence] == ["Nobody listens."]

    asyncio.run(main())


def test_a_recording_tells_its_episodes_like_a_workspace(tmp_path: Path) -> None:
    import_recording(tmp_path / "h.db", example_file(), lambda header, _taken: header.group)

    async def main() -> None:
        with played(Path("example")) as recording:
            assert isinstance(recording, TellsEpisodes)
            kept = await recording.episodes("example", 0.0)
            assert [one.episode.number for one in kept] == [1, 2]
            assert await recording.episodes("example", kept[1].episode.began_at) == [kept[1]]
            around = await recording.around("example", kept[0].episode)
            assert EventKind.HOOK_CALLED in {event.kind for event in around.events}

    asyncio.run(main())


def test_nothing_can_be_left_in_a_recording() -> None:
    async def main() -> None:
        with played(Path("example")) as recording:
            with pytest.raises(OSError, match="recording"):
                await recording.note("example", 0.0, "a note")
            with pytest.raises(OSError, match="recording"):
                await recording.acknowledge("example", 1, "ann", "why")
            marks = await recording.marks("example", 0.0)
            assert not [mark for mark in marks if mark.kind is MarkKind.NOTE]

    asyncio.run(main())
