"""Sleep, lateness and a clock that was set are told apart; nothing asked across them is believed."""

from __future__ import annotations

import asyncio

from agmonitor.domain.model import Answer
from agmonitor.domain.observations import Gap, GapReason, NodeObservation
from agmonitor.monitor.engine import Monitor
from agmonitor.monitor.ports import GroupChange
from tests.fakes import EPOCH, FakeProber, FakeRecorder
from tests.monitor.watching import Watch, settings, watching


def test_sleep_is_a_gap_from_the_last_sign_of_us_to_now() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(10)
        watch.clock.fall_asleep(3_600)
        await watch.clock.advance(10)

    watch = watching(story)

    (gap,) = watch.gaps
    assert gap.reason is GapReason.ASLEEP
    assert EPOCH + 8 <= gap.from_at <= EPOCH + 10
    assert EPOCH + 3_610 <= gap.until_at <= EPOCH + 3_612
    assert watch.clock.wall() == watch.clock.now()


def test_where_the_platform_cannot_tell_a_jump_ahead_passes_for_sleep() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(10)
        watch.clock.fall_asleep(3_600, told=False)
        await watch.clock.advance(10)

    assert [gap.reason for gap in watching(story).gaps] == [GapReason.ASLEEP]


def test_a_clock_set_forward_or_back_is_told_from_sleep() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(10)
        watch.clock.set_wall(100)
        await watch.clock.advance(10)
        watch.clock.set_wall(-500)
        await watch.clock.advance(10)

    watch = watching(story)

    assert [gap.reason for gap in watch.gaps] == [GapReason.CLOCK_STEPPED] * 2
    assert watch.gaps[1].until_at < watch.gaps[1].from_at
    assert watch.state.now == watch.changes[-1].state.now < EPOCH
    assert watch.state.verdict.name == "healthy"


def test_groups_that_share_a_clock_each_notice_sleep_and_steps() -> None:
    async def story(watch: Watch) -> None:
        async def other_group() -> None:
            monitor = Monitor(
                settings(name="h"), FakeProber(watch.clock), FakeRecorder(), watch.clock, told.append
            )
            await monitor.run()

        told: list[GroupChange] = []
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(other_group())
            await watch.clock.advance(10)
            watch.clock.fall_asleep(3_600)
            await watch.clock.advance(10)
            watch.clock.set_wall(-9_000)
            await watch.clock.advance(10)
            running.cancel()
        others = [change.input for change in told if isinstance(change.input, Gap)]
        assert [gap.reason for gap in others] == [GapReason.ASLEEP, GapReason.CLOCK_STEPPED]
        assert told[-1].state.verdict.name == "healthy"

    watch = watching(story)

    assert [gap.reason for gap in watch.gaps] == [GapReason.ASLEEP, GapReason.CLOCK_STEPPED]
    assert watch.state.verdict.name == "healthy"


def test_a_drift_that_creeps_is_set_right_in_the_end() -> None:
    async def story(watch: Watch) -> None:
        for _ in range(3):
            watch.clock.set_wall(0.9)
            await watch.clock.advance(10)

    watch = watching(story)

    assert [gap.reason for gap in watch.gaps] == [GapReason.CLOCK_STEPPED]
    assert watch.clock.wall() == watch.clock.now()


def test_a_small_drift_is_none() -> None:
    async def story(watch: Watch) -> None:
        watch.clock.set_wall(1.9)
        await watch.clock.advance(30)

    assert watching(story).gaps == []


def test_a_program_that_stood_still_was_late() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(10)
        watch.clock.block(8)
        await watch.clock.advance(10)

    watch = watching(story)

    (gap,) = watch.gaps
    assert gap.reason is GapReason.LATE
    assert 5 < gap.until_at - gap.from_at <= 8


def test_a_short_stall_is_no_gap() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(10)
        watch.clock.block(4.5)
        await watch.clock.advance(10)

    assert watching(story).gaps == []


def test_what_was_asked_before_a_gap_is_not_believed_after_it() -> None:
    async def story(watch: Watch) -> None:
        await watch.clock.advance(9)
        watch.prober.answers = {"gw-1": Answer.TIMEOUT, "gw-2": Answer.TIMEOUT}
        watch.prober.delays_s = {"node gw-1": 5, "node gw-2": 5}
        await watch.clock.advance(2)  # both are being asked
        watch.clock.fall_asleep(3_600)
        await watch.clock.advance(4)
        watch.prober.answers.clear()
        watch.prober.delays_s.clear()
        await watch.clock.advance(10)

    watch = watching(story)

    assert watch.gaps
    assert {seen.answer for seen in watch.inputs(NodeObservation)} == {Answer.OK}
