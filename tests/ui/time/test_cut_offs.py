"""Cut off ourselves: no lane and no legend blames a node, and the hatching says so."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from agmonitor.domain.events import Event, EventKind
from agmonitor.ui import theme
from agmonitor.ui.axis import Scale, Zone
from agmonitor.ui.crosshair import read
from agmonitor.ui.cut_offs import CutOff, CutOffs
from agmonitor.ui.earlier import Earlier
from agmonitor.ui.gaps import cut_offs, visible_gaps
from agmonitor.ui.time_picture import _node_colour
from tests.ui.golden.plays import changes_of, shot
from tests.ui.golden.windows import PLAYS

ISOLATED = PLAYS["isolated"]


def test_the_stretch_begins_with_the_first_question_that_got_no_answer() -> None:
    state = shot(ISOLATED).watched.state
    first_failed_at = min(node.first_failed_at or state.now for node in state.nodes)

    assert cut_offs(shot(ISOLATED).watched.history) == [CutOff(first_failed_at, state.now)]


def test_it_ends_with_the_first_answer() -> None:
    changes = changes_of(ISOLATED)
    told = CutOffs()
    told.feed(changes[-1].state, 10.0)
    told.feed(changes[-1].state, 12.0)
    told.feed(changes[0].state, 14.0)
    told.feed(changes[0].state, 16.0)

    assert [one.until_at for one in told.all] == [14.0]
    assert not told.now


def test_it_is_hatched_with_its_reason_and_told_by_the_cross_hair() -> None:
    history = shot(ISOLATED).watched.history
    (one,) = cut_offs(history)
    scale = Scale(one.from_at - 60, one.until_at, 0.0, 800.0)

    ((left, right, words),) = visible_gaps((), scale, cut_offs(history))
    assert (round(left), round(right)) == (round(scale.x(one.from_at)), 800)
    assert words == one.words == "cut off 19 s"

    reading = read(history, one.until_at - 1, Zone())
    assert [(row.label, row.words) for row in reading.rows] == [("Not known", "cut off 19 s")]


def test_no_node_is_blamed_in_the_legend(qtbot: QtBot) -> None:
    history = shot(ISOLATED).watched.history

    assert {_node_colour(history, side).name() for side in (0, 1)} == {theme.palette().unknown}


def test_of_before_our_own_memory_the_events_tell() -> None:
    history = shot(PLAYS["healthy"]).watched.history
    began_at = history.border_at
    raised, cleared = (
        Event(began_at + at, kind, "", finding="observer_isolated")
        for at, kind in ((-90.0, EventKind.FINDING_RAISED), (-60.0, EventKind.FINDING_CLEARED))
    )
    wish = history.wish(began_at - 100.0, began_at, began_at, 800.0)
    assert wish is not None
    history.earlier = Earlier(wish, events=(raised, cleared))

    assert cut_offs(history) == [CutOff(raised.at, cleared.at)]
