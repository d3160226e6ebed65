"""Rows and pictures that leave the window: as text, as CSV, as PNG, by the clipboard or by the pointer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QTemporaryDir, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QPixmap
from PySide6.QtWidgets import QWidget

from agmonitor.texts import t

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


@dataclass(frozen=True, slots=True)
class Carried:
    """A picture or rows under way: the data that is dropped, and what the pointer shows meanwhile."""

    data: QMimeData
    shown: QPixmap


@contextmanager
def carried(widget: QWidget, name: str) -> Iterator[Carried]:
    """The widget's picture as an image, and as a PNG file for whoever takes only files.

    The file is gone at the end of the block: by then it was dropped, and copied.
    """
    picture = picture_of(widget)
    folder = QTemporaryDir()
    data = QMimeData()
    data.setImageData(picture.toImage())
    if folder.isValid():
        path = Path(folder.path()) / f"{_file_name(name)}.png"
        if picture.save(str(path), "PNG"):
            data.setUrls([QUrl.fromLocalFile(str(path))])
    yield Carried(data, picture.scaledToWidth(CARRIED_PX, Qt.TransformationMode.SmoothTransformation))
    folder.remove()


@contextmanager
def carried_rows(data: QMimeData, name: str, shown: QPixmap) -> Iterator[Carried]:
    """Rows as ``rows_as_mime`` has them, and as a CSV file for whoever takes only files, such as a folder.

    The file is gone at the end of the block, as a picture's.
    """
    folder = QTemporaryDir()
    if folder.isValid():
        path = Path(folder.path()) / f"{_file_name(name)}.csv"
        with suppress(OSError):  # without room for a file the rows are still carried
            path.write_bytes(data.data(CSV).data())
            data.setUrls([QUrl.fromLocalFile(str(path))])
    yield Carried(data, shown)
    folder.remove()


def drag(source: QWidget, what: Carried) -> None:
    """Let the pointer carry it until it lets go."""
    moved = QDrag(source)
    moved.setMimeData(what.data)
    moved.setPixmap(what.shown)
    moved.setHotSpot(QPoint(CARRIED_PX // 2, 12))
    moved.exec(Qt.DropAction.CopyAction)


def _file_name(name: str) -> str:
    """A group may be called anything; a file may not."""
    kept = "".join(letter if letter.isalnum() or letter in "-_. " else "-" for letter in name)
    return kept.strip(". ")[:80] or t("picture")
