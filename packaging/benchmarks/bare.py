"""The peer of our first paint: a bare Qt window, and the instant at which it is painted."""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class Bare(QMainWindow):
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        print(json.dumps({"painted": time.monotonic()}), flush=True)
        QApplication.quit()


app = QApplication(sys.argv[:1])
window = Bare()
window.resize(1440, 900)
window.show()
app.exec()
