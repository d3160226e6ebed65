"""Who gets how much of a window's height."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication

from agmonitor.domain.model import Severity
from agmonitor.domain.state import Finding, GroupState, Verdict
from agmonitor.ui.banner import Banner
from agmonitor.ui.division import TABS_LEAST_PX, TABS_MOST_PX, tabs_px
from agmonitor.ui.elided import lines_of
from tests.ui import staged

LONG = "The Primary is cut off from its Secondary and from DNS alike, so that " * 8


@pytest.mark.parametrize(
    ("height", "wanted", "axis", "roomy", "tabs"),
    [
        (404, 171, 270, False, 134),  # the axis keeps what it needs
        (404, 171, 350, False, TABS_LEAST_PX),  # but not all of it
        (1_000, 200, 280, False, 270),  # a share
        (1_000, 200, 280, True, TABS_MOST_PX),
    ],
)
def test_the_tabs_leave_the_axis_what_it_needs(
    height: int, wanted: int, axis: int, roomy: bool, tabs: int
) -> None:
    assert tabs_px(height, wanted, axis, roomy=roomy) == tabs


def test_a_waterfall_keeps_its_last_row_where_the_axis_wants_it_all() -> None:
    assert tabs_px(404, 171, 350, roomy=False, least_px=136) == 136


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_as_many_words_are_shown_as_fit(qapp: QApplication, lines: int) -> None:
    metrics = QFontMetrics(QFont("DejaVu Sans", 10))

    shown = lines_of(LONG, metrics, 400, lines)

    assert shown.endswith(" …")
    assert LONG.startswith(shown.removesuffix(" …"))
    assert lines_of(shown, metrics, 400, lines) == shown
    assert lines_of("Short.", metrics, 400, lines) == "Short."


def test_a_long_sentence_takes_two_lines_of_a_low_window_and_is_whole_in_a_tall_one(
    qapp: QApplication,
) -> None:
    healthy = staged.healthy()
    finding = Finding(1, "two_primaries", Severity.CRITICAL, LONG)
    verdict = Verdict(1, "two_primaries", Severity.CRITICAL, LONG, (finding,))
    state = GroupState(healthy.settings, healthy.mode, healthy.now, healthy.now, healthy.nodes, verdict)
    banner = Banner()
    banner.resize(980, 50)
    banner.show()
    banner.tighten(tight=True)
    banner.show_state(state, None)
    qapp.sendPostedEvents()

    banner.resize(981, 50)
    assert banner.heightForWidth(981) <= 60
    assert banner._sentence.toolTip() == LONG
    assert LONG in banner.accessibleName()
    banner.tighten(tight=False)
    assert banner._sentence.text() == LONG
    assert banner.heightForWidth(981) > 60
    banner.close()
