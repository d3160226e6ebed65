"""What went wrong with hooks at each node's last change of role, as its inventory shows it. Pure.

Only what the inventory shows is claimed. One asked for before the change was seen says nothing of it; a call
that is not there counts as missed only for a hook that was surely subscribed before the change, and only when
there was time to make it. Where a node's clock is not known, or was set, instants are not compared at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from agmonitor.domain import named
from agmonitor.domain.memory import HookTrouble, HookTroubleKind
from agmonitor.domain.model import Instant, Role
from agmonitor.domain.observations import Hook, HookCall, HookOutcome, HooksObservation
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import Condition, GroupState, NodeState
from agmonitor.domain.window import window_s
from agmonitor.domain.words import brief, duration
from agmonitor.said import phrase

ALLOWANCE_S = 1.0
"""A call this much before the node last gave its old role may still belong to the change."""
CALLED_WITHIN_S = 5.0
"""A hook that has not been called this long after the change, while none was running, was missed."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A node's last change of role, and how it bounds the calls that belong to it, on the node's clock."""

    node: str
    role: Role
    inventory: HooksObservation
    since: Instant | None  # on our clock; None: not seen
    begins_at: Instant | None  # None: cannot be compared
    ends_at: Instant | None
    offset_s: float | None
    window_s: float
    patience_s: float


def hooks_judged(before: GroupState, state: GroupState) -> GroupState:
    """The state with the trouble of hooks worked out anew, where something it rests on has changed."""
    (old, other_old), (new, other_new) = before.nodes, state.nodes
    if _as_before(old, new) and _as_before(other_old, other_new):
        return state
    nodes = sorted(state.nodes, key=lambda node: node.name)
    troubles = tuple(trouble for node in nodes for trouble in _troubles(state, node))
    if troubles == state.memory.hook_troubles:
        return state
    return replace(state, memory=replace(state.memory, hook_troubles=troubles))


def _as_before(old: NodeState, new: NodeState) -> bool:
    return (
        new.inventory is old.inventory
        and new.role_since == old.role_since
        and new.role_change_seen is old.role_change_seen
        and (new.condition is named.UNKNOWN) is (old.condition is named.UNKNOWN)
    )


def _troubles(state: GroupState, node: NodeState) -> Iterator[HookTrouble]:
    change = _change_of(state, node)
    if change is None:
        return
    by_name = defaultdict(list)
    for call in change.inventory.calls:
        by_name[call.workflow, call.callback].append(call)
    busy = _busy(change)
    for hook in _hooks(change.inventory):
        own = [call for call in by_name[hook.workflow, hook.callback] if call.is_of(hook)]
        calls = _at_change(change, own)
        for kind, text in _told(change, hook, calls) if calls else _missed(change, hook, busy=busy):
            yield HookTrouble(kind, change.node, change.role, hook.workflow, hook.callback, text)


def _change_of(state: GroupState, node: NodeState) -> _Change | None:
    report = node.heard.report if node.heard is not None and node.condition is not Condition.UNKNOWN else None
    if node.inventory is None or report is None:
        return None
    since = node.role_since if node.role_change_seen else None
    if since is not None and node.inventory.received_at < since:
        return None  # not asked yet since the change
    limit_s = window_s(state.timers.absence_s, state.timers.check_s)
    step = state.memory.clock_step
    until_at = node.role_until_at
    stepped = step is not None and step.node == node.name and until_at is not None and step.at >= until_at
    known = node.offset if not stepped else None
    bounded = since is not None and until_at is not None and known is not None
    return _Change(
        node=node.name,
        role=report.role,
        inventory=node.inventory,
        since=since,
        begins_at=until_at + known.low_s if bounded and until_at is not None and known else None,
        ends_at=since + known.high_s + limit_s if bounded and since is not None and known else None,
        offset_s=known.middle_s if known else None,
        window_s=limit_s,
        patience_s=max(CALLED_WITHIN_S, 2 * state.settings.cadence_s),
    )


def _hooks(inventory: HooksObservation) -> list[Hook]:
    """What is subscribed, each once, and what was called and is subscribed no more."""
    hooks: dict[tuple[str, str, str], Hook] = {}
    for hook in inventory.hooks:
        key = (hook.workflow, hook.callback, hook.source)
        known = hooks.get(key)
        hooks[key] = (
            hook if known is None else replace(known, registrations=known.registrations + hook.registrations)
        )
    named = {(hook.workflow, hook.callback) for hook in inventory.hooks}
    for call in inventory.calls:
        if (call.workflow, call.callback) not in named:
            key = (call.workflow, call.callback, call.source)
            hooks.setdefault(key, Hook(*key))
    return list(hooks.values())


def _at_change(change: _Change, own: list[HookCall]) -> list[HookCall]:
    """The calls of one hook at the change, the newest first; a call at the node's start, for want of any."""
    found: list[HookCall] = []
    for call in reversed(own):
        if call.previous is None:
            continue
        if call.new is not change.role or call.previous is change.role or _too_early(change, call):
            break
        if found and found[0].started_at - call.started_at > change.window_s:
            break
        found.append(call)
    if found or change.begins_at is None or change.ends_at is None:
        return found
    starts = [call for call in own if call.previous is None and call.new is change.role]
    return [
        call
        for call in reversed(starts)
        if not _too_early(change, call) and call.started_at <= change.ends_at
    ]


def _too_early(change: _Change, call: HookCall) -> bool:
    return change.begins_at is not None and call.started_at < change.begins_at - ALLOWANCE_S


def _told(change: _Change, hook: Hook, calls: list[HookCall]) -> Iterator[tuple[HookTroubleKind, str]]:
    raised = next((call for call in calls if call.outcome is HookOutcome.RAISED), None)
    if raised is not None:
        yield HookTroubleKind.RAISED, _raised(raised)
    if len(calls) > 1:
        yield HookTroubleKind.RAN_TWICE, _ran(len(calls), hook.registrations)
    if any(call.beside for call in calls):
        yield HookTroubleKind.OVERLAPPED, phrase("began while an earlier call of it was still running")
    longest_s, call = max(((_ran_s(change, call), call) for call in calls), key=lambda ran: ran[0])
    if longest_s > change.window_s:
        running = call.outcome is HookOutcome.RUNNING
        yield HookTroubleKind.OUTLIVED, _outlived(longest_s, change.window_s, running=running)


def _raised(call: HookCall) -> str:
    error = call.error.rstrip(".") or phrase("an exception")
    if call.duration_ms is None:
        return phrase("raised {error}", error=error)
    return phrase("raised {error} after {time}", error=error, time=brief(call.duration_ms))


def _ran(count: int, registrations: int) -> str:
    told = phrase("ran twice") if count == 2 else phrase("ran {count} times", count=count)
    if registrations > 1:
        return phrase("{ran} (it is registered {count} times)", ran=told, count=registrations)
    return told


def _outlived(ran_s: float, window_s: float, *, running: bool) -> str:
    time, limit = duration(ran_s), duration(window_s)
    if running:
        return phrase(
            "was still running after {time}, and the takeover window is {limit} long", time=time, limit=limit
        )
    return phrase("took {time}, and the takeover window is {limit} long", time=time, limit=limit)


def _ran_s(change: _Change, call: HookCall) -> float:
    """How long a call took, or has run as far as the inventory shows."""
    ran_ms = call.duration_ms if call.duration_ms is not None else call.so_far_ms
    if ran_ms is not None:
        return ran_ms / 1000
    if change.offset_s is None:
        return 0.0
    return max(0.0, change.inventory.sent_at + change.offset_s - call.started_at)


def _busy(change: _Change) -> bool:
    """A hook that still runs may be what the others wait for."""
    return any(call.outcome is HookOutcome.RUNNING for call in change.inventory.calls)


def _missed(change: _Change, hook: Hook, *, busy: bool) -> Iterator[tuple[HookTroubleKind, str]]:
    if change.since is None or change.begins_at is None or hook.registered_at is None:
        return
    if hook.registered_at >= change.begins_at or (hook.event and "role" not in hook.event.lower()):
        return
    waited_s = change.inventory.sent_at - change.since
    if waited_s >= (max(change.window_s, change.patience_s) if busy else change.patience_s):
        yield HookTroubleKind.MISSED, phrase("was not called within {time}", time=duration(waited_s))
