"""Values put into words: durations, instants, answers, lists. Formats only; decides nothing.

Every function takes any finite number. Times of day are UTC, worked out by hand because the calendar
functions refuse instants far away and this package must be total.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from agmonitor.domain.model import Answer, DnsAnswer, Instant, Role
from agmonitor.domain.observations import GapReason
from agmonitor.said import joined, phrase

ANSWERS: dict[Answer, str] = {
    Answer.OK: phrase("answered"),
    Answer.REFUSED: phrase("connection refused"),
    Answer.CLOSED: phrase("connection closed without an answer"),
    Answer.TIMEOUT: phrase("no answer in time"),
    Answer.UNREACHABLE: phrase("unreachable"),
    Answer.NAME: phrase("its name does not resolve"),
    Answer.TLS: phrase("TLS failed"),
    Answer.SIGN_IN_REFUSED: phrase("sign-in refused"),
    Answer.FORBIDDEN: phrase("permission missing"),
    Answer.HTTP_STATUS: phrase("an HTTP error"),
    Answer.MALFORMED: phrase("an answer that is no group state"),
    Answer.TOO_LARGE: phrase("an answer too large to be a group state"),
    Answer.REDIRECTED: phrase("redirected elsewhere"),
}
"""What an HTTP answer is, as it stands in brackets after "gw-1 is not answering"."""

DNS_ANSWERS: dict[DnsAnswer, str] = {
    DnsAnswer.OK: phrase("answered"),
    DnsAnswer.NXDOMAIN: phrase("no such name"),
    DnsAnswer.NODATA: phrase("no address record"),
    DnsAnswer.TIMEOUT: phrase("no answer in time"),
    DnsAnswer.REFUSED: phrase("query refused"),
    DnsAnswer.MALFORMED: phrase("an answer that could not be read"),
}

ROLES: dict[Role, str] = {
    Role.PRIMARY: phrase("Primary"),
    Role.SECONDARY: phrase("Secondary"),
    Role.NOT_IN_GROUP: phrase("in no group"),
}
GAP_REASONS: dict[GapReason, str] = {
    # Translators: why nothing was observed
    GapReason.ASLEEP: phrase("asleep"),
    GapReason.LATE: phrase("late"),
    GapReason.PAUSED: phrase("paused"),
    GapReason.CLOSED: phrase("closed"),
    GapReason.CLOCK_STEPPED: phrase("clock_stepped"),
}
JUST_NOW = phrase("just now")


@lru_cache(maxsize=1024)  # the same heartbeat's age is told step after step
def duration(seconds: float) -> str:
    """``4 ms``, ``0.4 s``, ``42 s``, ``2 min 11 s``, ``3 h 5 min``, ``12 d 4 h``; a sign is kept."""
    if seconds < 0:
        return joined("", ("-", duration(-seconds)))
    if seconds < 9.95:
        brief = 0.0005 <= seconds < 0.0995
        return in_ms(f"{seconds * 1000:.0f}") if brief else in_s(f"{seconds:.1f}".removesuffix(".0"))
    whole = round(seconds)
    if whole < 120:
        return in_s(str(whole))
    if whole < 3600:
        return _minutes(*divmod(whole, 60))
    if whole < 2 * 86400:
        return _hours(whole // 3600, whole % 3600 // 60)
    return _days(whole // 86400, whole % 86400 // 3600)


def in_ms(digits: str) -> str:
    """``4.2 ms``."""
    return phrase("{n} ms", n=digits)


def in_s(digits: str) -> str:
    """``45.8 s``."""
    return phrase("{n} s", n=digits)


def _minutes(whole: int, seconds: int) -> str:
    return phrase("{n} min {s} s", n=whole, s=seconds) if seconds else phrase("{n} min", n=whole)


def _hours(whole: int, minutes: int) -> str:
    return phrase("{n} h {min} min", n=whole, min=minutes) if minutes else phrase("{n} h", n=whole)


def _days(whole: int, hours: int) -> str:
    return phrase("{n} d {h} h", n=whole, h=hours) if hours else phrase("{n} d", n=whole)


def brief(duration_ms: float) -> str:
    """How long something quick took: ``0.1 ms``, ``12 ms``; from a second on as any duration."""
    if duration_ms >= 999.5:
        return duration(duration_ms / 1000)
    if 0 < duration_ms < 0.05:
        return phrase("less than {time}", time=in_ms("0.1"))
    return in_ms(f"{duration_ms:.0f}" if duration_ms >= 9.95 else f"{duration_ms:.1f}".removesuffix(".0"))


def ago(seconds: float) -> str:
    """``just now``, ``42 s ago``."""
    return JUST_NOW if seconds < 0.95 else _ago(duration(seconds))


@lru_cache(maxsize=1024)
def _ago(time: str) -> str:
    return phrase("{time} ago", time=time)


def plain_title(name: str) -> str:
    """The English title that the name of a finding or an event makes by itself."""
    words = name.replace("_", " ").replace("dns", "DNS").replace("txt", "TXT")
    return words[:1].upper() + words[1:]


def time_of_day(at: Instant) -> str:
    """``03:14:09 UTC``."""
    second = int(at // 1) % 86400
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}:{second % 60:02d} UTC"


def listed(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    texts = list(items)
    if len(texts) < 2:
        return texts[0] if texts else ""
    return phrase("{items} and {last}", items=joined(", ", texts[:-1]), last=texts[-1])


def sentences(parts: Iterable[str]) -> str:
    """The parts that say something, one after the other."""
    return joined(" ", [part for part in parts if part])


def number(value: float) -> str:
    """A plain number without needless digits: ``60``, ``0.91``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
