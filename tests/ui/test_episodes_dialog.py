"""The list of episodes: what a row says, what the filter lets through, and what choosing one asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from agmonitor.domain.events import Acknowledgement, Episode, Trigger
from agmonitor.domain.kept import KeptEpisode, Mark, MarkKind
from agmonitor.ui.episode_rows import COLUMNS, EpisodeFilter, episode_rows, filtered
from agmonitor.ui.episodes_dialog import NOTHING, EpisodesDialog
from agmonitor.ui.time_range import DAY_S
from tests.domain.test_anatomy import BEGAN, TAKEOVER

NOW = BEGAN + 100 * DAY_S


def kept(episode: Episode, *marks: Mark) -> KeptEpisode:
    return KeptEpisode(episode, None, (episode.began_at, NOW), marks)


ORDERED = replace(
    TAKEOVER,
    number=5,
    began_at=NOW - 3600,
    ended_at=NOW - 3590,
    trigger=Trigger.ORDERED_HERE,
    clients_without_service_s=0.0,
    cause="ordered on gw-2 by ann: kernel update",
    acknowledged=Acknowledgement(NOW - 3000, "ann", "change 4711"),
)
RUNNING = replace(TAKEOVER, number=6, began_at=NOW - 30, ended_at=None, new_primary=None)
ALL = [
    kept(TAKEOVER, Mark(BEGAN + 5, MarkKind.NOTE, "bob", "power was lost in rack 4", BEGAN + 900)),
    kept(ORDERED),
    kept(RUNNING),
]


def numbers(wanted: EpisodeFilter) -> list[int]:
    return [row.episode.number for row in filtered(episode_rows(ALL, NOW), wanted)]


def test_rows_stand_newest_first_and_say_what_is_known() -> None:
    rows = episode_rows(ALL, NOW)

    assert [row.episode.number for row in rows] == [6, 5, 4]
    assert (rows[0].length, rows[0].change, rows[0].acknowledged) == ("30 s …", "gw-1 → …", "")
    assert (rows[1].trigger, rows[1].outage, rows[1].acknowledged) == ("ordered here", "none", "ann")
    assert (rows[2].outage, rows[2].change) == ("79 s", "gw-1 → gw-2")
    assert all(column.text(row) for row in rows for column in COLUMNS)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EpisodeFilter(), [6, 5, 4]),
        (EpisodeFilter("KERNEL"), [5]),
        (EpisodeFilter("rack bob"), [4]),
        (EpisodeFilter("4711"), [5]),
        (EpisodeFilter("nothing like it"), []),
        (EpisodeFilter(trigger=Trigger.AUTOMATIC), [6, 4]),
        (EpisodeFilter(unacknowledged=True), [6, 4]),
        (EpisodeFilter(since=NOW - DAY_S), [6, 5]),
        (EpisodeFilter("gw-1", Trigger.AUTOMATIC, unacknowledged=True, since=NOW - DAY_S), [6]),
    ],
)
def test_every_part_of_the_filter_must_hold(wanted: EpisodeFilter, found: list[int]) -> None:
    assert numbers(wanted) == found


@pytest.fixture
def dialog(qtbot: QtBot) -> EpisodesDialog:
    made = EpisodesDialog("gw-prod")
    made.show()
    qtbot.addWidget(made)
    return made


def test_the_newest_is_chosen_and_another_one_on_selection(dialog: EpisodesDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.chosen) as first:
        dialog.show_episodes(ALL, NOW)
    assert first.args == [ALL[2]]

    with qtbot.waitSignal(dialog.chosen) as second:
        dialog.table.selectRow(2)
    assert second.args == [ALL[0]]


def test_the_filters_parts_work_from_the_dialog(dialog: EpisodesDialog) -> None:
    dialog.show_episodes(ALL, NOW)
    dialog.unacknowledged.setChecked(True)
    assert dialog.model.rowCount() == 2
    assert dialog.count.text() == "2 of 3"

    dialog.span.choose(DAY_S)
    assert dialog.model.rowCount() == 1

    dialog.text.setText("no such thing")
    assert dialog.model.rowCount() == 0
    assert not dialog.moment.isEnabled()


def test_what_has_a_word_needs_no_other(dialog: EpisodesDialog, qtbot: QtBot) -> None:
    dialog.show_episodes(ALL, NOW)
    assert dialog.acknowledge.isEnabled()
    with qtbot.waitSignal(dialog.acknowledge_asked) as asked:
        dialog.acknowledge.click()
    assert asked.args == [RUNNING]

    dialog.table.selectRow(1)
    assert not dialog.acknowledge.isEnabled()


def test_the_moment_asked_for_is_the_selected_ones_beginning(dialog: EpisodesDialog, qtbot: QtBot) -> None:
    dialog.show_episodes(ALL, NOW)
    dialog.table.selectRow(2)

    with qtbot.waitSignal(dialog.moment_asked) as asked:
        dialog.moment.click()

    assert asked.args == [BEGAN]


def test_the_selection_stays_while_the_list_grows(dialog: EpisodesDialog) -> None:
    dialog.show_episodes(ALL[:2], NOW)
    dialog.table.selectRow(1)

    dialog.show_episodes(ALL, NOW)

    assert dialog.selected is not None
    assert dialog.selected.episode == TAKEOVER


def test_an_empty_history_says_what_would_be_listed(dialog: EpisodesDialog) -> None:
    dialog.show_episodes([], NOW)

    assert dialog.model.rowCount() == 0
    assert dialog.table._empty == NOTHING


def test_no_choice_is_cut_off(dialog: EpisodesDialog) -> None:
    for row in (dialog.span, dialog.trigger):
        for button in row._group.buttons():
            assert button.width() >= button.sizeHint().width()
