"""An episode laid out part by part, ready to be drawn: what ran when, what was not seen, and why not.

Works out places and lengths only. The wording is the window's, the judging was ``episodes``'.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from agmonitor.domain.causes import CUT_OFF
from agmonitor.domain.events import Episode, Event, EventKind, Phase, Trigger
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.observations import Gap

AFTER_S = 5.0
"""Hooks of the standby that came back are called, and told, a moment after the all-clear."""
TAIL_SHARE = 0.35
"""So much longer than all else a last phase is drawn before it is cut: a standby may stay away for days."""
LEAST_S = 0.5
BEATING_SHARE = 0.5  # of the allowed absence: a younger heartbeat is one of many, not the last
ORDERED = frozenset({Trigger.ORDERED_HERE, Trigger.ORDERED_ELSEWHERE})


class Part(StrEnum):
    """The parts of an episode, in the order they are drawn; the value is the phase's name."""

    BEAT = "last heartbeat"
    SILENCE = "silence"
    PROMOTION = "promotion"
    RECORD = "record moved"
    HOOKS = "hooks"
    CLIENTS = "clients back"
    STANDBY = "standby back"


LAST = frozenset({Part.CLIENTS, Part.STANDBY})


class Absent(Enum):
    """Why a part has no bar."""

    WAITED_FOR = "waited for"
    NOT_SEEN = "not seen"
    IN_A_GAP = "in a gap"
    NOT_JUDGED = "not judged"
    NO_LOSS = "no loss"
    NO_SILENCE = "no silence"
    NO_CHANGE = "no change"


@dataclass(frozen=True, slots=True)
class Bar:
    """One part. Without instants it did not happen, or was not seen: ``absent`` says which."""

    part: Part
    from_at: Instant | None = None
    until_at: Instant | None = None
    running: bool = False  # it goes on; ``until_at`` is now
    absent: Absent | None = None
    unseen: tuple[Gap, ...] = ()  # what of it was not observed

    @property
    def length_s(self) -> float | None:
        return None if self.from_at is None or self.until_at is None else self.until_at - self.from_at


@dataclass(frozen=True, slots=True)
class HookCount:
    """Hooks called in the course of it."""

    called: int = 0
    raised: int = 0
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anatomy:
    """One episode as it is drawn: every part once, on one scale from ``begin_at`` to ``end_at``."""

    episode: Episode
    bars: tuple[Bar, ...]
    begin_at: Instant
    end_at: Instant  # a bar that goes on beyond is cut there
    now: Instant
    promoted_at: Instant | None = None
    due: tuple[Instant, Instant] | None = None  # when the takeover was, or is, to be expected
    hooks: HookCount = field(default_factory=HookCount)

    def bar(self, part: Part) -> Bar:
        return next(bar for bar in self.bars if bar.part is part)

    @property
    def running(self) -> bool:
        return self.episode.ended_at is None

    @property
    def promoted_after_s(self) -> float | None:
        """From the last heartbeat, or where it was ordered from the order, to the promotion seen."""
        episode = self.episode
        if episode.measured_takeover_s is not None or self.promoted_at is None:
            return episode.measured_takeover_s
        return max(0.0, self.promoted_at - episode.began_at) if episode.trigger in ORDERED else None

    @property
    def promoted_within_s(self) -> tuple[float, float] | None:
        """The bounds of that, where nobody saw it and the last heartbeat is known all the same."""
        gap, beat_at = self.episode.unwatched, self.bar(Part.BEAT).from_at
        if gap is None or beat_at is None:
            return None
        return max(0.0, gap.from_at - beat_at), max(0.0, gap.until_at - beat_at)

    @property
    def length_s(self) -> float:
        ended_at = self.episode.ended_at
        return max(0.0, (self.now if ended_at is None else ended_at) - self.episode.began_at)


def anatomy_of(
    episode: Episode,
    now: Instant,
    events: Iterable[Event] = (),
    gaps: Iterable[Gap] = (),
    *,
    heir: bool = True,
) -> Anatomy:
    """Lay it out as it is known at ``now``; events and gaps of other times are left aside.

    ``heir`` False: nobody is heard now who could take over, so that no takeover is to be expected.
    """
    until_at = now if episode.ended_at is None else episode.ended_at
    phases = {phase.name: phase for phase in episode.phases}
    known_gaps = _known(gaps, episode.unwatched)
    promoted_at = _promoted_at(phases)
    bars = tuple(_bar(part, episode, phases, known_gaps, until_at) for part in Part)
    due = _due(episode, phases, until_at) if heir or promoted_at is not None else None
    begin_at, end_at = _limits(bars, episode, until_at, due)
    hooks = hooks_called(episode, events)
    return Anatomy(episode, bars, begin_at, end_at, now, promoted_at, due, hooks)


def _known(gaps: Iterable[Gap], unwatched: Gap | None) -> tuple[Gap, ...]:
    """The gaps that have a length, and the one the change lay in where no other tells of it."""
    found = tuple(gap for gap in gaps if gap.until_at > gap.from_at)
    if unwatched is None or _within(found, unwatched.from_at, unwatched.until_at):
        return found
    return *found, unwatched


def hooks_called(episode: Episode, events: Iterable[Event]) -> HookCount:
    """What the events tell of hooks in the course of an episode."""
    until_at = None if episode.ended_at is None else episode.ended_at + AFTER_S
    told = [
        event
        for event in events
        if event.kind is EventKind.HOOK_CALLED
        and (event.episode in {None, episode.number})
        and event.at >= episode.earliest_at
        and (until_at is None or event.at <= until_at)
    ]
    raised = sum(event.severity is not Severity.OK for event in told)
    return HookCount(len(told), raised, tuple(event.sentence for event in told))


def _promoted_at(phases: dict[str, Phase]) -> Instant | None:
    """The record and the standby are counted from the promotion; a promotion not awaited has no phase."""
    promotion = phases.get(Part.PROMOTION)
    if promotion is not None:
        return promotion.until_at
    counted = phases.get(Part.RECORD) or phases.get(Part.STANDBY)
    return counted.from_at if counted is not None else None


def _due(episode: Episode, phases: dict[str, Phase], until_at: Instant) -> tuple[Instant, Instant] | None:
    """When a takeover was, or is, to be expected; none while heartbeats go on and nobody is silent."""
    beat, expected = phases.get(Part.BEAT), episode.expected_takeover_s
    if beat is None or expected is None or episode.cause == CUT_OFF:
        return None
    beating = until_at - beat.from_at < BEATING_SHARE * expected[0]
    if beating and Part.SILENCE not in phases and _promoted_at(phases) is None:
        return None
    return beat.from_at + expected[0], beat.from_at + expected[1]


def _bar(
    part: Part, episode: Episode, phases: dict[str, Phase], gaps: tuple[Gap, ...], until_at: Instant
) -> Bar:
    phase = phases.get(part)
    if phase is None:
        return _absent(part, episode, phases, gaps, until_at)
    over = phase.until_at is not None
    if not over and episode.ended_at is not None and part is Part.BEAT:
        return Bar(part, phase.from_at, phase.from_at)
    if not over and episode.ended_at is not None and part is Part.SILENCE:
        # No takeover came of it; that it was over by the all-clear is all that is known.
        return Bar(part, phase.from_at, until_at, unseen=_within(gaps, phase.from_at, until_at))
    if not over and episode.ended_at is not None and part is Part.CLIENTS:
        # They had not been seen back by the all-clear: so long it lasted at the least.
        return Bar(part, phase.from_at, until_at, unseen=_within(gaps, phase.from_at, until_at))
    if not over and episode.ended_at is not None:
        # It was never seen to end: how long it took nobody can say.
        missed = _within(gaps, phase.from_at, until_at)
        return Bar(part, absent=Absent.IN_A_GAP if missed else Absent.NOT_SEEN, unseen=missed)
    end_at = phase.until_at if phase.until_at is not None else max(until_at, phase.from_at)
    # Hooks are told by the node that called them, afterwards: nobody had to watch.
    unseen = () if part is Part.HOOKS else _within(gaps, phase.from_at, end_at)
    return Bar(part, phase.from_at, end_at, running=not over, unseen=unseen)


def _absent(
    part: Part, episode: Episode, phases: dict[str, Phase], gaps: tuple[Gap, ...], until_at: Instant
) -> Bar:
    unseen = _within(gaps, episode.earliest_at, until_at)
    promoted = _promoted_at(phases) is not None
    if part is Part.CLIENTS:
        if episode.clients_without_service_s is None:
            return Bar(part, absent=Absent.NOT_JUDGED)
        return Bar(part, absent=Absent.IN_A_GAP if episode.unwatched else Absent.NO_LOSS, unseen=unseen)
    if part is Part.SILENCE and (episode.trigger in ORDERED or (promoted and not unseen)):
        return Bar(part, absent=Absent.NO_SILENCE)
    if unseen:
        return Bar(part, absent=Absent.IN_A_GAP, unseen=unseen)
    if part is Part.PROMOTION and promoted:
        return Bar(part, absent=Absent.NOT_SEEN)  # nobody saw it still wait; that it happened is known
    never = not promoted and part not in {Part.BEAT, Part.SILENCE}
    over = Absent.NO_CHANGE if never else Absent.NOT_SEEN
    return Bar(part, absent=Absent.WAITED_FOR if episode.ended_at is None else over)


def _within(gaps: tuple[Gap, ...], from_at: Instant, until_at: Instant) -> tuple[Gap, ...]:
    return tuple(
        Gap(max(gap.from_at, from_at), min(gap.until_at, until_at), gap.reason)
        for gap in gaps
        if gap.from_at < until_at and gap.until_at > from_at
    )


def _limits(
    bars: tuple[Bar, ...], episode: Episode, until_at: Instant, due: tuple[Instant, Instant] | None
) -> tuple[Instant, Instant]:
    """The scale: all of the takeover, and of what came after it as much as does not press it flat."""
    there = [(bar.part, bar.from_at, bar.until_at) for bar in bars if bar.from_at is not None]
    begin_at = min([from_at for _, from_at, _ in there], default=episode.began_at)
    if episode.unwatched is not None:
        begin_at = min(begin_at, episode.earliest_at)
    core = [end for part, _, end in there if part not in LAST and end is not None]
    if episode.unwatched is not None:
        core.append(episode.unwatched.until_at)
    if due is not None and episode.ended_at is None and until_at < due[1]:
        core.append(due[1])
    every = [end for _, _, end in there if end is not None] or [until_at]
    whole = max(*every, *core, begin_at + LEAST_S)
    if not core:
        return begin_at, whole
    core_end = max(core)
    return begin_at, min(whole, core_end + max(TAIL_SHARE * (core_end - begin_at), LEAST_S))
