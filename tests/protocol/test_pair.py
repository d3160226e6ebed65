"""A whole pair in virtual time: takeovers inside the window, failover by hand, cut paths, coming back."""

from __future__ import annotations

import pytest

from agmonitor.domain.model import DnsLink, HeartbeatMethod, Role
from agmonitor.protocol import inputs as i
from agmonitor.protocol.effects import Answer, Refusal
from agmonitor.protocol.state import Order, Timers
from agmonitor.protocol.table import RULES
from tests.protocol.stories import ADDRESS_A, ADDRESS_B, A, B, Story

P, S, N = Role.PRIMARY, Role.SECONDARY, Role.NOT_IN_GROUP
DEMO = Timers(2, 3, 6)
DOCUMENTED = Timers()
SLACK_S = 2.0
UPDATE_S = 2.0


@pytest.mark.parametrize(
    "timers", [DOCUMENTED, DEMO, Timers(20, 30, 45), Timers(5, 30, 10), Timers(40, 20, 60)]
)
@pytest.mark.parametrize("seed", range(40))
def test_a_dead_primary_is_replaced_inside_the_window(timers: Timers, seed: int) -> None:
    story = Story(timers, seed)
    story.run(timers.report_s * 3 * seed / 40)
    story.world.fault("kill", A)
    beat_at = story.state(B).last_beat_at
    assert beat_at is not None
    # t0: the newest beat, by either path; TXT may hold one that the Secondary has yet to read
    newest = max(int(beat_at), story.world.truth.now.txt or 0)
    story.run(1000)

    assert story.roles[1] is P
    assert story.world.truth.now.record == ADDRESS_B
    at, role = story.became[B][-1]
    assert role is P
    opens = newest + max(timers.absence_s, timers.check_s)
    closes = opens + timers.check_s + SLACK_S + UPDATE_S
    assert opens <= at <= closes


@pytest.mark.parametrize("seed", range(20))
def test_with_the_documented_defaults_it_takes_forty_to_ninety_seconds(seed: int) -> None:
    story = Story(DOCUMENTED, seed)
    died_at = story.now
    story.world.fault("kill", A)
    story.run(200)

    assert 40 <= story.became[B][-1][0] - died_at <= 90 + 1


def test_a_healthy_pair_stays_as_it_is_for_a_day() -> None:
    story = Story(DOCUMENTED, 7)
    story.run(86_400)

    assert story.roles == (P, S)
    assert story.became == {A: [], B: []}
    assert story.state(B).method is HeartbeatMethod.DIRECT


def test_hooks_hear_the_start_and_each_change_on_both_nodes() -> None:
    story = Story(DEMO, 1, founded=True)
    story.fail_over(A)
    story.run(10)

    assert story.hooks == {A: [(N, P), (P, S)], B: [(N, S), (S, P)]}


@pytest.mark.parametrize("ordered_on", [A, B])
def test_failover_by_hand_swaps_the_roles_whichever_node_is_told(ordered_on: str) -> None:
    story = Story(DEMO, 3)
    story.fail_over(ordered_on)
    story.run(1)

    assert story.roles == (S, P)
    assert story.world.truth.now.record == ADDRESS_B
    assert story.answers[ordered_on][-1] == Answer(Order.FAILOVER)
    story.run(600)
    assert story.roles == (S, P)


@pytest.mark.parametrize("ordered_on", [A, B])
def test_a_second_failover_flips_the_group_back(ordered_on: str) -> None:
    story = Story(DEMO, 3)
    for _ in range(2):
        story.fail_over(ordered_on)
        story.run(5)

    assert story.roles == (P, S)


def test_failover_on_a_primary_whose_secondary_is_gone_changes_nothing() -> None:
    story = Story(DEMO, 3)
    story.world.fault("kill", B)
    story.fail_over(A)
    story.run(6)

    assert story.answers[A][-1] == Answer(Order.FAILOVER, Refusal.PEER_DID_NOT_TAKE_OVER)
    assert story.roles[0] is P
    assert story.world.truth.now.record == ADDRESS_A


def test_failover_on_a_secondary_cut_from_dns_changes_nothing() -> None:
    story = Story(DEMO, 3)
    story.world.fault("cut_dns", B)
    story.fail_over(B)
    story.run(60)

    assert story.answers[B][-1] == Answer(Order.FAILOVER, Refusal.RECORD_NOT_UPDATED)
    assert story.roles == (P, S)


def test_failover_on_the_secondary_over_a_cut_path_is_learnt_from_the_record() -> None:
    story = Story(DEMO, 3)
    story.world.fault("cut_heartbeat")
    story.fail_over(B)
    story.run(2.5 + DEMO.report_s)

    assert story.answers[B][-1] == Answer(Order.FAILOVER)
    assert story.roles == (S, P)
    assert 29 in story.rules[A]


def test_an_old_primary_comes_back_as_secondary_and_there_is_no_fail_back() -> None:
    story = Story(DEMO, 5)
    story.world.fault("kill", A, for_s=30)
    story.run(32)
    assert story.roles == (S, P)
    story.run(600)

    assert story.roles == (S, P)
    assert story.hooks[A][-1] == (None, S)


def test_a_primary_restarted_before_anyone_noticed_is_primary_again() -> None:
    story = Story(DEMO, 5)
    story.world.fault("restart", A)
    story.run(60)

    assert story.roles == (P, S)
    assert story.hooks[A][-1] == (None, P)


def test_a_frozen_primary_yields_before_it_beats_again() -> None:
    story = Story(DEMO, 5)
    story.world.fault("freeze", A, for_s=60)
    story.run(59)
    assert story.roles == (P, P)
    story.run(1.05)

    assert story.roles == (S, P)
    assert 20 in story.rules[A]
    assert 22 not in story.rules[A]


def test_a_cut_heartbeat_path_means_method_dns_and_no_failover() -> None:
    story = Story(DEMO, 5)
    story.world.fault("cut_heartbeat")
    story.run(600)

    assert story.roles == (P, S)
    assert [story.state(name).method for name in (A, B)] == [HeartbeatMethod.DNS] * 2
    story.world.heal()
    story.run(10)
    assert [story.state(name).method for name in (A, B)] == [HeartbeatMethod.DIRECT] * 2


def test_with_both_paths_cut_from_the_primary_the_brain_splits_until_it_reads_the_record() -> None:
    story = Story(DEMO, 5)
    story.world.fault("cut_dns", A)
    story.world.fault("cut_heartbeat")
    story.run(30)

    assert story.roles == (P, P)
    assert story.state(A).dns_link is DnsLink.DISCONNECTED
    story.world.end_fault("cut_dns")
    story.run(DEMO.report_s + 0.5)
    assert story.roles == (S, P)


def test_a_secondary_cut_from_everything_stays_secondary_and_tries_at_each_check() -> None:
    story = Story(DEMO, 5)
    story.world.fault("cut_dns", B)
    story.world.fault("cut_heartbeat")
    story.run(60)

    assert story.roles == (P, S)
    assert story.state(B).dns_link is DnsLink.DISCONNECTED
    assert 47 in story.rules[B]
    story.world.heal()
    story.run(600)
    assert story.roles == (P, S)


def test_a_secondary_cut_from_dns_alone_says_so_and_stays_direct() -> None:
    story = Story(DEMO, 5)
    story.world.fault("cut_dns", B)
    story.run(10)

    state = story.state(B)
    assert (state.dns_link, state.method) == (DnsLink.DISCONNECTED, HeartbeatMethod.DIRECT)
    assert story.roles == (P, S)


def test_a_secondary_may_leave_and_then_the_primary_may_dissolve_the_group() -> None:
    story = Story(DEMO, 5)
    story.world.operator.leave(A)
    assert story.answers[A][-1] == Answer(Order.LEAVE, Refusal.STILL_HAS_SECONDARY)
    story.world.operator.leave(B)
    story.run(5)
    assert story.roles == (P, N)
    story.world.operator.leave(A)
    story.run(5)

    assert story.roles == (N, N)
    assert (story.world.truth.now.record, story.world.truth.now.txt) == (None, None)


def test_a_primary_whose_clock_is_set_back_goes_on_beating() -> None:
    story = Story(DEMO, 5)
    story.world.fault("step_clock", A, offset_s=-200)
    story.run(40 * DEMO.report_s)

    assert 12 in story.rules[A]
    assert story.roles == (P, S)
    assert story.state(B).method is HeartbeatMethod.DIRECT
    assert story.became == {A: [], B: []}


def test_a_primary_whose_beats_nobody_accepts_for_its_clock_is_replaced() -> None:
    story = Story(DEMO, 5)
    story.world.fault("step_clock", A, offset_s=-10_000)
    story.run(4 * DEMO.absence_s)

    assert story.roles == (S, P)


def test_a_primary_overridden_with_its_clock_ahead_yields_once_the_clock_is_right() -> None:
    story = Story(DEMO, 5)
    story.world.fault("skew_clock", A, for_s=20, offset_s=200)
    story.run(5)
    for name in (A, A):  # it becomes Primary anew, at an instant that the right clock has yet to reach
        story.fail_over(name)
        story.run(3)
    assert story.roles == (P, S)
    story.run(10)
    story.world.fault("cut_heartbeat")
    story.fail_over(B)
    story.run(4 * DEMO.report_s)

    assert story.roles == (S, P)


def test_a_secondary_whose_clock_is_set_back_still_takes_over_in_time() -> None:
    story = Story(DEMO, 5)
    story.world.fault("step_clock", B, offset_s=-200)
    story.run(10)
    story.world.fault("kill", A)
    story.run(DEMO.absence_s + 2 * DEMO.check_s + UPDATE_S)

    assert story.roles[1] is P


def test_every_rule_applies_somewhere_in_these_stories() -> None:
    reached: set[int] = set()
    for seed in range(12):
        reached |= _a_wild_life(seed)

    assert {rule.number for rule in RULES} - reached == set()


def _a_wild_life(seed: int) -> set[int]:
    """Founding, faults and orders one after another; the same every time for one seed."""
    story = Story(DEMO, seed, founded=True)
    world = story.world
    story.order(A, i.Restarted(story.now))  # as at the very start, in no group
    world.found_slowly()
    story.run(20)
    world.operator.change_timers(A, DEMO)
    world.fault("cut_heartbeat")
    world.fault("cut_dns", A)
    story.run(20)
    world.end_fault("cut_heartbeat")
    story.run(1 + seed / 8)  # two Primaries that can talk, one of which cannot read the record
    world.heal()
    story.run(30)
    for name in (A, A, B, B):
        story.fail_over(name)
        story.fail_over(name)  # refused: busy
        story.run(10)
    assert sorted(story.roles) == [P, S]
    primary, secondary = (A, B) if story.roles[0] is P else (B, A)
    world.fault("freeze", primary, for_s=30)
    story.run(40)
    primary, secondary = secondary, primary
    world.fault("restart", secondary)
    story.run(10)
    world.fault("cut_dns", secondary)
    world.fault("restart", secondary)  # cannot read the record, but hears the Primary
    story.run(10)
    world.fault("cut_heartbeat")
    story.run(30)  # wants to take over and cannot
    world.heal()
    world.fault("step_clock", primary, offset_s=-30)
    story.run(30)
    world.heal()
    story.run(30)
    assert sorted(story.roles) == [P, S]
    secondary = A if story.roles[0] is S else B
    world.operator.leave(secondary)
    story.run(5)
    return story.rules[A] | story.rules[B]
