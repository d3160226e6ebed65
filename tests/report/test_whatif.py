"""A what-if in words and as JSON: which number it is, what is assumed, and never a bare nought."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from agmonitor.protocol.false_failovers import Count, FalseFailovers
from agmonitor.protocol.prediction import NEVER, Course, Prediction, Spread, Trigger, WhatIf, prediction
from agmonitor.report.whatif import (
    Told,
    brief_false_failover_words,
    document,
    false_failover_words,
    settings_words,
    spread_words,
    text,
)

NOTHING_LOST = "None as long as nothing is lost (calculated)."


def made(settings: WhatIf | None = None, *, late_s: float = 0.0) -> Prediction:
    courses = [
        Course((40.0 + late_s + n, 40.01 + late_s + n, 50.0 + late_s + n), 50.0 + late_s + n)
        for n in range(50)
    ]
    return prediction(settings or WhatIf(), 1, courses, FalseFailovers(0.0, Count(0, 1.0)))


@pytest.mark.parametrize(
    ("told", "loss_share", "words"),
    [
        (FalseFailovers(0.0), 0.0, NOTHING_LOST),
        (FalseFailovers(1e-14), 0.01, "Less than one in a billion years (calculated)."),
        (FalseFailovers(0.0), 0.01, "Less than one in a billion years (calculated)."),
        (FalseFailovers(0.002), 0.01, "One in 500 years (calculated)."),
        (FalseFailovers(2e-8), 0.01, "One in 50 million years (calculated)."),
        (FalseFailovers(0.54), 0.01, "0.54 a year (calculated)."),
        (FalseFailovers(1234.5), 0.01, "1,234 a year (calculated)."),
        (
            FalseFailovers(0.0, Count(0, 9.0)),
            0.0,
            NOTHING_LOST[:-1] + "; none in 9 simulated days, at most 122 a year (95 %).",
        ),
        (
            FalseFailovers(None, Count(3, 1.0)),
            0.5,
            "3 in 1 simulated day, 1,096 a year (226 to 3,202, 95 %).",
        ),
        (FalseFailovers(None), 0.5, "Too much to calculate for these intervals."),
        (None, 0.5, "Not worked out."),
    ],
)
def test_how_often_and_how_we_know(told: FalseFailovers | None, loss_share: float, words: str) -> None:
    assert false_failover_words(told, loss_share) == words


def test_in_brief_the_count_is_told_only_where_nothing_was_calculated() -> None:
    assert brief_false_failover_words(FalseFailovers(0.54, Count(0, 1.0)), 0.1) == "0.54 a year (calculated)."
    assert "simulated" in brief_false_failover_words(FalseFailovers(None, Count(3, 1.0)), 0.1)


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((40, 43, 62, 87, 90), "62 s (43–87 s)"),
        ((0.01, 0.02, 0.025, 0.03, 0.04), "25 ms (20–30 ms)"),
        ((0.9, 1.6, 16, 28, 30), "16 s (1.6–28 s)"),
        ((40, 43, 62, 150, 160), "62 s (43 s–2 min 30 s)"),
        ((40, 43, 62, NEVER, NEVER), "62 s (43 s–never)"),
        ((0, 0, 0, 0, 0), "0 s"),
    ],
)
def test_a_spread_in_words(figures: tuple[float, float, float, float, float], words: str) -> None:
    assert spread_words(Spread(*figures)) == words


def test_settings_in_words() -> None:
    assert settings_words(WhatIf()) == "H 20 s, C 30 s, A 60 s, TTL 30 s, no loss"
    assert settings_words(WhatIf(loss_share=0.015)).endswith("1.5 % of the exchanges lost")


def test_one_prediction_as_text() -> None:
    told = Told("as given", "the documented defaults, assumed", made(), (), assumed=True)

    lines = text(None, [told]).splitlines()

    assert lines[0] == "A pair"
    assert "If the Primary dies (50 runs, seed 1):" in lines
    taken = next(line for line in lines if "taken over" in line)
    assert " ".join(taken.split()) == "taken over 42 s 64 s 87 s 40 s 89 s"
    assert "assumed" in text(None, [told])


def test_two_predictions_stand_side_by_side_with_their_risks() -> None:
    changed = made(WhatIf(check_s=90), late_s=30.0)
    told = [
        Told("as it is", "as heard at 03:12", made(), ()),
        Told("changed", "by --set", changed, ("The allowed absence (60 s) is too short.",)),
    ]

    shown = text("gw-prod", told)

    row = next(line for line in shown.splitlines() if "clients without service" in line)
    assert "74 s (52–97 s)" in row
    assert "104 s (82 s–2 min 7 s)" in row
    assert "changed: The allowed absence (60 s) is too short." in shown


def test_a_name_from_outside_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in text("gw\x1b[2J", [Told("as it is", "", made(), ())])


def test_runs_that_never_got_there_are_counted() -> None:
    courses = [Course((40.0, 41.0, 50.0), 50.0), Course((NEVER, NEVER, NEVER), NEVER)]
    told = Told("as given", "", prediction(WhatIf(), 1, courses), ())

    assert "1 never" in text(None, [told])
    figures = json.dumps(document(None, [told], 0.1), allow_nan=False)
    assert '"most": null' in figures


def test_the_document_has_every_key() -> None:
    told = Told("as given", "by --set", replace(made(), false_failovers=None), ("A risk.",), assumed=False)
    made_document = document("gw-prod", [told], 1.23456)

    assert {key: made_document[key] for key in ("schema", "group", "trigger", "runs", "seed", "wall_s")} == {
        "schema": 1,
        "group": "gw-prod",
        "trigger": Trigger.DEATH.value,
        "runs": 50,
        "seed": 1,
        "wall_s": 1.235,
    }
    predictions = made_document["predictions"]
    assert isinstance(predictions, list)
    (one,) = predictions
    assert set(one) == {
        *("title", "source", "assumed", "settings", "take_over_s", "without_service_s"),
        *("phases", "false_failovers", "risks"),
    }
    assert one["settings"]["absence_s"] == 60.0
    assert set(one["take_over_s"]) == {"least", "p5", "p50", "p95", "most", "never"}
    assert one["false_failovers"] is None
