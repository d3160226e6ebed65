"""A recording in the place of a workspace: one group as it was, at whatever moment is chosen.

Asks nobody, writes nothing and orders nothing. Time stands still at the recording's end; the state is the one
of the moment chosen, stepped again from the nearest one kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agmonitor.domain.events import Event
from agmonitor.domain.group import step
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.failover import Guard, Outcome, Plan
from agmonitor.history.replay import Moment, moments
from agmonitor.monitor.operation import FailoverResult
from agmonitor.monitor.ports import GroupChange, Recorded

KEPT_EVERY = 200
IS_RECORDING = "This is a recording: nothing is asked, nothing can be changed or ordered."


@dataclass(frozen=True, slots=True)
class PastInput:
    """One input of the recording and the events it caused."""

    at: Instant
    input: Input
    events: tuple[Event, ...]


class PlayedBack:
    """Satisfies what the window asks of a workspace."""

    def __init__(self, told: Iterator[Moment]) -> None:
        """``told``: the moments of one group.

        Raises:
            ValueError: none of them can be shown.
        """
        self._inputs: list[PastInput] = []
        self._kept: dict[int, GroupState] = {}  # before the input of that place
        self._begins: set[int] = set()
        reached: GroupState | None = None
        for moment in told:
            if moment.before is None or moment.after is None or moment.input is None:
                continue
            place = len(self._inputs)
            if moment.before is not reached or place % KEPT_EVERY == 0:
                self._kept[place] = moment.before
            self._inputs.append(PastInput(moment.at, moment.input, moment.stored))
            reached = moment.after
        if reached is None:
            raise ValueError("There is nothing in it that can be shown.")
        self.from_at = min(one.at for one in self._inputs)
        self.until_at = max(one.at for one in self._inputs)
        self.shown_at = self.until_at
        self._state = reached

    @classmethod
    def of(cls, history: Path, group: str) -> PlayedBack:
        """A group of a history file.

        Raises:
            HistoryError: the file cannot be read.
            ValueError: nothing of that group can be shown.
        """
        return cls(moments(history, group))

    @property
    def name(self) -> str:
        return self._state.settings.name

    @property
    def groups(self) -> Mapping[str, GroupSettings]:
        return {self.name: self.state(self.name).settings}

    @property
    def events(self) -> Iterator[Event]:
        """All up to the moment shown, oldest first."""
        return (event for one in self._inputs[: self._place(self.shown_at) + 1] for event in one.events)

    def show(self, at: Instant) -> GroupState:
        """Choose a moment; the state then, that of the first input where it lies before all."""
        self.shown_at = min(max(at, self.from_at), self.until_at)
        place = self._place(self.shown_at)
        start = max(kept for kept in self._kept if kept <= place)
        state = self._kept[start]
        for one in self._inputs[start : place + 1]:
            state, _ = step(state, one.input)
        self._state = state
        return self.state(self.name)

    def _place(self, at: Instant) -> int:
        """The last input that had come by then."""
        places = range(len(self._inputs) - 1, 0, -1)
        return next((place for place in places if self._inputs[place].at <= at), 0)

    # What the window asks of a workspace.

    def now(self) -> Instant:
        return self.until_at

    def state(self, _name: str) -> GroupState:
        settings = replace(self._state.settings, failover_allowed=False, lab=False)
        return replace(self._state, settings=settings)

    def subscribe(self, _callback: Callable[[GroupChange], None]) -> Callable[[], None]:
        return lambda: None  # nothing ever changes

    def add(self, _settings: GroupSettings) -> None:
        raise ValueError(IS_RECORDING)

    def remove(self, _name: str) -> None:
        raise ValueError(IS_RECORDING)

    def replace(self, _settings: GroupSettings) -> None:
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
        return self._inputs

    async def range(self, _name: str, _from_at: Instant, _until_at: Instant, _width_px: int) -> None:
        """Nothing beside ``past``, which is all there is."""

    async def fail_over(
        self, name: str, _reason: str, _progress: Callable[[str], None], *, confirmed: Plan | None = None
    ) -> FailoverResult:
        """Refused, whatever was confirmed."""
        del confirmed
        state = self.state(name)
        return FailoverResult(Outcome.REFUSED_HERE, IS_RECORDING, None, state, state, (Guard.NOT_ALLOWED,))
