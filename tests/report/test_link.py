"""A link leads back to the very moment it was made of, and what people type is understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.report.link import Moment, link_to, moment_of, typed_moment

NOW = 1_795_317_249.25  # 2026-11-22 03:14:09.250 UTC


def test_a_link_is_the_groups_name_and_the_instant_in_utc() -> None:
    assert link_to("gw-prod", NOW) == "agmonitor://gw-prod/2026-11-22T03:14:09.250Z"


@given(st.text(min_size=1), st.integers(0, 4_000_000_000_000))
def test_any_link_leads_back(group: str, at_ms: int) -> None:
    assert moment_of(link_to(group, at_ms / 1000)) == Moment(at_ms / 1000, group)


@pytest.mark.parametrize(
    "text", ["", "gw-prod", "agmonitor://gw-prod", "agmonitor://gw-prod/soon", "http://x/y"]
)
def test_what_is_no_link_is_told_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"link reads|no moment"):
        moment_of(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-22T03:14:09.250Z", NOW),
        ("2026-11-22 03:14:09.250", NOW),
        ("2026-11-22 05:14:09.250+02:00", NOW),
        ("03:14:09", NOW - 0.25),
        ("3:14", NOW - 9.25),
        ("03:15", NOW - 9.25 + 60 - 86_400),  # today it has not come yet
        ("2 h ago", NOW - 7_200),
        ("-90s", NOW - 90),
        ("1 h 30 min ago", NOW - 5_400),
        (" 2 d ", NOW - 172_800),
    ],
)
def test_what_people_type_is_understood(text: str, at: float) -> None:
    assert typed_moment(text, NOW, utc=True).at == pytest.approx(at, abs=0.001)


@pytest.mark.parametrize("text", ["", "soon", "25:00", "2026-13-01", "h ago", "99999999999999999 d"])
def test_what_is_none_is_told_so(text: str) -> None:
    with pytest.raises(ValueError, match="no moment"):
        typed_moment(text, NOW, utc=True)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("99:99", "'99:99' is no moment (there is no hour 99): it takes a link, "),
        ("12:60", "(there is no minute 60)"),
        ("2026-11-22 12:10:61", "(there is no second 61)"),
        ("2026-13-01", "(there is no month 13)"),
        ("2026-11-32 03:14", "(no month has a day 32)"),
        ("2026-02-30", "(that month is shorter)"),
        ("soon", "'soon' is no moment: it takes a link, "),
        (
            "agmonitor://g/99:99",
            "leads to no moment (there is no hour 99). A link reads agmonitor://GROUP/2026-",
        ),
        ("agmonitor://g/soon", "leads to no moment. A link reads agmonitor://GROUP/2026-"),
    ],
)
def test_what_is_no_moment_is_told_with_what_is_wrong_and_what_is_taken(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match="no moment") as told:
        typed_moment(typed, 1_795_317_249.0, utc=True)

    assert why in str(told.value)
