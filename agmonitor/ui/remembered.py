"""Where a person was and how they arranged it, kept beside the window's geometry."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings

from agmonitor.config.paths import paths

FILE = "window.ini"
MOST = 1000  # no tab and no range has a larger number
MOST_PX = 100_000
MOST_S = 400 * 86_400  # whoever shows it knows its own limits
DIGITS_MOST = 9  # Python refuses to read a number of thousands


@dataclass(frozen=True, slots=True)
class Place:
    """``tab`` and ``range`` count from 0, which are also what a first start has.

    ``span_s``: a length of time zoomed to freely, which is none of the ranges; 0: one of them was chosen.
    """

    group: str = ""
    tab: int = 0
    range: int = 0
    span_s: int = 0


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a person folded and where they left the dividers, whatever group is on show; None: nowhere.

    ``utc``: times are told in UTC; ``tabs_px``: the tabs' height; ``ledger_percent``: the ledger's share of
    the width beside its evidence.
    """

    folds: tuple[tuple[str, bool], ...] = ()
    tabs_px: int | None = None
    ledger_percent: int | None = None
    utc: bool = False


def settings() -> QSettings:
    """The window's own file, which a person may delete."""
    return QSettings(str(paths().config / FILE), QSettings.Format.IniFormat)


def read() -> Place:
    """The place of the last time; what cannot be read as such counts as not kept."""
    kept = settings()
    return Place(
        str(kept.value("group", "")),
        _number(kept.value("tab")),
        _number(kept.value("range")),
        _number(kept.value("span_s"), MOST_S),
    )


def keep(place: Place) -> None:
    """For the next start. Where the folder cannot be written, the next start is as a first one."""
    kept = settings()
    kept.setValue("group", place.group)
    kept.setValue("tab", place.tab)
    kept.setValue("range", place.range)
    kept.setValue("span_s", place.span_s)
    kept.sync()


def read_arrangement() -> Arrangement:
    """That of the last time; what cannot be read as such counts as not kept."""
    kept = settings()
    words = (word.partition("=") for word in str(kept.value("folds", "")).split())
    folds = tuple((name, said == "folded") for name, _, said in words if said in {"folded", "open"})
    percent = _number(kept.value("ledger_percent"))
    tabs_px = _number(kept.value("tabs_px"), MOST_PX)
    utc = _number(kept.value("utc")) == 1
    return Arrangement(folds, tabs_px or None, percent if 0 < percent < 100 else None, utc)


def keep_arrangement(left: Arrangement) -> None:
    """For the next start, as ``keep`` does."""
    kept = settings()
    kept.setValue("folds", " ".join(f"{name}={'folded' if on else 'open'}" for name, on in left.folds))
    kept.setValue("tabs_px", left.tabs_px or 0)
    kept.setValue("ledger_percent", left.ledger_percent or 0)
    kept.setValue("utc", int(left.utc))
    kept.sync()


def _number(kept: object, most: int = MOST) -> int:
    text = str(kept)
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MOST else 0
