"""Values put into words: durations, instants, answers, lists. Formats only; decides nothing.

Every function takes any finite number. Times of day are UTC, worked out by hand because the calendar
functions refuse instants far away and this package must be total.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from agmonitor.domain.model import Answer, DnsAnswer, Instant, Role

ANSWERS: dict[Answer, str] = {
    Answer.OK: "answered",
    Answer.REFUSED: "connection refused",
    Answer.CLOSED: "connection closed without an answer",
    Answer.TIMEOUT: "no answer in time",
    Answer.UNREACHABLE: "unreachable",
    Answer.NAME: "its name does not resolve",
    Answer.TLS: "TLS failed",
    Answer.SIGN_IN_REFUSED: "sign-in refused",
    Answer.FORBIDDEN: "permission missing",
    Answer.HTTP_STATUS: "an HTTP error",
    Answer.MALFORMED: "an answer that is no group state",
    Answer.TOO_LARGE: "an answer too large to be a group state",
    Answer.REDIRECTED: "redirected elsewhere",
}
"""What an HTTP answer is, as it stands in brackets after "gw-1 is not answering"."""

DNS_ANSWERS: dict[DnsAnswer, str] = {
    DnsAnswer.OK: "answered",
    DnsAnswer.NXDOMAIN: "no such name",
    DnsAnswer.NODATA: "no address record",
    DnsAnswer.TIMEOUT: "no answer in time",
    DnsAnswer.REFUSED: "query refused",
    DnsAnswer.MALFORMED: "an answer that could not be read",
}

ROLES: dict[Role, str] = {
    Role.PRIMARY: "Primary",
    Role.SECONDARY: "Secondary",
    Role.NOT_IN_GROUP: "in no group",
}


@lru_cache(maxsize=1024)  # the same heartbeat's age is told step after step
def duration(seconds: float) -> str:
    """``4 ms``, ``0.4 s``, ``42 s``, ``2 min 11 s``, ``3 h 5 min``, ``12 d 4 h``; a sign is kept."""
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds < 9.95:
        brief = 0.0005 <= seconds < 0.0995
        return f"{seconds * 1000:.0f} ms" if brief else f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole // 60, "min", whole % 60, "s")
    if whole < 2 * 86400:
        return _two(whole // 3600, "h", whole % 3600 // 60, "min")
    return _two(whole // 86400, "d", whole % 86400 // 3600, "h")


def brief(duration_ms: float) -> str:
    """How long something quick took: ``0.1 ms``, ``12 ms``; from a second on as any duration."""
    if duration_ms >= 999.5:
        return duration(duration_ms / 1000)
    if 0 < duration_ms < 0.05:
        return "less than 0.1 ms"
    return f"{duration_ms:.0f} ms" if duration_ms >= 9.95 else f"{duration_ms:.1f} ms".replace(".0 ms", " ms")


def ago(seconds: float) -> str:
    """``just now``, ``42 s ago``."""
    return "just now" if seconds < 0.95 else f"{duration(seconds)} ago"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def time_of_day(at: Instant) -> str:
    """``03:14:09 UTC``."""
    second = int(at // 1) % 86400
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}:{second % 60:02d} UTC"


def listed(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    texts = list(items)
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def sentences(parts: Iterable[str]) -> str:
    """The parts that say something, one after the other."""
    return " ".join([part for part in parts if part])


def number(value: float) -> str:
    """A plain number without needless digits: ``60``, ``0.91``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
