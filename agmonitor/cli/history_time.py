"""Which part of the past a verb of ``history`` is asked for: ``--from`` and ``--to``."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import click

from agmonitor.cli.options import Command

_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_DAYS_AGO = {"today": 0, "yesterday": 1}
_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
FORMS = (
    'Give a time as "2026-11-22 03:12" (yours), "2026-11-22T03:12Z" (UTC), today, yesterday,'
    " or how long ago: 90s 30m 2h 7d."
)


class When(click.ParamType[float]):
    """An instant, seconds since 1970: a date and time, or how long ago."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            utc = ctx is not None and bool(ctx.params.get("utc"))
            if text in _DAYS_AGO:
                return _midnight(_DAYS_AGO[text], utc=utc)
            return _ago(text.removeprefix("-")) if text[-1:] in _UNITS_S else _stamp(text, utc=utc)
        except (ValueError, OverflowError, OSError):
            self.fail(f"{text!r} is no time{_why(text)}. {FORMS}", param, ctx)


def _why(text: str) -> str:
    """What is wrong with it, behind a space; nothing where that is unclear."""
    from agmonitor.report.link import why_no_instant

    why = why_no_instant(text)
    return why or (" (it names no day)" if _CLOCK.fullmatch(text) else "")


def _ago(text: str) -> float:
    from agmonitor.cli.wiring import now

    seconds = float(text[:-1]) * _UNITS_S[text[-1]]
    if not 0 <= seconds < float("inf"):
        raise ValueError(text)
    return now() - seconds


def _stamp(text: str, *, utc: bool) -> float:
    """A time without a zone is the person's own."""
    stamp = dt.datetime.fromisoformat(text)
    if stamp.tzinfo is None and utc:
        stamp = stamp.replace(tzinfo=dt.UTC)
    return stamp.timestamp()


def _midnight(days_ago: int, *, utc: bool) -> float:
    """When that day began; not every day has 24 hours."""
    from agmonitor.cli.wiring import now

    here = dt.datetime.fromtimestamp(now(), dt.UTC)
    here = here if utc else here.astimezone()
    return _stamp((here.date() - dt.timedelta(days=days_ago)).isoformat(), utc=utc)


def utc_option(command: Command) -> Command:
    """``--utc``: times are told and taken in UTC. Read before the others."""
    return click.option("--utc", is_flag=True, is_eager=True, help="Times in UTC instead of yours.")(command)


def span_options(command: Command) -> Command:
    """``--from`` and ``--to`` as ``since`` and ``until``, None where not given."""
    for option in (
        click.option("--to", "until", metavar="TIME", type=When(), help="Up to then; else up to the newest."),
        click.option("--from", "since", metavar="TIME", type=When(), help=f"From then on. {FORMS}"),
    ):
        command = option(command)
    return command
