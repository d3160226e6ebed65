"""How instants, durations and severities are written, and text from outside made safe for a terminal.

Knows no state and no clock: callers say what time it is.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Callable, Sequence

from agmonitor.domain.model import Instant, Severity

SYMBOLS = {
    Severity.OK: "✓",
    Severity.NOTICE: "•",
    Severity.WARNING: "▲",
    Severity.UNKNOWN: "?",
    Severity.CRITICAL: "✖",
}

_FIRST_DAY = dt.datetime(1, 1, 3, tzinfo=dt.UTC)
_LAST_DAY = dt.datetime(9999, 12, 29, tzinfo=dt.UTC)  # whatever zone it is shown in
_ANSI = {
    Severity.OK: "32",
    Severity.NOTICE: "36",
    Severity.WARNING: "33",
    Severity.UNKNOWN: "35",
    Severity.CRITICAL: "1;31",
}

Ink = Callable[[str, Severity], str]
"""Colours a piece of text by severity, or leaves it alone. Colour never stands without a word."""


def no_ink(text: str, _severity: Severity) -> str:
    return text


def terminal_ink(text: str, severity: Severity) -> str:
    return f"\x1b[{_ANSI[severity]}m{text}\x1b[0m"


def faint(text: str, ink: Ink) -> str:
    """Text that may be overlooked, where there is colour at all."""
    return text if ink is no_ink else f"\x1b[2m{text}\x1b[0m"


def calendar(at: Instant) -> dt.datetime:
    """The instant in UTC; one that no calendar holds becomes the first or the last day of all."""
    if not math.isfinite(at):
        at = math.copysign(math.inf, at)
    seconds = max(_FIRST_DAY.timestamp(), min(_LAST_DAY.timestamp(), at))
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def rfc3339(at: Instant | None) -> str | None:
    """RFC 3339 in UTC with Z; milliseconds only where the instant has any. None stays None."""
    if at is None or not math.isfinite(at):
        return None
    try:
        moment = dt.datetime.fromtimestamp(round(at, 3), dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None
    fraction = f".{moment.microsecond // 1000:03d}" if moment.microsecond else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def local_time(at: Instant) -> str:
    """Hours, minutes and seconds with the zone, as the person's own clock on the wall shows them."""
    return f"{calendar(at).astimezone():%H:%M:%S %Z}"


def number(value: float | None, digits: int = 3) -> float | None:
    """A plain JSON number; what JSON cannot hold becomes None."""
    return None if value is None or not math.isfinite(value) else round(value, digits)


def duration(seconds: float) -> str:
    """``3.2 s``, ``72 s``, ``12 min``, ``5 h``, ``3 d``: short enough for a table cell."""
    size = abs(seconds)
    if size < 10:
        return f"{seconds:.1f} s"
    if size < 120:
        return f"{seconds:.0f} s"
    if size < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if size < 172_800 else f"{seconds / 86_400:.0f} d"


def took(seconds: float) -> str:
    """How long something ran: ``0.1 ms``, ``340 ms``, from a second on as ``duration``."""
    if seconds >= 1:
        return duration(seconds)
    return f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"


def plain(text: str) -> str:
    """The text without anything that could steer a terminal: it may come from whoever answered us."""
    return "".join(" " if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} else char for char in text)


def table(rows: Sequence[tuple[str, ...]], indent: str = "  ") -> list[str]:
    """Rows as aligned columns, two spaces apart; the last column runs free."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        (indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]
