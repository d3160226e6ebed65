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
    if not told.startswith(SCHEME) or not slash or not group:
        example = link_to("GROUP", 1_795_317_249.25)
        raise ValueError(t("A link reads {example}, unlike {typed}.", example=example, typed=repr(link)))
    return Moment(_instant(when, dt.UTC), unquote(group))


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
    if _CLOCK.fullmatch(told):
        today = dt.datetime.fromtimestamp(now, zone).date()
        at = _instant(f"{today.isoformat()}T{told.zfill(len(told) + (told.index(':') < 2))}", zone)
        return Moment(at if at <= now else at - _DAY_S)
    return Moment(_instant(told, zone))


def _instant(text: str, zone: dt.tzinfo | None) -> Instant:
    """ISO 8601; without an offset in that zone, None: the local one."""
    try:
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(
            t("{typed} is no moment: it takes {forms}.", typed=repr(text), forms=FORMS)
        ) from error
