"""No line of a wrapped row is cut off, however wide the list is."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from agmonitor.ui import theme
from agmonitor.ui.drill_wrapping import WrappingRows
from agmonitor.ui.style import style_sheet

TEXT = (
    "3. A sentence\npassed after 4 s: gw-1 secondary, gw-2 primary; DNS 127.79.188.12; hook_trouble (warning)"
)


class Shown(QListWidget):
    def cut_px(self, row: int) -> int:
        """By how much the style has less height for the text than it needs at the width it has."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualItemRect(self.item(row))
        option.text = TEXT
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDisplay
        if not self.item(row).icon().isNull():
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        style = self.style()
        place = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, self)
        margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, option, self) + 1
        area = QRect(0, 0, place.width() - 2 * margin, 1000)
        return self.fontMetrics().boundingRect(area, Qt.TextFlag.TextWordWrap, TEXT).height() - place.height()


def test_no_line_is_cut_off_at_any_width(qtbot: QtBot) -> None:
    shown = Shown()
    shown.setStyleSheet(style_sheet(theme.palette()))
    shown.setWordWrap(True)
    shown.setResizeMode(QListWidget.ResizeMode.Adjust)
    shown.setItemDelegate(WrappingRows(shown))
    qtbot.addWidget(shown)
    shown.setIconSize(QSize(14, 14))
    mark = QPixmap(14, 14)
    mark.fill(Qt.GlobalColor.red)
    shown.addItem(QListWidgetItem(TEXT))
    shown.addItem(QListWidgetItem(mark, TEXT))
    shown.show()

    cut = []
    for width in range(300, 720, 3):
        shown.resize(width, 400)
        shown.doItemsLayout()
        cut += [(width, row) for row in (0, 1) if shown.cut_px(row) > 0]

    assert cut == []
