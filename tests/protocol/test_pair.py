"""A whole pair in virtual time: takeovers inside the window, failover by hand, cut paths, coming back."""

from __future__ import annotations

import pytest

from agmonitor.domain.model import DnsLink, HeartbeatMethod, Role
from agmonitor.protocol import inputs as i
from agmonitor.protocol.effects import Answer, Refusal
from agmonitor.protocol.state import Order, Timers
from agmonitor.protocol.table import RULES
from tests.protocol.pair import A, B, Pair

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
    pair = Pair(timers, seed).formed()
    pair.kill(A)
    beat_at = pair.nodes[B].machine.state.last_beat_at
    assert beat_at is not None
    # t0: the newest beat, by either path; TXT may hold one that the Secondary has yet to read
    newest = max(int(beat_at), pair.dns.txt or 0)
    pair.run(1000)

    assert pair.roles[1] is P
    assert pair.dns.record == B
    at, role = pair.nodes[B].became[-1]
    assert role is P
    opens = newest + max(timers.absence_s, timers.check_s)
    closes = opens + timers.check_s + SLACK_S + UPDATE_S
    assert opens <= at <= closes


@pytest.mark.parametrize("seed", range(20))
def test_with_the_documented_defaults_it_takes_forty_to_ninety_seconds(seed: int) -> None:
    pair = Pair(DOCUMENTED, seed).formed()
    died_at = pair.now
    pair.kill(A)
    pair.run(200)

    assert 40 <= pair.nodes[B].became[-1][0] - died_at <= 90 + 1


def test_a_healthy_pair_stays_as_it_is_for_a_day() -> None:
    pair = Pair(DOCUMENTED, 7).formed()
    pair.run(86_400)

    assert pair.roles == (P, S)
    assert [len(node.became) for node in pair.nodes.values()] == [1, 1]
    assert pair.nodes[B].machine.state.method is HeartbeatMethod.DIRECT


def test_hooks_hear_the_start_and_each_change_on_both_nodes() -> None:
    pair = Pair(DEMO, 1).formed()
    pair.order(A, i.FailoverOrdered(pair.now))
    pair.run(10)

    assert pair.nodes[A].hooks == [(None, N), (N, P), (P, S)]
    assert pair.nodes[B].hooks == [(None, N), (N, S), (S, P)]


@pytest.mark.parametrize("ordered_on", [A, B])
def test_failover_by_hand_swaps_the_roles_whichever_node_is_told(ordered_on: str) -> None:
    pair = Pair(DEMO, 3).formed()
    pair.order(ordered_on, i.FailoverOrdered(pair.now))
    pair.run(1)

    assert pair.roles == (S, P)
    assert pair.dns.record == B
    assert pair.nodes[ordered_on].answers[-1] == Answer(Order.FAILOVER)
    pair.run(600)
    assert pair.roles == (S, P)


@pytest.mark.parametrize("ordered_on", [A, B])
def test_a_second_failover_flips_the_group_back(ordered_on: str) -> None:
    pair = Pair(DEMO, 3).formed()
    for _ in range(2):
        pair.order(ordered_on, i.FailoverOrdered(pair.now))
        pair.run(5)

    assert pair.roles == (P, S)


def test_failover_on_a_primary_whose_secondary_is_gone_changes_nothing() -> None:
    pair = Pair(DEMO, 3).formed()
    pair.kill(B)
    pair.order(A, i.FailoverOrdered(pair.now))
    pair.run(5)

    assert pair.nodes[A].answers[-1] == Answer(Order.FAILOVER, Refusal.PEER_DID_NOT_TAKE_OVER)
    assert pair.roles[0] is P
    assert pair.dns.record == A


def test_failover_on_a_secondary_cut_from_dns_changes_nothing() -> None:
    pair = Pair(DEMO, 3).formed()
    pair.nodes[B].sees_dns = False
    pair.order(B, i.FailoverOrdered(pair.now))
    pair.run(60)

    assert pair.nodes[B].answers[-1] == Answer(Order.FAILOVER, Refusal.RECORD_NOT_UPDATED)
    assert pair.roles == (P, S)


def test_failover_on_the_secondary_over_a_cut_path_is_learnt_from_the_record() -> None:
    pair = Pair(DEMO, 3).formed()
    pair.linked = False
    pair.order(B, i.FailoverOrdered(pair.now))
    pair.run(0.5 + DEMO.report_s)

    assert pair.nodes[B].answers[-1] == Answer(Order.FAILOVER)
    assert pair.roles == (S, P)
    assert 29 in pair.nodes[A].rules


def test_an_old_primary_comes_back_as_secondary_and_there_is_no_fail_back() -> None:
    pair = Pair(DEMO, 5).formed()
    pair.kill(A)
    pair.run(30)
    pair.restart(A)
    assert pair.roles == (S, P)
    pair.run(600)

    assert pair.roles == (S, P)
    assert pair.nodes[A].hooks[-1] == (None, S)


def test_a_primary_restarted_before_anyone_noticed_is_primary_again() -> None:
    pair = Pair(DEMO, 5).formed()
    pair.kill(A)
    pair.run(1)
    pair.restart(A)
    pair.run(60)

    assert pair.roles == (P, S)
    assert pair.nodes[A].hooks[-1] == (None, P)


def test_a_frozen_primary_yields_before_it_beats_again() -> None:
    pair = Pair(DEMO, 5).formed()
    pair.nodes[A].alive = False
    pair.run(60)
    txt = pair.dns.txt
    assert pair.roles == (P, P)
    pair.nodes[A].alive = True
    pair.run(0.05)

    assert pair.roles == (S, P)
    assert pair.dns.txt is not None
    assert txt is not None
    assert pair.dns.txt - txt <= 2 * DEMO.report_s
    assert 20 in pair.nodes[A].rules


def test_a_cut_heartbeat_path_means_method_dns_and_no_failover() -> None:
    pair = Pair(DEMO, 5).formed()
    pair.linked = False
    pair.run(600)

    assert pair.roles == (P, S)
    assert [node.machine.state.method for node in pair.nodes.values()] == [HeartbeatMethod.DNS] * 2
    pair.linked = True
    pair.run(10)
    assert [node.machine.state.method for node in pair.nodes.values()] == [HeartbeatMethod.DIRECT] * 2


def test_with_both_paths_cut_from_the_primary_the_brain_splits_until_it_reads_the_record() -> None:
    pair = Pair(DEMO, 5).formed()
    pair.linked = False
    pair.nodes[A].sees_dns = False
    pair.run(30)

    assert pair.roles == (P, P)
    assert pair.nodes[A].machine.state.dns_link is DnsLink.DISCONNECTED
    pair.nodes[A].sees_dns = True
    pair.run(DEMO.report_s + 0.5)
    assert pair.roles == (S, P)


def test_a_secondary_cut_from_everything_stays_secondary_and_tries_at_each_check() -> None:
    pair = Pair(DEMO, 5).formed()
    pair.linked = False
    pair.nodes[B].sees_dns = False
    pair.run(60)

    assert pair.roles == (P, S)
    assert pair.nodes[B].machine.state.dns_link is DnsLink.DISCONNECTED
    assert 47 in pair.nodes[B].rules
    pair.nodes[B].sees_dns = True
    pair.linked = True
    pair.run(600)
    assert pair.roles == (P, S)


def test_a_secondary_cut_from_dns_alone_says_so_and_stays_direct() -> None:
    pair = Pair(DEMO, 5).formed()
    pair.nodes[B].sees_dns = False
    pair.run(10)

    state = pair.nodes[B].machine.state
    assert (state.dns_link, state.method) == (DnsLink.DISCONNECTED, HeartbeatMethod.DIRECT)
    assert pair.roles == (P, S)


def test_a_secondary_may_leave_and_then_the_primary_may_dissolve_the_group() -> None:
    pair = Pair(DEMO, 5).formed()
    pair.order(A, i.LeaveOrdered(pair.now))
    assert pair.nodes[A].answers[-1] == Answer(Order.LEAVE, Refusal.STILL_HAS_SECONDARY)
    pair.order(B, i.LeaveOrdered(pair.now))
    pair.run(5)
    assert pair.roles == (P, N)
    pair.order(A, i.LeaveOrdered(pair.now))
    pair.run(5)

    assert pair.roles == (N, N)
    assert (pair.dns.record, pair.dns.txt) == (None, None)


def test_every_rule_applies_somewhere_in_these_stories() -> None:
    reached: set[int] = set()
    for seed in range(12):
        reached |= _a_wild_life(seed)

    assert {rule.number for rule in RULES} - reached == set()


def _a_wild_life(seed: int) -> set[int]:
    """Founding, faults and orders one after another; the same every time for one seed."""
    pair = Pair(DEMO, seed).formed()
    a, b = pair.nodes[A], pair.nodes[B]
    pair.order(A, i.TimersChanged(pair.now, DEMO))
    pair.linked = a.sees_dns = False
    pair.run(20)
    pair.linked = True
    pair.run(1 + seed / 8)  # two Primaries that can talk, one of which cannot read the record
    a.sees_dns = True
    pair.run(30)
    for address in (A, A, B, B):
        pair.order(address, i.FailoverOrdered(pair.now))
        pair.order(address, i.FailoverOrdered(pair.now))  # refused: busy
        pair.run(10)
    assert sorted(pair.roles) == [P, S]
    primary, secondary = (A, B) if a.role is P else (B, A)
    pair.nodes[primary].alive = False
    pair.run(30)
    pair.nodes[primary].alive = True
    pair.run(10)
    primary, secondary = secondary, primary
    pair.kill(secondary)
    pair.nodes[secondary].sees_dns = False
    pair.restart(secondary)  # cannot read the record, but hears the Primary
    pair.run(10)
    pair.linked = False
    pair.run(30)  # wants to take over and cannot
    pair.linked = pair.nodes[secondary].sees_dns = True
    pair.run(30)
    assert pair.nodes[secondary].role is S
    pair.order(secondary, i.LeaveOrdered(pair.now))
    pair.run(5)
    return a.rules | b.rules
