"""Numbers as they are kept: rounded before they are judged, so that what is stored is what was judged.

Instants to the millisecond, round trips to a tenth of one, load scores to four places. Most inputs come that
way already and pass untouched.
"""

from __future__ import annotations

from typing import Any, TypeVar

from agmonitor.domain.observations import Input, NodeObservation
from agmonitor.domain.replacing import replace

PLACES = {
    "at": 3,
    "from_at": 3,
    "until_at": 3,
    "sent_at": 3,
    "received_at": 3,
    "http_date": 3,
    "current_time": 3,
    "heartbeat_at": 3,
    "last_heartbeat_at": 3,
    "last_updated_at": 3,
    "round_trip_ms": 1,
    "load_score": 4,
}
T = TypeVar("T")


def rounded(item: Input) -> Input:
    """The input as it will be stored; the very same one where nothing needs rounding."""
    item = _fields_rounded(item)
    if isinstance(item, NodeObservation) and item.report is not None:
        report = _fields_rounded(item.report)
        if report is not item.report:
            item = replace(item, report=report)
    return item


def _fields_rounded(value: T) -> T:
    changes: dict[str, Any] = {}
    for name in _rounded_fields(type(value)):
        number = getattr(value, name)
        if number is None:
            continue
        kept = round(number, PLACES[name])
        if kept != number and kept == kept:  # noqa: PLR0124 - what is not a number stays so
            changes[name] = kept
    return replace(value, **changes) if changes else value  # type: ignore[type-var]


_known: dict[type, tuple[str, ...]] = {}


def _rounded_fields(kind: type) -> tuple[str, ...]:
    names = _known.get(kind)
    if names is None:
        slots: tuple[str, ...] = kind.__slots__  # type: ignore[attr-defined]
        names = _known[kind] = tuple(name for name in slots if name in PLACES)
    return names
