"""Which rows of a damaged file can be believed: each is read as whoever uses it would. Knows no SQL."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agmonitor.history.checkpoint import decode_state
from agmonitor.history.codec import decode_event, decoder, width
from agmonitor.history.columns import at_ms_of
from agmonitor.history.numbers import row_of
from agmonitor.history.packing import forms_of
from agmonitor.history.tail import sum_of

Named = dict[str, Any]
_RANGE = 1 << 62
NAMELESS = "recovered group"
_OF_INPUTS = frozenset(("packs", "tail", "checkpoints"))


@dataclass(frozen=True, slots=True)
class Columns:
    """A table's columns: name, SQL type, and whether a row must have it."""

    table: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    needed: tuple[bool, ...]
    key: tuple[str, ...]

    @property
    def counted(self) -> tuple[int, ...]:
        """The parts of the key that are numbers, the last one first."""
        kinds = dict(zip(self.names, self.types, strict=True))
        return tuple(place for place in reversed(range(len(self.key))) if kinds[self.key[place]] == "INTEGER")

    def fit(self, row: Sequence[object]) -> bool:
        told = zip(self.types, self.needed, row, strict=True)
        return all(_fits(kind, value, needed=needed) for kind, needed, value in told)


class Beliefs:
    """What has been believed so far, as far as other rows depend on it."""

    def __init__(self) -> None:
        self.groups: dict[int, str] = {}
        self.inputs = 0
        self.told_groups = False  # whether the file itself said which there are
        self._forms: dict[int, tuple[str, int]] = {}  # bodies of the forms there are, and their widths
        self._strange: set[int] = set()  # groups without a name
        self._decode = decoder()
        self._closer: dict[str, Callable[[Named], bool]] = {
            "groups": self._group,
            "forms": self._form,
            "packs": self._pack,
            "tail": self._tail,
            "checkpoints": self._checkpoint,
            "events": _event,
        }

    def sound(self, columns: Columns, row: Sequence[Any]) -> bool:
        """Whether the row is one that we could have written."""
        if not columns.fit(row):
            return False
        table, named = columns.table, dict(zip(columns.names, row, strict=True))
        try:
            believed = table not in self._closer or self._closer[table](named)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, StopIteration, RuntimeError):
            return False
        if believed and table in _OF_INPUTS and named["group_id"] not in self.groups:
            self._strange.add(named["group_id"])
        return believed

    def form_stands(self, form: int, listed: int) -> bool:
        """A form that its index does not know was bent."""
        if listed != form:
            del self._forms[form]
        return listed == form

    def unnamed(self) -> Iterator[tuple[int, str]]:
        """Groups whose row was lost, each once, with a name that says so unless a state has told it."""
        for group in self._strange:
            name = self.groups.setdefault(group, f"{NAMELESS} {group}")
            yield group, name
        self._strange.clear()

    def _group(self, row: Named) -> bool:
        self.told_groups = True
        self.groups[row["id"]] = row["name"]
        return row["name"] != "" and bool(row["next_seq"] > 0)

    def _form(self, row: Named) -> bool:
        wide: int = width(row["body"])
        self._decode(row["body"], 0, row_of((0,) * wide) if wide else b"")
        self._forms[row["id"]] = row["body"], wide
        return True

    def _pack(self, row: Named) -> bool:
        forms = forms_of(row["body"])
        whole = len(forms) == row["count"] > 0 and row["seq"] > 0 and row["from_ms"] <= row["until_ms"]
        whole = whole and self._forms.keys() >= set(forms)
        self.inputs += row["count"] if whole else 0
        return whole

    def _tail(self, row: Named) -> bool:
        body, wide = self._forms[row["form_id"]]
        told = self._decode(body, row["at_ms"], row["varying"])
        whole = at_ms_of(told) == row["at_ms"] and bool(wide or not row["varying"]) and row["seq"] > 0
        whole = whole and row["sum"] in {None, _sum(row)}
        self.inputs += whole
        return whole

    def _checkpoint(self, row: Named) -> bool:
        if row["body"]:
            name = decode_state(row["body"]).settings.name
            if self.groups.get(row["group_id"], NAMELESS).startswith(NAMELESS):
                self.groups[row["group_id"]] = name
                self._strange.add(row["group_id"])
        return True


def sealed(columns: Columns, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row as this version keeps it: one of an older file, believed, gets its checksum."""
    named = dict(zip(columns.names, row, strict=True))
    if columns.table != "tail" or named["sum"] is not None:
        return row
    return tuple(_sum(named) if name == "sum" else value for name, value in named.items())


def _sum(row: Named) -> int:
    return sum_of(row["group_id"], row["seq"], row["at_ms"], row["form_id"], row["varying"])


def _event(row: Named) -> bool:
    told = ("at", "kind", "severity", "sentence", "finding", "node", "episode")
    return bool(decode_event(tuple(row[name] for name in told)))


def _fits(kind: str, value: object, *, needed: bool) -> bool:
    if value is None:
        return not needed
    if isinstance(value, str):
        return kind == "TEXT" and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, bytes):
        return kind == "BLOB"
    if isinstance(value, float):
        return kind == "REAL" and math.isfinite(value)
    return isinstance(value, int) and kind in {"INTEGER", "REAL"} and abs(value) <= _RANGE
