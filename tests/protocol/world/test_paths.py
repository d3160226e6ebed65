"""Paths and processes as an observer meets them: who is gone refuses, who is frozen waits."""

from __future__ import annotations

import pytest

from agmonitor.domain.model import Answer, DnsLink, HeartbeatMethod
from agmonitor.domain.observations import (
    ClientObservation,
    FailoverAnswer,
    HooksObservation,
    LoadObservation,
    NodeObservation,
)
from agmonitor.protocol.faults import Link
from agmonitor.protocol.state import Timers
from agmonitor.protocol.world.world import World

DEMO = Timers(2, 3, 6)
UNREADABLE = {Answer.MALFORMED, Answer.HTTP_STATUS, Answer.TOO_LARGE}


def asked(world: World, node: str = "gw-1", deadline_s: float = 2.0) -> NodeObservation:
    seen: list[NodeObservation] = []
    world.ask_group(node, deadline_s, seen.append)
    world.run(world.now + deadline_s)
    (only,) = seen
    return only


@pytest.mark.parametrize(
    ("fault", "link", "answer"),
    [
        ("kill", None, Answer.REFUSED),
        ("freeze", None, Answer.TIMEOUT),
        ("reset", Link.DOOR, Answer.CLOSED),
        ("reset", Link.WATCH, Answer.CLOSED),
        ("reset", Link.HEARTBEAT, Answer.OK),
        ("blackhole", Link.DOOR, Answer.TIMEOUT),
        ("hide", None, Answer.TIMEOUT),
        ("cut_both", None, Answer.OK),
        ("expire_certificate", None, Answer.TLS),
        ("swap_certificate", None, Answer.TLS),
        ("expire_sign_ins", None, Answer.OK),
        ("restart", None, Answer.REFUSED),
    ],
)
def test_an_observer_sees_each_fault_as_over_http(fault: str, link: Link | None, answer: Answer) -> None:
    world = World.formed(DEMO, seed=2)
    world.fault(fault, "gw-1", link=link)

    assert asked(world).answer is answer


def test_plain_http_shows_no_certificate() -> None:
    world = World.formed(DEMO, seed=2, scheme="http")
    world.fault("swap_certificate")

    seen = asked(world)
    assert (seen.answer, seen.certificate_expires_at) == (Answer.OK, None)
    assert seen.report is not None
    assert seen.report.configuration is not None
    assert (seen.report.configuration.external_scheme, seen.report.configuration.external_port) == (
        "http",
        80,
    )


def test_a_black_hole_hides_even_that_nobody_is_there() -> None:
    world = World.formed(DEMO, seed=2)
    world.fault("kill", "gw-1")
    world.fault("blackhole", "gw-1")

    assert asked(world).answer is Answer.TIMEOUT


def test_a_frozen_node_answers_what_it_held_when_it_thaws() -> None:
    world = World.formed(DEMO, seed=2)
    world.fault("freeze", "gw-2", for_s=1.0)

    seen = asked(world, "gw-2")
    assert seen.answer is Answer.OK
    assert 1.0 <= seen.received_at - seen.sent_at <= 1.1


def test_connections_that_a_frozen_node_held_are_closed_when_it_is_killed() -> None:
    world = World.formed(DEMO, seed=2)
    world.fault("freeze", "gw-2")
    world.at(world.now + 1, lambda: world.fault("kill", "gw-2"))

    seen = asked(world, "gw-2")
    assert seen.answer is Answer.CLOSED
    assert 1.0 <= seen.received_at - seen.sent_at <= 1.1


def test_an_order_whose_node_dies_over_it_is_left_open_at_once() -> None:
    world = World.formed(DEMO, seed=2)
    seen: list[FailoverAnswer] = []
    world.fault("slow", "gw-2", link=Link.DNS, delay_s=0.5)
    world.order_failover("gw-2", 5.0, seen.append)
    world.at(world.now + 0.3, lambda: world.fault("kill", "gw-2"))
    world.run(world.now + 1)

    assert [(each.accepted, each.sent) for each in seen] == [(None, True)]


@pytest.mark.parametrize(("delay_s", "answer"), [(0.5, Answer.OK), (1.2, Answer.TIMEOUT)])
def test_a_slow_door_is_late_each_way(delay_s: float, answer: Answer) -> None:
    world = World.formed(DEMO, seed=2)
    world.fault("slow", "gw-1", delay_s=delay_s)

    seen = asked(world)
    assert seen.answer is answer
    assert seen.received_at - seen.sent_at == pytest.approx(min(2.0, 2 * delay_s), abs=0.05)


def test_a_forgotten_sign_in_costs_two_more_round_trips_once() -> None:
    world = World.formed(DEMO, seed=2, latency_s=0.1)
    world.fault("expire_sign_ins", "gw-1")
    first, second = asked(world), asked(world)

    assert first.received_at - first.sent_at > 2 * (second.received_at - second.sent_at)
    assert first.round_trip_ms == pytest.approx(200, abs=100)


def test_of_a_lossy_path_about_its_share_is_lost() -> None:
    world = World.formed(DEMO, seed=2)
    world.fault("lossy", "gw-1", link=Link.WATCH, loss_share=0.3)
    seen: list[NodeObservation] = []
    for _ in range(1000):
        world.ask_group("gw-1", 1.0, seen.append)
    world.run(world.now + 5)

    assert len(seen) == 1000
    assert {each.answer for each in seen} == {Answer.OK, Answer.TIMEOUT}
    assert sum(each.answer is Answer.TIMEOUT for each in seen) == pytest.approx(300, abs=50)


def test_lost_packets_cost_a_connection_only_time() -> None:
    world = World.formed(DEMO, seed=2, loss_share=0.2)
    seen: list[NodeObservation] = []
    for _ in range(300):
        world.ask_group("gw-1", 20.0, seen.append)
    world.run(world.now + 20)

    assert {each.answer for each in seen} == {Answer.OK}
    late = [each for each in seen if (each.round_trip_ms or 0) > 200]
    assert 50 < len(late) < 170


def test_rubbish_is_unreadable_to_us_and_nobody_else() -> None:
    world = World.formed(DEMO, seed=2)
    world.fault("rubbish", "gw-1")
    answers = {asked(world).answer for _ in range(6)}
    world.run(world.now + 30)

    assert answers == UNREADABLE
    assert world.process("gw-2").machine.state.method is HeartbeatMethod.DIRECT
    assert world.truth.now.served == (True,)


def test_an_overloaded_node_climbs_and_dies_and_comes_back_idle() -> None:
    world = World.formed(DEMO, seed=2)
    world.fault("overload", "gw-2", climb_s=10, for_s=20)
    scores: list[float | None] = []

    def note(seen: LoadObservation) -> None:
        scores.append(seen.load_score)

    for second in (1, 5, 9, 12, 25):
        world.at(world.settings.start + second, lambda: world.ask_load("gw-2", 1.5, note))
    world.run(world.now + 30)

    assert [score is None for score in scores] == [False, False, False, True, False]
    assert scores[:3] == sorted(score for score in scores[:3] if score is not None)
    assert scores[-1] == pytest.approx(0.11)


def test_the_peer_that_cannot_verify_a_certificate_sends_no_beat() -> None:
    world = World.formed(DEMO, seed=2)
    world.fault("expire_certificate", "gw-2")
    world.run(world.now + 10)

    assert world.process("gw-1").machine.state.method is HeartbeatMethod.DNS
    assert world.truth.now.record == "192.0.2.11"


def test_an_update_whose_answer_is_lost_has_moved_the_record_all_the_same() -> None:
    moved = 0
    for seed in range(40):
        world = World.formed(DEMO, seed=seed)
        world.fault("lossy", "gw-2", link=Link.DNS, loss_share=0.8)
        world.order_failover("gw-2", 5.0, lambda _: None)
        world.run(world.now + 2.5)
        truth = world.truth.now
        moved += truth.record == "192.0.2.12" and truth.node("gw-2").role == "secondary"

    assert moved > 3


def test_a_node_whose_clock_is_off_by_more_than_300_s_can_update_nothing() -> None:
    world = World.formed(DEMO, seed=2)
    world.fault("skew_clock", "gw-1", offset_s=301)
    world.run(world.now + 5)

    assert world.process("gw-1").machine.state.dns_link is DnsLink.DISCONNECTED


def test_reports_carry_the_node_s_own_clock_in_whole_seconds() -> None:
    world = World.formed(DEMO, seed=2)
    world.fault("skew_clock", "gw-1", offset_s=100)
    world.run(world.now + 10)
    seen = asked(world)
    assert seen.report is not None
    stamps = (seen.http_date, seen.report.last_heartbeat_at)

    assert all(stamp is not None and stamp == int(stamp) for stamp in stamps)
    assert seen.http_date == pytest.approx(seen.received_at + 100, abs=1.1)


@pytest.mark.parametrize(("fault", "outcome"), [("hook_raises", "raised"), ("hook_hangs", "running")])
def test_hooks_are_recorded_as_they_went(fault: str, outcome: str) -> None:
    world = World.formed(DEMO, seed=2)
    world.fault(fault, "gw-1", for_s=10)
    world.order_failover("gw-1", 5.0, lambda _: None)
    world.run(world.now + 5)
    seen: list[HooksObservation] = []
    world.ask_hooks("gw-1", 2.0, seen.append)
    world.run(world.now + 10)
    world.ask_hooks("gw-1", 2.0, seen.append)
    world.run(world.now + 2)

    first, last = seen[0].calls[0], seen[1].calls[-1]
    assert first.outcome.value == outcome
    assert (first.previous, first.new) == ("primary", "secondary")
    assert (first.duration_ms is None) == (outcome == "running")
    assert last.outcome.value == ("raised" if outcome == "raised" else "returned")
    assert len(seen[1].calls) == 2


def test_an_order_that_could_not_leave_says_so_and_a_lost_answer_leaves_it_open() -> None:
    seen: list[FailoverAnswer] = []
    world = World.formed(DEMO, seed=2)
    world.fault("kill", "gw-2")
    world.order_failover("gw-2", 2.0, seen.append)
    world.run(world.now + 7)
    world.heal()
    world.run(world.now + 10)
    world.order_failover("gw-2", 2.0, seen.append)
    world.at(world.now + 0.021, lambda: world.fault("blackhole", "gw-2", link=Link.WATCH))
    world.run(world.now + 7)

    assert [(each.accepted, each.sent) for each in seen] == [(False, False), (None, True)]
    assert world.truth.now.record == "192.0.2.12"


def test_an_isolated_observer_reaches_nobody() -> None:
    world = World.formed(DEMO, seed=2)
    world.operator.isolate()
    clients: list[ClientObservation] = []
    world.ask_clients(2.0, clients.append)

    assert asked(world).answer is Answer.UNREACHABLE
    assert clients[0].answer is not Answer.OK
    world.heal()
    assert asked(world).answer is Answer.OK
