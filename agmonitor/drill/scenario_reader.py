"""Takes the plain values of a scenario file and gathers what is wrong with them instead of stopping at it.

Knows kinds of values and the subjects of an expectation, no key of the format; opens no file.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agmonitor.drill.scenario import Condition
from agmonitor.drill.scenario_conditions import SUBJECTS

LONGEST_S = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong: under which key, and what is allowed there."""

    key: str
    sentence: str


def nearest(word: str, allowed: Iterable[str]) -> str:
    """A question with the nearest word, where one comes near; else nothing."""
    near = difflib.get_close_matches(word, list(allowed), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def one_of(word: str, allowed: Sequence[str]) -> str:
    """Why a word cannot stand here, and which could."""
    return f"{word!r} is not known here.{nearest(word, allowed)} Allowed are {', '.join(allowed)}."


class Reader:
    """Takes plain TOML values and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def wrong(self, key: str, sentence: str) -> None:
        self.mistakes.append(Mistake(key, sentence))

    def unknown(self, where: str, raw: Mapping[str, Any], allowed: Sequence[str]) -> None:
        for key in raw.keys() - set(allowed):
            self.wrong(f"{where}.{key}" if where else key, one_of(key, allowed))

    def text(self, where: str, raw: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
        value = raw.get(key, "")
        if not isinstance(value, str):
            self.wrong(_at(where, key), "Must be a text in quotes.")
            return ""
        if needed and not value.strip():
            self.wrong(_at(where, key), "Is missing; it must be a text in quotes.")
        return value

    def word(self, where: str, raw: Mapping[str, Any], key: str, allowed: Sequence[str]) -> str | None:
        value = self.text(where, raw, key)
        if value and value not in allowed:
            self.wrong(_at(where, key), one_of(value, allowed))
            return None
        return value or None

    def flag(self, where: str, raw: Mapping[str, Any], key: str, *, default: bool = False) -> bool:
        value = raw.get(key, default)
        if not isinstance(value, bool):
            self.wrong(_at(where, key), "Must be true or false.")
            return default
        return value

    def number(
        self, where: str, raw: Mapping[str, Any], key: str, least: float = 0.0, most: float = LONGEST_S
    ) -> float | None:
        """None where there is none, or a wrong one."""
        value = raw.get(key)
        if value is None:
            return None
        fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not fits or not least <= value <= most:
            self.wrong(_at(where, key), f"Must be a number from {least:g} to {most:g}.")
            return None
        return float(value)

    def seconds(self, where: str, raw: Mapping[str, Any], key: str) -> float:
        """A length that must be there."""
        if key not in raw:
            self.wrong(_at(where, key), "Is missing; it must be a number of seconds.")
        value = self.number(where, raw, key)
        if value == 0:
            self.wrong(_at(where, key), "Must be more than nothing.")
        return value or 1.0

    def texts(self, where: str, raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """One text or a list of them."""
        value = raw.get(key, [])
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str | int) and not isinstance(one, bool) for one in listed):
            self.wrong(_at(where, key), "Must be a text in quotes or a list of such.")
            return ()
        return tuple(str(one) for one in listed)

    def table(self, where: str, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = raw.get(key, {})
        if not isinstance(value, dict):
            self.wrong(_at(where, key), f"Must be a table, such as [{key}].")
            return {}
        return value

    def tables(self, raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        value = raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.wrong(key, f"Must be tables, each beginning with [[{key}]].")
            return []
        return value

    def condition(self, where: str, raw: Mapping[str, Any], beside: Sequence[str] = ()) -> Condition:
        """Every key but those ``beside`` it is a subject."""
        subjects = {key: raw[key] for key in raw if key not in beside}
        if not subjects:
            self.wrong(where, f"Asks for nothing; it may ask for {', '.join(SUBJECTS)}.")
        found = []
        for name in subjects:
            if name not in SUBJECTS:
                self.wrong(_at(where, name), one_of(name, tuple(SUBJECTS)))
                continue
            values = self.texts(where, raw, name)
            if not values:
                self.wrong(_at(where, name), f"Must be {SUBJECTS[name].form}.")
            for value in values:
                self._value(_at(where, name), name, value)
            found.append((name, values))
        return Condition(tuple(found))

    def _value(self, key: str, name: str, value: str) -> None:
        subject = SUBJECTS[name]
        words = value.split()
        if not subject.words:
            return
        if not subject.least <= len(words) <= len(subject.words):
            self.wrong(key, f"{value!r} cannot stand here; it must be {subject.form}.")
            return
        for word, allowed in zip(words, subject.words, strict=False):
            if allowed is not None and word not in allowed:
                self.wrong(key, one_of(word, allowed))


def _at(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
