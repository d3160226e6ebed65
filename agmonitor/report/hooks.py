"""The hooks of both nodes side by side, each with its newest calls, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agmonitor.domain.model import Answer
from agmonitor.domain.observations import HookCall, HookOutcome, HooksObservation
from agmonitor.report.hook_pairs import (
    Difference,
    HookOnNode,
    HookPair,
    differences,
    hooks_on,
    side_by_side,
)
from agmonitor.report.words import plain, rfc3339, table, took

NEWEST_CALLS = 5
MARKS = {HookOutcome.RETURNED: "✓", HookOutcome.RAISED: "✖", HookOutcome.RUNNING: "…"}


def hooks_text(observations: Sequence[HooksObservation], install_hint: str) -> str:
    pairs = side_by_side(observations)
    lines = [line for one in observations for line in _node_lines(one, install_hint)]
    lines += [line for pair in pairs for line in _pair_lines(pair)]
    lines += [f"▲ {plain(difference.sentence)}" for difference in differences(pairs)]
    return "\n".join(lines)


def _node_lines(one: HooksObservation, install_hint: str) -> Iterator[str]:
    """How a node's inventory was read, where there is anything to say about it."""
    name = plain(one.node)
    if one.answer is Answer.HTTP_STATUS:
        yield f"{name}: {plain(one.detail)}"
        yield f"  {install_hint}"
    elif one.answer is not Answer.OK:
        yield f"{name}: {one.answer.value}: {plain(one.detail)}"
    elif not one.hooks and not one.calls:
        yield f"{name}: No hook is subscribed."
    if one.earlier:
        yield (
            f"{name}: loaded before the inventory, so that hooks of theirs may be unknown: "
            f"{plain(', '.join(one.earlier))}."
        )


def _pair_lines(pair: HookPair) -> Iterator[str]:
    hook = next((one.hook for one in pair.known if one.registered), pair.known[0].hook)
    told = [f"{pair.workflow}: {pair.callback}", hook.source, hook.event]
    yield "  ".join(plain(text) for text in told if text)
    rows = [_row(node, one) for node, one in zip(pair.nodes, pair.on, strict=True)]
    yield from table(rows)


def _row(node: str, one: HookOnNode | None) -> tuple[str, ...]:
    if one is None:
        return plain(node), "not registered", "", ""
    count = len(one.calls)
    calls = "never called" if not count else f"{count} call{'' if count == 1 else 's'}"
    return plain(node), _registered(one), calls, _call(one.last_call)


def _registered(one: HookOnNode) -> str:
    if not one.registered:
        return "no longer there"
    times = one.hook.registrations
    return "registered" if times == 1 else f"registered {times} times"


def _call(call: HookCall | None) -> str:
    if call is None:
        return ""
    after = "" if call.duration_ms is None else f" after {took(call.duration_ms / 1000)}"
    if call.so_far_ms is not None and call.duration_ms is None:
        after = f" for {took(call.so_far_ms / 1000)}"
    error = f": {plain(call.error)}" if call.outcome is HookOutcome.RAISED and call.error else ""
    beside = ", beside an earlier call" if call.beside else ""
    outcome = f"{MARKS[call.outcome]} {call.outcome.value}"
    return f"{rfc3339(call.started_at)} {_change(call)}, {outcome}{after}{beside}{error}"


def _change(call: HookCall) -> str:
    return f"{call.previous.value if call.previous else 'start'} → {call.new.value}"


def hooks_json(group: str, observations: Sequence[HooksObservation]) -> dict[str, object]:
    """``calls`` holds the newest few, the newest last; instants are on each node's own clock."""
    return {
        "group": group,
        "nodes": [_node_json(one) for one in observations],
        "differences": [_difference_json(one) for one in differences(side_by_side(observations))],
    }


def _difference_json(one: Difference) -> dict[str, object]:
    return {
        "kind": one.kind,
        "workflow": one.workflow,
        "callback": one.callback,
        "sentence": one.sentence,
    }


def _node_json(one: HooksObservation) -> dict[str, object]:
    return {
        "name": one.node,
        "answer": one.answer.value,
        "detail": one.detail,
        "inventory_version": one.version or None,
        "earlier_workflows": list(one.earlier),
        "hooks": [_hook_json(hook) for hook in hooks_on(one)],
    }


def _hook_json(one: HookOnNode) -> dict[str, object]:
    hook = one.hook
    return {
        "workflow": hook.workflow,
        "event": hook.event or None,
        "callback": hook.callback,
        "source": hook.source,
        "file": hook.file,
        "line": hook.line,
        "registered": one.registered,
        "registered_at": rfc3339(hook.registered_at),
        "registrations": hook.registrations if one.registered else 0,
        "call_count": len(one.calls),
        "last_call": _call_json(one.last_call),
        "calls": [_call_json(call) for call in one.calls[-NEWEST_CALLS:]],
    }


def _call_json(call: HookCall | None) -> dict[str, object] | None:
    if call is None:
        return None
    return {
        "previous": call.previous.value if call.previous else None,
        "new": call.new.value,
        "started_at": rfc3339(call.started_at),
        "duration_ms": call.duration_ms,
        "so_far_ms": call.so_far_ms,
        "outcome": call.outcome.value,
        "error": call.error,
        "beside": call.beside,
    }
