"""Short constructors for what is recorded."""

from __future__ import annotations

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import Severity
from agmonitor.domain.observations import Tick

START = 1_800_000_000.0


def tick(number: int) -> Tick:
    return Tick(START + number)


def event(number: int) -> Event:
    return Event(
        START + number, EventKind.NODE_LOST, f"gw-1 fell silent ({number}).", Severity.WARNING, "x", "gw-1", 3
    )
