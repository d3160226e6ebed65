"""Run on a screen of two device pixels each way: prints of each painted part how much of it is really fine.

A line per part: its class and the share of blocks of two by two pixels that are not of one colour. What was
painted small and blown up has none of those.
"""

from __future__ import annotations

import sys

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from agmonitor.ui.app import application
from tests.ui import staged
from tests.ui.surfaces import window_on


def fine_share(widget: QWidget) -> float:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    shape = (image.height(), image.bytesPerLine() // 4, 4)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., :3].astype(np.int16)
    blocks = pixels[: shape[0] // 2 * 2, : shape[1] // 2 * 2]
    corner = blocks[::2, ::2]
    others = (blocks[::2, 1::2], blocks[1::2, ::2], blocks[1::2, 1::2])
    differs = np.zeros(corner.shape[:2], bool)
    for other in others:
        differs |= np.abs(other - corner).max(axis=2) > 24
    return float(differs.mean())


def main() -> None:
    application()
    window, view = window_on(staged.no_standby())
    window.resize(1280, 720)
    window.show()
    axis = view.axis
    assert axis is not None
    assert window.devicePixelRatioF() == 2
    for part in (axis, view.banner, *view.nodes, view.name, window.sidebar.list):
        sys.stdout.write(f"{type(part).__name__} {fine_share(part)}\n")


if __name__ == "__main__":
    main()
