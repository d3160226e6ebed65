"""Contrast of both palettes, the hook, and the forced theme."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from agmonitor.domain.model import Severity
from agmonitor.ui import theme

TEXTS = (
    "text",
    "muted",
    "faint",
    "primary",
    "secondary",
    "ok",
    "notice",
    "warning",
    "unknown",
    "critical",
    "lab",
)
GROUNDS = ("window", "sidebar", "panel", "tip")
FILLS = ("primary", "secondary", "ok", "warning", "unknown", "critical", "lab", "dns", "clients", "accent")


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two colours."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.fixture(autouse=True)
def _dark_again() -> object:
    yield
    theme.use(theme.DARK)


@pytest.mark.parametrize("palette", [theme.DARK, theme.LIGHT], ids=lambda palette: palette.name)
class TestContrast:
    """4.5:1 everywhere text stands."""

    @pytest.mark.parametrize("ground", GROUNDS)
    @pytest.mark.parametrize("text", TEXTS)
    def test_text_is_readable_on_every_ground(self, palette: theme.Palette, text: str, ground: str) -> None:
        assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5

    @pytest.mark.parametrize("fill", FILLS)
    def test_text_is_readable_on_filled_bars(self, palette: theme.Palette, fill: str) -> None:
        assert contrast(palette.on_fill, getattr(palette, fill)) >= 4.5

    @pytest.mark.parametrize(
        "state", ["ok", "notice", "warning", "unknown", "critical", "lab", "primary", "secondary"]
    )
    def test_state_colours_are_readable_on_their_own_tint(self, palette: theme.Palette, state: str) -> None:
        colour = getattr(palette, state)
        ground = theme.tint(colour, palette.panel, theme.TINT)

        assert contrast(colour, ground) >= 4.5
        assert contrast(palette.text, ground) >= 4.5


def test_a_change_is_told_once(qtbot: QtBot) -> None:
    told: list[str] = []
    theme.use(theme.DARK)
    theme.changed.connect(lambda: told.append(theme.palette().name))

    theme.use(theme.LIGHT)
    theme.use(theme.LIGHT)

    assert told == ["light"]


def test_the_environment_forces_a_theme(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(theme.ENVIRONMENT, " Light ")

    theme.follow_system()

    assert theme.palette() is theme.LIGHT


def test_every_severity_has_its_own_colour() -> None:
    assert len({theme.severity_colour(severity) for severity in Severity}) == len(Severity)


def test_fonts_are_sized_in_pixels(qtbot: QtBot) -> None:
    made = theme.font(13, bold=True)

    assert made.pixelSize() == 13
    assert made.bold()
