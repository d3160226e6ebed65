"""A link to a moment, ``agmonitor://GROUP/2026-11-22T03:14:09.250Z``, and what people type for a moment.

Pure text: whoever asks tells the present, and the zone that a time of day is meant in.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from agmonitor.domain.model import Instant
from agmonitor.texts import t

SCHEME = "agmonitor://"
# Translators: what can be typed; "ago" and the units are typed as they stand here
FORMS = t("a link, 2026-11-22 03:14:09, 03:14:09, or 2 h 30 min ago")
_UNITS_S = {"s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_PART = r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d)"
_AGO = re.compile(rf"-?\s*({_PART}(?:\s*{_PART})*)(?:\s*ago)?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
_DAY_S = 86_400.0
_DATE_PART = re.compile(r"\b\d{4}-(\d{1,2})-(\d{1,2})\b")
_CLOCK_PART = re.compile(r"(?<![\d:+-])(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?")
_MONTHS, _LAST_DAY, _SHORTEST, _HOURS, _SIXTY = 12, 31, 28, 24, 60


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a link leads; no group: the one that is shown."""

    at: Instant
    group: str | None = None


def link_to(group: str, at: Instant) -> str:
    """The link's text, to the millisecond, in UTC."""
    moment = dt.datetime.fromtimestamp(round(at, 3), dt.UTC)
    fraction = f"{moment.microsecond // 1000:03d}"
    return f"{SCHEME}{quote(group, safe='')}/{moment:%Y-%m-%dT%H:%M:%S}.{fraction}Z"


def moment_of(link: str) -> Moment:
    """Where a link leads.

    Raises:
        ValueError: it is none; a sentence to show.
    """
    told = link.strip()
    group, slash, when = told.removeprefix(SCHEME).rpartition("/")
    example = link_to("GROUP", 1_795_317_249.25)
    if not told.startswith(SCHEME) or not slash or not group:
        words = t(
            "{typed} is no link to a moment. A link reads {example}.", example=example, typed=repr(link)
        )
        raise ValueError(words)
    try:
        return Moment(_instant(when, dt.UTC), unquote(group))
    except (ValueError, OverflowError, OSError) as error:
        words = t(
            "The link {typed} leads to no moment{why}. A link reads {example}.",
            typed=repr(link),
            why=why_no_instant(when),
            example=example,
        )
        raise ValueError(words) from error


def typed_moment(text: str, now: Instant, *, utc: bool) -> Moment:
    """What a person means: a link, an instant, a time of day (the last such) or how long ago.

    Raises:
        ValueError: it cannot be made out; a sentence to show.
    """
    told = text.strip()
    zone = dt.UTC if utc else None
    if told.startswith(SCHEME):
        return moment_of(told)
    if ago := _AGO.fullmatch(told):
        parts = re.findall(_PART, ago[1], re.IGNORECASE)
        at = now - sum(float(size) * _UNITS_S[unit.lower()] for size, unit in parts)
        if at < 0:
            raise ValueError(t("{typed} is no moment: that was before 1970.", typed=repr(told)))
        return Moment(at)
    try:
        if not _CLOCK.fullmatch(told):
            return Moment(_instant(told, zone))
        today = dt.datetime.fromtimestamp(now, zone).date()
        at = _instant(f"{today.isoformat()}T{told.zfill(len(told) + (told.index(':') < 2))}", zone)
        return Moment(at if at <= now else at - _DAY_S)
    except (ValueError, OverflowError, OSError) as error:
        why = why_no_instant(told)
        words = t("{typed} is no moment{why}: it takes {forms}.", typed=repr(text), why=why, forms=FORMS)
        raise ValueError(words) from error


def why_no_instant(text: str) -> str:
    """What is wrong with a date or a time of day, in brackets behind a space; nothing where it is unclear."""
    date, clock = _DATE_PART.search(text), _CLOCK_PART.search(text)
    if date is not None and not 1 <= int(date[1]) <= _MONTHS:
        return " " + t("(there is no month {number})", number=date[1])
    if date is not None and not 1 <= int(date[2]) <= _LAST_DAY:
        return " " + t("(no month has a day {number})", number=date[2])
    if clock is not None and int(clock[1]) >= _HOURS:
        return " " + t("(there is no hour {number})", number=clock[1])
    if clock is not None and int(clock[2]) >= _SIXTY:
        return " " + t("(there is no minute {number})", number=clock[2])
    if clock is not None and int(clock[3] or 0) >= _SIXTY:
        return " " + t("(there is no second {number})", number=clock[3])
    return " " + t("(that month is shorter)") if date is not None and int(date[2]) > _SHORTEST else ""


def _instant(text: str, zone: dt.tzinfo | None) -> Instant:
    """ISO 8601; without an offset in that zone, None: the local one.

    Raises:
        ValueError, OverflowError, OSError: it is no such instant.
    """
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).timestamp()
