"""The recorded past stepped again: what it gives now beside what was stored then.

Goes from checkpoint to checkpoint through ``domain.group.step``. Where the story goes on, the state reached
must be the one stored; where it begins anew, it starts from the one stored. Writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agmonitor.domain.events import Event
from agmonitor.domain.findings import RULES_VERSION
from agmonitor.domain.group import step
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history.checkpoint import decode_state
from agmonitor.history.codec import decode_event, encode_event, plain
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.opening import reading, version_of
from agmonitor.history.queries import id_of
from agmonitor.history.schema import VERSION
from agmonitor.history.story import EVER, Checkpoint, Lost, Part, Recorded, story

KEPT_MAX = 1_000  # differences told one by one; beyond they are counted
OURS = str(RULES_VERSION)
NO_CHECKPOINT = "nothing tells the state before them"
NO_STATE = "they were recorded without the state around them"
BAD_CHECKPOINT = "the checkpoint before them cannot be read"
MISSING = "inputs before them are missing"
DAMAGED = "they cannot be read"


@dataclass(frozen=True, slots=True)
class Moment:
    """One recorded input, stepped again; where it could not be it has no states, and ``why_not`` says why."""

    seq: int
    at: Instant
    input: Input | None  # None: it cannot be read
    stored: tuple[Event, ...]
    before: GroupState | None
    after: GroupState | None
    events: tuple[Event, ...]
    rules: str  # the version it was judged by when it was recorded
    begins: bool = False
    state_differs: bool = False  # the state reached before it is not the stored one
    why_not: str = ""
    count: int = 1  # inputs this stands for, more than one where they cannot be read

    @property
    def differs(self) -> bool:
        return self.after is not None and self.events != self.stored


@dataclass(frozen=True, slots=True)
class Difference:
    """What was stored and what it comes to now. ``of`` is "events", or "state" for a checkpoint's."""

    seq: int
    at: Instant
    of: str
    rules: str
    stored: tuple[Event, ...] = ()
    replayed: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Inputs running that could not be stepped again, and why."""

    from_at: Instant
    until_at: Instant
    inputs: int
    why: str


@dataclass(slots=True)
class Check:
    """What came of a replay."""

    inputs: int = 0
    events: int = 0
    sessions: int = 0
    different: int = 0
    rules: list[str] = field(default_factory=list)  # versions the checked inputs were judged by
    differences: list[Difference] = field(default_factory=list)  # the first of them
    unchecked: list[Unchecked] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """All that could be checked is the same, and something could."""
        return self.inputs > 0 and not self.different

    @property
    def other_rules(self) -> bool:
        """Whether any of it was judged by other rules than ours."""
        return any(rules != OURS for rules in self.rules)


def group_names(path: Path) -> list[str]:
    """The groups with anything recorded, by name.

    Raises:
        HistoryError: the file cannot be read.
    """
    _known(path)
    with reading(path) as connection:
        version_of(connection, path)
        rows = connection.execute("SELECT name FROM groups WHERE next_seq > 1 ORDER BY name").fetchall()
    return [name for (name,) in rows]


def moments(path: Path, group: str, since: Instant = EVER, until: Instant | None = None) -> Iterator[Moment]:
    """Every input recorded of a group between two instants, stepped again from the last checkpoint before.

    Raises:
        HistoryError: the file cannot be read.
    """
    _known(path)
    with reading(path) as connection:
        if version_of(connection, path) != VERSION:
            raise HistoryError(
                Fault.OTHER, f"The history {path} is of an older layout; open the window once."
            )
        group_id = id_of(connection, group)
        if group_id is None:
            return
        for moment in stepped(story(connection, group_id, since, until)):
            if since <= moment.at and (until is None or moment.at <= until):
                yield moment


def stepped(parts: Iterable[Part]) -> Iterator[Moment]:
    """A story stepped again."""
    stepper = _Stepper()
    for part in parts:
        if isinstance(part, Checkpoint):
            stepper.meet(part)
        else:
            yield stepper.take(part)


def check(told: Iterable[Moment]) -> Check:
    """All moments compared."""
    found = Check()
    begun = False
    for moment in told:
        if moment.after is None:
            _leave_out(found, moment)
            continue
        found.inputs += 1
        found.events += len(moment.events)
        found.sessions += moment.begins or not begun
        begun = True
        if moment.rules not in found.rules:
            found.rules.append(moment.rules)
        if moment.state_differs:
            _differ(found, Difference(moment.seq, moment.at, "state", moment.rules))
        if moment.differs:
            pair = moment.stored, moment.events
            _differ(found, Difference(moment.seq, moment.at, "events", moment.rules, *pair))
    return found


def _known(path: Path) -> None:
    if not path.exists():
        raise HistoryError(Fault.OTHER, f"There is no history at {path} yet.")


def _differ(found: Check, difference: Difference) -> None:
    found.different += 1
    if len(found.differences) < KEPT_MAX:
        found.differences.append(difference)


def _leave_out(found: Check, moment: Moment) -> None:
    last = found.unchecked[-1] if found.unchecked else None
    if last is not None and last.why == moment.why_not:
        ends = min(last.from_at, moment.at), max(last.until_at, moment.at)
        found.unchecked[-1] = Unchecked(*ends, last.inputs + moment.count, last.why)
        return
    found.unchecked.append(Unchecked(moment.at, moment.at, moment.count, moment.why_not))


class _Stepper:
    """The state on its way through the story."""

    def __init__(self) -> None:
        self._state: GroupState | None = None
        self._why_not = NO_CHECKPOINT
        self._rules = ""
        self._next_seq: int | None = None
        self._begins = False
        self._differs = False

    def meet(self, checkpoint: Checkpoint) -> None:
        """What is stored here against what we have come to."""
        reached = self._state if self._next_seq == checkpoint.seq else None
        self._next_seq = checkpoint.seq
        self._rules = checkpoint.rules
        if not checkpoint.body:
            self._state, self._why_not = None, NO_STATE
            return
        if reached is not None and not checkpoint.begins and checkpoint.rules != OURS:
            return  # judged otherwise since then: our own state goes on
        try:
            stored = decode_state(checkpoint.body)
        except ValueError:
            self._state, self._why_not = None, BAD_CHECKPOINT
            return
        if reached is None or checkpoint.begins:
            self._begins = checkpoint.begins
        elif _same(reached, stored):
            return
        else:
            self._differs = True
        self._state = stored

    def take(self, part: Recorded | Lost) -> Moment:
        if self._next_seq is not None and part.seq != self._next_seq and self._state is not None:
            self._state, self._why_not = None, MISSING
        if isinstance(part, Lost):
            self._next_seq = part.seq + part.count
            self._state, self._why_not = None, MISSING
            return Moment(
                part.seq,
                part.from_at,
                None,
                (),
                None,
                None,
                (),
                self._rules,
                why_not=DAMAGED,
                count=part.count,
            )
        self._next_seq = part.seq + 1
        before, begins, differs = self._state, self._begins, self._differs
        self._begins = self._differs = False
        if before is None:
            why_not = self._why_not
            return Moment(
                part.seq, part.at, part.input, part.events, None, None, (), self._rules, why_not=why_not
            )
        self._state, events = step(before, part.input)
        return Moment(
            part.seq,
            part.at,
            part.input,
            part.events,
            before,
            self._state,
            tuple(decode_event(encode_event(event)) for event in events),
            self._rules,
            begins,
            differs,
        )


def _same(one: GroupState, other: GroupState) -> bool:
    """What is not a number is not equal to itself, and yet the same."""
    return one == other or json.dumps(plain(one)) == json.dumps(plain(other))
