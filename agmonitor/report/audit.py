"""The audit of failovers in words and as JSON. Tells what stands there; verifies nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agmonitor.domain.words import duration

OUTCOMES = {
    "succeeded": "succeeded",
    "refused_here": "refused here, nothing was sent",
    "refused_by_node": "refused by the node",
    "unknown": "unknown",
    "not_taken": "not taken in its time",
    "never_known": "never known",
}


YEARS_S = 1e10  # no step took longer


def operations(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One object for each operation, oldest first, its entries put together.

    Without an end the program was ended in between: what came of it is unknown, and was never proven.
    """
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        one = found.setdefault(str(entry.get("operation")), {"outcome": "unknown", "ended": False})
        what = entry.get("what")
        if what == "interrupted":
            one["interrupted"] = True
        elif what == "ended":
            one |= {"ended": True, "ended_at": entry.get("at")}
        elif what == "dry_run":
            one |= {"outcome": "dry_run", "ended": True}
        elif what == "armed":
            one["outcome"] = "not_fired"
        elif what == "disarmed":
            one["ended"] = True
        elif what == "firing":
            one |= {"fired": True, "outcome": "unknown"}
        elif what == "resolved":
            one["resolved_at"] = entry.get("at")
        one |= {key: value for key, value in entry.items() if key not in {"what", "at", "at_s"}}
        one.setdefault("at", entry.get("at"))
    return list(found.values())


def told(one: Mapping[str, Any]) -> Iterator[str]:
    """One operation in a few lines, whatever somebody may have put into the file."""
    plan = one.get("plan")
    what = "nothing could be ordered"
    if isinstance(plan, dict):
        what = f"{_shown(plan.get('word'))} {_shown(plan.get('target'))}"
    lab = " (lab)" if one.get("lab") else ""
    yield f"{_shown(one.get('at'))}  {_shown(one.get('group'))}{lab}: {_shown(one.get('kind'))}, {what}"
    why = _shown(one.get("reason") or "no reason given")
    yield f"    by {_shown(one.get('who'))}@{_shown(one.get('host'))}: {why}"
    if overrides := _listed(one.get("overrides")):
        yield f"    in spite of: {', '.join(_shown(name) for name in overrides)}"
    yield f"    {_ending(one)}"
    for phase in _listed(one.get("course")):
        if isinstance(phase, dict):
            yield from _phase(phase)


def _phase(phase: Mapping[str, Any]) -> Iterator[str]:
    took_s, low_s, high_s = (_seconds(phase.get(name)) for name in ("measured_s", "p5_s", "p95_s"))
    if took_s is not None:
        known = low_s is not None and high_s is not None
        foretold = f" ({duration(low_s or 0.0)} to {duration(high_s or 0.0)} foretold)" if known else ""
        yield f"    {_shown(phase.get('name'))} after {duration(took_s)}{foretold}"


def _ending(one: Mapping[str, Any]) -> str:
    if one["outcome"] == "dry_run":
        return "dry run: nothing was sent"
    if one.get("interrupted") and one.get("sent") is False:
        return "interrupted by a person before anything was sent"
    if one.get("interrupted"):
        return "interrupted by a person: what came of it is unknown"
    if one["outcome"] == "not_fired":
        return f"armed, {_shown(one.get('why', 'never fired'))}: nothing was sent"
    if not one["ended"]:
        return "no end was written: the program was ended in between, so what came of it is unknown"
    ended = _shown(one["outcome"])
    return f"{OUTCOMES.get(ended, ended)}. {_shown(one.get('sentence', ''))}".rstrip()


def _shown(value: object) -> str:
    """On one line and without signs that steer a terminal: a reason must not paint over another entry."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(value))


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and abs(value) < YEARS_S else None
