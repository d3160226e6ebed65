"""Rows and pictures that leave the window: as text, as CSV, as PNG, by the clipboard or by the pointer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QTemporaryDir, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QPixmap
from PySide6.QtWidgets import QWidget

CSV = "text/csv"
CARRIED_PX = 320  # how wide a picture is shown under the pointer


def rows_as_mime(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> QMimeData:
    """Rows as tab-separated text without titles, for a ticket, and as CSV with them, for a sheet."""
    kept = list(rows)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(titles)
    writer.writerows([_harmless(cell) for cell in row] for row in kept)
    data = QMimeData()
    data.setText("\n".join("\t".join(_one_line(cell) for cell in row) for row in kept))
    data.setData(CSV, text.getvalue().encode())
    return data


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _harmless(cell: str) -> str:
    """No cell is taken for a formula by a spreadsheet: what a node told us may begin like one."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def copy(data: QMimeData) -> None:
    """Put it on the clipboard."""
    QGuiApplication.clipboard().setMimeData(data)


def picture_of(widget: QWidget) -> QPixmap:
    """The widget as it looks now, at the screen's own resolution."""
    return widget.grab()


def drag_picture(widget: QWidget, name: str) -> None:
    """Let the pointer carry the widget's picture: an image, and a PNG file for whoever takes only files.

    The file is gone once it was dropped and copied; returns when the pointer has let go.
    """
    picture = picture_of(widget)
    folder = QTemporaryDir()
    data = QMimeData()
    data.setImageData(picture.toImage())
    if folder.isValid():
        path = Path(folder.path()) / f"{name}.png"
        if picture.save(str(path), "PNG"):
            data.setUrls([QUrl.fromLocalFile(str(path))])
    drag = QDrag(widget)
    drag.setMimeData(data)
    carried = picture.scaledToWidth(CARRIED_PX, Qt.TransformationMode.SmoothTransformation)
    drag.setPixmap(carried)
    drag.setHotSpot(QPoint(CARRIED_PX // 2, 12))
    drag.exec(Qt.DropAction.CopyAction)
