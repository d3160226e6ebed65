"""Where a person was: the group, the tab and the range on screen, kept beside the window's geometry."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings

from agmonitor.config.paths import paths

FILE = "window.ini"
MOST = 1000  # no tab and no range has a larger number


@dataclass(frozen=True, slots=True)
class Place:
    """``tab`` and ``range`` count from 0, which are also what a first start has."""

    group: str = ""
    tab: int = 0
    range: int = 0


def settings() -> QSettings:
    """The window's own file, which a person may delete."""
    return QSettings(str(paths().config / FILE), QSettings.Format.IniFormat)


def read() -> Place:
    """The place of the last time; what cannot be read as such counts as not kept."""
    kept = settings()
    return Place(str(kept.value("group", "")), _number(kept.value("tab")), _number(kept.value("range")))


def keep(place: Place) -> None:
    """For the next start. Where the folder cannot be written, the next start is as a first one."""
    kept = settings()
    kept.setValue("group", place.group)
    kept.setValue("tab", place.tab)
    kept.setValue("range", place.range)
    kept.sync()


def _number(kept: object) -> int:
    text = str(kept)
    return min(int(text), MOST) if text.isascii() and text.isdigit() else 0
