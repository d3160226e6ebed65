"""What a history keeps of the inputs it is fed."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest

from agmonitor.domain import group
from agmonitor.domain.events import Event
from agmonitor.domain.model import Answer, DnsAnswer, Role
from agmonitor.domain.observations import (
    GapReason,
    HookOutcome,
    HooksObservation,
    Input,
    NodeObservation,
    Tick,
)
from agmonitor.domain.state import ClockOffset, Mode
from agmonitor.ui.axis import Zone
from agmonitor.ui.crosshair import NOT_KNOWN, read
from agmonitor.ui.hook_marks import summary
from agmonitor.ui.series import GroupHistory
from agmonitor.ui.spans import Bar, BarKind, BarValue
from tests.ui.time.scenes import ADDRESSES, ONE, T0, TWO, Scene, call, failover, healthy, settings


def _words(history: GroupHistory, at: float) -> list[str | None]:
    bars = [track.at(at) for _, track in history.lanes()]
    return [bar.value.words if bar is not None else None for bar in bars]


def test_the_saw_tooth_rises_a_second_a_second_and_drops_at_a_beat() -> None:
    scene = Scene()
    scene.see_role(TWO, T0 + 3, Role.SECONDARY, beat_at=T0)
    scene.see_role(TWO, T0 + 13, Role.SECONDARY, beat_at=T0)
    scene.see_role(TWO, T0 + 21, Role.SECONDARY, beat_at=T0 + 20)
    scene.see_role(TWO, T0 + 25, Role.SECONDARY, beat_at=T0 + 20)
    node = scene.history.nodes[1]

    ages = [node.age_at(T0 + at) for at in (2, 3, 8, 20.9, 21, 24, 26)]

    assert ages == [None, 3.0, 8.0, pytest.approx(20.9, abs=1e-3), 1.0, 4.0, None]
    assert node.newest_age_s(T0 + 25) == 5.0


def test_the_age_is_on_our_clock_whatever_the_nodes_clock_says() -> None:
    scene = Scene()
    skewed = tuple(replace(node, offset=ClockOffset(119.5, 120.5, T0)) for node in scene.state.nodes)
    scene.state = replace(scene.state, nodes=skewed)  # type: ignore[arg-type]

    scene.see_role(TWO, T0 + 10, Role.SECONDARY, beat_at=T0 + 120 + 4)

    assert scene.history.nodes[1].newest_age_s(T0 + 10) == pytest.approx(6.0)


def test_while_the_primary_is_silent_the_secondarys_view_goes_on_rising() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 60)
    failover(scene, T0 + 61)

    one, two = scene.history.nodes

    assert one.age_at(T0 + 100) is None
    assert two.age_at(T0 + 120) == pytest.approx(60.0, abs=0.2)
    assert two.age_at(T0 + 140) is not None, "its own beats, once it is Primary"
    assert set(two.ages) == {Role.PRIMARY, Role.SECONDARY}


def test_one_lost_probe_breaks_the_round_trips_and_nothing_else() -> None:
    scene = Scene()
    scene.see_role(ONE, T0, Role.PRIMARY, beat_at=T0, trip_ms=30)
    scene.see_role(ONE, T0 + 2, Role.PRIMARY, beat_at=T0, trip_ms=30)
    scene.see_failure(ONE, T0 + 4, Answer.TIMEOUT)
    scene.see_role(ONE, T0 + 6, Role.PRIMARY, beat_at=T0, trip_ms=50)
    node = scene.history.nodes[0]

    assert [node.round_trip_at(T0 + at) for at in (1, 3, 6)] == [30.0, None, 50.0]
    assert node.age_at(T0 + 4) == 4.0
    assert _words(scene.history, T0 + 4)[0] == "primary"


def test_an_unreadable_answer_has_a_round_trip_and_silence_ends_it() -> None:
    scene = Scene()
    for at in (0, 2, 6):
        seen = NodeObservation(ONE, T0 + at - 0.02, T0 + at, Answer.FORBIDDEN, "", 20.0)
        scene.feed(seen)
        if at == 2:
            scene.see_failure(ONE, T0 + 4)
    node = scene.history.nodes[0]

    assert [node.round_trip_at(T0 + at) for at in (1, 3, 6)] == [20.0, None, 20.0]
    assert node.newest_round_trip_ms == 20.0


def test_a_bar_ends_at_the_last_answer() -> None:
    scene = Scene()
    scene.see_role(ONE, T0, Role.PRIMARY)
    scene.see_role(ONE, T0 + 2, Role.PRIMARY)
    scene.see_failure(ONE, T0 + 4)
    scene.see_failure(ONE, T0 + 6)

    assert _words(scene.history, T0 + 2)[0] == "primary"
    assert _words(scene.history, T0 + 3)[0] is None
    assert _words(scene.history, T0 + 4)[0] == "no answer · connection refused"
    assert _words(scene.history, T0 + 6.1)[0] is None


def test_every_lane_says_whose_word_it_is() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 20)
    at = T0 + 30
    scene.see_role(ONE, at, Role.NOT_IN_GROUP)
    scene.see_record(at, "192.0.2.99")
    assert _words(scene.history, T0 + 10) == ["primary", "secondary", ONE, f"served by {ONE}"]
    assert _words(scene.history, at)[0] == "in no group"
    assert _words(scene.history, at)[2] == "192.0.2.99 · stranger"

    scene.see_record(at + 1, answer=DnsAnswer.NXDOMAIN)
    scene.see_clients(at + 1, None)
    scene.see_clients(at + 3, None)

    dns, clients = (track.last() for _, track in scene.history.lanes()[2:])
    assert dns is not None
    assert clients is not None
    assert (dns.value.kind, dns.value.words) == (BarKind.ELSEWHERE, "nobody · no such name")
    assert (clients.value.kind, clients.value.words) == (BarKind.SILENT, "outage")


def test_clients_that_are_not_judged_have_no_bar() -> None:
    scene = Scene()
    scene.state = replace(scene.state, settings=replace(scene.state.settings, judge_clients=False))

    scene.see_clients(T0, ADDRESSES[ONE])

    assert len(scene.history.lanes()[3][1]) == 0


def test_nothing_is_claimed_about_a_gap() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 20)
    scene.gap(T0 + 21, T0 + 80)
    healthy(scene, T0 + 80, T0 + 100)
    history = scene.history

    assert _words(history, T0 + 50) == [None] * 4
    assert history.nodes[1].age_at(T0 + 50) is None
    assert history.nodes[0].round_trip_at(T0 + 50) is None
    found = history.gap_at(T0 + 50)
    assert found is not None
    assert found.reason is GapReason.ASLEEP
    assert history.gap_at(T0 + 20) is None
    assert _words(history, T0 + 90)[0] == "primary"


def test_a_long_pause_nobody_explained_is_no_line_either() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 20)
    healthy(scene, T0 + 3_600, T0 + 3_620)
    history = scene.history

    assert _words(history, T0 + 1_000) == [None] * 4
    assert history.nodes[1].age_at(T0 + 1_000) is None
    assert history.nodes[1].round_trip_at(T0 + 1_000) is None
    assert max(curve.reduced(T0, T0 + 4_000, 900).high.max() for curve in history.nodes[1].ages.values()) < 21


def test_a_clock_set_back_cuts_off_what_it_called_the_future() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 100)
    scene.gap(T0 + 100, T0 + 40, GapReason.CLOCK_STEPPED)
    healthy(scene, T0 + 41, T0 + 50)

    assert _words(scene.history, T0 + 60)[0] is None
    assert _words(scene.history, T0 + 30)[0] == "primary"
    assert scene.history.nodes[0].round_trip_at(T0 + 70) is None
    assert not scene.history.gaps


def test_inputs_that_arrive_out_of_order_are_kept_in_order() -> None:
    scene = Scene()
    scene.see_role(ONE, T0 + 10, Role.PRIMARY, trip_ms=30)

    scene.see_role(ONE, T0 + 9, Role.PRIMARY, trip_ms=31)

    assert scene.history.nodes[0].round_trip_at(T0 + 10) == 31.0


def test_a_due_takeover_is_kept_with_when_it_was_to_be_expected() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 60)
    quiet = scene.history.due
    assert quiet is None
    failover(scene, T0 + 61, lasts_s=40)
    due = scene.history.due
    assert due is not None
    assert (due.opens_at, due.closes_at, due.beat_at) == (T0 + 120, T0 + 154, T0 + 60)

    scene.calm()
    scene.see_role(TWO, T0 + 130, Role.PRIMARY, beat_at=T0 + 129)

    assert scene.history.windows[-1].live is False
    assert scene.history.windows[-1].took_over_at == T0 + 130
    kept = scene.history.windows[-1]
    assert (kept.opens_at, kept.due_until, kept.live) == (T0 + 120, T0 + 130, False)
    assert len(scene.history.windows) == 1


def test_a_takeover_that_the_record_tells_a_step_before_its_node_is_a_takeover() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 60)
    failover(scene, T0 + 61, lasts_s=40)

    scene.calm()
    scene.see_record(T0 + 129.6, ADDRESSES[TWO])
    assert scene.history.windows[-1].took_over_at is None
    scene.see_role(TWO, T0 + 130, Role.PRIMARY, beat_at=T0 + 129)

    kept = scene.history.windows[-1]
    assert (kept.took_over_at, kept.due_until, kept.live) == (T0 + 130, T0 + 130, False)


def test_a_window_that_the_primary_returned_from_tells_of_no_takeover() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 60)
    failover(scene, T0 + 61, lasts_s=40)

    scene.calm()
    scene.see_role(ONE, T0 + 110, Role.PRIMARY, beat_at=T0 + 109)

    window = scene.history.windows[-1]
    assert window.took_over_at is None
    assert window.ends_at < window.opens_at, "never reached: nothing is drawn"


def test_an_address_that_dns_tells_before_its_node_does_is_nobodys_fault() -> None:
    scene = Scene()
    scene.see_record(T0, ADDRESSES[ONE])
    early = dict(scene.history.lanes())["DNS points to"].last()
    assert early is not None
    assert (early.value.kind, early.value.words) == (BarKind.IDLE, "192.0.2.11 · not known whose")

    scene.see_role(ONE, T0 + 0.2, Role.PRIMARY)
    scene.see_record(T0 + 2, ADDRESSES[ONE])

    track = dict(scene.history.lanes())["DNS points to"]
    assert len(track) == 1
    assert track.last() == Bar(T0, T0 + 2, BarValue(BarKind.POINTS, ONE))


def test_an_address_of_neither_known_node_is_a_strangers() -> None:
    scene = Scene()
    scene.see_record(T0, "192.0.2.99")
    for node in (ONE, TWO):
        scene.see_role(node, T0 + 0.2, Role.PRIMARY)

    last = dict(scene.history.lanes())["DNS points to"].last()
    assert last is not None
    assert last.value == BarValue(BarKind.ELSEWHERE, "192.0.2.99 · stranger")


def test_a_change_between_two_answers_is_told_and_drawn_as_one() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 60)
    failover(scene, T0 + 61)

    rows = read(scene.history, T0 + 62, Zone(utc=True)).rows[:4]

    assert [row.words for row in rows] == [
        "primary → no answer · connection refused, somewhere here",
        "secondary",
        f"{ONE} · TTL 30 s",
        f"served by {ONE} → outage, somewhere here",
    ]


def test_a_change_with_a_lost_probe_or_a_gap_before_it_is_not_placed() -> None:
    lost, slept = Scene(), Scene()
    for scene in (lost, slept):
        scene.see_role(ONE, T0, Role.SECONDARY)
    lost.see_failure(ONE, T0 + 2)
    slept.gap(T0 + 1, T0 + 3)
    for scene in (lost, slept):
        scene.see_role(ONE, T0 + 4, Role.PRIMARY)

    assert read(lost.history, T0 + 1, Zone(utc=True)).rows[0].words == NOT_KNOWN
    assert slept.history.bars.tracks[ONE].around(T0 + 3.5) is None


def test_each_call_of_a_hook_is_one_mark_on_our_clock() -> None:
    scene = Scene()
    skewed = tuple(replace(node, offset=ClockOffset(4.5, 5.5, T0)) for node in scene.state.nodes)
    scene.state = replace(scene.state, nodes=skewed)  # type: ignore[arg-type]
    ran, running = call(T0 + 5, "announce"), call(T0 + 6, "dhcp_export", HookOutcome.RUNNING)
    scene.see_hooks(T0 + 2, TWO, ran, running)
    raised = call(T0 + 6, "dhcp_export", HookOutcome.RAISED, "KeyError: 'zone'")

    scene.see_hooks(T0 + 4, TWO, ran, raised)
    scene.see_hooks(T0 + 6, TWO, ran, raised)

    marks = scene.history.hooks.marks
    assert [(mark.at, mark.wrong) for mark in marks] == [(T0, False), (T0 + 1, True)]
    assert summary(marks) == "2 ran, 1 raised: dhcp_export — KeyError"
    assert scene.history.hooks.known


def test_a_node_without_an_inventory_makes_no_hooks_lane() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 4)

    assert not scene.history.hooks.known
    assert summary([]) == "0 ran"


def test_events_and_changes_are_counted_and_bounded() -> None:
    history = Scene().history
    scene = Scene()

    for number in range(20):
        scene.feed(Tick(T0 + number))

    assert scene.history.changes == 20
    assert history.empty
    assert scene.history.empty
    assert scene.history.events.maxlen is not None


class _Judged(Scene):
    """The same inputs, folded by the real ``group.step``."""

    def __init__(self) -> None:
        super().__init__()
        self.judged = group.initial(settings(), Mode.WATCHING, T0 - 10)
        self.drawn = GroupHistory(settings())

    def feed(self, item: Input, *events: Event) -> None:
        super().feed(item, *events)
        if isinstance(item, NodeObservation) and item.report is not None:
            item = replace(item, http_date=float(int(item.received_at)))
        self.judged, told = group.step(self.judged, item)
        self.drawn.feed(item, self.judged, told)


def test_a_failover_judged_by_the_domain_is_drawn_as_it_was() -> None:
    scene = _Judged()
    healthy(scene, T0, T0 + 146)
    failover(scene, T0 + 147)
    history = scene.drawn

    assert _words(history, T0 + 100) == ["primary", "secondary", ONE, f"served by {ONE}"]
    assert _words(history, T0 + 180)[:2] == ["no answer · connection refused", "secondary"]
    assert _words(history, T0 + 280)[1:] == ["primary", TWO, f"served by {TWO}"]
    assert history.nodes[1].age_at(T0 + 200) == pytest.approx(60.0, abs=1.5)
    (window,) = history.windows
    assert window.opens_at - T0 == pytest.approx(200, abs=1.5)
    assert not window.live
    assert window.closes_at - window.opens_at >= 30
    text = read(history, T0 + 213, Zone(utc=True)).text
    assert f"{TWO} became Primary" in text
    assert "1 raised: dhcp_export — KeyError" in text


def test_inputs_of_no_use_change_nothing() -> None:
    scene = Scene()
    scene.feed(Tick(float("nan")))
    scene.feed(HooksObservation("gw-gone", T0, T0, Answer.OK))

    assert scene.history.changes == 0
    assert scene.history.newest_at is None


@pytest.mark.long
def test_a_day_of_watching_stays_small_long() -> None:
    _watch(hours=24, bytes_max=14_000_000)


def test_an_hour_of_watching_stays_small() -> None:
    _watch(hours=1, bytes_max=3_000_000)


def _watch(hours: int, bytes_max: int) -> None:
    scene = Scene()
    tracemalloc.start()
    try:
        healthy(scene, T0, T0 + hours * 3_600, step_s=2.0)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < bytes_max
