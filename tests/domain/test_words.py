"""Values in words."""

from __future__ import annotations

import pytest

from agmonitor.domain.model import Answer, DnsAnswer, HostPort, Role, Severity
from agmonitor.domain.words import (
    ANSWERS,
    DNS_ANSWERS,
    ROLES,
    brief,
    duration,
    listed,
    number,
    sentences,
    time_of_day,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.0004, "0 s"),
        (0.004, "4 ms"),
        (0.099, "99 ms"),
        (0.0996, "0.1 s"),
        (0.44, "0.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (119.4, "119 s"),
        (131, "2 min 11 s"),
        (180, "3 min"),
        (3600, "1 h"),
        (11_100, "3 h 5 min"),
        (1_051_200, "12 d 4 h"),
        (-2, "-2 s"),
        (1e12, "11574074 d 1 h"),
    ],
)
def test_a_duration_reads_well(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_time_of_day_is_utc_however_far_away() -> None:
    assert time_of_day(1_767_603_609.9) == "09:00:09 UTC"
    assert time_of_day(-1) == "23:59:59 UTC"
    assert time_of_day(1e12).endswith("UTC")


def test_lists_and_sentences_join() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed("abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert sentences(["A.", "", "B."]) == "A. B."
    assert [number(60), number(0.91), number(0.5)] == ["60", "0.91", "0.5"]


def test_every_answer_and_role_has_words() -> None:
    assert set(ANSWERS) == set(Answer)
    assert set(DNS_ANSWERS) == set(DnsAnswer)
    assert set(ROLES) == set(Role)


def test_the_models_own_words() -> None:
    assert [str(HostPort("::1", 53)), str(HostPort("192.0.2.53", 53))] == ["[::1]:53", "192.0.2.53:53"]
    assert [severity.word for severity in sorted(Severity)] == [
        "ok",
        "notice",
        "warning",
        "unknown",
        "critical",
    ]


@pytest.mark.parametrize(
    ("duration_ms", "text"),
    [
        (0, "0 ms"),
        (0.04, "less than 0.1 ms"),
        (0.1, "0.1 ms"),
        (9, "9 ms"),
        (9.96, "10 ms"),
        (345.6, "346 ms"),
        (999.4, "999 ms"),
        (999.6, "1 s"),
        (1500, "1.5 s"),
    ],
)
def test_what_was_quick_is_told_in_milliseconds(duration_ms: float, text: str) -> None:
    assert brief(duration_ms) == text
