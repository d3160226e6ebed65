"""How a cell is written where its column is too narrow: in more lines, or shortened in the middle."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable

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


def lines_px(index: QModelIndex, width: int, font: QFont) -> int:
    """The height a cell wants at its column's width, px."""
    return _lines_px(str(index.data() or ""), width - BESIDE_PX, _font_of(index, font)) + PADDING_PX


def need_of(cells: Iterable[QModelIndex], font: QFont, least: int) -> Need:
    """What a column of these needs; ``least``: what it needs in any case, px. Empty ones are left out."""
    words, texts = [least], []
    for cell in cells:
        if text := str(cell.data() or ""):
            written = _font_of(cell, font)
            words.append(_word_px(text, written) + BESIDE_PX)
            texts.append(_advance_px(text, written) + BESIDE_PX)
    return Need(max(words), sum(texts) // len(texts) if texts else least, max([least, *texts]))


def _font_of(index: QModelIndex, font: QFont) -> str:
    own = index.data(Qt.ItemDataRole.FontRole)
    return (own if isinstance(own, QFont) else font).toString()


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
