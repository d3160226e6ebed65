"""Several resolvers in one lane: whom they all name, which of them does not, and the least time to live."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from agmonitor.domain.model import DnsAnswer
from agmonitor.domain.observations import ResolverObservation
from agmonitor.ui.agreed_lane import agreed
from agmonitor.ui.lane_slots import BarsSlot, slots
from agmonitor.ui.spans import BarKind, Bars
from agmonitor.ui.time_rows import newest_ttl_words
from agmonitor.ui.time_view import TimeView
from tests.ui.time.scenes import ADDRESSES, ONE, T0, TWO, Scene, healthy

WEST = "campus-west.example.net:53"
RESOLVERS = ("192.0.2.21:53", "192.0.2.22:53", WEST)


def _asked(scene: Scene, at: float, **named: str) -> None:
    for number, resolver in enumerate(RESOLVERS):
        node = named.get("west", ONE) if resolver == WEST else named.get("others", ONE)
        answered_at = at + 0.3 * number
        answer = ResolverObservation(
            resolver, answered_at - 0.1, answered_at, DnsAnswer.OK, "", (ADDRESSES[node],), 20
        )
        scene.feed(answer)


def _watched(*rounds: tuple[float, str, str]) -> Scene:
    scene = Scene()
    healthy(scene, T0 - 10, T0 - 5)
    for after_s, others, west in rounds:
        _asked(scene, T0 + after_s, others=others, west=west)
    return scene


def _bars(scene: Scene) -> Bars:
    (slot,) = [one for one in slots(scene.history, compact=True) if isinstance(one, BarsSlot) and one.names]
    bars = agreed(slot.by_resolver, T0 - 60, T0 + 120, slot.round_s)
    assert bars is not None
    return bars


def _told(bars: Bars) -> list[tuple[BarKind, str]]:
    return [(bars.bar(row).value.kind, bars.bar(row).value.words) for row in range(len(bars))]


def test_resolvers_that_agree_say_so_in_one_bar() -> None:
    bars = _bars(_watched((0, ONE, ONE), (10, ONE, ONE), (20, ONE, ONE)))

    assert _told(bars) == [(BarKind.POINTS, f"{ONE}, all 3")]


def test_the_one_that_differs_is_named() -> None:
    bars = _bars(_watched((0, ONE, ONE), (10, TWO, ONE), (20, TWO, ONE), (30, TWO, TWO)))

    assert _told(bars) == [
        (BarKind.POINTS, f"{ONE}, all 3"),
        (BarKind.APART, f"campus-west.example.net: {ONE} · else {TWO}"),
        (BarKind.POINTS, f"{TWO}, all 3"),
    ]


def test_a_change_is_told_with_the_answer_that_brings_it() -> None:
    bars = _bars(_watched((0, ONE, ONE), (10, TWO, ONE)))

    assert _told(bars)[-1] == (BarKind.APART, f"campus-west.example.net: {ONE} · else {TWO}")


def test_the_lane_says_it_in_the_picture_and_counts_the_least_time_to_live(qtbot: QtBot) -> None:
    scene = _watched(*((10 * number, ONE, ONE) for number in range(12)))
    view = TimeView()
    qtbot.addWidget(view)
    view.resize(980, 266)
    view.show_history(scene.history)
    view.refresh(T0 + 112)
    rows = slots(scene.history, compact=True)
    (slot,) = [one for one in rows if isinstance(one, BarsSlot) and one.names]

    assert newest_ttl_words(slot, scene.history, T0 + 112) == "least TTL 18 s left"
    assert not view.grab().isNull()


def test_answers_of_one_round_that_come_one_by_one_are_no_disagreement() -> None:
    bars = _bars(_watched((0, ONE, ONE), (10, ONE, ONE), (20, TWO, TWO), (30, TWO, TWO)))

    assert [words for _, words in _told(bars)] == [f"{ONE}, all 3", f"{TWO}, all 3"]
