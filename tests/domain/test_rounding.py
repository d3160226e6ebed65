"""What is stepped is what will be stored: whole milliseconds, tenths, four places."""

from __future__ import annotations

from hypothesis import given

from agmonitor.domain.observations import Input
from agmonitor.domain.rounding import rounded
from agmonitor.history.codec import ODD, decoder, encode
from tests import builders as b
from tests.history.anything import inputs

DECODE = decoder()


def test_what_is_round_already_passes_untouched() -> None:
    for item in (*b.healthy_round(), b.load(), b.clients(), b.resolver(), b.gap(), b.hooks()):
        assert rounded(item) is item


def test_every_number_is_rounded_in_its_own_unit() -> None:
    item = b.heard(at=b.T + 0.00049, last_heartbeat_at=b.T + 0.9996, probe={"round_trip_ms": 3.14159})
    kept = rounded(item)

    assert (kept.received_at, kept.round_trip_ms) == (b.T, 3.1)  # type: ignore[union-attr]
    assert kept.report.last_heartbeat_at == b.T + 1.0  # type: ignore[union-attr]
    assert rounded(b.load(score=0.123456)).load_score == 0.1235  # type: ignore[union-attr]


@given(inputs)
def test_rounding_twice_changes_nothing_more(item: Input) -> None:
    once = rounded(item)

    assert rounded(once) is once


@given(inputs)
def test_a_rounded_input_of_this_age_is_stored_as_numbers(item: Input) -> None:
    kept = rounded(item)
    form, at_ms, varying = encode(kept)

    assert DECODE(form, at_ms, varying) == kept
    if abs(at_ms) < 10**15 and not form.endswith(f'"{ODD}"]'):
        assert varying
