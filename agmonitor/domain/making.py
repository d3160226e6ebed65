"""Frozen slotted dataclasses made several times as quick as the library makes them. Knows no field's sense.

The library's ``__init__`` sets each field past the frozen class's own ``__setattr__``, which takes three to
four times as long as an assignment; every step makes some ten values. Here a value is filled as a twin, which
has the same slots and is not frozen, and becomes one of its class when it is complete: nobody sees it before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

T = TypeVar("T")


def quickly_made(kind: type[T]) -> type[T]:
    """The same frozen slotted dataclass with a quicker ``__init__``; worth it from three fields on.

    For classes without ``__post_init__``, factories and heirs.
    """
    known: dict[str, Any] = {
        "Twin": twin_of(kind),
        "Kind": kind,
        "become": object.__dict__["__class__"].__set__,
    }
    order, moves = ["self"], ""
    for field in fields(kind):  # type: ignore[arg-type]  # whoever decorates with it has made one
        assert field.default_factory is MISSING, f"{kind.__name__}.{field.name} has a factory"
        _ordered(order, field, known)
        moves += f"    self.{field.name} = {field.name}\n"
    source = f"def __init__({', '.join(order)}):\n    become(self, Twin)\n{moves}    self.__class__ = Kind\n"
    _take_place(kind, compiled(source, "__init__", known))
    return kind


def twin_of(kind: type) -> type:
    """A class with the slots of a frozen one that lets its fields be set."""
    assert not hasattr(kind, "__post_init__"), f"{kind.__name__} checks itself as it is made"
    names = tuple(field.name for field in fields(kind))
    return type(kind.__name__, (), {"__slots__": names})


def compiled(source: str, name: str, known: dict[str, Any]) -> Callable[..., Any]:
    """The function of that name that the source defines; ``known`` are the names it may use."""
    exec(source, known)  # noqa: S102 - field names of our own classes
    made: Callable[..., Any] = known[name]
    return made


def _ordered(order: list[str], field: Field[Any], known: dict[str, Any]) -> None:
    """The parameter of a field behind those before it."""
    if field.kw_only and "*" not in order:
        order.append("*")
    if field.default is MISSING:
        order.append(field.name)
        return
    known[f"default_{field.name}"] = field.default
    order.append(f"{field.name}=default_{field.name}")


def _take_place(kind: type, made: Callable[..., Any]) -> None:
    before = kind.__init__  # type: ignore[misc]
    made.__annotations__ = before.__annotations__
    made.__qualname__, made.__module__ = before.__qualname__, before.__module__
    kind.__init__ = made  # type: ignore[misc]
