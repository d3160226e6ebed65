"""What the oracle knows of beats, clocks and load: a takeover overdue, clocks apart, a node near its end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from agmonitor.drill.oracle_case import Case, Claim, age_of, seen
from agmonitor.drill.oracle_roles import heard_as
from agmonitor.drill.oracle_spans import Spans, both, either, split
from agmonitor.drill.oracle_testimony import ROLES, Witness, says
from agmonitor.protocol.world.truth import NodeTruth, Truth

UPDATE_S = 2.0  # for the record's update
SLACK_S = 3.0  # whole-second stamps, delivery, and a clock known to a second
STEP_S = 1.0
SKEW_S = 300.0
LOADED = 0.80
SECONDARY = says("secondary")
SECONDARY_OR_OUT = says("secondary", "not_in_group")


def takeover_overdue(case: Case) -> Claim:
    """A Secondary that, by what it knows of beats and its own clock, should have taken over."""
    a, c = case.absence_s, case.check_s
    due_s = max(a, c) + c + UPDATE_S + SLACK_S
    true: list[Spans] = []
    shown: Spans = []
    visible: Spans = []
    for name in case.names:
        me = case.node(name)
        place = case.names.index(name)
        shown += _told_overdue(case, name, a + c)
        true.append(_overdue(case, place, a + c, 0.0))
        ripe = _overdue(case, place, due_s, 2 * c + UPDATE_S + SLACK_S)
        needs = [(me, SECONDARY), (case.testimony.loads[name], lambda _: True)]
        steps = _steps(case, place)
        alone = heard_as(case, name, SECONDARY, SECONDARY_OR_OUT)
        known = both(both(seen(case, split(ripe, steps), needs), alone), _watched(case, name, due_s))
        visible += known
    heard = [(case.node(name), SECONDARY) for name in case.names]
    return Claim(5, either(*true), either(shown), sorted(visible), age_of(*heard))


def clock_skew(case: Case) -> Claim:
    """The nodes' clocks are more than 300 s apart."""
    loads = [(case.testimony.loads[name], lambda _word: True) for name in case.names]
    nodes = [(case.node(name), lambda word: word in ROLES) for name in case.names]
    true = case.when(lambda truth: _apart_s(truth) > SKEW_S)
    sure = case.when(lambda truth: _apart_s(truth) > SKEW_S + SLACK_S)
    known = split(sure, [*_steps(case, 0), *_steps(case, 1)])  # each must tell its clock anew
    visible: Spans = []
    for start, end in seen(case, known, [*loads, *nodes]):
        # Of two clocks set alike one is told first: each must be told once more, as every answer does.
        again = [case.node(name).asked_since(start) for name in case.names]
        from_at = max(case.end if at is None else at for at in again)
        visible += [(from_at, end)] if from_at < end else []
    return Claim(12, true, [], visible, age_of(*loads))


def overloaded(case: Case) -> Claim:
    """A node whose load is 0.80 or more; a Gateway crashes at 1."""
    true: list[Spans] = []
    visible: Spans = []
    for name in case.names:
        load, node = case.testimony.loads[name], case.node(name)
        laden = case.when_node(name, lambda node: node.alive and node.overloaded)
        true.append(both(laden, load.asked(lambda score: score >= LOADED, case.end)))
        near = both(laden, load.spans(lambda score: score >= LOADED, case.end))
        visible += seen(case, near, [(node, lambda word: word in ROLES)])
    loads = [(load, lambda score: score >= LOADED) for load in case.testimony.loads.values()]
    return Claim(13, either(*true), [], sorted(visible), age_of(*loads))


def _told_overdue(case: Case, name: str, limit_s: float) -> Spans:
    """When a Secondary told of a beat so old, and nothing told that it had not been waiting all the while.

    A process that was started out of our sight looks like one that waited. All on its own clock.
    """
    me = case.node(name)
    begun = [*_beginnings(me), case.end]
    spans: Spans = []
    waits_since = _own(case, name, case.history[0][0])
    for i, (word, told, received) in enumerate(zip(me.words, me.details, me.received, strict=True)):
        while begun[0] <= received and len(begun) > 1:
            waits_since = _own(case, name, begun.pop(0))
        if word == "secondary" and _own(case, name, received) - max(told[0] or 0.0, waits_since) > limit_s:
            until = me.received[i + 1] if i + 1 < len(me.received) else case.end
            spans.append((received, until))
    return spans


def _beginnings(me: Witness) -> list[float]:
    """When a node told of another role, came back after refusing, or had forgotten beats or checks."""
    found: list[float] = []
    role: str | None = None
    knew: tuple[float | None, ...] = (None, None)
    heard_at = 0.0
    for word, told, received in zip(me.words, me.details, me.received, strict=True):
        if word not in ROLES:
            continue
        if role is not None and (
            word != role or _forgot(knew, told) or _lies_within(me.refused, heard_at, received)
        ):
            found.append(received)
        role, knew, heard_at = word, told, received
    return found


def _forgot(knew: tuple[float | None, ...], told: tuple[float | None, ...]) -> bool:
    if None not in told:
        return False
    return any(old is not None and new is None for old, new in zip(knew, told, strict=True))


def _lies_within(moments: Sequence[float], after: float, before: float) -> bool:
    """Whether any of them, which are in order, does; neither end counts."""
    place = bisect_right(moments, after)
    return place < len(moments) and moments[place] < before


def _own(case: Case, name: str, at: float) -> float:
    """What the node's own clock showed at a true instant."""
    place = max(0, bisect_right(case.history, at, key=itemgetter(0)) - 1)
    return at + case.history[place][1].node(name).clock_offset_s


def _overdue(case: Case, place: int, limit_s: float, arrived_s: float) -> Spans:
    """When a Secondary's silence had lasted longer, on its own clock and by its own knowledge.

    ``arrived_s``: and so long no beat had arrived, whatever its stamp; one that arrives keeps it content.
    """
    spans: Spans = []
    history = case.history
    role_since, own_since = -1e12, -1e12
    for i, (at, truth) in enumerate(history):
        node = truth.nodes[place]
        if node.since != role_since:
            role_since, own_since = node.since, node.since + node.clock_offset_s
        if node.role != "secondary" or not node.alive or truth.nodes[1 - place].role == "not_in_group":
            continue
        until = history[i + 1][0] if i + 1 < len(history) else case.end
        silent_since = max(own_since, node.last_beat_at or own_since) - node.clock_offset_s
        if silent_since + limit_s >= until:
            continue  # as mostly
        if arrived_s:
            silent_since = max(silent_since, _unread_since(truth, place))
        from_at = max(at, silent_since + limit_s, _arrived_at(node) + arrived_s)
        if from_at < until:
            spans.append((from_at, until))
    return either(spans)


def _unread_since(truth: Truth, place: int) -> float:
    """When TXT was written, where the Secondary has yet to read it and can."""
    node, writer = truth.nodes[place], truth.nodes[1 - place]
    if truth.txt is None or node.dns_connection != "connected":
        return -1e12
    written_at = truth.txt - writer.clock_offset_s
    checked_at = -1e12 if node.last_check_at is None else node.last_check_at - node.clock_offset_s
    return written_at if written_at > checked_at else -1e12


def _arrived_at(node: NodeTruth) -> float:
    return -1e12 if node.beat_arrived_at is None else node.beat_arrived_at - node.clock_offset_s


def _steps(case: Case, place: int) -> list[float]:
    """When a node's clock was set."""
    found = []
    last = case.history[0][1].nodes[place].clock_offset_s
    for at, truth in case.history:
        now = truth.nodes[place].clock_offset_s
        if abs(now - last) > STEP_S:
            found.append(at)
        last = now
    return found


def _watched(case: Case, name: str, due_s: float) -> Spans:
    """From when a monitor that has seen it become Secondary may blame it."""
    witness = case.node(name)
    turns = [case.history[0][0], *_beginnings(witness), case.end]
    return [(start + due_s, end) for start, end in pairwise(turns) if start + due_s < end]


def _apart_s(truth: Truth) -> float:
    a, b = truth.nodes
    if not (a.alive and b.alive):
        return 0.0
    return abs(a.clock_offset_s - b.clock_offset_s)
