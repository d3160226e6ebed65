"""A planned failover over fakes: one PUT at most, recorded before it, proved by witnesses."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agmonitor.domain.model import Answer, DnsAnswer, DnsLink, Members, Role
from agmonitor.domain.observations import FailoverAnswer, FailoverOrdered, NodeObservation
from agmonitor.domain.state import GroupState, Timers
from agmonitor.failover.course import predicted
from agmonitor.failover.guards import Guard, Intent, Kind, Outcome
from agmonitor.failover.machine import Stage
from agmonitor.failover.preflight import Plan, preflight
from agmonitor.history.audit import AuditTrail
from agmonitor.monitor.auditing import InThread, past_of
from agmonitor.monitor.late_outcome import LateOutcome
from agmonitor.monitor.look import look
from agmonitor.monitor.one_order import only_order
from agmonitor.monitor.operation import FailoverResult, Means, Operation, fail_over
from agmonitor.protocol.prediction import Prediction
from tests.fakes import ADDRESSES, EPOCH, FakeClock, FakeProber, FakeRecorder, FakeTrail
from tests.monitor.watching import settings

WISH = Intent("patch day", Kind.PLANNED, "g", who="me")


class Attempt:
    """One try at a failover with all its witnesses."""

    def __init__(self, tmp_path: Path, **changes: Any) -> None:
        self.clock = FakeClock()
        self.prober = FakeProber(self.clock)
        self.recorder = FakeRecorder()
        self.trail = FakeTrail()
        self.group = settings(**({"failover_allowed": True} | changes))
        self.told: list[str] = []
        self.stages: list[Stage] = []
        self.means = Means(self.group, self.prober, self.clock, self.recorder, self.trail, tmp_path, at_once)

    def run(
        self,
        wish: Intent | None = None,
        within_s: float = 400,
        confirmed: Plan | None = None,
        between: Callable[[], object] | None = None,
    ) -> FailoverResult:
        """Check, arm, whatever happens ``between``, and fire."""

        async def course() -> FailoverResult:
            operation = Operation(self.means, self.told.append, lambda m: self.stages.append(m.stage))
            try:
                await operation.check((wish or WISH).kind)
                await operation.arm(wish or WISH, confirmed)
                if between is not None:
                    between()
                return await operation.fire()
            finally:
                operation.close()

        async def main() -> FailoverResult:
            async with asyncio.TaskGroup() as tasks:
                work = tasks.create_task(course())
                await self.clock.advance(within_s)
                assert work.done()
            return work.result()

        return asyncio.run(main())

    @property
    def entries(self) -> list[str]:
        return [str(line.entry["what"]) for line in self.trail.lines]


async def at_once(timers: Timers, kind: Kind) -> Prediction:
    """No thread: virtual time would not wait for it."""
    return predicted(timers, kind)


@pytest.fixture
def attempt(tmp_path: Path) -> Attempt:
    return Attempt(tmp_path)


def test_a_healthy_pair_swaps_and_everything_is_told(attempt: Attempt) -> None:

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


def test_the_order_is_recorded_before_it_is_sent(attempt: Attempt) -> None:
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


def test_a_guard_that_fails_sends_and_records_nothing(tmp_path: Path) -> None:
    attempt = Attempt(tmp_path, failover_allowed=False)

    result = attempt.run()

    assert result.outcome is Outcome.REFUSED_HERE
    assert "not allowed" in result.sentence
    assert attempt.prober.orders == []
    assert attempt.recorder.inputs == []


def test_a_failover_needs_a_reason(attempt: Attempt) -> None:

    result = attempt.run(Intent("  ", Kind.PLANNED, "g"))

    assert (result.outcome, result.sentence) == (Outcome.REFUSED_HERE, "A failover needs a reason.")
    assert result.guards == (Guard.NO_REASON,)
    assert attempt.prober.orders == []


def test_roles_that_moved_while_we_looked_are_seen_before_it_fires(attempt: Attempt) -> None:
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


def test_what_was_confirmed_for_other_roles_is_not_ordered(tmp_path: Path) -> None:
    seen = preflight(Attempt(tmp_path).run().before, Kind.PLANNED).plan
    attempt = Attempt(tmp_path)
    attempt.prober.flip()  # while a person read and typed

    result = attempt.run(confirmed=seen)

    assert result.outcome is Outcome.REFUSED_HERE
    assert result.sentence == "The roles have moved since this was confirmed: gw-2 is Primary now."
    assert attempt.prober.orders == []


def test_an_order_that_never_left_is_refused_here(attempt: Attempt) -> None:

    async def order(node: str) -> FailoverAnswer:
        return FailoverAnswer(accepted=False, http_status=None, detail="Nothing was ordered.", sent=False)

    attempt.prober.order = order
    result = attempt.run()

    assert (result.outcome, result.sentence) == (Outcome.REFUSED_HERE, "Nothing was ordered.")


def test_an_error_status_without_a_change_is_a_refusal_by_the_node(attempt: Attempt) -> None:

    async def order(node: str) -> FailoverAnswer:
        return FailoverAnswer(accepted=False, http_status=409, detail="no")

    attempt.prober.order = order
    result = attempt.run(within_s=15)

    assert result.outcome is Outcome.REFUSED_BY_NODE
    assert "HTTP 409" in result.sentence


def test_an_error_status_with_a_swap_is_a_success(attempt: Attempt) -> None:

    async def order(node: str) -> FailoverAnswer:
        attempt.prober.flip()
        return FailoverAnswer(accepted=False, http_status=400, detail="no")

    attempt.prober.order = order

    assert attempt.run().outcome is Outcome.SUCCEEDED


def test_a_lost_answer_sends_no_second_order_and_is_proved_by_the_swap(attempt: Attempt) -> None:

    async def order(node: str) -> FailoverAnswer:
        attempt.prober.flip()
        return FailoverAnswer(accepted=None, http_status=None, detail="the connection broke")

    attempt.prober.order = order
    result = attempt.run()

    assert result.outcome is Outcome.SUCCEEDED
    assert attempt.prober.orders == ["gw-1"]
    assert any("no usable answer" in line for line in attempt.told)


def test_a_swap_without_the_record_stays_unknown(attempt: Attempt) -> None:

    async def order(node: str) -> FailoverAnswer:
        attempt.prober.primary = "gw-2"
        return FailoverAnswer(accepted=True, http_status=200, detail="")

    attempt.prober.order = order
    result = attempt.run()

    assert result.outcome is Outcome.UNKNOWN
    assert attempt.prober.record == ADDRESSES["gw-1"]
    assert "gw-1 says secondary, gw-2 says primary; the record names gw-1 as before" in result.sentence
    assert attempt.prober.orders == ["gw-1"]


def test_a_history_that_fails_does_not_stop_it_and_is_told_once(attempt: Attempt) -> None:
    attempt.recorder.fails = OSError("the disk is full")

    result = attempt.run()

    assert result.outcome is Outcome.SUCCEEDED
    assert attempt.told.count("Not in the history: the disk is full") == 1


def test_every_stage_is_passed_in_its_order(attempt: Attempt) -> None:
    attempt.run()

    passed = list(dict.fromkeys(attempt.stages))
    assert passed == [Stage.CHECKED, Stage.ARMED, Stage.FIRED, Stage.WATCHING, Stage.SUCCEEDED]


def test_the_audit_holds_the_order_before_it_is_sent_and_its_end(attempt: Attempt) -> None:
    seen: list[list[str]] = []

    async def order(node: str) -> FailoverAnswer:
        seen.append([str(line.entry["what"]) for line in (await attempt.trail.read()).lines])
        attempt.prober.flip()
        return FailoverAnswer(accepted=True, http_status=200, detail="")

    attempt.prober.order = order
    result = attempt.run()

    assert seen == [["armed", "firing"]]
    assert attempt.entries == ["armed", "firing", "answered", "ended"]
    _, firing, _, ended = [line.entry for line in asyncio.run(attempt.trail.read()).lines]
    assert (firing["who"], firing["reason"], firing["overrides"]) == ("me", "patch day", [])
    assert firing["plan"]["target"] == "gw-1"
    assert firing["snapshot"]["addresses"] == [ADDRESSES["gw-1"]]
    assert {check["name"] for check in firing["checks"]} >= {"not_heard", "record_elsewhere"}
    assert [one["name"] for one in firing["predicted"]] == [one.name for one in result.course]
    assert (ended["outcome"], ended["sent"]) == ("succeeded", True)
    assert ended["course"][0]["measured_s"] is not None


def test_a_refusal_is_audited_with_who_and_why(tmp_path: Path) -> None:
    attempt = Attempt(tmp_path, failover_allowed=False)

    attempt.run()

    (line,) = asyncio.run(attempt.trail.read()).lines
    assert (line.entry["what"], line.entry["outcome"]) == ("ended", "refused_here")
    assert (line.entry["guards"], line.entry["who"]) == (["not_allowed"], "me")


@pytest.mark.parametrize(
    "happens",
    [
        lambda prober: prober.flip(),
        lambda prober: setattr(prober, "primary", "gw-2"),
        lambda prober: setattr(prober, "record", "192.0.2.9"),
        lambda prober: prober.answers.update({"gw-2": Answer.TIMEOUT}),
        lambda prober: prober.answers.update({"gw-1": Answer.HTTP_STATUS}),
        lambda prober: prober.changes.update(members=Members("192.0.2.11", None)),
        lambda prober: prober.changes.update(dns_link=DnsLink.DISCONNECTED),
        lambda prober: setattr(prober, "dns_answer", DnsAnswer.TIMEOUT),
    ],
)
def test_whatever_moves_between_arming_and_firing_nothing_is_sent(
    attempt: Attempt, happens: Callable[[FakeProber], object]
) -> None:
    result = attempt.run(between=lambda: happens(attempt.prober))

    assert result.outcome is Outcome.REFUSED_HERE
    assert Guard.ROLES_MOVED in result.guards
    assert attempt.prober.orders == []
    assert attempt.entries == ["armed", "ended"]


def test_what_is_armed_expires(attempt: Attempt) -> None:
    result = attempt.run(between=lambda: attempt.clock.block(31))

    assert result.guards == (Guard.ARM_EXPIRED,)
    assert attempt.prober.orders == []


def test_a_silent_primary_that_is_still_silent_has_not_moved(attempt: Attempt) -> None:
    attempt.prober.answers["gw-1"] = Answer.TIMEOUT
    attempt.prober.beat_at = EPOCH - 500

    async def order(node: str) -> FailoverAnswer:
        attempt.prober.flip()
        return FailoverAnswer(accepted=True, http_status=200, detail="")

    attempt.prober.order = order
    result = attempt.run(
        replace(WISH, kind=Kind.EMERGENCY),
        between=lambda: attempt.prober.answers.update({"gw-1": Answer.REFUSED}),
    )

    assert result.outcome is Outcome.SUCCEEDED, result.sentence
    assert attempt.prober.orders == ["gw-2"]
    assert any("no standby" in sentence for sentence in result.left)


@pytest.mark.parametrize(
    ("named", "outcome"), [((), Outcome.REFUSED_HERE), (("no_audit",), Outcome.SUCCEEDED)]
)
def test_an_audit_that_cannot_be_written_stops_it_unless_it_is_named(
    attempt: Attempt, named: tuple[str, ...], outcome: Outcome
) -> None:
    attempt.trail.fails = OSError(28, "No space left on device")

    result = attempt.run(replace(WISH, overrides=frozenset(named)))

    assert result.outcome is outcome
    assert len(attempt.prober.orders) == (outcome is Outcome.SUCCEEDED)


@pytest.mark.parametrize("before", ["", "armed"])
def test_an_audit_that_fails_only_when_it_is_written_stops_it_too(attempt: Attempt, before: str) -> None:
    def full() -> None:
        if "".join(attempt.entries[-1:]) == before:
            raise OSError(28, "No space left on device")

    attempt.trail.on_append = full

    result = attempt.run()

    assert (result.outcome, result.guards) == (Outcome.REFUSED_HERE, (Guard.NO_AUDIT,))
    assert attempt.prober.orders == []


def test_what_moves_while_the_audit_is_written_slowly_is_seen(attempt: Attempt) -> None:
    def slow() -> None:
        if "armed" in attempt.entries and "firing" not in attempt.entries:
            attempt.clock.block(3)
            attempt.prober.flip()

    attempt.trail.on_append = slow

    result = attempt.run()

    assert result.outcome is Outcome.REFUSED_HERE
    assert Guard.ROLES_MOVED in result.guards
    assert attempt.prober.orders == []
    assert attempt.entries == ["armed", "firing", "ended"]


def test_an_order_that_is_cancelled_is_written_down_as_interrupted(attempt: Attempt) -> None:
    async def main() -> None:
        operation = Operation(attempt.means, attempt.told.append)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(operation.check(Kind.PLANNED))
            await attempt.clock.advance(1)
        await operation.arm(WISH)
        never = asyncio.Event()

        async def order(node: str) -> FailoverAnswer:
            await never.wait()
            raise AssertionError(node)

        attempt.prober.order = order
        async with asyncio.TaskGroup() as tasks:
            firing = tasks.create_task(operation.fire())
            await attempt.clock.advance(1)
            firing.cancel()
        operation.close()

    asyncio.run(main())

    assert attempt.prober.orders == ["gw-1"]
    assert attempt.entries == ["armed", "firing", "interrupted"]


def test_interrupted_before_the_order_the_audit_says_that_nothing_was_sent(attempt: Attempt) -> None:
    def interrupted() -> None:
        attempt.trail.on_append = lambda: None
        raise asyncio.CancelledError

    def armed() -> None:
        attempt.trail.on_append = interrupted

    with pytest.raises(asyncio.CancelledError):
        attempt.run(between=armed)

    assert attempt.prober.orders == []
    last = asyncio.run(attempt.trail.read()).lines[-1].entry
    assert (last["what"], last["sent"]) == ("interrupted", False)


def test_interrupted_while_it_is_being_armed_the_audit_says_that_it_is_not(attempt: Attempt) -> None:
    class EndedOnce(FakeTrail):
        """The program is ended while the first entry is written."""

        async def append(self, entry: Mapping[str, Any]) -> str:
            await super().append(entry)
            if len(self.lines) == 1:
                raise asyncio.CancelledError
            return ""

    attempt.trail = EndedOnce()
    attempt.means = replace(attempt.means, trail=attempt.trail)

    async def main() -> None:
        operation = Operation(attempt.means, attempt.told.append)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail_over(operation, WISH))
            await attempt.clock.advance(400)

    asyncio.run(main())

    assert attempt.prober.orders == []
    assert attempt.entries == ["armed", "disarmed"]
    assert attempt.trail.lines[-1].entry["why"] == "the program ended"


def test_an_entry_that_is_being_written_is_on_the_disk_before_its_writer_ends(tmp_path: Path) -> None:
    file = AuditTrail(tmp_path / "audit.jsonl")

    async def main() -> None:
        writing = threading.Event()

        class Slow(AuditTrail):
            def append(self, entry: Mapping[str, Any]) -> str:
                writing.wait(30)
                return super().append(entry)

        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(InThread(Slow(file.path)).append({"what": "armed"}))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.sleep(0)
            assert not task.done()
            writing.set()
        assert task.cancelled()
        assert [line.entry["what"] for line in file.read().lines] == ["armed"]

    asyncio.run(main())


def test_a_second_order_waits_for_the_cool_down_of_the_first(attempt: Attempt, tmp_path: Path) -> None:
    attempt.run()
    again = Attempt(tmp_path)
    again.trail = attempt.trail
    again.means = replace(again.means, trail=again.trail)

    result = again.run()

    assert result.guards == (Guard.COOLING_DOWN,)
    assert "120 s of its cool-down" in result.sentence or "2 min" in result.sentence


def test_without_the_typed_name_nothing_is_sent(attempt: Attempt) -> None:
    result = attempt.run(replace(WISH, confirmed_name="h"))

    assert result.guards == (Guard.NOT_CONFIRMED,)
    assert attempt.prober.orders == []


def test_the_lab_asks_for_neither_name_nor_reason(tmp_path: Path) -> None:
    attempt = Attempt(tmp_path, lab=True)

    assert attempt.run(Intent("")).outcome is Outcome.SUCCEEDED


def test_another_operation_of_the_group_holds_it_off(attempt: Attempt, tmp_path: Path) -> None:
    with only_order(attempt.group, tmp_path):
        result = attempt.run()

    assert result.guards == (Guard.UNDER_WAY,)
    assert attempt.prober.orders == []


def test_a_witness_that_hangs_is_given_two_seconds(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agmonitor.monitor.rereading.PROBE_S", 0.05)  # real seconds: virtual ones stand still
    hangs = asyncio.Event

    def hang() -> None:
        async def ask_node(node: str) -> NodeObservation:
            await hangs().wait()
            raise AssertionError

        attempt.prober.ask_node = ask_node  # type: ignore[method-assign]

    async def main() -> FailoverResult:
        operation = Operation(attempt.means, attempt.told.append)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(operation.check(Kind.PLANNED))
            await attempt.clock.advance(1)
        await operation.arm(WISH)
        hang()
        result = await operation.fire()
        operation.close()
        return result

    result = asyncio.run(main())

    assert Guard.ROLES_MOVED in result.guards
    assert attempt.prober.orders == []


def test_what_is_forbidden_meanwhile_is_not_fired_at(attempt: Attempt) -> None:
    allowed = [True]
    attempt.means = replace(attempt.means, allowed=lambda: allowed[0])

    result = attempt.run(between=lambda: allowed.__setitem__(0, False))

    assert result.guards == (Guard.NOT_ALLOWED,)
    assert attempt.prober.orders == []


async def armed(attempt: Attempt) -> Operation:
    operation = Operation(attempt.means, attempt.told.append)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(operation.check(Kind.PLANNED))
        await attempt.clock.advance(1)
    await operation.arm(WISH)
    return operation


def test_a_swap_there_and_back_between_arming_and_firing_is_not_fired_on(
    attempt: Attempt, tmp_path: Path
) -> None:
    async def main() -> FailoverResult:
        operation = await armed(attempt)
        async with asyncio.TaskGroup() as tasks:
            holding = tasks.create_task(operation.hold())
            await attempt.clock.advance(3)
            assert not holding.done(), "nothing moved yet"
            attempt.prober.flip()
            await attempt.clock.advance(2)
            assert holding.done()
            attempt.prober.flip()
        with only_order(attempt.group, tmp_path) as only:
            assert only, "what is refused lets go"
        return await operation.fire()

    result = asyncio.run(main())

    assert result.guards[:1] == (Guard.ROLES_MOVED,)
    assert attempt.prober.orders == []
    assert attempt.entries == ["armed", "ended"]


def test_a_lost_probe_while_armed_is_no_event(attempt: Attempt) -> None:
    async def main() -> FailoverResult:
        operation = await armed(attempt)
        async with asyncio.TaskGroup() as tasks:
            holding = tasks.create_task(operation.hold())
            attempt.prober.answers["gw-2"] = Answer.TIMEOUT
            attempt.prober.dns_answer = DnsAnswer.TIMEOUT
            await attempt.clock.advance(1.5)
            attempt.prober.answers.clear()
            attempt.prober.dns_answer = DnsAnswer.OK
            await attempt.clock.advance(1)
            holding.cancel()
        async with asyncio.TaskGroup() as tasks:
            firing = tasks.create_task(operation.fire())
            await attempt.clock.advance(20)
        operation.close()
        return firing.result()

    assert asyncio.run(main()).outcome is Outcome.SUCCEEDED


@pytest.mark.parametrize(("after_s", "why"), [(5, "taken back"), (30, "not fired in time")])
def test_what_is_let_go_is_written_down_with_why(attempt: Attempt, after_s: float, why: str) -> None:
    async def main() -> None:
        operation = await armed(attempt)
        attempt.clock.block(after_s)
        await operation.let_go()

    asyncio.run(main())

    assert attempt.entries == ["armed", "disarmed"]
    assert attempt.trail.lines[-1].entry["why"] == why


def test_an_outcome_that_stayed_unknown_is_resolved_by_later_evidence_and_written_down(
    attempt: Attempt,
) -> None:
    shown: list[Stage] = []

    async def order(node: str) -> FailoverAnswer:
        attempt.prober.primary = "gw-2"  # and the record stays for a while
        return FailoverAnswer(accepted=None, http_status=None, detail="the connection broke")

    attempt.prober.order = order

    async def main() -> LateOutcome:
        operation = Operation(attempt.means, attempt.told.append, lambda machine: shown.append(machine.stage))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(operation.check(Kind.PLANNED))
            await attempt.clock.advance(1)
        await operation.arm(WISH)
        async with asyncio.TaskGroup() as tasks:
            firing = tasks.create_task(operation.fire())
            await attempt.clock.advance(400)
        operation.close()
        assert firing.result().outcome is Outcome.UNKNOWN
        late = operation.late()
        assert late is not None
        assert not late.known_by(operation.state), "nothing is new"
        attempt.prober.record = ADDRESSES["gw-2"]
        state = await seen_now()
        others = replace(attempt.group, nodes=attempt.group.nodes[::-1])
        assert not late.known_by(replace(state, settings=others)), "other nodes prove nothing"
        assert late.known_by(state)
        assert await late.settle(state, attempt.means.folder)
        return late

    async def seen_now() -> GroupState:
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(look(attempt.group, attempt.prober, attempt.clock))
            await attempt.clock.advance(1)
        return looking.result()

    late = asyncio.run(main())

    assert late.machine.outcome is Outcome.SUCCEEDED
    assert shown[-1] is Stage.SUCCEEDED
    assert late.machine.sentence.startswith("Resolved: gw-2 is Primary and gw-1 Secondary at once")
    assert attempt.entries == ["armed", "firing", "answered", "ended", "resolved"]
    ended, resolved = (line.entry for line in attempt.trail.lines[-2:])
    assert (ended["outcome"], resolved["outcome"]) == ("unknown", "succeeded")
    past = past_of((line.entry for line in attempt.trail.lines), ended["pair"])
    assert past.last_proven_at == resolved["at_s"]
    assert past.last_ended_at == ended["at_s"], "it cools from its end, not from when it was understood"
    assert attempt.prober.orders == ["gw-1"]


def test_an_audit_that_is_written_slowly_is_no_order_to_cool_down_from(attempt: Attempt) -> None:
    attempt.trail.on_append = lambda: attempt.clock.block(3)

    result = attempt.run()

    assert result.outcome is Outcome.SUCCEEDED, result.sentence
    assert attempt.prober.orders == ["gw-1"]


@pytest.mark.parametrize(("moves", "orders"), [(True, []), (False, ["gw-1"])])
def test_what_moves_while_signing_in_takes_its_time_is_seen(
    attempt: Attempt, orders: list[str], *, moves: bool
) -> None:
    def slowly() -> None:
        attempt.clock.block(3)
        if moves:
            attempt.prober.flip()

    attempt.prober.signing_in = slowly

    result = attempt.run()

    assert attempt.prober.orders == orders
    assert result.outcome is (Outcome.REFUSED_HERE if moves else Outcome.SUCCEEDED), result.sentence
    if moves:
        assert "Since it was armed: gw-1 was Primary and is Secondary." in result.sentence
        assert (result.guards, attempt.trail.lines[-1].entry["sent"]) == ((Guard.NOT_SENT,), False)
