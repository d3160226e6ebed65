"""The events of one failover or outage gathered under one number, from first sign to all-clear.

A first record: trigger, phases with their times, expected and measured. Judges nothing and is kept while
watching only; a single look has no story to tell.
"""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.causes import CUT_OFF
from agmonitor.domain.events import Episode, Event, EventKind, Phase, Trigger
from agmonitor.domain.memory import Marks, PrimaryChange
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.observations import (
    ClientObservation,
    FailoverOrdered,
    Gap,
    GapReason,
    HooksObservation,
    Input,
    NodeObservation,
)
from agmonitor.domain.outside import clients_judged
from agmonitor.domain.phrases import answer_of
from agmonitor.domain.record import record_names
from agmonitor.domain.replacing import replace
from agmonitor.domain.rules_health import pair_is_well
from agmonitor.domain.state import BeatAge, GroupState, NodeState, TakeoverWindow
from agmonitor.domain.unwatched import NATURAL_S, before_the_gap, seconds_unseen
from agmonitor.domain.window import only, writer_clock
from agmonitor.domain.words import duration, number
from agmonitor.said import phrase

BEGINS_WITH = frozenset({1, 2, 3, 4, 5, 23})
TWO_PRIMARIES, POINTS_ELSEWHERE, ISOLATED = 1, 6, 21
KEPT = 50
NOT_IN_GROUP = 19
ORDER_PATIENCE_S = 60.0
"""An order that changes nothing is over after this."""
LOADED = 0.50
NO_BEATS = phrase("heartbeats were missing")
_INSTANTS = tuple(name for name in Marks.__slots__ if name.endswith("_at"))


def followed(
    before: GroupState, after: GroupState, item: Input, events: tuple[Event, ...]
) -> tuple[GroupState, tuple[Event, ...]]:
    """The state with the episode brought up to date, and the events numbered."""
    if after.mode is named.SINGLE_LOOK or (after.episode is None and not _begins(before, after, item)):
        return after, events
    told: list[Event] = list(events)
    if isinstance(item, Gap):
        after = _on_the_clock_as_set(after, item)
    if after.episode is None and _bounced_from_last(before, after):
        # The way back belongs to the way there: one failover that did not last.
        last = replace(after.episodes[-1], ended_at=None)
        after = replace(after, episode=last, episodes=after.episodes[:-1])
    if after.episode is None:
        after = _begun(before, after)
        assert after.episode is not None
        text = _begun_text(after.episode, after.verdict.sentence)
        told.append(Event(after.now, EventKind.EPISODE_BEGAN, text, Severity.NOTICE))
    after = _brought_up(before, after, item)
    episode = after.episode
    assert episode is not None
    if _over(after):
        episode = replace(episode, ended_at=max(after.now, episode.began_at))
        after = replace(after, episode=None, episodes=(*after.episodes, episode)[-KEPT:])
        lasted = duration(max(0.0, after.now - episode.began_at))
        text = phrase("Episode {number} ended after {time}.", number=episode.number, time=lasted)
        told.append(Event(after.now, EventKind.EPISODE_ENDED, text))
    return after, tuple(
        replace(event, episode=episode.number) if event.episode is None else event for event in told
    )


def _begun_text(episode: Episode, sentence: str) -> str:
    """With its cause where there is one, else with what the verdict says."""
    if not episode.cause and sentence.endswith(".") and not sentence.endswith(".."):
        return phrase("Episode {number} began: {sentence}", number=episode.number, sentence=sentence)
    why = episode.cause or sentence
    if why.endswith("."):
        why = why.rstrip(".")
    return phrase("Episode {number} began: {why}.", number=episode.number, why=why)


def _on_the_clock_as_set(state: GroupState, gap: Gap) -> GroupState:
    """Our clock was set: what the episode goes by is moved along, so that lengths stay what they were."""
    by_s = gap.until_at - gap.from_at
    if state.episode is None or not (gap.reason is GapReason.CLOCK_STEPPED or by_s < 0):
        return state
    told = {name: getattr(state.memory.marks, name) for name in _INSTANTS}
    moved = {name: round(at + by_s, 3) for name, at in told.items() if at is not None}
    return replace(
        state,
        episode=replace(state.episode, began_at=round(state.episode.began_at + by_s, 3)),
        memory=replace(state.memory, marks=replace(state.memory.marks, **moved)),
    )


def _begins(before: GroupState, after: GroupState, item: Input) -> bool:
    changed = after.memory.change is not before.memory.change
    if changed or isinstance(item, FailoverOrdered):
        return True
    for finding in after.verdict.findings:
        if finding.number in BEGINS_WITH:
            return True
        if finding.number == POINTS_ELSEWHERE and finding.severity is Severity.CRITICAL:
            return True
    return False


def _bounced(before: GroupState, after: GroupState) -> bool:
    change = after.memory.change
    return change is not None and change is not before.memory.change and change.bounce_s is not None


def _bounced_from_last(before: GroupState, after: GroupState) -> bool:
    change = after.memory.change
    way_there = after.episodes[-1].new_primary if after.episodes else None
    return change is not None and change.old == way_there and _bounced(before, after)


def _begun(before: GroupState, after: GroupState) -> GroupState:
    old = before.memory.last_primary
    lost = before.node(old) if old is not None else None
    failing = after.node(old) if old is not None else None
    silent_at = _first_failure(failing) or _first_failure(lost)
    clients_lost_at = after.memory.clients_failed_at if clients_judged(after) else None
    signs = [at for at in (after.now, silent_at, clients_lost_at) if at is not None]
    beat = after.beat or before.beat
    marks = Marks(beat_at=_beat_at(after, beat), silent_at=silent_at, clients_lost_at=clients_lost_at)
    episode = Episode(
        number=after.memory.episode_count + 1,
        began_at=min(signs),
        old_primary=old,
        expected_takeover_s=_expected(after.window or before.window, beat),
        clients_without_service_s=0.0 if clients_judged(after) else None,
    )
    memory = replace(after.memory, marks=marks, episode_count=episode.number)
    after = replace(after, episode=episode, memory=memory)
    trigger, cause = _trigger(before, after)
    return replace(after, episode=replace(episode, trigger=trigger, cause=cause))


def _first_failure(node: NodeState | None) -> Instant | None:
    return node.first_failed_at if node is not None else None


def _beat_at(state: GroupState, beat: BeatAge | None) -> Instant | None:
    """The newest heartbeat on our clock."""
    if beat is None:
        return None
    window = state.window
    offset_s = window.offset_s if window is not None else writer_clock(state).offset_s
    return beat.stamped_at - offset_s


def _expected(window: TakeoverWindow | None, beat: BeatAge | None) -> tuple[float, float] | None:
    if window is None or beat is None:
        return None
    return max(0.0, window.opens_at - beat.stamped_at), max(0.0, window.closes_at - beat.stamped_at)


# -- trigger and cause --------------------------------------------------------------------------------------


def _trigger(before: GroupState, after: GroupState) -> tuple[Trigger, str]:
    assert after.episode is not None
    order = after.ordered
    if order is not None and (order is not before.ordered or after.now - order.at <= ORDER_PATIENCE_S):
        return Trigger.ORDERED_HERE, phrase(
            "ordered on {node} by {who}: {reason}", node=order.node, who=order.who, reason=order.reason
        )
    old = after.episode.old_primary
    lost = after.node(old) if old is not None else None
    if lost is not None and lost.failures > 0 and lost.last is not None:
        return Trigger.AUTOMATIC, _loss(lost)
    change = after.memory.change
    if change is None or change is before.memory.change:
        return Trigger.UNKNOWN, ""
    if change.explained:
        gap = before.memory.gap_since_primary
        return (Trigger.UNKNOWN, phrase("it happened in a gap")) if gap else (Trigger.AUTOMATIC, NO_BEATS)
    return (
        Trigger.ORDERED_ELSEWHERE,
        phrase(
            "{old} gave way to {node}, in good health; ordered elsewhere", old=change.old, node=change.new
        ),
    )


def _loss(lost: NodeState) -> str:
    load = lost.load.load_score if lost.load is not None else None
    if load is not None and load >= LOADED:
        return phrase(
            "{node} overload: load score {load}, then {why}",
            node=lost.name,
            load=number(load),
            why=answer_of(lost),
        )
    return phrase("{node} stopped answering ({why})", node=lost.name, why=answer_of(lost))


# -- marks and phases ---------------------------------------------------------------------------------------


def _brought_up(before: GroupState, after: GroupState, item: Input) -> GroupState:
    episode, marks = after.episode, after.memory.marks
    assert episode is not None
    if after.memory.change is not before.memory.change or isinstance(item, FailoverOrdered):
        trigger, cause = _trigger(before, after)
        if marks.promoted_at is None and trigger is not Trigger.UNKNOWN:
            episode = replace(episode, trigger=trigger, cause=cause)
    if marks.promoted_at is None and after.memory.change is not before.memory.change:
        episode, marks = _promoted(episode, marks, before, after.memory.change)
    elif marks.promoted_at is None:
        marks = _waiting(marks, before, after, item)
        second = _second_primary(after, episode)
        if second is not None:
            trigger, cause = _missing_beats(episode, before)
            episode = replace(episode, trigger=trigger, cause=cause)
            episode, marks = _promoted(episode, marks, before, second)
    elif _bounced(before, after) and after.memory.change is not None:
        episode = replace(episode, bounce_s=after.memory.change.bounce_s)
    if _cut_off(after, marks):
        # Nobody is blamed: what we took for a node's silence and for clients' loss was ours.
        episode = replace(episode, trigger=Trigger.UNKNOWN, cause=CUT_OFF, clients_without_service_s=None)
    marks = _clients_marked(marks, before, after, item)
    if episode.cause == CUT_OFF:
        marks = replace(marks, clients_lost_at=None, clients_back_at=None)
    marks = _settling(marks, episode, after, item)
    if marks is before.memory.marks and episode is before.episode and not isinstance(item, Gap):
        return after  # as most often: what follows rests on these
    lost_s = marks.clients_lost_s
    episode = replace(
        episode,
        unseen_s=episode.unseen_s + seconds_unseen(item),
        phases=_phases(marks, unwatched=episode.unwatched is not None),
        clients_without_service_s=lost_s if episode.clients_without_service_s is not None else None,
    )
    return replace(after, episode=episode, memory=replace(after.memory, marks=marks))


def _cut_off(state: GroupState, marks: Marks) -> bool:
    return marks.promoted_at is None and any(one.number == ISOLATED for one in state.verdict.findings)


def _waiting(marks: Marks, before: GroupState, after: GroupState, item: Input) -> Marks:
    """Before the promotion: the last heartbeat may still move on, and the old Primary may fall silent."""
    if isinstance(item, NodeObservation):
        old = before.memory.last_primary
        silent_at = _first_failure(after.node(old)) if old is not None else None
        own = _writes_itself(after, old)  # beats in TXT are the new Primary's own from here on
        beat_at = marks.beat_at if own else _beat_at(after, after.beat) or marks.beat_at
        silent_at = marks.silent_at or silent_at
        if silent_at != marks.silent_at or beat_at != marks.beat_at:
            return replace(marks, silent_at=silent_at, beat_at=beat_at)
    return marks


def _writes_itself(state: GroupState, old: str | None) -> bool:
    if record_names(state) not in {None, old}:
        return True
    return any(node.role is named.PRIMARY and node.name != old for node in state.nodes)


def _second_primary(state: GroupState, episode: Episode) -> PrimaryChange | None:
    """The other node has taken over and the old Primary goes on: a takeover, if not a change of Primary."""
    old = episode.old_primary
    if old is None or not any(finding.number == TWO_PRIMARIES for finding in state.verdict.findings):
        return None
    for node in state.nodes:
        if node.name != old and node.role_change_seen and node.role_since is not None:
            return PrimaryChange(node.role_since, old, node.name, ordered_here=False, explained=True)
    return None


def _missing_beats(episode: Episode, before: GroupState) -> tuple[Trigger, str]:
    if episode.trigger is Trigger.UNKNOWN and before.memory.excuse:
        return Trigger.AUTOMATIC, NO_BEATS
    return episode.trigger, episode.cause


def _promoted(
    episode: Episode, marks: Marks, before: GroupState, change: PrimaryChange | None
) -> tuple[Episode, Marks]:
    assert change is not None
    was = before.node(change.new)
    said = was.heard.received_at if was.heard is not None and was.role is named.SECONDARY else None
    marks = replace(marks, promoted_at=change.at, last_secondary_at=said)
    gap = change.unwatched
    if gap is not None:
        marks = before_the_gap(marks, gap)
    ordered = episode.trigger in {Trigger.ORDERED_HERE, Trigger.ORDERED_ELSEWHERE}
    timed = marks.beat_at is not None and not ordered and gap is None
    measured = change.at - marks.beat_at if timed and marks.beat_at is not None else None
    if measured is not None and measured < 0:  # some clock was set meanwhile
        measured = None
    return (
        replace(
            episode,
            old_primary=change.old,
            new_primary=change.new,
            measured_takeover_s=measured,
            bounce_s=change.bounce_s,
            unwatched=gap,
            unseen_s=episode.unseen_s or (seconds_unseen(gap) if gap is not None else 0.0),
            expected_takeover_s=None if ordered else episode.expected_takeover_s,
        ),
        marks,
    )


def _clients_marked(marks: Marks, before: GroupState, after: GroupState, item: Input) -> Marks:
    failed_at = before.memory.clients_failed_at
    if isinstance(item, Gap) and failed_at is not None:
        # So long it was seen to last; what is seen after the gap stands for itself.
        return replace(marks, clients_lost_s=marks.clients_lost_s + max(0.0, item.from_at - failed_at))
    if not isinstance(item, ClientObservation) or not clients_judged(after):
        return marks
    if item.answer is not named.ANSWERED:
        lost_at = after.memory.clients_failed_at
        return replace(marks, clients_lost_at=marks.clients_lost_at or lost_at, clients_back_at=None)
    if failed_at is None:
        lost = marks.clients_lost_at is not None and marks.clients_back_at is None
        return replace(marks, clients_back_at=item.received_at) if lost else marks
    lost_s = marks.clients_lost_s + max(0.0, item.received_at - failed_at)
    return replace(marks, clients_back_at=item.received_at, clients_lost_s=lost_s)


def _settling(marks: Marks, episode: Episode, after: GroupState, item: Input) -> Marks:
    """After the promotion: record, hooks, standby."""
    if marks.promoted_at is None:
        return marks
    if marks.record_at is None and record_names(after) == episode.new_primary:
        marks = replace(marks, record_at=after.now)
    secondary = only(after.nodes, named.SECONDARY)
    if marks.standby_at is None and secondary is not None and secondary.name != episode.new_primary:
        marks = replace(marks, standby_at=after.now)
    if isinstance(item, HooksObservation):
        marks = _hooks_marked(marks, after.node(item.node), episode.earliest_at)
    return marks


def _hooks_marked(marks: Marks, node: NodeState, began_at: Instant) -> Marks:
    offset_s = node.offset.middle_s if node.offset is not None else 0.0
    calls = node.inventory.calls if node.inventory is not None else ()
    for call in calls:
        from_at = call.started_at - offset_s
        if from_at < began_at:
            continue
        until_at = from_at + (call.duration_ms or 0.0) / 1000
        first, last = marks.hooks_from_at, marks.hooks_until_at
        marks = replace(
            marks,
            hooks_from_at=from_at if first is None else min(first, from_at),
            hooks_until_at=until_at if last is None else max(last, until_at),
        )
    return marks


def _phases(marks: Marks, *, unwatched: bool) -> tuple[Phase, ...]:
    """Each phase with the instants it runs between; those that have not begun are left out."""
    silent_at = marks.silent_at
    beat_until = silent_at if silent_at is not None else marks.promoted_at
    promoted_at, record_at = marks.promoted_at, marks.record_at
    if unwatched and promoted_at is not None and (record_at or promoted_at) <= promoted_at + NATURAL_S:
        record_from_at = None  # it had moved when we looked again, or nobody knows yet
    else:
        record_from_at = promoted_at
    told = (
        ("last heartbeat", marks.beat_at, beat_until),
        ("silence", silent_at, marks.promoted_at),
        ("promotion", marks.last_secondary_at, marks.promoted_at),
        ("record moved", record_from_at, record_at),
        ("hooks", marks.hooks_from_at, marks.hooks_until_at),
        ("clients back", marks.clients_lost_at, marks.clients_back_at),
        ("standby back", marks.promoted_at, marks.standby_at),
    )
    return tuple(
        Phase(name, from_at, until_at if until_at is None else max(from_at, until_at))
        for name, from_at, until_at in told
        if from_at is not None
    )


def _over(state: GroupState) -> bool:
    """All clear; an order of ours is given time to take effect."""
    if state.verdict.number != NOT_IN_GROUP and not pair_is_well(state):
        return False
    order = state.ordered
    if order is None or state.memory.marks.promoted_at is not None:
        return True
    return not 0 <= state.now - order.at <= ORDER_PATIENCE_S
