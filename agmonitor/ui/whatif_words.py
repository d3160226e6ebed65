"""What the What-if tab says in words: figures, advice, and the picture's text twin. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.domain.rules_settings import risks
from agmonitor.protocol.prediction import KNOBS, Prediction, Trigger, WhatIf
from agmonitor.report.whatif import (
    BEGINNINGS,
    brief_false_failover_words,
    false_failover_words,
    settings_words,
    spread_words,
    timers_of,
)
from agmonitor.texts import t, tn

TRIGGERS = {
    Trigger.DEATH: t("Primary dies"),
    Trigger.YIELD: t("Order: yield"),
    Trigger.TAKE_OVER: t("Order: take over"),
}
AXES = {
    Trigger.DEATH: t("after the Primary's death"),
    Trigger.YIELD: t("after the order"),
    Trigger.TAKE_OVER: t("after the order"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number beside the picture. ``was``: the same with the group's present settings."""

    caption: str
    value: str
    was: str = ""
    in_full: str = ""


def figures(told: Prediction, present: Prediction | None) -> tuple[Figure, ...]:
    """The numbers a person decides by; with those of the present settings where these differ."""
    before = present if present is not None and present.settings != told.settings else None
    lost = told.settings.loss_share
    return (
        Figure(
            t("FALSE FAILOVERS"),
            brief_false_failover_words(told.false_failovers, lost),
            in_full=false_failover_words(told.false_failovers, lost),
        ),
        Figure(
            t("TIME TO TAKE OVER"),
            spread_words(told.take_over_s),
            t("now {time}", time=spread_words(before.take_over_s)) if before else "",
        ),
        Figure(
            t("CLIENTS WITHOUT SERVICE"),
            spread_words(told.outage_s),
            t("now {time}", time=spread_words(before.outage_s)) if before else "",
        ),
    )


def advice(settings: WhatIf) -> tuple[str, ...]:
    """What is risky about these settings, as finding 15 words it."""
    return tuple(risks(timers_of(settings)))


def spoken(told: Prediction) -> str:
    """The picture in words, for whoever cannot see it."""
    settings = told.settings
    opening = tn(
        "{beginning}, with {settings}; {n} run.",
        "{beginning}, with {settings}; {n} runs.",
        told.runs,
        beginning=BEGINNINGS[settings.trigger],
        settings=settings_words(settings),
    )
    steps = [
        t("{mark} after {time}.", mark=first_upper(one.step.mark), time=spread_words(one.end_s))
        for one in told.steps
    ]
    clients = t("Clients without service: {time}.", time=spread_words(told.outage_s))
    often = false_failover_words(told.false_failovers, settings.loss_share)
    false = t("False failovers: {how_often}", how_often=often)
    return " ".join([opening, *steps, clients, false, *advice(settings)])


def source_words(settings: WhatIf, present: WhatIf | None, *, assumed: bool) -> str:
    """Where the shown settings come from."""
    if present is None:
        return t("No group's settings are known.")
    same = all(getattr(settings, knob.field) == getattr(present, knob.field) for knob in KNOBS[:4])
    if not same:
        return t("Changed; nothing is sent to the group.")
    return t("Documented defaults, assumed.") if assumed else t("As the group has it.")


def first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
