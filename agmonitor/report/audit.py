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
}


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
        elif what == "firing":
            one["fired"] = True
        one |= {key: value for key, value in entry.items() if key not in {"what", "at", "at_s"}}
        one.setdefault("at", entry.get("at"))
    return list(found.values())


def told(one: Mapping[str, Any]) -> Iterator[str]:
    """One operation in a few lines."""
    plan = one.get("plan") or {}
    what = f"{plan['word']} {plan['target']}" if plan else "nothing could be ordered"
    lab = " (lab)" if one.get("lab") else ""
    yield f"{one.get('at')}  {one.get('group')}{lab}: {one.get('kind')}, {what}"
    yield f"    by {one.get('who')}@{one.get('host')}: {one.get('reason') or 'no reason given'}"
    if one.get("overrides"):
        yield f"    in spite of: {', '.join(one['overrides'])}"
    yield f"    {_ending(one)}"
    for phase in one.get("course") or []:
        if phase.get("measured_s") is not None:
            low, high = phase.get("p5_s"), phase.get("p95_s")
            foretold = f" ({duration(low)} to {duration(high)} foretold)" if low is not None and high else ""
            yield f"    {phase['name']} after {duration(phase['measured_s'])}{foretold}"


def _ending(one: Mapping[str, Any]) -> str:
    if one["outcome"] == "dry_run":
        return "dry run: nothing was sent"
    if one.get("interrupted"):
        return "interrupted by a person: what came of it is unknown"
    if not one["ended"]:
        return "no end was written: the program was ended in between, so what came of it is unknown"
    return f"{OUTCOMES.get(one['outcome'], one['outcome'])}. {one.get('sentence', '')}".rstrip()
