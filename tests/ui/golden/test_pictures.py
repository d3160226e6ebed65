"""The window as it was agreed to look: in every fixed state, both themes, a small screen and a large one.

``./packaging/test tests/ui/golden --long --rewrite-pictures`` takes them anew; ``--contact-sheet FILE`` puts
them all on one sheet to be looked at. Of a picture that differs, both and where they differ are left in a
folder that the failure names. The short run takes a few of the large ones only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFontInfo, QGuiApplication, QImage, QScreen
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from agmonitor.ui import phrases, theme
from agmonitor.ui.style import qt_palette, style_sheet
from tests.ui.golden.comparing import SHARE, contact_sheet, differences, differing_share, in_few_colours, save
from tests.ui.golden.dialogs import DIALOGS
from tests.ui.golden.plays import Play, changes_of
from tests.ui.golden.windows import PLAYS, WINDOWS, Window, shown

Agree = Callable[[QImage, str], None]
KEPT = Path(__file__).parent / "pictures"
FONT = "DejaVu Sans"
SIZES = {"small": QSize(1280, 720), "large": QSize(2560, 1440)}
THEMES = {palette.name: palette for palette in (theme.DARK, theme.LIGHT)}
SCREEN = QRect(0, 0, 1920, 1080)  # what a dialog is shown on; the one here is smaller
OFTEN = ("two-primaries", "fleet")  # of the large ones
PARTS_OF = ("takeover-due", "took-over", "two-primaries", "gap")


@pytest.fixture(autouse=True)
def _as_agreed(qapp: QApplication) -> None:
    """One font and one zone, wherever this runs."""
    if QFontInfo(QGuiApplication.font()).family() != FONT:
        pytest.skip(f"the pictures were taken with {FONT}")
    phrases.use_utc(True)


@pytest.fixture(scope="session")
def taken_all(request: pytest.FixtureRequest) -> Iterator[dict[str, QImage]]:
    """Every picture of this run, put on the sheet at its end where one is wanted."""
    pictures: dict[str, QImage] = {}
    yield pictures
    sheet: Path | None = request.config.getoption("--contact-sheet")
    if sheet is not None and pictures:
        contact_sheet(pictures, sheet)


@pytest.fixture
def agree(request: pytest.FixtureRequest, tmp_path: Path, taken_all: dict[str, QImage]) -> Agree:
    """Compares with the picture kept under that name, or keeps this one."""
    rewrite = request.config.getoption("--rewrite-pictures")

    def compare(taken: QImage, name: str) -> None:
        taken_all[name] = taken
        kept_at = KEPT / f"{name}.png"
        if rewrite:
            save(in_few_colours(taken), kept_at)
            return
        assert kept_at.exists(), f"there is no picture {name} yet; run with --rewrite-pictures"
        kept = QImage(str(kept_at))
        share = differing_share(taken, kept)
        if share > SHARE:
            save(taken, tmp_path / f"{name} taken.png")
            kept.save(str(tmp_path / f"{name} kept.png"))
            differences(taken, kept, tmp_path / f"{name} differs.png")
        assert share <= SHARE, f"{share:.2%} of {name} looks different: see {tmp_path}"

    return compare


def show(qtbot: QtBot, name: str, size: QSize) -> Window:
    window = WINDOWS[name]()
    if window.view.axis is not None:
        window.view.axis.use_utc(True)
    shown(qtbot, window, size)
    window.point()
    return window


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def _cases() -> Iterator[object]:
    for name in WINDOWS:
        for size in SIZES:
            for palette in THEMES:
                often = size == "small" or name in OFTEN
                marks = () if often else (pytest.mark.long,)
                yield pytest.param(name, size, palette, marks=marks, id=f"{name}-{size}-{palette}")


@pytest.mark.parametrize(("name", "size", "palette"), list(_cases()))
def test_the_window(qtbot: QtBot, agree: Agree, name: str, size: str, palette: str) -> None:
    theme.use(THEMES[palette])

    window = show(qtbot, name, SIZES[size])

    agree(picture(window.top), f"window {name} {size} {palette}")


@pytest.mark.parametrize("palette", THEMES)
@pytest.mark.parametrize("name", PARTS_OF)
def test_its_painted_parts(qtbot: QtBot, agree: Agree, name: str, palette: str) -> None:
    theme.use(THEMES[palette])

    window = show(qtbot, name, SIZES["small"])

    for part, widget in window.parts.items():
        agree(picture(widget), f"part {name} {part} {palette}")


@pytest.mark.parametrize("palette", THEMES)
@pytest.mark.parametrize("name", DIALOGS)
def test_the_dialog(
    qtbot: QtBot, agree: Agree, monkeypatch: pytest.MonkeyPatch, name: str, palette: str
) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: SCREEN)
    theme.use(THEMES[palette])
    QApplication.setPalette(qt_palette(THEMES[palette]))
    dialog = DIALOGS[name]()
    qtbot.addWidget(dialog)
    dialog.setStyleSheet(style_sheet(THEMES[palette]))

    with qtbot.waitExposed(dialog):
        dialog.show()

    agree(picture(dialog), f"dialog {name} {palette}")


@pytest.mark.parametrize("play", PLAYS.values(), ids=PLAYS)
def test_a_play_ends_in_the_verdict_it_is_named_for(play: Play) -> None:
    assert changes_of(play)[-1].state.verdict.name == play.verdict


@pytest.mark.parametrize("play", PLAYS.values(), ids=PLAYS)
def test_a_play_is_the_same_every_time(play: Play) -> None:
    changes_of.cache_clear()
    first = changes_of(play)[-1].state
    changes_of.cache_clear()

    assert changes_of(play)[-1].state == first


class TestComparing:
    """The measure itself: it must see what an eye sees."""

    def test_the_same_is_the_same_after_it_was_kept(self, qtbot: QtBot, tmp_path: Path) -> None:
        taken = picture(show(qtbot, "took-over", SIZES["small"]).top)
        save(in_few_colours(taken), tmp_path / "kept.png")

        assert differing_share(taken, QImage(str(tmp_path / "kept.png"))) <= SHARE / 4

    def test_one_other_word_is_seen(self, qtbot: QtBot) -> None:
        window = show(qtbot, "took-over", SIZES["small"])
        before = picture(window.top)
        window.view.header.failover.setText("Failure…")

        assert differing_share(picture(window.top), before) > SHARE

    def test_another_size_is_wholly_different(self, qtbot: QtBot) -> None:
        window = show(qtbot, "empty", SIZES["small"])
        before = picture(window.top)
        window.top.resize(1281, 720)

        assert differing_share(picture(window.top), before) == 1.0
