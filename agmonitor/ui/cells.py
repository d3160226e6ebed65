"""How a cell is written where its column is too narrow: in more lines, or shortened in the middle."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from agmonitor.ui.column_widths import Need

PADDING_PX = 6  # above and below the lines, as in a row of one
BESIDE_PX = 24  # the style's padding and the text's own margin, both sides


class Cells(QStyledItemDelegate):
    """Columns in ``wraps`` take lines; of the others the middle goes first, for ends tell names apart."""

    def __init__(self, wraps: Collection[int], parent: QObject) -> None:
        super().__init__(parent)
        self._wraps = wraps

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if index.column() in self._wraps:
            return
        option.textElideMode = Qt.TextElideMode.ElideMiddle
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.WrapText


class Written(NamedTuple):
    """What stands in a cell, its font as ``QFont.toString`` names it, and what stands beside it, px."""

    text: str
    font: str
    beside: int = BESIDE_PX


def lines_px(cell: Written, width: int) -> int:
    """The height it wants at its column's width, px."""
    return _lines_px(cell.text, width - cell.beside, cell.font) + PADDING_PX


def need_of(cells: Iterable[Written], least: int) -> Need:
    """What a column of these needs; ``least``: what it needs in any case, px. Empty ones are left out."""
    filled = [cell for cell in cells if cell.text]
    words = [least, *(_word_px(cell.text, cell.font) + cell.beside for cell in filled)]
    texts = [_advance_px(cell.text, cell.font) + cell.beside for cell in filled]
    return Need(max(words), sum(texts) // len(texts) if texts else least, max([least, *texts]))


@functools.lru_cache(maxsize=16)
def _metrics(font: str) -> QFontMetrics:
    written = QFont()
    written.fromString(font)
    return QFontMetrics(written)


@functools.lru_cache(maxsize=4096)
def _advance_px(text: str, font: str) -> int:
    return _metrics(font).horizontalAdvance(text)


@functools.lru_cache(maxsize=4096)
def _word_px(text: str, font: str) -> int:
    """Its longest word."""
    return max(_advance_px(word, font) for word in text.split(" "))


@functools.lru_cache(maxsize=4096)
def _lines_px(text: str, room: int, font: str) -> int:
    metrics = _metrics(font)
    if room <= 0 or _advance_px(text, font) <= room:
        return metrics.height()
    return metrics.boundingRect(QRect(0, 0, room, 10_000), Qt.TextFlag.TextWordWrap, text).height()
