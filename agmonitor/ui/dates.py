"""Days and months by their names. What is typed or copied has numbers alone, and is not worded here."""

from __future__ import annotations

from datetime import datetime

from agmonitor.texts import t

_DAYS = (t("Mon"), t("Tue"), t("Wed"), t("Thu"), t("Fri"), t("Sat"), t("Sun"))
_MONTHS = (
    *(t("Jan"), t("Feb"), t("Mar"), t("Apr"), t("May"), t("Jun")),
    *(t("Jul"), t("Aug"), t("Sep"), t("Oct"), t("Nov"), t("Dec")),
)


def day_of(moment: datetime) -> str:
    """``5 Jan``."""
    return t("{day} {month}", day=moment.day, month=_MONTHS[moment.month - 1])


def weekday_of(moment: datetime) -> str:
    """``Mon 5 Jan``."""
    return t("{weekday} {date}", weekday=_DAYS[moment.weekday()], date=day_of(moment))


def with_year(moment: datetime) -> str:
    """``5 Jan 2026``."""
    return t("{date} {year}", date=day_of(moment), year=moment.year)


def day_aligned(moment: datetime) -> str:
    """``05 Jan``, of one width in a column."""
    return t("{day} {month}", day=f"{moment:%d}", month=_MONTHS[moment.month - 1])
