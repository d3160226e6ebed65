"""Strategies for any value of the domain's types, read off their annotations."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from agmonitor.domain.events import Event
from agmonitor.domain.observations import Input


def anything(hint: Any) -> st.SearchStrategy[Any]:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        return st.one_of([anything(part) for part in parts])
    if origin is tuple:
        return st.lists(anything(parts[0]), max_size=3).map(tuple)
    if is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return st.builds(
            typing.cast("type", hint), **{field.name: anything(hints[field.name]) for field in fields(hint)}
        )
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: st.text(max_size=20),
        int: st.integers(-(2**62), 2**62),
        float: st.floats(allow_nan=False),
        bool: st.booleans(),
        type(None): st.none(),
    }
    return plain[hint]


inputs = anything(Input)
events = anything(Event)
