"""What an operation writes into the audit, and what the audit says of a group's operations so far.

Puts values into plain JSON and reads them back; judges nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.observations import FailoverAnswer
from agmonitor.failover.course import PhaseCourse, finite, score
from agmonitor.failover.guards import Check, Surroundings
from agmonitor.failover.machine import Failover
from agmonitor.history.audit import AuditTrail
from agmonitor.history.audit_reading import Audit
from agmonitor.monitor.ports import Trail

ARMED, DISARMED, FIRING, ENDED, RESOLVED = "armed", "disarmed", "firing", "ended", "resolved"
ANSWERED, INTERRUPTED = "answered", "interrupted"
SUCCEEDED = "succeeded"
FAR_S = 1e11  # no instant of ours is written so far away


@dataclass(frozen=True, slots=True)
class Past:
    """What the audit says of one pair. Instants on our clock; None: never."""

    last_fired_at: Instant | None = None
    last_ended_at: Instant | None = None  # of that one; None: its end was never written
    last_proven_at: Instant | None = None  # an order that was seen to succeed


def pair_of(settings: GroupSettings) -> str:
    """A group is its two nodes, whatever it is called."""
    pair = "\n".join(sorted(node.url.casefold().rstrip("/") for node in settings.nodes))
    return hashlib.sha256(pair.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def past_of(entries: Iterable[Mapping[str, Any]], pair: str, but: str = "") -> Past:
    """The newest operations of that pair, ``but`` one: what is being ordered now is no past."""
    fired: dict[str, Instant] = {}
    ended_at: dict[str, Instant] = {}
    proven_at: Instant | None = None
    for entry in entries:
        at_s = entry.get("at_s")
        if entry.get("pair") != pair or not (isinstance(at_s, int | float) and abs(at_s) < FAR_S):
            continue
        operation, at = str(entry.get("operation")), float(entry["at_s"])
        if operation == but:
            continue
        if entry.get("what") == FIRING:
            fired[operation] = at
        elif entry.get("what") == ENDED and operation in fired:
            ended_at[operation] = at
            if entry.get("outcome") == SUCCEEDED:
                proven_at = at
            if entry.get("sent") is False:  # nothing left this machine: nothing has to cool
                del fired[operation]
        elif entry.get("what") == RESOLVED and entry.get("outcome") == SUCCEEDED:
            proven_at = at
    if not fired:
        return Past(last_proven_at=proven_at)
    last = list(fired)[-1]
    return Past(fired[last], ended_at.get(last), proven_at)


async def surroundings(
    trail: Trail, settings: GroupSettings, cool_s: float, *, under_way: bool, but: str = ""
) -> Surroundings:
    """What the audit and the lock say. An audit that cannot be read cannot be written either."""
    fault = await trail.fault()
    try:
        past = past_of((line.entry for line in (await trail.read()).lines), pair_of(settings), but)
    except OSError as error:
        return Surroundings(under_way, None, fault or f"{error.strerror or error}.")
    began = past.last_ended_at if past.last_ended_at is not None else past.last_fired_at
    return Surroundings(under_way, None if began is None else began + cool_s, fault)


class InThread:
    """A ``Trail`` over the file: what waits for the disk does not keep the loop waiting."""

    def __init__(self, file: AuditTrail) -> None:
        self._file = file

    async def append(self, entry: Mapping[str, Any]) -> str:
        """Written whatever happens to who waits for it: what is cancelled meanwhile ends after it."""
        written = asyncio.get_running_loop().run_in_executor(None, self._file.append, entry)
        try:
            return await asyncio.shield(written)
        except asyncio.CancelledError:
            await asyncio.wait((written,))
            if not written.cancelled():
                written.exception()  # seen: nobody is left to be told
            raise

    async def read(self) -> Audit:
        return await asyncio.to_thread(self._file.read)

    async def fault(self) -> str:
        return await asyncio.to_thread(self._file.fault)


class Auditing:
    """The entries of one operation."""

    def __init__(self, trail: Trail, settings: GroupSettings, who: str, operation: str) -> None:
        self._trail, self.operation = trail, operation
        self._common = {
            "operation": operation,
            "group": settings.name,
            "pair": pair_of(settings),
            "lab": settings.lab,
            "who": who,
            "host": socket.gethostname(),
        }

    async def has_written(self, what: str) -> bool:
        """Whether the audit holds such an entry of this operation, whoever wrote it.

        Raises:
            OSError: it cannot be read.
        """
        entries = [line.entry for line in (await self._trail.read()).lines]
        return any((one.get("operation"), one.get("what")) == (self.operation, what) for one in entries)

    async def write(self, what: str, at: Instant, more: Mapping[str, Any]) -> None:
        """One entry, on the disk when this returns.

        Raises:
            OSError: it is not.
        """
        entry = {"what": what, "at": stamp(at), "at_s": at, **self._common, **more}
        await self._trail.append(entry)


def stamp(at: Instant) -> str:
    """RFC 3339, UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def wish_words(machine: Failover) -> dict[str, Any]:
    """Why, which way, who would be told what, on what, and in spite of what."""
    wish, plan, flight = machine.wish, machine.plan, machine.preflight
    assert wish is not None
    return {
        "kind": wish.kind.value,
        "reason": wish.reason,
        "overrides": sorted(wish.overrides),
        "plan": None if plan is None else {**asdict(plan), "sentence": plan.sentence},
        "snapshot": None if machine.armed is None else asdict(machine.armed),
        "checks": [] if flight is None else [check_words(check) for check in flight.checks],
    }


def check_words(check: Check) -> dict[str, Any]:
    """One row of the table."""
    return {
        "name": check.guard.value,
        "title": check.title,
        "value": check.value,
        "limit": check.limit,
        "result": check.result.value,
        "sentence": check.sentence,
        "age_s": None if check.age_s is None else round(check.age_s, 3),
        "overridable": check.overridable,
    }


def phase_words(phases: Sequence[PhaseCourse]) -> list[dict[str, Any]]:
    """Predicted and measured, step by step."""
    return [
        {
            "name": one.name,
            "p5_s": finite(one.p5_s),
            "p50_s": finite(one.p50_s),
            "p95_s": finite(one.p95_s),
            "measured_s": None if one.measured_s is None else round(one.measured_s, 3),
            "as_predicted": one.as_predicted,
        }
        for one in phases
    ]


def answer_words(answer: FailoverAnswer) -> dict[str, Any]:
    return {"answer": asdict(answer)}


def end_words(machine: Failover, phases: Sequence[PhaseCourse], left: Sequence[str]) -> dict[str, Any]:
    """How it ended, on what evidence."""
    assert machine.outcome is not None
    return {
        "outcome": machine.outcome.name.lower(),
        "guards": [guard.value for guard in machine.guards],
        "sentence": machine.sentence,
        "sent": machine.sending,
        "course": phase_words(phases),
        "score": score(phases),
        "left_changed": list(left),
    }
