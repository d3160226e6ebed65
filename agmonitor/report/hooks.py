"""The hooks of both nodes, each with its last call, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agmonitor.domain.model import Answer
from agmonitor.domain.observations import Hook, HookCall, HookOutcome, HooksObservation
from agmonitor.report.words import plain, rfc3339, table, took


def hooks_text(observations: Sequence[HooksObservation], install_hint: str) -> str:
    return "\n".join(line for one in observations for line in _node_lines(one, install_hint))


def _node_lines(one: HooksObservation, install_hint: str) -> Iterator[str]:
    yield f"{plain(one.node)}"
    if one.answer is Answer.HTTP_STATUS:
        yield f"  {plain(one.detail)}"
        yield f"  {install_hint}"
    elif one.answer is not Answer.OK:
        yield f"  {one.answer.value}: {plain(one.detail)}"
    elif not one.hooks and not one.calls:
        yield "  No hook is subscribed."
    else:
        rows = [("workflow", "callback", "source", "last call")]
        rows += [
            (plain(hook.workflow), plain(hook.callback), plain(hook.source), _call(last_call(one, hook)))
            for hook in _all_hooks(one)
        ]
        yield from table(rows)


def _all_hooks(one: HooksObservation) -> list[Hook]:
    """Those subscribed, and those that were called and are subscribed no more."""
    known = {(hook.workflow, hook.callback) for hook in one.hooks}
    gone = {(call.workflow, call.callback) for call in one.calls} - known
    return [*one.hooks, *(Hook(workflow, callback, "no longer there") for workflow, callback in sorted(gone))]


def last_call(one: HooksObservation, hook: Hook) -> HookCall | None:
    calls = [c for c in one.calls if (c.workflow, c.callback) == (hook.workflow, hook.callback)]
    return calls[-1] if calls else None


def _call(call: HookCall | None) -> str:
    if call is None:
        return "never called"
    after = "" if call.duration_ms is None else f" after {took(call.duration_ms / 1000)}"
    error = f": {plain(call.error)}" if call.outcome is HookOutcome.RAISED and call.error else ""
    return f"{rfc3339(call.started_at)} {_change(call)}, {call.outcome.value}{after}{error}"


def _change(call: HookCall) -> str:
    return f"{call.previous.value if call.previous else 'start'} → {call.new.value}"


def hooks_json(group: str, observations: Sequence[HooksObservation]) -> dict[str, object]:
    return {"group": group, "nodes": [_node_json(one) for one in observations]}


def _node_json(one: HooksObservation) -> dict[str, object]:
    return {
        "name": one.node,
        "answer": one.answer.value,
        "detail": one.detail,
        "hooks": [
            {
                "workflow": hook.workflow,
                "callback": hook.callback,
                "source": hook.source,
                "last_call": _call_json(last_call(one, hook)),
            }
            for hook in _all_hooks(one)
        ],
    }


def _call_json(call: HookCall | None) -> dict[str, object] | None:
    if call is None:
        return None
    return {
        "previous": call.previous.value if call.previous else None,
        "new": call.new.value,
        "started_at": rfc3339(call.started_at),
        "duration_ms": call.duration_ms,
        "outcome": call.outcome.value,
        "error": call.error,
    }
