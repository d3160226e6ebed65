"""Reads single fields of a decoded JSON document, strictly typed; pure.

A wrong type or value raises ``Malformed`` with a sentence naming the key. ``None``, ``""`` and absence count
as "not given" where the caller says so. Must not do any I/O and must not know any endpoint.
"""

from __future__ import annotations

import ipaddress
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NoReturn, TypeVar

from agmonitor.domain.model import Instant

Word = TypeVar("Word", bound=StrEnum)
Document = Mapping[str, object]

TEXT_MAX = 255
"""Longest text we take for a name; DNS names end there too."""
INTEGER_MAX = 2**31 - 1
YEAR_MIN, YEAR_MAX = 1970, 8999
"""Years that survive every later conversion, local time included."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Malformed(ValueError):  # noqa: N818 - reads as what the answer is, not as our error
    """The payload breaks the contract; the message is a sentence for a person."""


def document(body: bytes) -> Document:
    """The JSON object in a body.

    Raises:
        Malformed: no UTF-8, no JSON, nested beyond reason, or no object.
    """
    if not body.strip():
        raise Malformed("The answer is empty.")
    try:
        content = _decode(body.decode("utf-8-sig"))
    except RecursionError:
        raise Malformed("The answer is nested too deeply to be read.") from None
    except UnicodeDecodeError:
        raise Malformed("The answer is no UTF-8 text.") from None
    except Malformed:
        raise
    except ValueError:
        raise Malformed(f"The answer is no JSON: it begins with {shown(body[:40])}.") from None
    if not isinstance(content, dict):
        raise Malformed(f"The answer is {_kind(content)} where an object was due.")
    return content


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"The answer holds the number {name}, which JSON does not know.")


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode  # made once: it is used all day


def section(parent: Document, key: str, where: str = "") -> Document:
    """The object under ``key``."""
    value = optional_section(parent, key, where)
    if value is None:
        raise Malformed(f"{where}{key} is missing.")
    return value


def optional_section(parent: Document, key: str, where: str = "") -> Document | None:
    """The object under ``key``; None where it is absent, null or empty text."""
    value = parent.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, dict):
        raise Malformed(f"{where}{key} is {_kind(value)} where an object was due.")
    return value


def word(parent: Document, key: str, words: type[Word], where: str = "") -> Word:
    """The enumerated value under ``key``, which must be there."""
    value = optional_word(parent, key, words, where)
    if value is None:
        raise Malformed(f"{where}{key} is missing.")
    return value


def optional_word(parent: Document, key: str, words: type[Word], where: str = "") -> Word | None:
    """The enumerated value under ``key``; None where it is absent, null or empty."""
    value = parent.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            return words(value)
        except ValueError:
            known = ", ".join(words)
            raise Malformed(f"{where}{key} is {shown(value)}; known are {known}.") from None
    raise Malformed(f"{where}{key} is {_kind(value)} where a text was due.")


def text(parent: Document, key: str, where: str = "", *, most: int = TEXT_MAX) -> str | None:
    """A short printable text; None where it is absent, null or empty."""
    value = parent.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Malformed(f"{where}{key} is {_kind(value)} where a text was due.")
    if len(value) > most or not value.isprintable():
        raise Malformed(f"{where}{key} is no plain text of at most {most} characters.")
    return value


def integer(parent: Document, key: str, where: str = "") -> int | None:
    """A whole number from 0 to ``INTEGER_MAX``; None where it is absent, null or empty."""
    value = parent.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) <= INTEGER_MAX:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(f"{where}{key} is {_kind(value)} where a whole number was due.")
    if not 0 <= value <= INTEGER_MAX:
        raise Malformed(f"{where}{key} is out of range: it must lie between 0 and {INTEGER_MAX}.")
    return value


def number(parent: Document, key: str, where: str = "") -> float | None:
    """A finite number; None where it is absent, null or empty."""
    value = parent.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Malformed(f"{where}{key} is {_kind(value)} where a number was due.")
    try:
        plain = float(value)
    except OverflowError:
        plain = math.inf
    if not math.isfinite(plain):
        raise Malformed(f"{where}{key} is too large a number.")
    return plain


def ipv4(parent: Document, key: str, where: str = "") -> str | None:
    """An IPv4 address; None for an empty seat."""
    value = text(parent, key, where)
    if value is None:
        return None
    try:
        return _ipv4(value)
    except ValueError:
        raise Malformed(f"{where}{key} is {shown(value)} where an IPv4 address was due.") from None


@lru_cache(maxsize=256)
def _ipv4(value: str) -> str:
    """The few addresses of a group come again with every answer."""
    return str(ipaddress.IPv4Address(value))


def instant(parent: Document, key: str, where: str = "") -> Instant | None:
    """An ISO 8601 instant with its offset; None where it is absent, null or empty."""
    value = text(parent, key, where)
    if value is None:
        return None
    try:
        return _seconds(value)
    except Malformed as error:
        raise Malformed(f"{where}{key} is {shown(value)}{error}.") from None


@lru_cache(maxsize=256)
def _seconds(value: str) -> Instant:
    """A heartbeat's stamp comes with many answers, until the next one. Raises the sentence's end alone."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Malformed(" where an ISO 8601 instant was due") from None
    if moment.tzinfo is None:
        raise Malformed(", which has no offset from UTC")
    if not YEAR_MIN <= moment.year <= YEAR_MAX or (moment - _EPOCH) < timedelta(0):
        raise Malformed(": no instant a clock could show")
    return round((moment - _EPOCH) / timedelta(seconds=1), 3)


def shown(value: str | bytes, most: int = 40) -> str:
    """A foreign text as it may be shown to a person: quoted, short, and without control characters."""
    return f"“{plain(value, most)}”"


def plain(value: str | bytes, most: int) -> str:
    """A foreign text on one line, shortened, with whatever is not printable replaced."""
    foreign = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    line = " ".join(foreign[: most * 4].split())
    line = "".join(char if char.isprintable() else "�" for char in line)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"
