"""What the audit says of a pair's orders so far: when it was last ordered, and when that was proven."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from agmonitor.monitor.auditing import Past, pair_of, past_of, surroundings
from tests.fakes import FakeTrail
from tests.monitor.watching import settings

PAIR, COOL_S = pair_of(settings()), 100.0
FIRING = {"what": "firing", "operation": "a", "pair": PAIR, "at_s": 10.0}
ENDED = {**FIRING, "what": "ended", "outcome": "unknown", "sent": True, "at_s": 70.0}


def past(*entries: Mapping[str, Any]) -> Past:
    return past_of(entries, PAIR)


def test_an_order_is_past_from_its_end_and_proven_only_by_success() -> None:
    assert past(FIRING) == Past(10.0, None, None), "its program was killed"
    assert past(FIRING, ENDED) == Past(10.0, 70.0, None)
    assert past(FIRING, {**ENDED, "outcome": "succeeded"}) == Past(10.0, 70.0, 70.0)


@pytest.mark.parametrize("outcome", ["not_taken", "never_known", "refused_by_node", "unknown"])
def test_what_became_known_later_is_proven_only_by_success(outcome: str) -> None:
    resolved = {**FIRING, "what": "resolved", "outcome": outcome, "at_s": 900.0}

    assert past(FIRING, ENDED, resolved).last_proven_at is None
    assert past(FIRING, ENDED, {**resolved, "outcome": "succeeded"}).last_proven_at == 900.0


def test_an_order_that_never_left_is_none_of_the_past() -> None:
    assert past(FIRING, {**ENDED, "outcome": "refused_here", "sent": False}) == Past()


def test_the_orders_of_another_pair_are_not_its_own() -> None:
    assert past({**FIRING, "pair": "another"}, {**ENDED, "pair": "another", "outcome": "succeeded"}) == Past()


@pytest.mark.parametrize(
    ("entries", "until"), [((), None), ((FIRING,), 10.0 + COOL_S), ((FIRING, ENDED), 70.0 + COOL_S)]
)
def test_a_group_cools_from_the_end_of_its_last_order_or_from_its_beginning_where_none_was_written(
    entries: tuple[Mapping[str, Any], ...], until: float | None
) -> None:
    async def cools_until() -> float | None:
        trail = FakeTrail()
        for entry in entries:
            await trail.append(entry)
        return (await surroundings(trail, settings(), COOL_S, under_way=False)).cools_until

    assert asyncio.run(cools_until()) == until
