"""Which numbers of an input differ from answer to answer, and in which unit each is kept as a whole number.

Everything else of an input is its form. Instants are kept in milliseconds, relative to the instant the input
counts from; an input with a number that its unit cannot hold exactly is kept whole as text instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from agmonitor.domain.observations import (
    Acknowledged,
    ClientObservation,
    DnsObservation,
    FailoverOrdered,
    Gap,
    HooksObservation,
    Input,
    LoadObservation,
    NodeObservation,
    NodeReport,
    ResolverObservation,
    Tick,
    instant_of,
)
from agmonitor.domain.replacing import replace
from agmonitor.history.numbers import Values

FARTHEST_MS = 1 << 62


@dataclass(frozen=True, slots=True)
class Column:
    """One number: its field, how many units make one, and whether it is an instant."""

    name: str
    scale: int
    instant: bool = False
    of_report: bool = False  # a field of the node's report


def _instants(*names: str, of_report: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, 1000, instant=True, of_report=of_report) for name in names)


_ASKED = _instants("sent_at", "received_at")
_TRIP = Column("round_trip_ms", 10)
_TTL = Column("ttl_s", 1)
COLUMNS: Mapping[type[object], tuple[Column, ...]] = MappingProxyType(
    {
        NodeObservation: (
            *_ASKED,
            _TRIP,
            *_instants("http_date"),
            *_instants("last_heartbeat_at", "last_updated_at", of_report=True),
        ),
        LoadObservation: (*_ASKED, Column("load_score", 10_000), *_instants("current_time", "http_date")),
        DnsObservation: (*_ASKED, _TRIP, _TTL, *_instants("heartbeat_at")),
        ResolverObservation: (*_ASKED, _TTL),
        ClientObservation: (*_ASKED, _TRIP),
        HooksObservation: _ASKED,
        Tick: _instants("at"),
        Gap: _instants("from_at", "until_at"),
        FailoverOrdered: _instants("at"),
        Acknowledged: _instants("at"),
    }
)
VARYING: Mapping[type[object], frozenset[str]] = MappingProxyType(
    {
        kind: frozenset(column.name for column in columns if not column.of_report)
        for kind, columns in COLUMNS.items()
    }
    | {NodeReport: frozenset(column.name for column in COLUMNS[NodeObservation] if column.of_report)}
)


def at_ms_of(item: Input) -> int:
    """The instant an input counts from, in whole milliseconds; one that no clock shows as far as it goes."""
    at = instant_of(item)
    if at != at:  # noqa: PLR0124 - not a number
        return 0
    return round(max(-FARTHEST_MS / 1000, min(FARTHEST_MS / 1000, at)) * 1000)


def values_in(item: Input, at_ms: int) -> Values | None:
    """The input's numbers in their units; None where one of them does not fit its unit exactly."""
    values: list[int | None] = []
    report = item.report if isinstance(item, NodeObservation) else None
    for column in COLUMNS[type(item)]:
        number = getattr(report if column.of_report else item, column.name, None)
        if number is None:
            values.append(None)
            continue
        units = _units(number, column.scale)
        if units is None:
            return None
        values.append(units - at_ms if column.instant else units)
    return tuple(values)


def with_values(template: Input, at_ms: int, values: Values) -> Input:
    """The input of that form with these numbers."""
    own: dict[str, Any] = {}
    of_report: dict[str, Any] = {}
    for column, value in zip(COLUMNS[type(template)], values, strict=True):
        into = of_report if column.of_report else own
        into[column.name] = None if value is None else _number(value, at_ms, column)
    if isinstance(template, NodeObservation) and template.report is not None:
        return replace(template, **own, report=replace(template.report, **of_report))
    return replace(template, **own)


def _number(value: int, at_ms: int, column: Column) -> float:
    if column.scale == 1:
        return value
    return (value + at_ms if column.instant else value) / column.scale


def _units(number: float, scale: int) -> int | None:
    if scale == 1:
        return number if type(number) is int else None
    try:
        units = round(number * scale)
    except (OverflowError, ValueError):
        return None
    return units if units / scale == number else None
