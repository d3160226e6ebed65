"""``replace`` for frozen slotted dataclasses, three times as quick as the library's.

The library's goes by ``__init__`` with every field by name; a step replaces some five large values, which was
a quarter of its cost. Here a copier is made once per class, as the library makes ``__init__``. No
``__post_init__`` runs, so a class that has one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

__all__ = ["replace"]

if TYPE_CHECKING:
    from dataclasses import replace  # the type checker knows its fields by name
else:
    Setters = Mapping[str, Callable[[Any, Any], None]]
    _learned: dict[type, tuple[Callable[[Any], Any], Setters]] = {}

    def replace(value: Any, /, **changes: Any) -> Any:
        """The same value with these fields changed.

        Raises:
            KeyError: no such field.
        """
        kind = type(value)
        copied, setters = _learned.get(kind) or _learn(kind)
        made = copied(value)
        for name, changed in changes.items():
            setters[name](made, changed)
        return made

    def _learn(kind: type) -> tuple[Callable[[Any], Any], Setters]:
        assert not hasattr(kind, "__post_init__"), f"{kind.__name__} checks itself as it is made"
        setters = {field.name: getattr(kind, field.name).__set__ for field in fields(kind)}  # of its slots
        known: dict[str, Any] = {f"set_{name}": put for name, put in setters.items()}
        known |= {"new": object.__new__, "kind": kind}
        moves = "".join(f"    set_{name}(made, value.{name})\n" for name in setters)
        exec(f"def copied(value):\n    made = new(kind)\n{moves}    return made\n", known)  # noqa: S102 - field names of our own classes
        _learned[kind] = known["copied"], setters
        return _learned[kind]
