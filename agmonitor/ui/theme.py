"""Every colour and font of the window, in a dark and a light palette, and the hook that tells of a change.

A colour never carries a meaning alone: whoever paints a state adds its shape and its word. All text colours
reach a contrast of 4.5:1 on the grounds they stand on, and the colours of states stay apart for the
colour-blind; tests measure both.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:  # the first paint waits for no domain, nor for Qt's enums
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QFont

    from agmonitor.domain.model import Severity

ENVIRONMENT = "AGMONITOR_THEME"
TINT = 0.14  # how thickly a state colour lies on the ground of its banner or badge


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as ``#rrggbb``, named for what they say."""

    name: str
    window: str
    sidebar: str
    panel: str
    panel_border: str
    text: str
    muted: str  # secondary text
    faint: str  # captions and axis labels: the palest that is still read
    primary: str
    secondary: str
    ok: str
    notice: str
    warning: str
    unknown: str
    critical: str
    lab: str
    dns: str
    clients: str
    gap: str  # hatching; carries no text
    grid: str
    crosshair: str
    accent: str  # focus, links, selected tab
    on_fill: str  # text on filled bars
    tip: str  # ground of tool tips


DARK = Palette(
    name="dark",
    window="#14171c",
    sidebar="#171a20",
    panel="#1c2027",
    panel_border="#2c323b",
    text="#e8eaed",
    muted="#a3aab4",
    faint="#8b929d",
    primary="#56b4e9",
    secondary="#4fc38a",
    ok="#4fc38a",
    notice="#7fb2e5",
    warning="#e8a317",
    unknown="#9ca3ae",
    critical="#f4686c",
    lab="#b48cf5",
    dns="#6699bb",
    clients="#57a583",
    gap="#4a515c",
    grid="#272c34",
    crosshair="#d5d9de",
    accent="#5aa9e6",
    on_fill="#0c0f13",
    tip="#0f1216",
)

LIGHT = Palette(
    name="light",
    window="#f2f4f7",
    sidebar="#e8ebf0",
    panel="#ffffff",
    panel_border="#ccd2da",
    text="#14181d",
    muted="#48505b",
    faint="#59616c",
    primary="#0a639f",
    secondary="#146c43",
    ok="#146c43",
    notice="#33578a",
    warning="#855000",
    unknown="#565e69",
    critical="#b01a3a",
    lab="#6236b8",
    dns="#3a6785",
    clients="#2b6c4f",
    gap="#aab2bd",
    grid="#e6e9ee",
    crosshair="#30363d",
    accent="#0a63a8",
    on_fill="#ffffff",
    tip="#ffffff",
)


class _Source(QObject):
    """Holds the palette in force."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.palette = DARK


_source = _Source()
changed = _source.changed
"""Emitted after the palette in force was exchanged; connect a bound method of a widget."""


def palette() -> Palette:
    """The palette in force."""
    return _source.palette


def use(wanted: Palette) -> None:
    """Put a palette in force and tell everybody."""
    if wanted is not _source.palette:
        _source.palette = wanted
        changed.emit()


def named(name: object) -> Palette:
    """The palette of that name; of any other: the dark one."""
    return LIGHT if name == LIGHT.name else DARK


def forced() -> Palette | None:
    """The palette that ``AGMONITOR_THEME`` asks for, if any."""
    return {"dark": DARK, "light": LIGHT}.get(os.environ.get(ENVIRONMENT, "").strip().lower())


def follow_system() -> None:
    """Take over the system's scheme and every change of it, unless the environment forces one."""
    fixed = forced()
    if fixed is not None:
        use(fixed)
        return
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.connect(_on_scheme_changed)
    _on_scheme_changed(hints.colorScheme())


def _on_scheme_changed(scheme: Qt.ColorScheme) -> None:
    # A system that does not say (offscreen, bare X) gets the dark one: it is what a night shift wants.
    use(LIGHT if scheme.name == "Light" else DARK)


def font(size_px: int, *, bold: bool = False) -> QFont:
    """The application's font family at a size in logical pixels."""
    made = QGuiApplication.font()
    made.setPixelSize(size_px)
    made.setBold(bold)
    return made


def severity_colour(severity: Severity) -> str:
    """The colour that goes with a severity's shape and word."""
    colour: str = getattr(palette(), severity.word)  # the palette's fields bear the severities' words
    return colour


def tint(colour: str, ground: str, strength: float) -> str:
    """``colour`` laid thinly over ``ground``: the ground of banners and badges."""
    mixed = (
        round(int(colour[at : at + 2], 16) * strength + int(ground[at : at + 2], 16) * (1 - strength))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in mixed)
