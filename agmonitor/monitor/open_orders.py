"""Orders that the audit leaves open: a program ended, or gave up, before it was known what came of them.

Reads entries only; whoever watches the group sees what became of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.observations import FailoverAnswer
from agmonitor.failover.guards import Intent, Kind, Outcome
from agmonitor.failover.machine import Failover, Stage
from agmonitor.failover.preflight import Plan
from agmonitor.monitor.auditing import ANSWERED, ENDED, FIRING, INTERRUPTED, RESOLVED, pair_of

NO_ANSWER = FailoverAnswer(None, None, "Its program ended before an answer was written down.")


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """One of them. ``ended`` False: its end was never written, so its program may still be at it."""

    operation: str
    who: str
    machine: Failover
    ended: bool


@dataclass(slots=True)
class _Told:
    """What the audit tells of the newest order of a pair."""

    firing: Mapping[str, Any]
    answered: Mapping[str, Any] | None = None
    ended: Mapping[str, Any] | None = None
    known: bool = False


def open_order(
    entries: Iterable[Mapping[str, Any]], settings: GroupSettings, now: Instant
) -> OpenOrder | None:
    """The newest order of that pair, where what came of it is not known; None: there is none to resolve."""
    told = _newest(entries, pair_of(settings))
    if told is None or told.known:
        return None
    try:
        found = _read(told)
    except (AttributeError, KeyError, TypeError, ValueError):  # somebody else wrote it, or another version
        return None
    plan, fired_at = found.machine.plan, found.machine.fired_at
    assert plan is not None
    assert fired_at is not None
    ours = {node.name for node in settings.nodes} >= {plan.old_primary, plan.new_primary}
    return found if ours and now >= fired_at else None


def _newest(entries: Iterable[Mapping[str, Any]], pair: str) -> _Told | None:
    told: _Told | None = None
    for entry in entries:
        if entry.get("pair") != pair:
            continue
        what = entry.get("what")
        if what == FIRING:
            told = _Told(entry)
        elif told is None or entry.get("operation") != told.firing.get("operation"):
            continue
        elif what == ANSWERED:
            told.answered = entry
        elif what == INTERRUPTED:
            told.known = entry.get("sent") is False
        elif what == ENDED:
            told.ended = entry
            told.known = entry.get("outcome") != Outcome.UNKNOWN.name.lower()
        elif what == RESOLVED:
            told.known = True
    return told


def _read(told: _Told) -> OpenOrder:
    firing = told.firing
    fired_at = float(firing["at_s"])
    plan = {name: value for name, value in firing["plan"].items() if name != "sentence"}
    answer, answered_at = NO_ANSWER, fired_at
    if told.answered is not None:
        answer, answered_at = FailoverAnswer(**told.answered["answer"]), float(told.answered["at_s"])
    kind = Kind(firing["kind"])
    machine = Failover(
        stage=Stage.UNKNOWN,
        wish=Intent(str(firing["reason"]), kind, who=str(firing["who"])),
        plan=Plan(**{**plan, "kind": kind}),
        fired_at=fired_at,
        answer=answer,
        answered_at=answered_at,
        outcome=Outcome.UNKNOWN,
        reached_s=_reached(told.ended or {}),
    )
    return OpenOrder(str(firing["operation"]), str(firing["who"]), machine, told.ended is not None)


def _reached(ended: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    """Which steps its own program still saw done, seconds after firing."""
    measured = [(str(one["name"]), one["measured_s"]) for one in ended.get("course", ())]
    return tuple((name, float(seconds)) for name, seconds in measured if seconds is not None)
