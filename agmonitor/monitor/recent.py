"""The past of one group in memory: of one that no history keeps, or of a recording, which is read as a whole.

Keeps every input and now and then a state, so that any moment is a short replay away. Writes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agmonitor.domain.events import Event
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.group import step
from agmonitor.domain.kept import KeptEpisode, Mark
from agmonitor.domain.model import Instant
from agmonitor.domain.moment import Then, then_of
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState

KEPT_EVERY = 200
MOST = 20_000  # inputs: an hour or more of a pair asked every second
EVIDENCE_MOST = 400
GOES_ON_S = 120.0  # the same failure after a longer pause is another one
AHEAD = 12  # inputs after a moment among which its gap would be


@dataclass(frozen=True, slots=True)
class PastInput:
    """One input and the events it caused."""

    at: Instant
    input: Input
    events: tuple[Event, ...]


class Recent:
    """Grows at its end; beyond ``most`` inputs it forgets the oldest."""

    def __init__(self, most: int | None = MOST) -> None:
        self._most = most
        self._inputs: list[PastInput] = []
        self._kept: dict[int, GroupState] = {}  # before the input of that place
        self._reached: GroupState | None = None
        self._evidence: deque[Evidence] = deque(maxlen=EVIDENCE_MOST)
        self._marks: list[Mark] = []

    @property
    def inputs(self) -> Sequence[PastInput]:
        return self._inputs

    @property
    def newest(self) -> GroupState | None:
        """The state after the last of them."""
        return self._reached

    def take(self, one: PastInput, before: GroupState, after: GroupState) -> None:
        """One more input with the states around it."""
        place = len(self._inputs)
        if before is not self._reached or place % KEPT_EVERY == 0:
            self._kept[place] = before
        self._inputs.append(one)
        self._reached = after
        if self._most is not None and len(self._inputs) > self._most:
            self._forget()

    def keep(self, evidence: Evidence) -> None:
        """What a failed probe saw; the same again and again is one that says how often."""
        for place in range(len(self._evidence) - 1, max(-1, len(self._evidence) - 9), -1):
            known = self._evidence[place]
            if known.same_as(evidence) and 0 <= evidence.at - (known.until_at or known.at) <= GOES_ON_S:
                self._evidence[place] = replace(known, until_at=evidence.at, times=known.times + 1)
                return
        self._evidence.append(evidence)

    def evidence(self, since: Instant, until: Instant | None) -> list[Evidence]:
        """What failed within the range, oldest first."""
        return [
            one
            for one in self._evidence
            if (one.until_at or one.at) >= since and (until is None or one.at <= until)
        ]

    def pin(self, mark: Mark) -> None:
        """A note that a person left."""
        self._marks.append(mark)

    def marks(self, since: Instant, until: Instant | None) -> list[Mark]:
        """What was left within the range, oldest first."""
        within = [one for one in self._marks if one.at >= since and (until is None or one.at <= until)]
        return sorted(within, key=lambda mark: mark.at)

    def episodes(self, since: Instant, until: Instant | None) -> list[KeptEpisode]:
        """Episodes that touch the range, oldest first, the one that runs included."""
        state = self._reached
        if state is None:
            return []
        known = (*state.episodes, *((state.episode,) if state.episode is not None else ()))
        lasting = [(one, state.now if one.ended_at is None else one.ended_at) for one in known]
        return [
            KeptEpisode(one, None, (one.began_at, ended), tuple(self.marks(one.began_at, ended)))
            for one, ended in lasting
            if ended >= since and (until is None or one.began_at <= until)
        ]

    def moment(self, at: Instant) -> Then | None:
        """The state then; None: that was before what is remembered."""
        place = self._place(at)
        if place is None:
            return None
        start = max(kept for kept in self._kept if kept <= place)
        state = self._kept[start]
        for one in self._inputs[start : place + 1]:
            state, _ = step(state, one.input)
        following = [one.input for one in self._inputs[place + 1 : place + 1 + AHEAD]]
        return then_of(at, state, self._inputs[place].at, following)

    def neighbour(self, at: Instant, *, later: bool) -> Event | None:
        """The event nearest to an instant on that side of it; None: there is none."""
        events = [event for one in self._inputs for event in one.events]
        if later:
            return min((event for event in events if event.at > at), key=lambda e: e.at, default=None)
        return max((event for event in events if event.at < at), key=lambda e: e.at, default=None)

    def _place(self, at: Instant) -> int | None:
        """The last input that had come by then."""
        places = range(len(self._inputs) - 1, -1, -1)
        return next((place for place in places if self._inputs[place].at <= at), None)

    def _forget(self) -> None:
        """The oldest, up to a state that is kept."""
        cut = min((place for place in self._kept if place >= KEPT_EVERY), default=None)
        if cut is None:
            return
        del self._inputs[:cut]
        self._kept = {place - cut: state for place, state in self._kept.items() if place >= cut}
