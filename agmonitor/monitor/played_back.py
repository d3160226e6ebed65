"""A recording in the place of a workspace: one group as it was at the recording's end, and at any moment.

Asks nobody, writes nothing and orders nothing. Time stands still at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

from agmonitor.domain.events import Event
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.kept import MarkKind
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.moment import Sure, Then
from agmonitor.domain.state import GroupState
from agmonitor.failover.guards import Guard, Intent, Kind, Objection, Outcome, Surroundings
from agmonitor.failover.machine import Failover, refused
from agmonitor.failover.preflight import Plan
from agmonitor.history.episodes import read_episodes
from agmonitor.history.marks import read_marks
from agmonitor.history.replay import Moment, moments
from agmonitor.monitor.operation import FailoverResult, Show, Tell
from agmonitor.monitor.ports import GroupChange, Recorded
from agmonitor.monitor.recent import PastInput, Recent
from agmonitor.monitor.surveying import Survey, came_true
from agmonitor.monitor.told_story import ToldStory
from agmonitor.texts import t

IS_RECORDING = t("This is a recording: nothing is asked, nothing can be changed or ordered.")


class PlayedBack(ToldStory):
    """Satisfies what the window asks of a workspace."""

    def __init__(self, told: Iterator[Moment]) -> None:
        """``told``: the moments of one group.

        Raises:
            ValueError: none of them can be shown.
        """
        self._past = Recent(most=None)
        for moment in told:
            if moment.before is not None and moment.after is not None and moment.input is not None:
                one = PastInput(moment.at, moment.input, moment.stored)
                self._past.take(one, moment.before, moment.after)
        if self._past.newest is None:
            raise ValueError(t("There is nothing in it that can be shown."))
        self.from_at = min(one.at for one in self._past.inputs)
        self.until_at = max(one.at for one in self._past.inputs)
        self._state = _harmless(self._past.newest)

    @classmethod
    def of(cls, history: Path, group: str) -> PlayedBack:
        """A group of a history file.

        Raises:
            HistoryError: the file cannot be read.
            ValueError: nothing of that group can be shown.
        """
        recording = cls(moments(history, group))
        marks = read_marks(history, group, 0.0, None, kinds=tuple(MarkKind))
        recording.tell(read_episodes(history, group, 0.0, None), marks)
        return recording

    @property
    def name(self) -> str:
        return self._state.settings.name

    @property
    def groups(self) -> Mapping[str, GroupSettings]:
        return {self.name: self.state(self.name).settings}

    # What the window asks of a workspace.

    def now(self) -> Instant:
        return self.until_at

    def state(self, _name: str) -> GroupState:
        return self._state

    def subscribe(self, _callback: Callable[[GroupChange], None]) -> Callable[[], None]:
        return lambda: None  # nothing ever changes

    def add(self, _settings: GroupSettings) -> None:
        raise ValueError(IS_RECORDING)

    def remove(self, _name: str) -> None:
        raise ValueError(IS_RECORDING)

    def replace(self, _settings: GroupSettings) -> None:
        raise ValueError(IS_RECORDING)

    async def rename(
        self, _name: str, _settings: GroupSettings, _keep: Callable[[], Awaitable[None]]
    ) -> None:
        raise ValueError(IS_RECORDING)

    def unordered(self, _name: str) -> AbstractAsyncContextManager[None]:
        raise ValueError(IS_RECORDING)

    def poll_now(self, _name: str) -> None:
        """Nobody is asked."""

    def pause(self, _name: str) -> None:
        """Nobody is asked as it is."""

    def resume(self, _name: str) -> None:
        """Nobody is asked as it is."""

    def retry_sign_in(self, _name: str) -> None:
        """Nobody signs in."""

    def set_password(self, _name: str, _password: str) -> None:
        """Nobody signs in."""

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.get_running_loop().create_future()

    async def past(self, _name: str, _since: Instant) -> Sequence[Recorded]:
        """All of it, however long ago."""
        return self._past.inputs

    async def moment(self, _name: str, at: Instant) -> Then:
        """The state then."""
        then = self._past.moment(at)
        if then is None or then.state is None:
            return Then(at, Sure.NOTHING, why=t("The recording begins later."))
        return replace(then, state=_harmless(then.state))

    async def neighbour(self, _name: str, at: Instant, *, later: bool) -> Event | None:
        """The event nearest to an instant on that side of it; None: there is none."""
        return self._past.neighbour(at, later=later)

    async def evidence(
        self, _name: str, _since: Instant, _until: Instant | None = None
    ) -> Sequence[Evidence]:
        """None: a recording carries none."""
        return ()

    async def range(self, _name: str, _from_at: Instant, _until_at: Instant, _width_px: int) -> None:
        """Nothing beside ``past``, which is all there is."""

    async def survey(self, name: str, kind: Kind) -> Survey:
        """A recording is read-only, which its table says too; nothing is predicted."""
        del name, kind
        return Survey(Surroundings(), (), None)

    async def proven_at(self, _name: str) -> Instant | None:
        """Within the recording; days since then count to its end."""
        found = [one.episode.ended_at for one in self._episodes if came_true(one.episode)]
        return max((at for at in found if at is not None), default=None)

    async def arm(
        self, name: str, wish: Intent, tell: Tell, show: Show | None = None, *, confirmed: Plan | None = None
    ) -> Failover:
        """Refused, whatever was confirmed."""
        del name, wish, tell, show, confirmed
        return refused(Failover(), Objection(Guard.NOT_ALLOWED, IS_RECORDING))

    async def fire(self, name: str) -> FailoverResult:
        """Nothing is ever armed."""
        return self._refused(name)

    async def disarm(self, name: str) -> None:
        """Nothing is ever armed."""

    async def fail_over(
        self, name: str, wish: Intent, progress: Tell, *, confirmed: Plan | None = None
    ) -> FailoverResult:
        """Refused, whatever was confirmed."""
        del wish, progress, confirmed
        return self._refused(name)

    def _refused(self, name: str) -> FailoverResult:
        state = self.state(name)
        return FailoverResult(Outcome.REFUSED_HERE, IS_RECORDING, None, state, state, (Guard.NOT_ALLOWED,))


def _harmless(state: GroupState) -> GroupState:
    """Neither a lab's, to be broken, nor one whose failover could be ordered."""
    return replace(state, settings=replace(state.settings, failover_allowed=False, lab=False))
