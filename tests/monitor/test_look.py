"""A single look: everything once, doubts twice, and an end in time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agmonitor.domain.model import Answer, Role
from agmonitor.domain.state import GroupState, Mode
from agmonitor.monitor.look import SECOND_LOOKS_S, look
from tests.fakes import ADDRESSES, EPOCH, FakeClock, FakeProber, settle
from tests.monitor.watching import settings


def looked(prober: FakeProber, hooks: bool = False, **changes: Any) -> GroupState:
    async def main() -> GroupState:
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(look(settings(**changes), prober, prober.clock, hooks=hooks))
            await settle()
            while not work.done():
                await prober.clock.advance(0.1)
                assert prober.clock.now() < EPOCH + 60
        return work.result()

    return asyncio.run(main())


@pytest.fixture
def prober() -> FakeProber:
    return FakeProber(FakeClock())


def test_a_healthy_pair_is_seen_at_once_with_every_question_asked_once(prober: FakeProber) -> None:
    state = looked(prober)

    assert state.mode is Mode.SINGLE_LOOK
    assert state.verdict.name == "healthy"
    assert set(prober.asked) == {"node gw-1", "node gw-2", "load gw-1", "load gw-2", "dns", "resolvers"}
    assert set(prober.asked.values()) == {1}
    assert prober.clock.now() < EPOCH + 0.5


def test_the_name_is_learnt_from_the_nodes(prober: FakeProber) -> None:
    assert looked(prober, fqdn=None).dns is not None


def test_hooks_are_asked_when_wanted(prober: FakeProber) -> None:
    assert looked(prober, hooks=True).node("gw-1").hooks is not None


@pytest.mark.parametrize(("judged", "asked"), [(True, 1), (False, 0), (None, 0)])
def test_clients_are_asked_where_they_are_judged(prober: FakeProber, judged: bool | None, asked: int) -> None:
    looked(prober, judge_clients=judged)

    assert prober.asked["clients"] == asked


def test_a_broken_clients_path_is_asked_twice(prober: FakeProber) -> None:
    prober.clients_answer = Answer.REFUSED

    state = looked(prober, judge_clients=True)

    assert prober.asked["clients"] == 2
    assert state.verdict.name == "client_path_broken"


def test_a_silent_node_is_asked_twice(prober: FakeProber) -> None:
    prober.answers["gw-2"] = Answer.REFUSED

    state = looked(prober)

    assert prober.asked["node gw-2"] == 2
    assert state.verdict.name in {"no_standby", "node_hidden_from_here"}


def test_two_primaries_are_confirmed(prober: FakeProber) -> None:
    prober.roles = {"gw-1": Role.PRIMARY, "gw-2": Role.PRIMARY}

    state = looked(prober)

    assert state.verdict.name == "two_primaries"
    assert prober.asked["node gw-1"] + prober.asked["node gw-2"] >= 3
    assert prober.clock.now() < EPOCH + 1


def test_a_second_look_that_settles_itself_is_not_waited_for(prober: FakeProber) -> None:
    prober.roles = {"gw-1": Role.PRIMARY, "gw-2": Role.PRIMARY}
    prober.delays_s["node gw-1"] = 0.3  # until then gw-2 seems the only Primary, and the record another's

    state = looked(prober)

    assert state.verdict.name == "two_primaries"
    assert prober.clock.now() < EPOCH + 2


def test_a_record_that_is_still_moving_is_given_five_seconds(prober: FakeProber) -> None:
    prober.record = ADDRESSES["gw-2"]
    asked = prober.ask_dns

    async def ask_dns(fqdn: str) -> Any:
        if prober.clock.now() > EPOCH + 1:
            prober.record = ADDRESSES["gw-1"]
        return await asked(fqdn)

    prober.ask_dns = ask_dns  # type: ignore[method-assign]
    state = looked(prober)

    assert prober.asked["dns"] == 2
    assert state.verdict.name == "healthy"
    assert EPOCH + 4.9 < prober.clock.now() < EPOCH + 6


def test_it_ends_in_time_whatever_hangs(prober: FakeProber) -> None:
    for what in ("node gw-1", "dns", "resolvers", "load gw-2"):
        prober.delays_s[what] = 1_000

    state = looked(prober, timeout_s=2)

    assert prober.clock.now() <= EPOCH + 4 + SECOND_LOOKS_S + 0.2
    assert state.verdict.name == "not_enough_evidence"
    assert prober.open_now.total() == 0


def test_cancelling_a_look_ends_it(prober: FakeProber) -> None:
    prober.delays_s["dns"] = 1_000

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(look(settings(), prober, prober.clock))
            await settle()
            work.cancel()
        assert work.cancelled()

    asyncio.run(main())
    assert prober.open_now.total() == 0
