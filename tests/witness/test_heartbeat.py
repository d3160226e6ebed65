from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.witness.heartbeat import newest

NOW = 1_800_000_100.0
BEAT = 1_800_000_000.0  # 2027-01-15T08:00:00Z


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-15T08:00:00+00:00",
        "2027-01-15T08:00:00Z",
        "2027-01-15T08:00:00",
        "2027-01-15 08:00:00+00:00",
        "2027-01-15 08:00:00 UTC",
        "2027-01-15T09:00:00+01:00",
        "2027-01-15T09:00:00+0100",
        "2027-01-15T08:00:00.000000+00:00",
        "20270115T080000Z",
        "heartbeat=2027-01-15T08:00:00+00:00",
        '"2027-01-15T08:00:00Z"',
        '{"primary": "192.0.2.11", "last_heartbeat": "2027-01-15T08:00:00+00:00"}',
        "gw1;2027-01-15T08:00:00Z;1",
        "Fri, 15 Jan 2027 08:00:00 GMT",
        "Fri, 15 Jan 2027 09:00:00 +0100",
        "1800000000",
        "1800000000.0",
        "1800000000000",
        "ts=1800000000",
        "heartbeat:1800000000",
        "last heartbeat: 1800000000",
        "2027/01/15 08:00:00",
        '{"ts": 1800000000, "serial": 2026010501}',
    ],
)
def test_a_stamp_is_found_in_many_forms(text: str) -> None:
    assert newest([[text.encode()]], NOW) == BEAT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v=spf1 ip4:192.0.2.1 -all",
        "2026010501",  # a zone's serial would be an instant in 2034
        "1234567890",
        "180000000",
        "18000000001800000000",
        "a1800000000",
        "10:1800000000",
        "1800000000-1",
        "2027-13-15T08:00:00Z",
        "2027-01-15T25:00:00Z",
        "0001-01-01T00:00:00Z",
        "2027-01-15",
        "15 Foo 2027 08:00:00 GMT",
        "\x00\xff",
    ],
)
def test_what_is_no_stamp_is_none(text: str) -> None:
    assert newest([[text.encode("utf-8", "replace")]], NOW) is None


def test_fractions_are_kept_to_the_millisecond() -> None:
    assert newest([[b"2027-01-15T08:00:00.2504Z"]], NOW) == BEAT + 0.25
    assert newest([[b"1800000000250"]], NOW) == BEAT + 0.25
    assert newest([[b"1800000000.25"]], NOW) == BEAT + 0.25


def test_of_several_records_and_strings_the_newest_counts() -> None:
    records = [[b"x", b"2027-01-15T07:59:00Z"], [b"1800000000"], [b"rubbish"]]

    assert newest(records, NOW) == BEAT


def test_a_stamp_cut_in_two_is_joined() -> None:
    assert newest([[b"at=2027-01-1", b"5T08:00:00Z"]], NOW) == BEAT


def test_neighbouring_strings_do_not_run_into_each_other() -> None:
    assert newest([[b"n=1", b"2027-01-15T08:00:00Z"]], NOW) == BEAT


@given(st.lists(st.lists(st.binary(max_size=60), max_size=3), max_size=3))
def test_no_text_raises(records: list[list[bytes]]) -> None:
    found = newest(records, NOW)

    assert found is None or found > 0


@given(st.from_regex(r"[0-9:TZ+ .,-]{0,60}", fullmatch=True))
def test_no_near_stamp_raises(text: str) -> None:
    newest([[text.encode()]], NOW)
