"""A planned failover over fakes: one PUT at most, recorded before it, proved by witnesses."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agmonitor.domain.model import Role
from agmonitor.domain.observations import FailoverAnswer, FailoverOrdered, NodeObservation
from agmonitor.failover import Outcome, Plan, plan
from agmonitor.monitor.operation import FailoverResult, fail_over
from tests.fakes import ADDRESSES, EPOCH, FakeClock, FakeProber, FakeRecorder
from tests.monitor.watching import settings


class Attempt:
    """One try at a failover with all its witnesses."""

    def __init__(self, **changes: Any) -> None:
        self.clock = FakeClock()
        self.prober = FakeProber(self.clock)
        self.recorder = FakeRecorder()
        self.group = settings(**({"failover_allowed": True} | changes))
        self.told: list[str] = []

    def run(
        self, reason: str = "patch day", within_s: float = 400, confirmed: Plan | None = None
    ) -> FailoverResult:
        async def main() -> FailoverResult:
            async with asyncio.TaskGroup() as tasks:
                work = tasks.create_task(
                    fail_over(
                        self.group,
                        self.prober,
                        self.clock,
                        self.recorder,
                        reason=reason,
                        who="me",
                        progress=self.told.append,
                        confirmed=confirmed,
                    )
                )
                await self.clock.advance(within_s)
                assert work.done()
            return work.result()

        return asyncio.run(main())


def test_a_healthy_pair_swaps_and_everything_is_told() -> None:
    attempt = Attempt()

    result = attempt.run()

    assert result.outcome is Outcome.SUCCEEDED
    assert result.target == "gw-1"
    assert attempt.prober.orders == ["gw-1"]
    assert result.before.node("gw-1").role is Role.PRIMARY
    assert result.after.node("gw-1").role is Role.SECONDARY
    assert "gw-2 is Primary and gw-1 Secondary" in result.sentence
    assert attempt.told[:2] == [
        "Reading both nodes and DNS.",
        "gw-1 will yield: gw-2 becomes Primary and gw-1 Secondary.",
    ]


def test_the_order_is_recorded_before_it_is_sent() -> None:
    attempt = Attempt()
    recorded: list[object] = []

    async def order(node: str) -> FailoverAnswer:
        recorded.extend(attempt.recorder.inputs)
        attempt.prober.flip()
        return FailoverAnswer(accepted=True, http_status=200, detail="")

    attempt.prober.order = order
    attempt.run()

    (ordered,) = recorded
    assert isinstance(ordered, FailoverOrdered)
    assert (ordered.node, ordered.reason, ordered.who) == ("gw-1", "patch day", "me")
    assert any(isinstance(item, NodeObservation) for item in attempt.recorder.inputs)


@pytest.mark.parametrize("changes", [{"failover_allowed": False}])
def test_a_guard_that_fails_sends_and_records_nothing(changes: dict[str, Any]) -> None:
    attempt = Attempt(**changes)

    result = attempt.run()

    assert result.outcome is Outcome.REFUSED_HERE
    assert "not allowed" in result.sentence
    assert attempt.prober.orders == []
    assert attempt.recorder.inputs == []


def test_a_failover_needs_a_reason() -> None:
    attempt = Attempt()

    result = attempt.run(reason="  ")

    assert (result.outcome, result.sentence) == (Outcome.REFUSED_HERE, "A failover needs a reason.")
    assert attempt.prober.orders == []


def test_roles_that_moved_while_we_looked_are_seen_before_it_fires() -> None:
    attempt = Attempt()
    attempt.prober.delays_s["resolvers"] = 4  # the look takes its time
    asked = attempt.prober.ask_node

    async def ask_node(node: str) -> NodeObservation:
        if attempt.clock.now() > EPOCH + 2:
            attempt.prober.roles = {"gw-1": Role.SECONDARY, "gw-2": Role.PRIMARY}
        return await asked(node)

    attempt.prober.ask_node = ask_node  # type: ignore[method-assign]
    result = attempt.run()

    assert result.outcome is Outcome.REFUSED_HERE
    assert attempt.prober.orders == []


def test_what_was_confirmed_for_other_roles_is_not_ordered() -> None:
    seen = plan(Attempt().run().before)
    assert isinstance(seen, Plan)
    attempt = Attempt()
    attempt.prober.flip()  # while a person read and typed

    result = attempt.run(confirmed=seen)

    assert result.outcome is Outcome.REFUSED_HERE
    assert result.sentence == "The roles have moved since this was confirmed: gw-2 is Primary now."
    assert attempt.prober.orders == []


def test_an_order_that_never_left_is_refused_here() -> None:
    attempt = Attempt()

    async def order(node: str) -> FailoverAnswer:
        return FailoverAnswer(accepted=False, http_status=None, detail="Nothing was ordered.", sent=False)

    attempt.prober.order = order
    result = attempt.run()

    assert (result.outcome, result.sentence) == (Outcome.REFUSED_HERE, "Nothing was ordered.")


def test_an_error_status_without_a_change_is_a_refusal_by_the_node() -> None:
    attempt = Attempt()

    async def order(node: str) -> FailoverAnswer:
        return FailoverAnswer(accepted=False, http_status=409, detail="no")

    attempt.prober.order = order
    result = attempt.run(within_s=15)

    assert result.outcome is Outcome.REFUSED_BY_NODE
    assert "HTTP 409" in result.sentence


def test_an_error_status_with_a_swap_is_a_success() -> None:
    attempt = Attempt()

    async def order(node: str) -> FailoverAnswer:
        attempt.prober.flip()
        return FailoverAnswer(accepted=False, http_status=400, detail="no")

    attempt.prober.order = order

    assert attempt.run().outcome is Outcome.SUCCEEDED


def test_a_lost_answer_sends_no_second_order_and_is_proved_by_the_swap() -> None:
    attempt = Attempt()

    async def order(node: str) -> FailoverAnswer:
        attempt.prober.flip()
        return FailoverAnswer(accepted=None, http_status=None, detail="the connection broke")

    attempt.prober.order = order
    result = attempt.run()

    assert result.outcome is Outcome.SUCCEEDED
    assert attempt.prober.orders == ["gw-1"]
    assert any("no usable answer" in line for line in attempt.told)


def test_a_swap_without_the_record_stays_unknown() -> None:
    attempt = Attempt()

    async def order(node: str) -> FailoverAnswer:
        attempt.prober.primary = "gw-2"
        return FailoverAnswer(accepted=True, http_status=200, detail="")

    attempt.prober.order = order
    result = attempt.run()

    assert result.outcome is Outcome.UNKNOWN
    assert attempt.prober.record == ADDRESSES["gw-1"]
    assert "gw-1 says secondary, gw-2 says primary; the record names gw-1 as before" in result.sentence
    assert attempt.prober.orders == ["gw-1"]


def test_a_history_that_fails_does_not_stop_it_and_is_told_once() -> None:
    attempt = Attempt()
    attempt.recorder.fails = OSError("the disk is full")

    result = attempt.run()

    assert result.outcome is Outcome.SUCCEEDED
    assert attempt.told.count("Not in the history: the disk is full") == 1
