"""What became of a drill, as text for a person and as JSON for a script. Draws no verdict of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from agmonitor.domain.model import Instant
from agmonitor.domain.words import duration
from agmonitor.drill.stage import HookSeen, Played
from agmonitor.drill.steps import NOT_REACHED

Json = dict[str, object]


def summary(played: Played, wall_s: float) -> Json:
    """One entry of ``drill --all --json``."""
    return {
        "name": played.scenario.name,
        "passed": played.passed,
        "findings": sorted(played.findings),
        "wall_s": round(wall_s, 3),
    }


def document(played: Played, wall_s: float, *, live: bool) -> Json:
    """Everything about one drill: ``drill NAME --json`` and ``--report``."""
    scenario = played.scenario
    return {
        **summary(played, wall_s),
        "title": scenario.title,
        "why": scenario.why,
        "live": live,
        "unloaded": list(played.unloaded),
        "began_at": rfc3339(played.began_at),
        "took_s": round(played.ended_at - played.began_at, 3),
        "steps": [
            {
                "number": step.number,
                "sentence": step.sentence,
                "passed": step.passed,
                "seen": step.seen,
                "began_at": rfc3339(step.began_at),
                "took_s": step.took_s,
            }
            for step in played.steps
        ],
        "never": [
            {
                "sentence": one.sentence,
                "passed": one.passed,
                "seen": one.seen,
                "at": None if one.at is None else rfc3339(one.at),
            }
            for one in played.never
        ],
        "not_shown": list(played.not_shown),
        "hooks": [_hook(one) for one in played.hooks],
        "events": [
            {
                "at": rfc3339(event.at),
                "event": event.kind.value,
                "node": event.node,
                "finding": event.finding,
                "sentence": event.sentence,
            }
            for event in played.events
        ],
    }


def text(played: Played) -> str:
    """The same for a person: what failed, then what the hooks did."""
    return "\n".join(_lines(played))


def verdict_line(played: Played) -> str:
    """One line for one drill."""
    word = "passed" if played.passed else "FAILED"
    return f"{word}  {played.scenario.name}  {played.scenario.title}"


def failures(played: Played) -> Iterator[str]:
    """A line for each workflow not loaded, step and "never" not come true; those not reached are not told."""
    for why in played.unloaded:
        yield f"  {why}"
    for step in played.steps:
        if not step.passed and step.seen != NOT_REACHED:
            yield f"  {step.number}. {step.sentence}"
            yield f"     seen after {duration(step.took_s)}: {step.seen}"
    for one in played.never:
        if not one.passed:
            yield f"  {one.sentence}"
            yield f"     seen at {rfc3339(one.at or 0.0)}: {one.seen}"


def hook_line(one: HookSeen) -> str:
    """Which hook ran on which node, when, for how long, and what it raised."""
    call = one.call
    before = call.previous.value if call.previous is not None else "start"
    took = "" if call.duration_ms is None else f" after {call.duration_ms:.0f} ms"
    error = f": {call.error}" if call.error else ""
    return (
        f"{rfc3339(call.started_at)} {one.node} {call.workflow} {call.callback}"
        f" ({before} → {call.new.value}) {call.outcome.value}{took}{error}"
    )


def _lines(played: Played) -> Iterator[str]:
    yield verdict_line(played)
    yield from failures(played)
    if played.not_shown:
        yield f"  Not shown, though the scenario is to cover it: {', '.join(played.not_shown)}."
    if played.hooks:
        yield "Hooks:"
        yield from (f"  {hook_line(one)}" for one in played.hooks)


def _hook(one: HookSeen) -> Json:
    call = one.call
    return {
        "node": one.node,
        "workflow": call.workflow,
        "callback": call.callback,
        "source": one.source,
        "previous": call.previous.value if call.previous is not None else None,
        "new": call.new.value,
        "started_at": rfc3339(call.started_at),
        "duration_ms": call.duration_ms,
        "outcome": call.outcome.value,
        "error": call.error,
    }


def rfc3339(at: Instant) -> str:
    """An instant as JSON has it, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
