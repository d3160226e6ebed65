"""A what-if's predictions as text and as JSON, one alone or the changed settings beside the present ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agmonitor.domain.model import Severity
from agmonitor.domain.state import Timers
from agmonitor.domain.words import duration, number
from agmonitor.protocol.false_failovers import Count, FalseFailovers
from agmonitor.protocol.prediction import KNOBS, Prediction, Spread, Trigger, WhatIf
from agmonitor.report.words import SYMBOLS, Ink, faint, no_ink, plain, table
from agmonitor.report.words import number as json_number
from agmonitor.texts import t

RARE_PER_YEAR = 1e-9
BEGINNINGS = {
    Trigger.DEATH: t("If the Primary dies"),
    Trigger.YIELD: t("If a failover is ordered on the Primary"),
    Trigger.TAKE_OVER: t("If a failover is ordered on the Secondary"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One prediction and where its settings come from; ``risks`` as finding 15 words them."""

    title: str
    source: str
    prediction: Prediction
    risks: Sequence[str]
    assumed: bool = False


def timers_of(settings: WhatIf) -> Timers:
    """The settings as the rules for risky ones take them: these are nobody's assumption."""
    return Timers(settings.report_s, settings.check_s, settings.absence_s, settings.ttl_s, assumed=False)


def settings_words(settings: WhatIf) -> str:
    """``H 20 s, C 30 s, A 60 s, TTL 30 s, 1 % of the exchanges lost``."""
    told = [
        f"{letter} {number(seconds)} s"
        for letter, seconds in (
            ("H", settings.report_s),
            ("C", settings.check_s),
            ("A", settings.absence_s),
            ("TTL", settings.ttl_s),
        )
    ]
    lost = (
        t("{percent} % of the exchanges lost", percent=number(settings.loss_share * 100))
        if settings.loss_share
        else t("no loss")
    )
    return ", ".join([*told, lost])


def seconds_words(seconds: float) -> str:
    """A figure of a spread; the infinite one is of a run that was given up."""
    return t("never") if math.isinf(seconds) else duration(seconds)


def spread_words(spread: Spread) -> str:
    """``62 s (43–87 s)``: half of the runs took no longer; nine of ten lie in the brackets."""
    if spread.least == spread.most:
        return seconds_words(spread.p50)
    low, high = seconds_words(spread.p5), seconds_words(spread.p95)
    figure, _, unit = low.partition(" ")
    begin = figure if unit in {"s", "ms"} and high.partition(" ")[2] == unit else low
    return f"{seconds_words(spread.p50)} ({begin}–{high})"


def brief_false_failover_words(told: FalseFailovers | None, loss_share: float) -> str:
    """The same without the count, where the calculation knows."""
    if told is None or told.calculated_per_year is None:
        return false_failover_words(told, loss_share)
    return false_failover_words(FalseFailovers(told.calculated_per_year), loss_share)


def false_failover_words(told: FalseFailovers | None, loss_share: float) -> str:
    """One sentence on how often a living Primary is taken for failed, and how we know."""
    if told is None:
        return t("Not worked out.")
    parts = []
    if told.calculated_per_year is not None:
        calculated = _calculated(told.calculated_per_year, loss_share)
        parts.append(t("{how_often} (calculated)", how_often=calculated))
    elif told.counted is None:
        parts.append(t("too much to calculate for these intervals"))
    if told.counted is not None:
        parts.append(_counted(told.counted))
    sentence = "; ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _calculated(per_year: float, loss_share: float) -> str:
    if per_year == 0.0 and loss_share == 0.0:
        return t("none as long as nothing is lost")
    if per_year < RARE_PER_YEAR:
        return t("less than one in a billion years")
    if per_year < 0.5:
        return _one_in(1 / per_year)
    return t("{count} a year", count=_count(per_year))


def _one_in(years: float) -> str:
    if years < 1e6:
        return t("one in {years} years", years=f"{years:,.0f}")
    return t("one in {years} million years", years=f"{years / 1e6:,.0f}")


def _counted(counted: Count) -> str:
    told = number(counted.days)
    days = (
        t("{days} simulated day", days=told) if counted.days == 1 else t("{days} simulated days", days=told)
    )
    most = _count(counted.most_per_year)
    if counted.failovers == 0:
        return t("none in {days}, at most {count} a year (95 %)", days=days, count=most)
    return t(
        "{failovers} in {days}, {count} a year ({least} to {most}, 95 %)",
        failovers=counted.failovers,
        days=days,
        count=_count(counted.per_year),
        least=_count(counted.least_per_year),
        most=most,
    )


def _count(per_year: float) -> str:
    return f"{per_year:,.0f}" if per_year >= 10 else f"{per_year:.2g}"


def text(group: str | None, told: Sequence[Told], ink: Ink = no_ink) -> str:
    """Everything for a terminal; two predictions stand side by side."""
    first = told[0].prediction
    lines = [f"{plain(group)}" if group is not None else "A pair"]
    lines += [f"  {one.title}: {settings_words(one.prediction.settings)} ({one.source})" for one in told]
    runs = f"{first.runs:,} runs, seed {first.seed}"
    lines += ["", f"{BEGINNINGS[first.settings.trigger]} ({runs}):"]
    lines += table(_one(first) if len(told) == 1 else _beside(told))
    lines += ["", "False failovers:"]
    lines += table([(one.title, _false(one.prediction)) for one in told])
    risks = list(_risks(told, ink))
    return "\n".join([*lines, *(["", "Risky settings:", *risks] if risks else [])])


def _false(prediction: Prediction) -> str:
    return false_failover_words(prediction.false_failovers, prediction.settings.loss_share)


def _one(told: Prediction) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("after", "5 %", "50 %", "95 %", "least", "most", "")]
    for title, spread in _rows(told):
        shown = (spread.p5, spread.p50, spread.p95, spread.least, spread.most)
        never = f"{spread.never} never" if spread.never else ""
        rows.append((title, *(seconds_words(figure) for figure in shown), never))
    return rows


def _beside(told: Sequence[Told]) -> list[tuple[str, ...]]:
    head = ("after, 50 % (5 % to 95 %)", *(one.title for one in told))
    each = [_rows(one.prediction) for one in told]
    rows = [(same[0][0], *(spread_words(spread) for _, spread in same)) for same in zip(*each, strict=True)]
    return [head, *rows]


def _rows(told: Prediction) -> list[tuple[str, Spread]]:
    return [*((one.step.mark, one.end_s) for one in told.steps), ("clients without service", told.outage_s)]


def _risks(told: Sequence[Told], ink: Ink) -> Iterator[str]:
    for one in told:
        for risk in one.risks:
            whose = f"{one.title}: " if len(told) > 1 else ""
            yield f"  {ink(SYMBOLS[Severity.NOTICE], Severity.NOTICE)} {whose}{risk}"
        if one.assumed:
            yield faint(f"  {one.title}: these are the documented defaults, assumed.", ink)


def document(group: str | None, told: Sequence[Told], wall_s: float) -> dict[str, object]:
    """The JSON document; its keys stand in the verb's help. What no run reached is null."""
    first = told[0].prediction
    return {
        "schema": 1,
        "group": group,
        "trigger": first.settings.trigger.value,
        "runs": first.runs,
        "seed": first.seed,
        "wall_s": json_number(wall_s),
        "predictions": [_prediction(one) for one in told],
    }


def _prediction(one: Told) -> dict[str, object]:
    told = one.prediction
    return {
        "title": one.title,
        "source": one.source,
        "assumed": one.assumed,
        "settings": {knob.field: getattr(told.settings, knob.field) for knob in KNOBS},
        "take_over_s": _spread(told.take_over_s),
        "without_service_s": _spread(told.outage_s),
        "phases": [
            {
                "name": step.step.name,
                "ends_with": step.step.mark,
                "took_s": _spread(step.took_s),
                "ended_s": _spread(step.end_s),
            }
            for step in told.steps
        ],
        "false_failovers": _false_json(told.false_failovers, told.settings.loss_share),
        "risks": list(one.risks),
    }


def _spread(spread: Spread) -> dict[str, float | None]:
    names = ("least", "p5", "p50", "p95", "most")
    figures = {name: json_number(getattr(spread, name)) for name in names}
    return {**figures, "never": spread.never}


def _false_json(told: FalseFailovers | None, loss_share: float) -> dict[str, object] | None:
    if told is None:
        return None
    counted = told.counted
    return {
        "per_year": told.per_year,
        "how": told.how,
        "sentence": false_failover_words(told, loss_share),
        "counted": None
        if counted is None
        else {
            "failovers": counted.failovers,
            "days": counted.days,
            "least_per_year": counted.least_per_year,
            "most_per_year": counted.most_per_year,
        },
    }
