"""The anatomy tab: the newest episode, others by key, its text twin, labels that touch nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agmonitor.domain.anatomy import Part, anatomy_of
from agmonitor.domain.events import Acknowledgement, Episode, Phase
from agmonitor.domain.kept import Around
from agmonitor.domain.observations import Gap, GapReason
from agmonitor.domain.state import GroupState
from agmonitor.ui import phrases, theme
from agmonitor.ui.anatomy_picture import Scale, bar_rect, words_beside
from agmonitor.ui.anatomy_tab import AnatomyTab
from agmonitor.ui.anatomy_words import due_words, told
from tests.domain.test_anatomy import BEGAN, TAKEOVER
from tests.ui import staged


@pytest.fixture
def tab(qtbot: QtBot) -> AnatomyTab:
    phrases.use_utc(True)
    made = AnatomyTab()
    qtbot.addWidget(made)
    made.resize(1000, 190)
    made.show()
    return made


def state(*episodes: Episode, running: Episode | None = None, now: float = BEGAN + 1000) -> GroupState:
    return replace(staged.healthy(), episodes=episodes, episode=running, now=now)


SECOND = replace(TAKEOVER, number=5, began_at=BEGAN + 600, ended_at=BEGAN + 700, phases=())


def test_without_an_episode_it_says_what_would_appear(tab: AnatomyTab) -> None:
    tab.show_state(state())

    assert tab.episode is None
    assert tab.quiet.isVisible()
    assert tab.accessibleDescription() == tab.quiet.told
    assert "play a drill in the lab" in tab.quiet.told


def test_the_newest_is_shown_and_keys_step_through_the_others(tab: AnatomyTab) -> None:
    tab.show_state(state(TAKEOVER, SECOND))
    assert tab.episode == SECOND

    QTest.keyClick(tab, Qt.Key.Key_Left)
    assert tab.episode == TAKEOVER
    assert not tab.earlier.isEnabled()

    QTest.keyClick(tab, Qt.Key.Key_Right)
    assert tab.episode == SECOND


def test_what_is_chosen_stays_while_another_one_begins(tab: AnatomyTab) -> None:
    tab.show_state(state(TAKEOVER, SECOND))
    tab.step_back()

    tab.show_state(
        state(TAKEOVER, SECOND, running=replace(SECOND, number=6, began_at=BEGAN + 800, ended_at=None))
    )

    assert tab.episode == TAKEOVER


def test_a_running_one_grows_with_every_state(tab: AnatomyTab) -> None:
    running = replace(
        TAKEOVER, ended_at=None, phases=(Phase("silence", BEGAN, None),), measured_takeover_s=None
    )
    tab.show_state(state(running=running, now=BEGAN + 5))
    before = tab.picture.grab().toImage()

    tab.show_state(state(running=running, now=BEGAN + 40))

    assert "Silence: 40 s so far" in tab.picture.accessibleName()
    assert tab.picture.grab().toImage() != before


def test_an_acknowledgement_shows_on_the_one_that_was_chosen(tab: AnatomyTab) -> None:
    tab.show_state(state(TAKEOVER, SECOND))
    tab.step_back()

    noted = replace(TAKEOVER, acknowledged=Acknowledgement(BEGAN + 800, "ann", "patched"))
    tab.show_state(state(noted, SECOND))

    assert tab.episode == noted
    assert tab.title.text().endswith("acknowledged by ann")


def test_the_text_on_the_clipboard_tells_all_of_it(tab: AnatomyTab) -> None:
    tab.show_state(state(TAKEOVER))

    QTest.keyClick(tab, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    text = QGuiApplication.clipboard().text()
    for words in (
        "Episode 4 of gw-prod-toronto",
        "Silence: 62 s (limit 60 s after the beat)",
        "Time to promote: 65 s",
        "Clients without service: 79 s",
        "Expected here: 60 – 94 s: in time",
        "Trigger: automatic",
        "Cause, most likely: unknown",
    ):
        assert words in text


def test_the_moment_asked_for_is_when_it_began(tab: AnatomyTab, qtbot: QtBot) -> None:
    tab.show_state(state(TAKEOVER))

    with qtbot.waitSignal(tab.moment_asked) as asked:
        tab.moment.click()

    assert asked.args == [BEGAN]


def test_a_gap_in_a_phase_is_named(tab: AnatomyTab) -> None:
    tab.draw_from(object(), lambda: Around(gaps=(Gap(BEGAN + 10, BEGAN + 50, GapReason.ASLEEP),)))
    tab.show_state(state(TAKEOVER))

    assert "asleep 40 s" in tab.picture.accessibleName()


@pytest.mark.parametrize("width", [330, 520, 900, 1600])
@pytest.mark.parametrize("now", [BEGAN + 1, BEGAN + 30, BEGAN + 500])
def test_no_label_touches_a_bar_or_leaves_the_picture(qtbot: QtBot, width: float, now: float) -> None:
    episode = TAKEOVER
    if now < BEGAN + 100:
        phases = (Phase("last heartbeat", BEGAN - 3, BEGAN), Phase("silence", BEGAN, None))
        episode = replace(TAKEOVER, ended_at=None, phases=phases, new_primary=None)
    shown = anatomy_of(episode, now)
    scale = Scale(shown.begin_at, shown.end_at, 150.0, width - 12 - (width - 150) / 3)
    metrics = QFontMetricsF(theme.font(12))

    for place, bar in enumerate(shown.bars):
        row = QRectF(12, 20.0 * place, width - 24, 20)
        drawn = bar_rect(bar, scale, row)
        label = words_beside(told(bar, shown), drawn, scale, row, metrics)
        assert label.text
        assert label.area.left() >= scale.left - 1
        assert label.area.right() <= row.right() + 1
        assert not label.area.intersects(drawn) or bar.from_at is None


def test_the_words_of_what_a_gap_hides_stand_beside_its_hatching(qtbot: QtBot) -> None:
    gap = Gap(BEGAN + 10, BEGAN + 50, GapReason.ASLEEP)
    shown = anatomy_of(replace(TAKEOVER, phases=TAKEOVER.phases[:2]), BEGAN + 500, gaps=[gap])
    scale = Scale(shown.begin_at, shown.end_at, 150.0, 600.0)
    row = QRectF(12, 0, 900, 20)
    bar = shown.bar(Part.PROMOTION)

    hatched = bar_rect(bar, scale, row)
    label = words_beside(told(bar, shown), hatched, scale, row, QFontMetricsF(theme.font(12)))

    assert (hatched.left(), hatched.right()) == (scale.x(gap.from_at), scale.x(gap.until_at))
    assert label.text == "not observed: asleep 40 s"
    assert not label.area.intersects(hatched)


def test_the_countdown_says_the_range_then_now_then_overdue() -> None:
    assert due_words(12, 31) == "in 12 – 31 s"
    assert due_words(-1, 8) == "due now, within 8 s"
    assert due_words(-40, -3) == "overdue for 3 s"


def test_every_part_has_a_title_and_words(qtbot: QtBot) -> None:
    shown = anatomy_of(replace(TAKEOVER, phases=()), BEGAN + 500)

    assert all(told(bar, shown).title and told(bar, shown).words for bar in shown.bars)
    assert len({told(shown.bar(part), shown).title for part in Part}) == len(Part)
