"""The audit in words: whatever somebody has put into the file, it is told on its own lines."""

from __future__ import annotations

from typing import Any

import pytest

from agmonitor.report.audit import operations, told


@pytest.mark.parametrize(
    "entry",
    [
        {"plan": "x", "overrides": 5, "course": 7, "outcome": [1], "reason": {"a": 1}},
        {"plan": {"a": 1}, "overrides": ["a", 5], "course": [{"measured_s": "x"}, 3], "what": "ended"},
        {"course": [{"measured_s": 10**400}, {"measured_s": 1.0, "p5_s": "a", "p95_s": 2.0}]},
        {},
    ],
)
def test_strange_entries_are_told_as_they_are(entry: dict[str, Any]) -> None:
    assert all(list(told(one)) for one in operations([entry]))


def test_a_reason_paints_over_no_other_line() -> None:
    (one,) = operations([{"operation": "a", "reason": "x\x1b[2J\nfaked \ud800"}])

    lines = list(told(one))

    assert all(line.isprintable() for line in lines)
    assert "faked" in lines[1]


COMMON: dict[str, Any] = {"operation": "1", "group": "g", "who": "me", "host": "desk", "reason": "drill"}
ARMED = COMMON | {"what": "armed", "at": "T1", "kind": "planned", "plan": {"word": "Yield", "target": "gw-1"}}
FIRING = ARMED | {"what": "firing", "at": "T2"}
UNKNOWN = COMMON | {"what": "ended", "at": "T3", "outcome": "unknown", "sentence": "Unknown after 60 s."}


@pytest.mark.parametrize(
    ("entries", "ending"),
    [
        ([ARMED], "armed, never fired: nothing was sent"),
        (
            [ARMED, COMMON | {"what": "disarmed", "at": "T2", "why": "not fired in time"}],
            "armed, not fired in time: nothing was sent",
        ),
        (
            [ARMED, FIRING],
            "no end was written: the program was ended in between, so what came of it is unknown",
        ),
        ([ARMED, FIRING, UNKNOWN], "unknown. Unknown after 60 s."),
        (
            [
                ARMED,
                FIRING,
                UNKNOWN,
                COMMON
                | {"what": "resolved", "at": "T4", "outcome": "succeeded", "sentence": "Resolved: so."},
            ],
            "succeeded. Resolved: so.",
        ),
    ],
)
def test_each_ending_has_its_words(entries: list[dict[str, Any]], ending: str) -> None:
    (one,) = operations(entries)

    assert one["at"] == "T1"
    assert list(told(one))[-1].strip() == ending
