"""The shell: geometry remembered, pictures of any size, keys that arrive, the sidebar's finding."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from agmonitor.config.paths import paths
from agmonitor.ui import remembered, theme
from agmonitor.ui.furnish import furnish
from agmonitor.ui.group_facts import group_row
from agmonitor.ui.main_window import LEAST_SIZE, START_SIZE, MainWindow
from tests.ui import staged


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = furnish(MainWindow())
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    "damaged", ["rubbish", "1, 2", "@Invalid()", "@ByteArray(x)", "@Size(1 2)", "9" * 5000]
)
def test_a_damaged_file_of_the_window_opens_one_as_at_a_first_start(qtbot: QtBot, damaged: str) -> None:
    file = paths().config / remembered.FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    keys = ("geometry", "theme", "group", "tab", "range", "folds", "tabs_px", "ledger_percent")
    file.write_text("[General]\n" + "".join(f"{key}={damaged}\n" for key in keys), encoding="utf-8")

    window = MainWindow()
    qtbot.addWidget(window)

    assert window.height() > LEAST_SIZE.height()
    assert remembered.read().tab <= remembered.MOST
    assert remembered.read_arrangement().folds == ()


def test_the_geometry_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(800, 700)  # what the offscreen screen can hold
    window.show()
    window.close()

    again = furnish(MainWindow())
    qtbot.addWidget(again)

    assert again.size() == QSize(800, 700)
    assert (paths().config / "window.ini").is_file()


def test_a_start_fits_a_small_screen(qtbot: QtBot, window: MainWindow) -> None:
    room = window.screen().availableGeometry()  # smaller than the size wished for at the start
    assert room.height() < START_SIZE.height()
    assert window.height() <= room.height()

    window.setGeometry(300, 200, 2000, 1400)  # as on another screen, now gone
    window.show()
    window.close()
    again = furnish(MainWindow())
    qtbot.addWidget(again)

    assert again.height() <= room.height()
    assert again.width() == room.width() < LEAST_SIZE.width(), "what has no room scrolls"
    assert again.y() + again.height() <= room.bottom() + 1


@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000), (2560, 1440)])
@pytest.mark.parametrize("palette", [theme.DARK, theme.LIGHT], ids=lambda palette: palette.name)
def test_pictures_have_the_asked_size_and_the_themes_ground(
    window: MainWindow, tmp_path: Path, size: tuple[int, int], palette: theme.Palette
) -> None:
    theme.use(palette)
    window.show()
    window.show_view(window.empty)

    window.save_picture(tmp_path / "picture.png", *size)

    image = window.grab().toImage()
    assert (image.width(), image.height()) == size
    assert image.pixelColor(size[0] - 5, 5).name() == palette.window
    assert image.pixelColor(5, 5).name() == palette.sidebar


def test_a_picture_that_cannot_be_written_is_an_error(window: MainWindow, tmp_path: Path) -> None:
    window.show()

    with pytest.raises(OSError, match="cannot be written"):
        window.save_picture(tmp_path / "missing" / "a.png", 1280, 720)


def test_the_first_paint_is_told_once(qtbot: QtBot, window: MainWindow) -> None:
    told: list[bool] = []
    window.painted.connect(lambda: told.append(True))

    window.show()
    qtbot.waitUntil(lambda: bool(told))
    window.grab()

    assert told == [True]


def test_keys_ask_for_their_action(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    with qtbot.waitSignal(window.asked) as asked:
        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

    assert asked.args == ["add"]


def test_finding_goes_from_the_box_to_the_list_and_esc_empties_it(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    for name in ("gw-prod-paris", "gw-stage"):
        window.groups.put(group_row(staged.healthy(staged.settings(name)), staged.NOW))
    box = window.sidebar.findChild(QLineEdit)
    assert isinstance(box, QLineEdit)

    QTest.keyClicks(box, "stage")
    with qtbot.waitSignal(window.sidebar.chosen) as chosen:
        QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClick(box, Qt.Key.Key_Escape)

    assert chosen.args == ["gw-stage"]
    assert box.text() == ""


def test_an_error_is_counted_until_dismissed(qtbot: QtBot, window: MainWindow) -> None:
    window.show()

    window.errors.tell("First.")
    window.errors.tell("Second.")

    assert window.errors.text == "Second.  (2 in all)"
    assert window.errors.isVisible()


def test_the_theme_of_the_last_time_is_painted_first(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme.use(theme.LIGHT)
    window.remember()
    theme.use(theme.DARK)

    qtbot.addWidget(MainWindow())
    remembered = theme.palette()
    monkeypatch.setenv(theme.ENVIRONMENT, "dark")
    qtbot.addWidget(MainWindow())

    assert remembered is theme.LIGHT
    assert theme.palette() is theme.DARK, "what is forced goes before what was last"


def test_before_the_sidebar_comes_its_ground_is_there(qtbot: QtBot) -> None:
    shell = MainWindow()
    qtbot.addWidget(shell)
    shell.resize(1100, 700)

    image = shell.grab().toImage()

    assert image.pixelColor(5, 690).name() == theme.palette().sidebar
    assert image.pixelColor(1095, 690).name() == theme.palette().window


def test_the_first_paint_waits_for_no_enums_of_qt(tmp_path: Path) -> None:
    """Python makes them when it first touches their class: some ten milliseconds each of these costs."""
    code = (
        "import enum; made = set(); make = enum.EnumType.__call__\n"
        "def count(cls, *a, **k):\n"
        "    made.update(a[:1] if len(a) > 1 else ()); return make(cls, *a, **k)\n"
        "enum.EnumType.__call__ = count\n"
        "from agmonitor.ui.app import paint_first; paint_first(); print(*made)"
    )
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "AGMONITOR_HOME": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    made = set(done.stdout.split())
    assert "PaintDeviceMetric" in made, "enums of classes that a bare window needs too"
    assert not made & {"ColorScheme", "WindowType", "StandardPixmap", "StandardKey", "ColorRole", "Policy"}


def test_the_shell_imports_nothing_heavy() -> None:
    heavy = (
        "asyncio",
        "agmonitor.domain",
        "numpy",
        "httpx",
        "aiohttp",
        "dns",
        "flask",
        "sqlite3",
    )
    code = f"import sys, agmonitor.ui.app; print(*[name for name in {heavy!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
