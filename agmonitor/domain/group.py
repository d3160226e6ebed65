"""One group as a state machine: ``step(state, input) -> (state, events)``. Pure, total, and knows no clock.

An input that is of no use (an unknown node, an answer overtaken by a later one, numbers no clock could show)
changes nothing. Same inputs, same output: a recording replayed gives what was shown live.
"""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.changes import changes
from agmonitor.domain.differences import differences
from agmonitor.domain.episodes import followed
from agmonitor.domain.events import Event
from agmonitor.domain.findings import judge
from agmonitor.domain.hooks import hooks_judged
from agmonitor.domain.intake import taken_in
from agmonitor.domain.looks import last_look_at, looks_of
from agmonitor.domain.model import GroupSettings, Instant, Severity
from agmonitor.domain.observations import (
    DnsObservation,
    Gap,
    HooksObservation,
    Input,
    LoadObservation,
    NodeObservation,
    Tick,
)
from agmonitor.domain.pair import doubt_after, given_up, primary_followed
from agmonitor.domain.record import doubt_of_record
from agmonitor.domain.replacing import replace, replacer
from agmonitor.domain.soundness import sound
from agmonitor.domain.standing import standing
from agmonitor.domain.state import GroupState, Mode, NodeState, Verdict
from agmonitor.domain.window import beat_of, beat_watched, only, timers_of, window_of
from agmonitor.said import phrase

MOVES_BEATS = (NodeObservation, LoadObservation, DnsObservation, Gap)
MOVES_HOOKS = (NodeObservation, HooksObservation, Gap)
_with_beat = replacer(GroupState, "beat", "window")
_with_verdict = replacer(GroupState, "verdict")


def initial(settings: GroupSettings, mode: Mode, at: Instant) -> GroupState:
    """The state before anything was asked."""
    first, second = (NodeState(name=node.name, url=node.url) for node in settings.nodes)
    unjudged = Verdict(29, "not_enough_evidence", Severity.UNKNOWN, phrase("Nothing has been asked yet."))
    state = GroupState(settings, mode, now=at, began_at=at, nodes=(first, second), verdict=unjudged)
    return replace(state, verdict=judge(state))


def step(state: GroupState, item: Input) -> tuple[GroupState, tuple[Event, ...]]:
    """The state after an input, and what changed by it."""
    folded = taken_in(state, item) if sound(item) else None
    if folded is None:
        return state, ()
    after = _concluded(state, folded, item)
    after, events = changes(state, after, item)
    return followed(state, after, item, events)


def _concluded(before: GroupState, state: GroupState, item: Input) -> GroupState:
    """What follows from the evidence: timers, beat, window, doubts, second looks and the verdict."""
    if isinstance(item, NodeObservation):
        state = _pair_concluded(before, state)
    if isinstance(item, MOVES_BEATS):
        beat = beat_of(state)
        state = _with_beat(state, beat, window_of(state, beat))
    if isinstance(item, MOVES_HOOKS):
        state = hooks_judged(before, state)
    if state.mode is named.SINGLE_LOOK:
        state = _look_concluded(state, item)
    looks = looks_of(state)
    if looks != state.looks:
        state = replace(state, looks=looks)
    verdict = standing(before, state, item) or judge(state)
    return state if verdict is state.verdict else _with_verdict(state, verdict)


def _look_concluded(state: GroupState, item: Input) -> GroupState:
    """A single look doubts the record too; a tick ends it, and with it all waiting for second looks."""
    memory = state.memory
    doubt, of_record = memory.doubt, doubt_of_record(state, last_look_at(state))
    if isinstance(item, Tick):
        doubt, of_record = given_up(doubt, state.now), given_up(of_record, state.now)
    return replace(state, memory=replace(memory, doubt=doubt, record_doubt=of_record))


def _pair_concluded(before: GroupState, state: GroupState) -> GroupState:
    """After a node's answer: settings, doubts about the pair, and who is Primary."""
    (old, other_old), (new, other_new) = before.nodes, state.nodes
    if _speaks_anew(old, new) or _speaks_anew(other_old, other_new):
        state = replace(state, timers=timers_of(state))
    memory = state.memory
    doubt = doubt_after(memory.doubt, state.nodes, last_look_at(state))
    differ_since = memory.differ_since
    if not differences(state.nodes):
        differ_since = None
    elif differ_since is None:
        differ_since = state.now
    if doubt is not memory.doubt or differ_since != memory.differ_since:
        memory = replace(memory, doubt=doubt, differ_since=differ_since)
    followed_memory = primary_followed(memory, before, state)
    memory = beat_watched(followed_memory, state, only(state.nodes, named.SECONDARY))
    took_over = _took_over(old, new) or _took_over(other_old, other_new)
    changed = took_over or memory.change is not state.memory.change
    if changed:
        return replace(state, memory=memory, primary_changed_at=state.now)
    return state if memory is state.memory else replace(state, memory=memory)


def _speaks_anew(old: NodeState, new: NodeState) -> bool:
    """Other settings, or another role to weigh them by: else the timers are what they were."""
    if new.heard is old.heard:
        return False
    told, told_before = new.configuration, old.configuration
    other_settings = told is not told_before and told != told_before
    return other_settings or old.heard is None or new.role is not old.role


def _took_over(old: NodeState, new: NodeState) -> bool:
    return new.role is named.PRIMARY and new.role_change_seen and new.role_since != old.role_since
