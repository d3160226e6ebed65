"""One random drill in words: what was done, what truly changed, what the monitor said, and the judgement.

Only words; ``random_run`` does it all.
"""

from __future__ import annotations

from collections.abc import Iterator

from agmonitor.domain.events import Event
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.drill.observer import Observer
from agmonitor.drill.oracle import Charge, Fault, worst_first
from agmonitor.drill.oracle_case import NAMES
from agmonitor.drill.random_run import run
from agmonitor.drill.schedule import Plan, plan
from agmonitor.protocol.world.truth import NodeTruth, Truth
from agmonitor.protocol.world.world import World

STEPPED_S = 1.0
CLEAN = "Judged: nothing false, nothing missed, nothing late."


class _Story:
    """Collects lines with their instants while a run goes on."""

    def __init__(self) -> None:
        self.lines: list[tuple[float, str, str]] = []
        self.began = 0.0
        self._last: Truth | None = None

    def watch(self, world: World, observer: Observer) -> None:
        self.began = world.now
        self._last = world.truth.now
        world.truth.on_change(self._changed)
        observer.on_change(self._said)

    def _changed(self, truth: Truth) -> None:
        before, self._last = self._last, truth
        if before is not None:
            self.lines += [(truth.at, "truth", words) for words in _differences(before, truth)]

    def _said(self, at: float, _item: Input, _state: GroupState, events: tuple[Event, ...]) -> None:
        for event in events:
            finding = f" ({event.finding})" if event.finding else ""
            kind = f"{event.severity.word} {event.kind.value}{finding}"
            self.lines.append((at, "says", f"{kind}: {event.sentence}"))


def told(seed: int) -> Iterator[str]:
    """The lines of one run, seconds since the monitor began in front."""
    yield from _beforehand(plan(seed))
    story = _Story()
    outcome = run(seed, story.watch)
    charges = worst_first(outcome.findings)
    lines = story.lines + [(c.since, "JUDGED", charge_words(c, story.began)) for c in charges]
    for at, who, words in sorted(lines, key=lambda line: line[0]):
        yield f"{at - story.began:8.1f}  {who:6}  {words}"
    yield f"Judged: {len(charges)} wrong." if charges else CLEAN


def charge_words(charge: Charge, began: float) -> str:
    """One thing that was wrong."""
    since, until = charge.since - began, charge.until - began
    name = f"{NAMES[charge.number]} ({charge.number})"
    if charge.fault is Fault.FALSE:
        return f"{name} was said from {since:.1f} to {until:.1f} s, and was neither true nor shown then."
    if charge.fault is Fault.MISSED:
        return f"{name} was there to be seen from {since:.1f} to {until:.1f} s, and was not said."
    return f"{name} was there to be seen from {since:.1f} s and was said {charge.lateness_s:.1f} s later."


def _beforehand(drawn: Plan) -> Iterator[str]:
    timers = drawn.timers
    yield (
        f"Seed {drawn.seed}: H {timers.report_s:g} C {timers.check_s:g} A {timers.absence_s:g}"
        f" TTL {drawn.ttl_s:g} s; asked every {drawn.cadence_s:g} s, deadline {drawn.deadline_s:g} s;"
        f" one way takes {drawn.latency_s * 1000:g} ms, {drawn.loss_share:.1%} lost; {drawn.length_s:.0f} s."
    )
    for fault in drawn.faults:
        who = " ".join(part for part in (fault.node or "both", fault.link) if part)
        how = "".join(f" {name}={value:g}" for name, value in fault.parameters)
        length = "" if fault.for_s is None else f" for {fault.for_s:g} s"
        yield f"{fault.at_s:8.1f}  plan    {fault.name} {who}{how}{length}"
    for order in drawn.orders:
        yield f"{order.at_s:8.1f}  plan    failover ordered of {order.node}"


def _differences(before: Truth, now: Truth) -> Iterator[str]:
    for old, new in zip(before.nodes, now.nodes, strict=True):
        yield from _of_node(old, new)
    if before.record != now.record:
        yield f"the record names {now.record or 'nobody'}"
    if before.served != now.served:
        yield "clients: " + ", ".join(f"served by {by}" if by else "no service" for by in now.served_by)
    if before.faults != now.faults:
        yield f"faults: {', '.join(now.faults) or 'none'}"


def _of_node(old: NodeTruth, new: NodeTruth) -> Iterator[str]:
    if (old.alive, old.frozen) != (new.alive, new.frozen):
        yield f"{new.name} {'is dead' if not new.alive else 'is frozen' if new.frozen else 'runs'}"
    if old.role != new.role:
        yield f"{new.name} is {new.role} (was {old.role})"
    if old.dns_connection != new.dns_connection:
        yield f"{new.name} finds itself {new.dns_connection}"
    if abs(old.clock_offset_s - new.clock_offset_s) > STEPPED_S:
        yield f"the clock of {new.name} is {new.clock_offset_s:+.1f} s off"
