"""Compares two pictures as eyes do: softened first, so that a font's edges don't count and a moved word does.

A sheet of many small ones is for people to look at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

SOFT_PX = 4
SEEN = 24  # of 255, in one channel of a softened point
SHARE = 0.0002  # of the softened points: three other letters in a window of 1280 by 720

ACROSS, SMALL_PX, CELL_PX, NAME_PX, GAP_PX = 4, 640, 384, 24, 12


def differing_share(one: QImage, other: QImage) -> float:
    """The share of the picture that an eye would see to differ; 1.0 for pictures of different sizes."""
    if one.size() != other.size():
        return 1.0
    apart = np.abs(_softened(one) - _softened(other)).max(axis=2)
    return float((apart > SEEN).mean())


def differences(one: QImage, other: QImage, path: Path) -> None:
    """Write both side by side, and below them in white where they differ."""
    if one.size() != other.size():
        other.save(str(path))
        return
    apart = np.abs(_softened(one) - _softened(other)).max(axis=2) > SEEN
    shown = np.repeat(np.repeat((apart * 255).astype(np.uint8), SOFT_PX, axis=0), SOFT_PX, axis=1)
    height, width = shown.shape
    mask = QImage(
        np.ascontiguousarray(shown).tobytes(), width, height, width, QImage.Format.Format_Grayscale8
    )
    mask.copy().save(str(path))


def save(image: QImage, path: Path) -> None:
    """As a PNG, packed as tightly as can be.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(path), quality=0):
        raise OSError(f"The picture {path} cannot be written.")


def in_few_colours(image: QImage) -> QImage:
    """With the 256 colours it has most of, each other one by the nearest of them: a quarter of the bytes."""
    points = _points(image)
    bins, counts = np.unique(_coarse(points), return_counts=True)
    kept = np.sort(bins[np.argsort(counts)[::-1][:256]])
    # each coarse colour is shown as the mean of what fell into it; rare ones as the nearest kept
    nearest = np.array([kept[np.abs(_parts(kept) - _parts(one)).sum(axis=1).argmin()] for one in bins])
    places = np.searchsorted(kept, nearest[np.searchsorted(bins, _coarse(points))]).astype(np.uint8)
    high, wide = places.shape
    few = QImage(places.tobytes(), wide, high, wide, QImage.Format.Format_Indexed8).copy()
    means = [points[places == place].mean(axis=0).round().astype(int) for place in range(len(kept))]
    few.setColorTable([0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in means])
    return few


def _coarse(points: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
    """Five bits of each channel as one number."""
    fives = points.astype(np.int32) >> 3
    coarse: npt.NDArray[np.int32] = fives[..., 0] << 10 | fives[..., 1] << 5 | fives[..., 2]
    return coarse


def _parts(coarse: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    return np.stack([coarse >> 10 & 31, coarse >> 5 & 31, coarse & 31], axis=-1)


def contact_sheet(pictures: Mapping[str, QImage], path: Path) -> None:
    """All pictures small, each under its name, as one PNG."""
    lines = math.ceil(len(pictures) / ACROSS)
    sheet = QImage(ACROSS * (SMALL_PX + GAP_PX), lines * (CELL_PX + GAP_PX), QImage.Format.Format_RGB888)
    sheet.fill(QColor("#808890"))
    painter = QPainter(sheet)
    painter.setPen(QColor("#000000"))
    for place, (name, picture) in enumerate(sorted(pictures.items())):
        left, top = place % ACROSS * (SMALL_PX + GAP_PX), place // ACROSS * (CELL_PX + GAP_PX)
        painter.drawText(left + 4, top + NAME_PX - 4, name)
        small = picture.scaled(
            SMALL_PX,
            CELL_PX - NAME_PX,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter.drawImage(left, top + NAME_PX, small)
    painter.end()
    save(sheet, path)


def _softened(image: QImage) -> npt.NDArray[np.float32]:
    """Means of squares of ``SOFT_PX``: height, width, three channels."""
    points = _points(image)
    high, wide = points.shape[0] // SOFT_PX, points.shape[1] // SOFT_PX
    squares = points[: high * SOFT_PX, : wide * SOFT_PX].reshape(high, SOFT_PX, wide, SOFT_PX, 3)
    means: npt.NDArray[np.float32] = squares.mean(axis=(1, 3), dtype=np.float32)
    return means


def _points(image: QImage) -> npt.NDArray[np.uint8]:
    """Height, width, three channels."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return lines[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3).copy()
