"""Inputs and events as rows, and back, without loss.

An input is split in two: its *form* (who answered, which role, which settings: the same for hours) and the
numbers that differ each time. Forms are stored once, so an answer costs a dozen bytes. Knows no SQL.
"""

from __future__ import annotations

import functools
import itertools
import json
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import Severity
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
    ResolverObservation,
    Tick,
)
from agmonitor.domain.replacing import replace
from agmonitor.history.columns import COLUMNS, VARYING, at_ms_of, values_in, with_values
from agmonitor.history.numbers import row_of, values_of
from agmonitor.said import Said

T = TypeVar("T")
EventRow = tuple[float, str, int, str, str | None, str | None, int | None]

_KINDS: dict[str, type[Input]] = {
    "node": NodeObservation,
    "load": LoadObservation,
    "dns": DnsObservation,
    "resolver": ResolverObservation,
    "clients": ClientObservation,
    "hooks": HooksObservation,
    "tick": Tick,
    "gap": Gap,
    "ordered": FailoverOrdered,
    "acknowledged": Acknowledged,
}
_WORDS = {cls: word for word, cls in _KINDS.items()}
ODD = "odd"  # marks a form that holds its numbers itself
_dumps = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def encode(item: Input) -> tuple[str, int, bytes]:
    """The form of an input, the millisecond it counts from, and its varying numbers."""
    word, at_ms = _WORDS[type(item)], at_ms_of(item)
    values = values_in(item, at_ms)
    if values is None:
        return _dumps([word, _plain(item, whole=True), ODD]), at_ms, b""
    return _dumps([word, _plain(item)]), at_ms, row_of(values)


def decoder() -> Callable[[str, int, bytes], Input]:
    """A function from form, millisecond and numbers to the input; it remembers forms, for they repeat."""
    template = functools.cache(_template)

    def decode(form: str, at_ms: int, varying: bytes) -> Input:
        item, odd = template(form)
        return item if odd else with_values(item, at_ms, values_of(varying, len(COLUMNS[type(item)])))

    return decode


def width(form: str) -> int:
    """How many numbers go with a form; none with one that holds them itself."""
    word, _, *odd = json.loads(form)
    return 0 if odd else len(COLUMNS[_KINDS[word]])


def of_version_1(form: str, numbers: list[float | None]) -> Input:
    """An input as the first layout kept it: the numbers as a list, in the order of their columns."""
    item, _ = _template(form)
    columns = COLUMNS[type(item)]
    of_item = [column for column in columns if not column.of_report]
    own = dict(zip((column.name for column in of_item), numbers, strict=False))
    told: dict[str, Any] = dict(own)
    if isinstance(item, NodeObservation) and item.report is not None:
        names = [column.name for column in columns if column.of_report]
        of_report: dict[str, Any] = dict(zip(names, numbers[len(of_item) :], strict=True))
        told["report"] = replace(item.report, **of_report)
    return replace(item, **told)


def encode_event(event: Event) -> EventRow:
    return (
        event.at,
        event.kind.value,
        int(event.severity),
        storable(event.sentence),
        event.finding,
        event.node,
        event.episode,
    )


def decode_event(row: EventRow) -> Event:
    at, kind, severity, sentence, finding, node, episode = row
    return Event(at, EventKind(kind), sentence, Severity(severity), finding, node, episode)


def plain(value: object) -> Any:
    """Any value of the domain's types as JSON's own kinds."""
    return _plain(value, whole=True)


def built(hint: Any, value: Any) -> Any:
    """The value of that type that ``plain`` was given.

    Raises:
        TypeError, KeyError, ValueError, AttributeError: it is no such value.
    """
    return _built(hint, value)


def storable(text: str) -> str:
    """Half a surrogate pair, from some odd answer, must not cost us the row."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _template(form: str) -> tuple[Input, bool]:
    """The input of a form, its varying numbers still to come, unless it was kept whole."""
    word, plain, *odd = json.loads(form)
    cls = _KINDS[word]
    if not odd:
        plain = dict.fromkeys(VARYING[cls], 0.0) | plain
    return typing.cast("Input", _built(cls, plain)), bool(odd)


@functools.cache
def _form_fields(cls: type, *, whole: bool) -> tuple[str, ...]:
    varying = frozenset() if whole else VARYING.get(cls, frozenset())
    return tuple(field.name for field in fields(cls) if field.name not in varying)


def _plain(value: Any, *, whole: bool = False) -> Any:
    """JSON's own kinds only; what is None is left out, so that old rows and new fields get along."""
    if value is None or type(value) in {str, int, float, bool}:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Said):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item, whole=whole) for item in value]
    cls: type = type(value)
    return {
        name: _plain(part, whole=whole)
        for name in _form_fields(cls, whole=whole)
        if (part := getattr(value, name)) is not None
    }


def _built_whole(cls: type, value: dict[str, Any]) -> Any:
    hints = _hints(cls)
    # What was None was left out when it was stored.
    required = {field.name: None for field in fields(cls) if field.default is MISSING}
    return cls(**(required | {name: _built(hints[name], part) for name, part in value.items()}))


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _built(hint: Any, value: Any) -> Any:
    """The value that ``hint`` describes, from its plain form."""
    origin = typing.get_origin(hint)
    if value is None:
        return None
    if origin in {types.UnionType, typing.Union}:
        return _built(next(part for part in typing.get_args(hint) if part is not types.NoneType), value)
    if origin is tuple:
        parts = typing.get_args(hint)
        hints = parts if parts[-1] is not Ellipsis else itertools.repeat(parts[0])
        return tuple(_built(part, item) for part, item in zip(hints, value, strict=False))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if is_dataclass(hint):
        return _built_whole(typing.cast("type", hint), value)
    return value
