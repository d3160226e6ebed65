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
