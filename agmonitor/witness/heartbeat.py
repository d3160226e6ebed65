"""Finds the heartbeat's instant in a TXT record whose form nobody has specified; pure.

We take ISO 8601 within any text around it, the date form of mail and HTTP, and seconds or milliseconds since
1970; of several the newest. An unreadable text is no error: it is simply no instant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from agmonitor.domain.model import Instant

YEAR_MIN, YEAR_MAX = 2000, 2999
PAST_MAX_S = 400 * 86_400.0
AHEAD_MAX_S = 2 * 86_400.0
"""A bare number is an instant only within these bounds around now: zone serials look alike."""

_ISO = re.compile(
    r"(?<!\d)(\d{4})[-/]?(\d{2})[-/]?(\d{2})[T _]"
    r"(\d{2}):?(\d{2}):?(\d{2})(?:[.,](\d{1,9}))?"
    r"\s?(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_MAIL = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}(?: (?:GMT|UTC|[+-]\d{4}))?")
_NUMBER = re.compile(r"(?<![\w.+-])(?<!\d:)(\d{10})(\d{3})?(\.\d{1,9})?(?![\w:-])")


def newest(records: Iterable[Iterable[bytes]], now: Instant) -> Instant | None:
    """The newest instant in any of the records; None where none is readable."""
    found = [instant for strings in records for instant in _in_record(list(strings), now)]
    return max(found, default=None)


def _in_record(strings: list[bytes], now: Instant) -> list[Instant]:
    apart = " ".join(each.decode("utf-8", "replace") for each in strings)
    found = list(_in_text(apart, now))
    if not found and len(strings) > 1:  # a stamp may be cut in two by the 255 bytes of one string
        found = list(_in_text(b"".join(strings).decode("utf-8", "replace"), now))
    return found


def _in_text(text: str, now: Instant) -> Iterator[Instant]:
    written = [*_iso(text), *_mail(text)]
    yield from written
    if not written:
        yield from _numbers(text, now)


def _iso(text: str) -> Iterator[Instant]:
    for match in _ISO.finditer(text):
        year, month, day, hour, minute, second, fraction, offset = match.groups()
        zone = "+00:00" if offset in {None, "Z", "z", "UTC", "GMT"} else offset
        stamp = f"{year}-{month}-{day}T{hour}:{minute}:{second}.{(fraction or '0')[:6]:0<6}{zone}"
        try:
            moment = datetime.fromisoformat(stamp)
        except ValueError:
            continue
        if YEAR_MIN <= moment.year <= YEAR_MAX:
            yield round(moment.timestamp(), 3)


def _mail(text: str) -> Iterator[Instant]:
    for match in _MAIL.finditer(text):
        try:
            moment = parsedate_to_datetime(match[0])
        except ValueError:
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        if YEAR_MIN <= moment.year <= YEAR_MAX:
            yield moment.timestamp()


def _numbers(text: str, now: Instant) -> Iterator[Instant]:
    for match in _NUMBER.finditer(text):
        seconds, milliseconds, fraction = match.groups()
        instant = int(seconds) + int(milliseconds or 0) / 1000
        if milliseconds is None and fraction:
            instant += float(fraction)
        if now - PAST_MAX_S <= instant <= now + AHEAD_MAX_S:
            yield round(instant, 3)
