"""How the window words ages, instants and states, and the tones they are painted in. Knows no Qt.

A tone is the name of a palette colour; it never stands without a word, and a state's word has its shape too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.model import Answer, Instant, Role, Severity
from agmonitor.domain.words import duration
from agmonitor.report.words import calendar, rfc3339
from agmonitor.texts import t, worded
from agmonitor.ui.dates import day_aligned


class Tone(StrEnum):
    """Names of palette colours, by what they say."""

    TEXT = "text"
    MUTED = "muted"
    FAINT = "faint"
    OK = "ok"
    NOTICE = "notice"
    WARNING = "warning"
    UNKNOWN = "unknown"
    CRITICAL = "critical"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    LAB = "lab"
    ACCENT = "accent"


SEVERITY_TONES = {
    Severity.OK: Tone.OK,
    Severity.NOTICE: Tone.NOTICE,
    Severity.WARNING: Tone.WARNING,
    Severity.UNKNOWN: Tone.UNKNOWN,
    Severity.CRITICAL: Tone.CRITICAL,
}

SEVERITY_WORDS = {
    # Translators: how bad it is
    Severity.OK: t("ok"),
    Severity.NOTICE: t("notice"),
    Severity.WARNING: t("warning"),
    Severity.UNKNOWN: t("unknown"),
    Severity.CRITICAL: t("critical"),
}

ROLE_WORDS = {
    Role.PRIMARY: t("primary"),
    Role.SECONDARY: t("secondary"),
    Role.NOT_IN_GROUP: t("not in group"),
}

ANSWER_WORDS = {
    # Translators: how a node answers
    Answer.OK: t("answers"),
    Answer.REFUSED: t("refused"),
    Answer.CLOSED: t("closed"),
    Answer.TIMEOUT: t("timeout"),
    Answer.UNREACHABLE: t("unreachable"),
    Answer.NAME: t("name not found"),
    Answer.TLS: t("TLS failed"),
    Answer.SIGN_IN_REFUSED: t("sign-in refused"),
    Answer.FORBIDDEN: t("forbidden"),
    Answer.HTTP_STATUS: t("HTTP error"),
    Answer.MALFORMED: t("malformed"),
    Answer.TOO_LARGE: t("too large"),
    Answer.REDIRECTED: t("redirected"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One value on a card under its caption; ``tip`` says it in full."""

    caption: str
    value: str
    tone: Tone = Tone.TEXT
    tip: str = ""


FRESH_S = 1.5  # a bit more than the window's beat


def told_of(state_at: Instant, now: Instant) -> Instant:
    """The instant for ages and countdowns: that of the verdict's sentence beside them, while it is fresh.

    The sentence is as old as the newest input; counted to another instant, one picture would name two ages.
    """
    return state_at if 0 <= now - state_at < FRESH_S else now


def lasting(seconds: float) -> str:
    """``42 s``, ``2 min 14 s``, in the person's language."""
    return worded(duration(seconds))


def age(seconds: float) -> str:
    """``3.4 s``, ``42 s``, ``2 min 14 s``: an age or a countdown, rounded as the verdict's sentence does."""
    return lasting(max(0.0, seconds))


def limit(seconds: float) -> str:
    """``60 s``, ``47.5 s``: a setting, in the unit it is set in."""
    return t("{n} s", n=f"{seconds:g}")


def clock_time(at: Instant, now: Instant | None = None) -> str:
    """Local ``03:13:09``; with the date in front where ``now`` is given and lies on another day."""
    moment = _local(at)
    if now is not None and _local(now).date() != moment.date():
        return f"{day_aligned(moment)} {moment:%H:%M:%S}"
    return f"{moment:%H:%M:%S}"


def short_time(at: Instant, now: Instant) -> str:
    """``04:00``; with the date in front on another day."""
    moment = _local(at)
    return (
        f"{moment:%H:%M}" if _local(now).date() == moment.date() else f"{day_aligned(moment)} {moment:%H:%M}"
    )


def day_and_time(at: Instant) -> str:
    """``2026-11-22 04:00``, as it is typed."""
    return f"{_local(at):%Y-%m-%d %H:%M}"


def typed_time(text: str) -> Instant:
    """The instant of ``2026-11-22 04:00``, in the zone that is shown.

    Raises:
        ValueError: it is no such text.
    """
    moment = dt.datetime.fromisoformat(text.strip())
    if moment.tzinfo is None and _zone.utc:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.timestamp()


def full_time(at: Instant, *, fine: bool = True) -> str:
    """Date, time (``fine``: to the millisecond, for tool tips) and zone."""
    moment = _local(at)
    fraction = f".{moment.microsecond // 1000:03d}" if fine else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{fraction} {moment:%Z}"


def utc_time(at: Instant) -> str:
    """``2026-11-22T03:13:09.250Z`` whatever zone is shown: what leaves the window is read elsewhere."""
    return rfc3339(at) or t("unknown")


def written_time(at: Instant) -> str:
    """``2026-11-22 03:13:09 UTC``, as a person may write it; ``read_time`` reads it back to the second."""
    moment = _local(at)
    return f"{moment:%Y-%m-%d %H:%M:%S}" + (" UTC" if _zone.utc else "")


def read_time(text: str) -> Instant | None:
    """The instant written in a field, in the zone the window tells times in; None: it is none."""
    plain = text.strip().removesuffix("UTC").strip()
    try:
        moment = dt.datetime.fromisoformat(plain)
        if moment.tzinfo is None and (_zone.utc or text.strip().endswith("UTC")):
            moment = moment.replace(tzinfo=dt.UTC)
        return moment.timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def use_utc(utc: bool) -> None:  # noqa: FBT001 - the value of a check mark
    """Word instants in UTC from now on, or in local time."""
    _zone.utc = utc


class _Zone:
    utc = False


_zone = _Zone()


def _local(at: Instant) -> dt.datetime:
    moment = calendar(round(at, 3))
    return moment if _zone.utc else moment.astimezone()


def milliseconds(value_ms: float) -> str:
    """``0.8 ms``, ``38 ms``, ``1.4 s``."""
    if value_ms >= 1000:
        return t("{n} s", n=f"{value_ms / 1000:.1f}")
    return t("{n} ms", n=f"{value_ms:.1f}" if value_ms < 10 else f"{value_ms:.0f}")
