"""One group watched in virtual time: rounds, overlaps, second looks, recording, pausing, ending."""

from __future__ import annotations

import asyncio
import itertools
import random

import pytest

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.group import initial, step
from agmonitor.domain.model import Answer, DnsAnswer, Role
from agmonitor.domain.observations import (
    DnsObservation,
    FailoverOrdered,
    GapReason,
    LoadObservation,
    NodeObservation,
    ResolverObservation,
)
from agmonitor.domain.state import Look, Mode
from agmonitor.monitor.engine import Monitor
from tests.fakes import EPOCH, FakeClock, FakeProber, FakeRecorder, settle
from tests.monitor.watching import Watch, settings, watching

KINDS = ("node", "load", "hooks")


def test_every_round_asks_both_nodes_and_dns_and_the_rest_more_seldom() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(39.9)

    watch = watching(story)

    asked = watch.prober.asked
    assert (asked["node gw-1"], asked["node gw-2"], asked["dns"]) == (20, 20, 20)
    assert (asked["resolvers"], asked["load gw-1"], asked["load gw-2"]) == (4, 4, 4)
    assert (asked["hooks gw-1"], asked["hooks gw-2"]) == (2, 2)
    assert set(watch.between("node gw-1")) == {2.0}
    assert watch.state.verdict.name == "healthy"


def test_rounds_come_up_to_a_tenth_early_and_never_late() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(400)

    watch = watching(
        story,
        rng=random.Random(7),  # noqa: S311 - a seed, not a secret
    )

    steps = watch.between("dns")
    assert all(1.8 <= step_s <= 2.0 for step_s in steps)
    assert max(steps) - min(steps) > 0.15


def test_a_slow_node_delays_only_itself_and_is_never_asked_twice_at_once() -> None:
    async def story(watch: Watch) -> None:
        watch.prober.delays_s["node gw-2"] = 4.7
        await watch.clock.advance(30)

    watch = watching(story)

    assert set(watch.between("node gw-1")) == {2.0}
    assert max(watch.prober.open_max.values()) == 1
    assert all(step_s >= 4.7 for step_s in watch.between("node gw-2")[1:])


def test_it_asks_every_second_while_a_takeover_is_due_and_no_longer_than_two_windows() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(10)
        watch.prober.answers["gw-1"] = Answer.REFUSED
        watch.prober.beat_at = watch.clock.now()
        await watch.clock.advance(600)

    watch = watching(story)

    steps = watch.between("dns")
    quick = steps.count(1.0)
    assert 170 <= quick <= 200  # two windows of 60 + 30 + 4 s
    assert steps[-1] == 2.0


def test_it_never_asks_slower_than_half_the_report_interval() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(100)

    watch = watching(story, group=settings(cadence_s=60.0))

    assert watch.between("dns")[1:] == [10.0] * len(watch.between("dns")[1:])


def test_an_overloaded_node_is_asked_more_seldom() -> None:
    async def story(watch: Watch) -> None:
        watch.prober.load_score = 0.6
        await watch.clock.advance(100)

    watch = watching(story)

    assert watch.between("node gw-1")[-1] == 8.0
    assert "overloaded" in {finding.name for finding in watch.state.verdict.findings}


def test_two_primaries_are_confirmed_by_asking_the_older_answer_again_at_once() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(1)
        watch.prober.roles = {"gw-1": Role.PRIMARY, "gw-2": Role.PRIMARY}
        watch.prober.delays_s["node gw-2"] = 0.3
        await watch.clock.advance(1.5)
        assert watch.prober.asked["node gw-1"] == 3  # two rounds and the second look
        assert watch.state.verdict.name == "two_primaries"
        await watch.clock.advance(10)

    watch = watching(story)

    assert sum(watch.prober.asked.values()) < 100  # second looks do not run away
    assert watch.prober.open_max["node gw-1"] == 1


def test_a_swap_between_two_answers_is_no_split_brain() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(1)
        watch.prober.delays_s["node gw-2"] = 0.3
        await watch.clock.advance(1.1)
        watch.prober.flip()
        await watch.clock.advance(5)

    watch = watching(story)

    assert "two_primaries" not in " ".join(watch.events(EventKind.FINDING_RAISED))
    assert watch.events(EventKind.ROLE_CHANGED)


def test_hooks_are_asked_right_after_a_role_change() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(7)
        before = watch.prober.asked["hooks gw-2"]
        watch.prober.flip()
        await watch.clock.advance(2)
        assert watch.prober.asked["hooks gw-2"] == before + 1
        await watch.clock.advance(20)
        assert watch.prober.asked["hooks gw-2"] <= before + 9

    watching(story)


def test_a_name_learnt_from_the_nodes_is_followed_at_once() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(0.1)

    watch = watching(story, group=settings(fqdn=None))

    assert watch.prober.asked["dns"] == 1
    assert watch.prober.asked["resolvers"] == 1


@pytest.mark.parametrize(("judged", "asked"), [(True, 20), (None, 4), (False, 0)])
def test_the_clients_path_is_asked_as_the_group_says(judged: bool | None, asked: int) -> None:
    async def story(watch: Watch) -> None:
        watch.prober.clients_answer = Answer.REFUSED
        await watch.clock.advance(39.9)

    watch = watching(story, group=settings(judge_clients=judged))

    assert watch.prober.asked["clients"] == asked


def test_a_clients_path_that_worked_once_is_asked_every_round() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(39.9)

    assert watching(story).prober.asked["clients"] == 20


def test_time_passes_by_ticks_when_nothing_arrives() -> None:
    async def story(watch: Watch) -> None:
        for what in ("dns", "resolvers", "clients", *(f"{k} gw-{n}" for k in KINDS for n in (1, 2))):
            watch.prober.delays_s[what] = 30
        await watch.clock.advance(25)

    watch = watching(story)

    assert len(watch.inputs(NodeObservation)) == 2  # of the round before
    ticks = [tick.at for tick in watch.ticks]
    assert len(ticks) >= 11
    assert max(late - early for early, late in itertools.pairwise(ticks)) <= 2.0
    assert watch.state.now >= EPOCH + 24


def test_no_ticks_are_needed_while_answers_come() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(60)

    assert watching(story).ticks == []


def test_inputs_and_events_are_recorded_before_they_are_published_and_in_order() -> None:
    order: list[tuple[str, object]] = []

    class Witnessed(FakeRecorder):
        async def record(self, group: str, inputs: object, events: object, *states: object) -> None:
            await super().record(group, inputs, events, *states)  # type: ignore[arg-type]
            order.append(("recorded", inputs[0]))  # type: ignore[index]

    async def main() -> None:
        clock = FakeClock()
        monitor = Monitor(
            settings(),
            FakeProber(clock),
            Witnessed(),
            clock,
            lambda change: order.append(("published", change.input)),
        )
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(monitor.run())
            await clock.advance(10)
            running.cancel()

    asyncio.run(main())

    recorded = [item for what, item in order if what == "recorded"]
    published = [item for what, item in order if what == "published"]
    assert recorded == published
    assert len(recorded) > 20
    for item in recorded:
        assert order.index(("recorded", item)) < order.index(("published", item))


def test_replaying_what_was_recorded_gives_the_state_shown_live() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(20)
        watch.prober.answers["gw-1"] = Answer.TIMEOUT
        await watch.clock.advance(70)
        watch.prober.flip()
        watch.clock.fall_asleep(3_600)
        await watch.clock.advance(20)
        watch.prober.answers.clear()
        await watch.clock.advance(20)

    watch = watching(story)

    state = initial(settings(), Mode.WATCHING, EPOCH)
    events: list[Event] = []
    for item in watch.recorder.inputs:
        state, happened = step(state, item)
        events += happened
    assert state == watch.changes[-1].state
    assert events == [event for change in watch.changes for event in change.events]


def test_a_history_that_fails_is_shown_tried_again_and_made_whole() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(4)
        watch.recorder.fails = OSError("the disk is full")
        await watch.clock.advance(11)
        assert watch.changes[-1].recorded is False
        assert watch.changes[-1].why_not == "the disk is full"
        watch.recorder.fails = None
        await watch.clock.advance(10)
        assert watch.changes[-1].recorded

    watch = watching(story)

    assert set(watch.between("dns")) == {2.0}
    assert watch.recorder.inputs == [change.input for change in watch.changes]


def test_a_history_that_failed_is_not_bothered_with_each_input() -> None:
    async def story(watch: Watch) -> None:
        watch.recorder.fails = OSError("no")
        await watch.clock.advance(0.1)
        attempts = watch.recorder.attempts
        await watch.clock.advance(4)
        assert watch.recorder.attempts == attempts

    watching(story)


def test_pausing_asks_nothing_and_leaves_a_gap() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(3)
        watch.monitor.pause()
        assert watch.monitor.paused
        asked = watch.prober.asked.total()
        await watch.clock.advance(100)
        watch.monitor.poll_now()
        assert watch.prober.asked.total() == asked
        watch.monitor.resume()
        watch.monitor.resume()
        await watch.clock.advance(0.1)
        assert watch.prober.asked.total() > asked

    watch = watching(story)

    (gap,) = watch.gaps
    assert (gap.reason, gap.from_at, gap.until_at) == (GapReason.PAUSED, EPOCH + 3, EPOCH + 103)
    assert watch.ticks == []


def test_poll_now_asks_everything_at_once_and_nothing_twice() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(0.5)
        before = watch.prober.asked.copy()
        watch.monitor.poll_now()
        watch.monitor.poll_now()
        await watch.clock.advance(0.1)
        new = watch.prober.asked - before
        assert set(new.values()) == {1}
        assert len(new) == 9  # two nodes, their loads and hooks, DNS, resolvers, clients

    watching(story)


def test_what_is_asked_at_once_is_asked_in_one_order_whatever_the_hashes() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(0.5)
        watch.prober.asked.clear()
        watch.monitor.poll_now()
        await watch.clock.advance(0.1)
        of_names = ["dns", "resolvers", "clients"]
        of_nodes = ["hooks gw-1", "hooks gw-2", "load gw-1", "load gw-2"]
        assert list(watch.prober.asked) == ["node gw-1", "node gw-2", *of_names, *of_nodes]

    watching(story)


def test_second_looks_begin_in_the_order_the_rules_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Look] = []

    async def second_look(_monitor: Monitor, look: Look) -> None:
        begun.append(look)

    monkeypatch.setattr(Monitor, "_second_look", second_look)

    async def story(watch: Watch) -> None:
        await watch.clock.advance(1)
        begun.clear()
        looks = tuple(Look(f"gw-{number}", EPOCH + 3) for number in range(20))
        monkeypatch.setattr("agmonitor.domain.group.looks_of", lambda _state: looks)
        await watch.clock.advance(2)
        assert begun == list(looks)

    watching(story)


def test_resuming_from_history_begins_with_a_gap() -> None:
    earlier = initial(settings(), Mode.WATCHING, EPOCH - 500)

    async def story(watch: Watch) -> None:
        await watch.clock.advance(0.1)

    watch = watching(story, resumed=earlier)

    assert watch.changes[0].input == watch.gaps[0]
    gap = watch.gaps[0]
    assert (gap.reason, gap.from_at, gap.until_at) == (GapReason.CLOSED, EPOCH - 500, EPOCH)


def test_an_order_told_is_recorded_when_telling_returns() -> None:
    order = FailoverOrdered(EPOCH, "gw-1", "drill", "me")

    async def story(watch: Watch) -> None:
        await watch.clock.advance(0.1)
        assert await watch.monitor.tell(order) == ""
        assert watch.recorder.inputs[-1] == order
        assert watch.state.ordered == order
        watch.recorder.fails = OSError("full")
        assert await watch.monitor.tell(order) == "full"

    watching(story)


def test_ending_closes_the_prober_and_lets_cancellation_through() -> None:
    async def main() -> tuple[FakeProber, asyncio.Task[None]]:
        clock = FakeClock()
        prober = FakeProber(clock)
        prober.delays_s["dns"] = 3
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(Monitor(settings(), prober, FakeRecorder(), clock, lambda _: None).run())
            await settle()
            task.cancel()
        return prober, task

    prober, task = asyncio.run(main())

    assert task.cancelled()
    assert prober.closed
    assert prober.open_now.total() == 0


def test_a_fault_of_ours_is_not_swallowed() -> None:
    class Broken(FakeProber):
        async def ask_dns(self, fqdn: str) -> DnsObservation:
            raise ZeroDivisionError

    async def main() -> None:
        clock = FakeClock()
        await Monitor(settings(), Broken(clock), FakeRecorder(), clock, lambda _: None).run()

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(main())
    assert caught.group_contains(ZeroDivisionError)


def test_dns_that_does_not_answer_stops_nothing() -> None:
    async def story(watch: Watch) -> None:
        watch.prober.dns_answer = DnsAnswer.TIMEOUT
        await watch.clock.advance(19.9)

    watch = watching(story)

    assert len(watch.inputs(DnsObservation)) == 10
    assert watch.inputs(ResolverObservation)
    assert watch.inputs(LoadObservation)
