"""One input taken into the state: what was said, by whom, and in which order. Concludes nothing."""

from __future__ import annotations

from typing import TypeVar

from agmonitor.domain import named
from agmonitor.domain import nodes as node_rules
from agmonitor.domain.acknowledging import acknowledged
from agmonitor.domain.clock_offset import offset_of
from agmonitor.domain.memory import ClockStep, Memory, PrimaryChange
from agmonitor.domain.observations import (
    Acknowledged,
    ClientObservation,
    DnsObservation,
    FailoverOrdered,
    Gap,
    GapReason,
    HooksObservation,
    Input,
    LoadObservation,
    NodeObservation,
    Observation,
    ResolverObservation,
    Tick,
    instant_of,
)
from agmonitor.domain.outside import clients_seen, dns_seen, resolver_seen
from agmonitor.domain.replacing import replace, replacer
from agmonitor.domain.soundness import whole
from agmonitor.domain.state import ClockOffset, GroupState, NodeState

_with_now = replacer(GroupState, "now")
_with_node = replacer(GroupState, "now", "nodes", "memory")
_with_hooks = replacer(NodeState, "hooks", "inventory")


def taken_in(state: GroupState, item: Input) -> GroupState | None:
    """The state with the input in it; None when it is of no use."""
    match item:
        case NodeObservation() | LoadObservation() | HooksObservation():
            return _node_folded(state, item)
        case DnsObservation() | ResolverObservation() | ClientObservation():
            return _outside_folded(state, item)
        case Tick():
            return _with_now(state, item.at) if item.at >= state.now else None
        case Gap():
            return _after_gap(state, item)
        case FailoverOrdered():
            return replace(_at(state, item), ordered=item) if _place(state, item.node) is not None else None
        case Acknowledged():
            noted = acknowledged(state, item)
            return None if noted is None else _at(noted, item)


def _outside_folded(
    state: GroupState, item: DnsObservation | ResolverObservation | ClientObservation
) -> GroupState | None:
    before = _answered_before(state, item)
    if not _fresh(state, before, item):
        return None
    if item.received_at > state.now:
        state = _with_now(state, item.received_at)
    match item:
        case DnsObservation():
            return dns_seen(state, item)
        case ResolverObservation():
            return resolver_seen(state, item)
        case _:
            return clients_seen(state, item)


def _answered_before(
    state: GroupState, item: DnsObservation | ResolverObservation | ClientObservation
) -> Observation | None:
    match item:
        case DnsObservation():
            return state.dns
        case ResolverObservation():
            return next((seen for seen in state.resolvers if seen.resolver == item.resolver), None)
        case _:
            return state.clients


def _at(state: GroupState, item: Input) -> GroupState:
    at = instant_of(item)
    return _with_now(state, at) if at > state.now else state


def _fresh(state: GroupState, before: Observation | None, item: Observation) -> bool:
    """Not overtaken by a later answer to the same question, nor from before a gap that is over."""
    settled = state.memory.not_before
    if settled is not None and item.received_at < settled:
        return False
    # An answer "later" than now is from before our clock was set back, and overtakes nothing.
    return before is None or before.received_at <= item.received_at or before.received_at > state.now


def _place(state: GroupState, name: str) -> int | None:
    first, second = state.nodes
    if name == first.name:
        return 0
    return 1 if name == second.name else None


def _node_folded(
    state: GroupState, item: NodeObservation | LoadObservation | HooksObservation
) -> GroupState | None:
    place = _place(state, item.node)
    if place is None:
        return None
    node = state.nodes[place]
    if not _fresh(state, _told_before(node, item), item):
        return None
    memory = state.memory
    offset = node.offset
    if not isinstance(item, HooksObservation):
        memory = node_rules.clock_read(memory, place, item)
        if memory is not state.memory:
            offset = offset_of(memory.clocks[place], item.received_at)
    step = memory.clock_step if memory.clock_step is not state.memory.clock_step else None
    node = _answered(node, item, offset, step)
    now = max(item.received_at, state.now)
    return _with_node(state, now, _placed(state.nodes, place, node), memory)


def _told_before(
    node: NodeState, item: NodeObservation | LoadObservation | HooksObservation
) -> Observation | None:
    match item:
        case NodeObservation():
            return node.last
        case LoadObservation():
            return node.load
        case _:
            return node.hooks


def _answered(
    node: NodeState,
    item: NodeObservation | LoadObservation | HooksObservation,
    offset: ClockOffset | None,
    stepped: ClockStep | None,
) -> NodeState:
    match item:
        case NodeObservation():
            return node_rules.observed(node, whole(item), offset)
        case LoadObservation():
            return node_rules.loaded(node, item, offset, stepped)
        case _:
            told = item.answer is named.ANSWERED
            return _with_hooks(node, hooks=item, inventory=item if told else node.inventory)


Placed = TypeVar("Placed")


def _placed(pair: tuple[Placed, Placed], place: int, one: Placed) -> tuple[Placed, Placed]:
    return (one, pair[1]) if place == 0 else (pair[0], one)


def _after_gap(state: GroupState, gap: Gap) -> GroupState:
    """What was known before stays known; what is, is not known. Runs of failures end here."""
    set_back = gap.until_at < gap.from_at
    first, second = (node_rules.forgotten(node) for node in state.nodes)
    memory = replace(
        state.memory,
        not_before=gap.until_at,
        changes=_on_the_clock_as_set(state.memory.changes, gap),
        clocks=Memory().clocks,
        doubt=None,
        record_doubt=None,
        dns_answered=None,
        differ_since=None,
        old_answers=(),
        clients_served_at=None,
        clients_failed_at=None,
        clients_lost_at=None,
        clients_failed_sent=(),
        gap_since_primary=True,
    )
    return replace(
        state,
        now=gap.until_at if set_back else max(state.now, gap.until_at),
        nodes=(first, second),
        dns=None,
        dns_failures=0,
        resolvers=(),
        clients=None,
        clients_failures=0,
        last_gap=gap,
        memory=memory,
    )


def _on_the_clock_as_set(changes: tuple[PrimaryChange, ...], gap: Gap) -> tuple[PrimaryChange, ...]:
    """Our clock was set: changes of Primary are as long ago as they were."""
    by_s = gap.until_at - gap.from_at
    if not changes or not (gap.reason is GapReason.CLOCK_STEPPED or by_s < 0):
        return changes
    return tuple(replace(change, at=round(change.at + by_s, 3)) for change in changes)
