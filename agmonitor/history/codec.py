"""Inputs and events as rows, and back, without loss.

An input is split in two: its *form* (who answered, which role, which settings: the same for hours) and the
numbers that differ each time. Forms are stored once, so a round costs tens of bytes. Knows no SQL.
"""

from __future__ import annotations

import functools
import json
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import Severity
from agmonitor.domain.observations import (
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
)

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
}
_WORDS = {cls: word for word, cls in _KINDS.items()}
_ASKED = ("sent_at", "received_at")
_VARYING: dict[type[object], tuple[str, ...]] = {
    NodeObservation: (*_ASKED, "round_trip_ms", "http_date"),
    NodeReport: ("last_heartbeat_at", "last_updated_at"),
    LoadObservation: (*_ASKED, "load_score", "current_time", "http_date"),
    DnsObservation: (*_ASKED, "round_trip_ms", "ttl_s", "heartbeat_at"),
    ResolverObservation: (*_ASKED, "ttl_s"),
    ClientObservation: (*_ASKED, "round_trip_ms"),
    HooksObservation: _ASKED,
    Tick: ("at",),
    Gap: ("from_at", "until_at"),
    FailoverOrdered: ("at",),
}
_dumps = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def encode(item: Input) -> tuple[str, str]:
    """The form and the varying numbers of an input."""
    cls = type(item)
    numbers = [getattr(item, name) for name in _VARYING[cls]]
    if isinstance(item, NodeObservation) and item.report is not None:
        numbers += [getattr(item.report, name) for name in _VARYING[NodeReport]]
    return _dumps([_WORDS[cls], _plain(item)]), _dumps(numbers)


def decoder() -> Callable[[str, str], Input]:
    """A function from form and numbers to the input; it remembers forms, for they repeat."""
    template = functools.cache(_template)

    def decode(form: str, varying: str) -> Input:
        return _filled(template(form), json.loads(varying))

    return decode


def encode_event(event: Event) -> EventRow:
    return (
        event.at,
        event.kind.value,
        int(event.severity),
        _storable(event.sentence),
        event.finding,
        event.node,
        event.episode,
    )


def decode_event(row: EventRow) -> Event:
    at, kind, severity, sentence, finding, node, episode = row
    return Event(at, EventKind(kind), sentence, Severity(severity), finding, node, episode)


def _storable(text: str) -> str:
    """Half a surrogate pair, from some odd answer, must not cost us the row."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _filled(template: Input, numbers: list[Any]) -> Input:
    names = _VARYING[type(template)]
    values = dict(zip(names, numbers, strict=False))
    if isinstance(template, NodeObservation) and template.report is not None:
        in_report = dict(zip(_VARYING[NodeReport], numbers[len(names) :], strict=True))
        values["report"] = replace(template.report, **in_report)
    return replace(template, **values)


def _template(form: str) -> Input:
    word, plain = json.loads(form)
    cls = _KINDS[word]
    return typing.cast("Input", _built(cls, dict.fromkeys(_VARYING[cls], 0.0) | plain))


@functools.cache
def _form_fields(cls: type) -> tuple[str, ...]:
    varying = _VARYING.get(cls, ())
    return tuple(field.name for field in fields(cls) if field.name not in varying)


def _plain(value: Any) -> Any:
    """JSON's own kinds only; what is None is left out, so that old rows and new fields get along."""
    if value is None or type(value) in {str, int, float, bool}:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    cls: type = type(value)
    return {name: _plain(part) for name in _form_fields(cls) if (part := getattr(value, name)) is not None}


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
        return tuple(_built(typing.get_args(hint)[0], item) for item in value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if is_dataclass(hint):
        return _built_whole(typing.cast("type", hint), value)
    return value
