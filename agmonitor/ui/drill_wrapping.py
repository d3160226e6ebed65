"""Heights for list rows whose text wraps: the style's own measure forgets the padding, and cuts lines off."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import QListWidget, QStyledItemDelegate, QStyleOptionViewItem

PADDING_PX = QSize(40, 8)  # at the sides and above and below, a little more than the style sheet's
HIGHEST_PX = 10_000


class WrappingRows(QStyledItemDelegate):
    """Each row as high as its text needs at the list's width."""

    def __init__(self, rows: QListWidget) -> None:
        super().__init__(rows)
        self._rows = rows

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        mark_px = self._rows.iconSize().width() if icon is not None else 0
        width = self._rows.viewport().width()
        area = QRect(0, 0, max(1, width - PADDING_PX.width() - mark_px), HIGHEST_PX)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        needed = self._rows.fontMetrics().boundingRect(area, Qt.TextFlag.TextWordWrap, text)
        return QSize(width, needed.height() + PADDING_PX.height())
