"""Whether a value is what its annotations say, part by part: for what came in a file from anywhere."""

from __future__ import annotations

import functools
import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any


def of_type(hint: Any, value: object) -> bool:
    """``value`` and all its parts are of the types that ``hint`` and its fields name."""
    origin = typing.get_origin(hint)
    if origin in {types.UnionType, typing.Union}:
        return any(of_type(part, value) for part in typing.get_args(hint))
    if origin is tuple:
        return _tuple_of(typing.get_args(hint), value)
    if hint is float:
        return type(value) in {float, int}
    if not isinstance(hint, type) or type(value) is not hint:
        return False
    if not is_dataclass(hint) or issubclass(hint, Enum):
        return True
    hints = _hints(hint)
    return all(of_type(hints[field.name], getattr(value, field.name)) for field in fields(hint))


def _tuple_of(parts: tuple[Any, ...], value: object) -> bool:
    if type(value) is not tuple:
        return False
    if parts[-1] is Ellipsis:
        return all(of_type(parts[0], part) for part in value)
    return len(parts) == len(value) and all(map(of_type, parts, value))


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)
