"""Contrast of both palettes, the hook, and the forced theme."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from agmonitor.domain.model import Severity
from agmonitor.ui import theme
from agmonitor.ui.group_delegate import CHOSEN_TINT

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


SEVERITIES = ("ok", "notice", "warning", "unknown", "critical")
ROLES = ("primary", "secondary", "critical", "gap")
Matrix = tuple[tuple[float, float, float], ...]
# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
SIGHTS: dict[str, Matrix] = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
TO_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE = (0.95047, 1.0, 1.08883)


def distance(one: str, other: str, sight: str) -> float:
    """CIE 1976 colour difference as that sight sees it."""
    return math.dist(_lab(one, sight), _lab(other, sight))


def _lab(colour: str, sight: str) -> tuple[float, float, float]:
    xyz = _times(TO_XYZ, _times(SIGHTS[sight], _linear(colour)))
    x, y, z = (
        share ** (1 / 3) if share > 216 / 24389 else (24389 / 27 * share + 16) / 116
        for share in (max(0.0, part) / white for part, white in zip(xyz, WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _times(matrix: Matrix, vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two colours."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _linear(colour: str) -> list[float]:
    return [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    ]


def _luminance(colour: str) -> float:
    parts = _linear(colour)
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

    @pytest.mark.parametrize("text", ["text", "muted"])
    def test_text_is_readable_on_chosen_rows(self, palette: theme.Palette, text: str) -> None:
        in_list = theme.tint(palette.accent, palette.sidebar, CHOSEN_TINT)
        in_table = theme.tint(palette.accent, palette.panel, theme.TINT)

        assert contrast(getattr(palette, text), in_list) >= 4.5
        assert contrast(getattr(palette, text), in_table) >= 4.5

    @pytest.mark.parametrize(
        "state", ["ok", "notice", "warning", "unknown", "critical", "lab", "primary", "secondary"]
    )
    def test_state_colours_are_readable_on_their_own_tint(self, palette: theme.Palette, state: str) -> None:
        colour = getattr(palette, state)
        ground = theme.tint(colour, palette.panel, theme.TINT)

        assert contrast(colour, ground) >= 4.5
        assert contrast(palette.text, ground) >= 4.5


class TestColourBlindness:
    """States and roles stay apart in every kind of sight; a difference of 2.3 is what an eye just sees."""

    APART = 11.0

    @pytest.mark.parametrize("sight", SIGHTS)
    @pytest.mark.parametrize("names", [SEVERITIES, ROLES], ids=["severities", "roles"])
    @pytest.mark.parametrize("palette", [theme.DARK, theme.LIGHT], ids=lambda palette: palette.name)
    def test_no_two_look_alike(self, palette: theme.Palette, names: tuple[str, ...], sight: str) -> None:
        alike = {
            (one, other): round(distance(getattr(palette, one), getattr(palette, other), sight), 1)
            for one, other in combinations(names, 2)
        }

        assert {pair: apart for pair, apart in alike.items() if apart < self.APART} == {}

    def test_the_measure_tells_red_from_green_only_to_those_who_can(self) -> None:
        assert distance("#c04040", "#40a040", "all colours") > 80
        assert distance("#907038", "#80803a", "deuteranopia") < self.APART


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
