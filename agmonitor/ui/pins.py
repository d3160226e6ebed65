"""What people did and said, as marks on the time axis: notes, acknowledgements, orders. Knows no Qt."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Acknowledged, FailoverOrdered
from agmonitor.texts import t, worded

CAP = 4_000


class PinKind(StrEnum):
    """What a person left there."""

    NOTE = "note"
    ACKNOWLEDGED = "acknowledged"
    ORDERED = "ordered"


PIN_WORDS = {
    # Translators: what a person left there
    PinKind.NOTE: t("note"),
    PinKind.ACKNOWLEDGED: t("acknowledged"),
    PinKind.ORDERED: t("failover ordered"),
}


@dataclass(frozen=True, slots=True, order=True)
class Pin:
    """One of them. ``who`` may be empty where only the deed is known."""

    at: Instant
    kind: PinKind
    text: str
    who: str = ""

    @property
    def words(self) -> str:
        """``note by ann: cable pulled``."""
        what = PIN_WORDS[self.kind]
        if self.who:
            what = t("{what} by {who}", what=what, who=self.who)
        return f"{what}: {self.text}" if self.text else what


def pin_of_mark(mark: Mark) -> Pin:
    kind = PinKind.NOTE if mark.kind is MarkKind.NOTE else PinKind.ACKNOWLEDGED
    return Pin(mark.at, kind, mark.text, mark.who)


def pin_of_input(item: Acknowledged | FailoverOrdered) -> Pin:
    if isinstance(item, Acknowledged):
        return Pin(item.at, PinKind.ACKNOWLEDGED, item.why, item.who)
    return Pin(item.at, PinKind.ORDERED, f"{item.node}: {item.reason}", item.who)


def pins_of_past(marks: Iterable[Mark], events: Iterable[Event]) -> tuple[Pin, ...]:
    """As the history tells them; an order is told there by its event alone."""
    ordered = [
        Pin(event.at, PinKind.ORDERED, worded(event.sentence))
        for event in events
        if event.kind is EventKind.FAILOVER_ORDERED
    ]
    return tuple(sorted([*map(pin_of_mark, marks), *ordered]))


class Pins:
    """All known of one group, in order of time; each once, whoever tells of it."""

    __slots__ = ("_pins",)

    def __init__(self) -> None:
        self._pins: list[Pin] = []

    def put(self, pin: Pin) -> None:
        if pin in self._pins:
            return
        insort(self._pins, pin)
        del self._pins[: max(0, len(self._pins) - CAP)]

    def between(self, from_at: Instant, until_at: Instant) -> list[Pin]:
        return [pin for pin in self._pins if from_at <= pin.at <= until_at]

    def __len__(self) -> int:
        return len(self._pins)


def summary(pins: Sequence[Pin]) -> str:
    """What stands beside marks that touch: the words of one, of more what they are."""
    if len(pins) == 1:
        return pins[0].words
    counted = [(kind, sum(pin.kind is kind for pin in pins)) for kind in PinKind]
    told = [
        f"{count} × {PIN_WORDS[kind]}" if count > 1 else PIN_WORDS[kind] for kind, count in counted if count
    ]
    return ", ".join(told)
