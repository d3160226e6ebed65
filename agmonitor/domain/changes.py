"""State before and after an input, told as events: changes only, in the past tense.

After a start or a gap nothing is announced of findings until both nodes (and DNS, where there is a name to
ask for) have answered again: what has not been looked at has neither begun nor ended.
"""

from __future__ import annotations

from collections.abc import Iterator

from agmonitor.domain import named
from agmonitor.domain.acknowledging import said
from agmonitor.domain.addresses import owner_of
from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.memory import Announced, ClockStep
from agmonitor.domain.model import Role, Severity
from agmonitor.domain.observations import (
    Acknowledged,
    ClientObservation,
    DnsObservation,
    FailoverOrdered,
    Gap,
    HookCall,
    HookOutcome,
    HooksObservation,
    Input,
    NodeObservation,
)
from agmonitor.domain.outside import clients_judged, dns_lost, name_known
from agmonitor.domain.phrases import answer_of, became
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import Condition, Finding, GroupState, NodeState
from agmonitor.domain.window import window_s
from agmonitor.domain.words import (
    ANSWERS,
    DNS_ANSWERS,
    GAP_REASONS,
    ROLES,
    brief,
    duration,
    listed,
    plain_title,
)
from agmonitor.said import besides, joined, phrase

NOT_ENOUGH_EVIDENCE = 29


def changes(before: GroupState, after: GroupState, item: Input) -> tuple[GroupState, tuple[Event, ...]]:
    """The events of one step, and the state that remembers what they have announced."""
    events = list(_seen(before, after, item))
    if after.verdict is before.verdict:
        return after, tuple(events)  # all that can be announced has been
    announced = after.memory.announced
    conditions = _conditions(after)
    if conditions != announced.conditions:
        announced = replace(announced, conditions=conditions)
    if _settled(after):
        told = _findings_told(after)
        verdict = (after.verdict.name, after.verdict.severity)
        if told != announced.findings or verdict != announced.verdict:
            events += _findings_changed(announced, after)
            announced = replace(announced, findings=told, verdict=verdict)
    if announced is not after.memory.announced or not after.memory.begun:
        after = replace(after, memory=replace(after.memory, announced=announced, begun=True))
    return after, tuple(events)


def _seen(before: GroupState, after: GroupState, item: Input) -> Iterator[Event]:
    """What the input itself told."""
    if not before.memory.begun:
        names = listed(node.name for node in after.nodes)
        yield Event(after.now, EventKind.WATCHING_BEGAN, phrase("Watching of {nodes} began.", nodes=names))
    step = after.memory.clock_step
    if step is not None and step is not before.memory.clock_step:
        yield Event(after.now, EventKind.CLOCK_STEPPED, _stepped(step), Severity.NOTICE, node=step.node)
    match item:
        case NodeObservation():
            yield from _node_changed(before, after, item.node)
            yield from _bounced(before, after)
        case DnsObservation():
            yield from _dns_changed(before, after)
        case ClientObservation():
            yield from _clients_changed(before, after, item)
        case HooksObservation():
            yield from _hooks_called(before.node(item.node), item, after)
        case Gap():
            length = duration(max(0.0, item.until_at - item.from_at))
            text = phrase(
                "Nothing was observed for {time} ({why}).", time=length, why=GAP_REASONS[item.reason]
            )
            yield Event(after.now, EventKind.GAP, text)
        case FailoverOrdered():
            text = phrase(
                "{who} ordered a failover on {node}: {reason}",
                who=item.who,
                node=item.node,
                reason=item.reason,
            )
            yield Event(after.now, EventKind.FAILOVER_ORDERED, text, Severity.NOTICE, node=item.node)
        case Acknowledged():
            yield Event(after.now, EventKind.ACKNOWLEDGED, said(item), episode=item.episode)
        case _:
            pass


def _stepped(step: ClockStep) -> str:
    by = duration(abs(step.step_s))
    if step.step_s > 0:
        return phrase("The clock of {node} was set forward by {time}.", node=step.node, time=by)
    return phrase("The clock of {node} was set back by {time}.", node=step.node, time=by)


# -- nodes --------------------------------------------------------------------------------------------------


def _conditions(state: GroupState) -> tuple[str, str]:
    """Each node's condition as announced; "not known now" leaves standing what was said."""
    (first, second), (one, other) = state.nodes, state.memory.announced.conditions
    return _announced(first, one), _announced(second, other)


def _announced(node: NodeState, said: str) -> str:
    # In two steps, for the condition is a word itself, and ``value`` costs more than all the rest.
    if node.condition is named.UNKNOWN or node.condition == said:
        return said
    return node.condition.value


def _node_changed(before: GroupState, after: GroupState, name: str) -> Iterator[Event]:
    place = 0 if after.nodes[0].name == name else 1
    node, was = after.nodes[place], before.nodes[place]
    said = after.memory.announced.conditions[place]
    if node.condition is not named.UNKNOWN and node.condition != said:
        yield from _condition_changed(node, said, after)
    if node.role is not None and node.role_change_seen and node.role_since != was.role_since:
        old = was.heard.report.role if was.heard is not None and was.heard.report is not None else None
        text = _role_text(name, node.role, old, unseen=was.role_since is None)
        yield Event(after.now, EventKind.ROLE_CHANGED, text, Severity.NOTICE, node=name)
    if node.heard is not was.heard:
        yield from _method_changed(node, was, after)


def _bounced(before: GroupState, after: GroupState) -> Iterator[Event]:
    change = after.memory.change
    if change is None or change is before.memory.change or change.bounce_s is None:
        return
    limit = duration(window_s(after.timers.absence_s, after.timers.check_s))
    text = phrase(
        "{node} was Primary again {time} after {old} had taken over:"
        " a bounce within one takeover window ({limit}), no second failover.",
        node=change.new,
        time=duration(change.bounce_s),
        old=change.old,
        limit=limit,
    )
    yield Event(after.now, EventKind.PRIMARY_BOUNCED, text, Severity.WARNING, node=change.new)


def _role_text(name: str, role: Role, old: Role | None, *, unseen: bool) -> str:
    """``unseen``: it came about during a gap."""
    told = became(name, role)
    if old is not None:
        told = phrase("{change} (was {role})", change=told, role=ROLES[old])
    if unseen:
        return phrase("{change}, some time during the gap.", change=told)
    return joined("", (told, "."))


def _condition_changed(node: NodeState, said: str, after: GroupState) -> Iterator[Event]:
    if node.condition is named.SILENT:
        text = phrase("{node} stopped answering ({why}).", node=node.name, why=answer_of(node))
        yield Event(after.now, EventKind.NODE_LOST, text, Severity.WARNING, node=node.name)
    elif node.condition is named.UNREADABLE:
        text = phrase("{node} could not be read ({why}).", node=node.name, why=answer_of(node))
        yield Event(after.now, EventKind.NODE_UNREADABLE, text, Severity.WARNING, node=node.name)
    elif said != Condition.UNKNOWN.value and node.role is not None:
        text = phrase("{node} answered again, as {role}.", node=node.name, role=ROLES[node.role])
        if node.role is named.NOT_IN_GROUP:
            text = phrase("{node} answered again, in no group.", node=node.name)
        yield Event(after.now, EventKind.NODE_RETURNED, text, node=node.name)


def _method_changed(node: NodeState, was: NodeState, after: GroupState) -> Iterator[Event]:
    """Of the Secondary alone: a Primary's method is what it sent."""
    new = node.heard.report if node.heard is not None else None
    old = was.heard.report if was.heard is not None else None
    if new is None or old is None or new.heartbeat_method is None or old.heartbeat_method is None:
        return
    still_secondary = new.role is named.SECONDARY and old.role is named.SECONDARY
    if still_secondary and new.heartbeat_method is not old.heartbeat_method:
        way, old_way = new.heartbeat_method.value, old.heartbeat_method.value
        text = phrase("{node} took the heartbeat by {way} (was {old}).", node=node.name, way=way, old=old_way)
        yield Event(after.now, EventKind.HEARTBEAT_METHOD_CHANGED, text, Severity.NOTICE, node=node.name)


# -- DNS, clients, hooks ------------------------------------------------------------------------------------


def _dns_changed(before: GroupState, after: GroupState) -> Iterator[Event]:
    old, new = before.memory.record, after.memory.record
    if old is not None and new is not None and old != new:
        owner = owner_of(after.nodes, new[0]) if len(new) == 1 else None
        text = phrase("The record moved from {old} to {new}.", old=_named(after, old), new=_named(after, new))
        yield Event(after.now, EventKind.RECORD_MOVED, text, Severity.NOTICE, node=owner)
    lost = dns_lost(after)
    if lost and not dns_lost(before) and after.dns is not None:
        yield Event(after.now, EventKind.DNS_LOST, _dns_lost_text(after, after.dns), Severity.WARNING)
    elif dns_lost(before) and not lost:
        text = phrase("The authoritative server answered us for the first time.")
        if before.memory.dns_ever:
            text = phrase("The authoritative server answered us again.")
        yield Event(after.now, EventKind.DNS_RETURNED, text)


def _dns_lost_text(state: GroupState, dns: DnsObservation) -> str:
    """What has never answered has not stopped answering."""
    why = DNS_ANSWERS[dns.answer]
    if state.memory.dns_ever:
        return phrase("The authoritative server stopped answering us ({why}).", why=why)
    if dns.server is None:
        return phrase("No authoritative server was found ({why}).", why=why)
    return phrase("The authoritative server does not answer us ({why}).", why=why)


def _named(state: GroupState, addresses: tuple[str, ...]) -> str:
    names = [
        f"{owner_of(state.nodes, one)} ({one})" if owner_of(state.nodes, one) else one for one in addresses
    ]
    return listed(names) or phrase("nobody")


def _clients_changed(before: GroupState, after: GroupState, item: ClientObservation) -> Iterator[Event]:
    if not clients_judged(after):
        return
    if after.clients_failures == 2:
        text = phrase("Clients lost the service ({why}).", why=ANSWERS[item.answer])
        yield Event(after.now, EventKind.CLIENTS_LOST, text, Severity.CRITICAL)
    if before.clients_failures >= 2 and after.clients_failures == 0:
        by = _named(after, (item.address,)) if item.address else phrase("an unknown address")
        text = phrase("Clients were served again, by {address}.", address=by)
        yield Event(after.now, EventKind.CLIENTS_RETURNED, text)
    old, new = before.memory.clients_at, after.memory.clients_at
    if old is not None and new is not None and old != new:
        owner = owner_of(after.nodes, new)
        moved = _named(after, (old,)), _named(after, (new,))
        text = phrase("Clients moved from {old} to {new}.", old=moved[0], new=moved[1])
        yield Event(after.now, EventKind.CLIENTS_MOVED, text, Severity.NOTICE, node=owner)


def _hooks_called(was: NodeState, item: HooksObservation, after: GroupState) -> Iterator[Event]:
    """Calls that are new, or that have ended since; the first inventory is history."""
    if was.inventory is None:
        return
    known = {_call_key(call): call.outcome for call in was.inventory.calls}
    for call in item.calls:
        before = known.get(_call_key(call))
        if before is call.outcome or (before is not None and before is not HookOutcome.RUNNING):
            continue
        severity = Severity.WARNING if call.outcome is HookOutcome.RAISED else Severity.OK
        yield Event(after.now, EventKind.HOOK_CALLED, _call_text(item.node, call), severity, node=item.node)


def _call_key(call: HookCall) -> tuple[str, str, float]:
    return call.workflow, call.callback, call.started_at


def _call_text(node: str, call: HookCall) -> str:
    what = f"{call.workflow}: {call.callback}"
    told = phrase("{node} called {hook} ({role})", node=node, hook=what, role=ROLES[call.new])
    if call.outcome is HookOutcome.RUNNING:
        return phrase("{called}; it was still running.", called=told)
    took = brief(call.duration_ms) if call.duration_ms is not None else ""
    if call.outcome is HookOutcome.RAISED:
        error = call.error or phrase("an exception")
        if took:
            return phrase("{called}; it raised {error} after {time}.", called=told, error=error, time=took)
        return phrase("{called}; it raised {error}.", called=told, error=error)
    if took:
        return phrase("{called}; it returned after {time}.", called=told, time=took)
    return phrase("{called}; it returned.", called=told)


# -- findings -----------------------------------------------------------------------------------------------


def _settled(state: GroupState) -> bool:
    first, second = state.nodes
    asked = first.condition is not named.UNKNOWN and second.condition is not named.UNKNOWN
    return asked and (state.dns is not None or not name_known(state))


def _findings_told(state: GroupState) -> tuple[tuple[str, int, Severity], ...]:
    held = state.verdict.findings
    if not held:
        return ()
    return tuple([(f.name, f.number, f.severity) for f in held if f.number != NOT_ENOUGH_EVIDENCE])


def _findings_changed(announced: Announced, after: GroupState) -> Iterator[Event]:
    verdict = after.verdict
    said = {name: severity for name, _, severity in announced.findings}
    held: dict[str, Finding] = {f.name: f for f in verdict.findings if f.number != NOT_ENOUGH_EVIDENCE}
    for name, finding in held.items():
        if said.get(name) != finding.severity:
            yield Event(after.now, EventKind.FINDING_RAISED, finding.sentence, finding.severity, name)
    for name in said:
        if name not in held:
            text = phrase("No longer: {finding}.", finding=besides(name.replace("_", " "), plain_title(name)))
            yield Event(after.now, EventKind.FINDING_CLEARED, text, Severity.OK, name)
    if announced.verdict != (verdict.name, verdict.severity):
        yield Event(after.now, EventKind.VERDICT_CHANGED, verdict.sentence, verdict.severity, verdict.name)
