"""The measured half of the start: the command as a person gives it, on the settings in AGMONITOR_HOME.

Prints the instants of the first paint and of the first verdict on the screen, and closes the window.
"""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtWidgets import QWidget

import agmonitor.ui.app as window_app
from agmonitor.__main__ import main

instants: dict[str, float] = {}


class Timed(window_app.MainWindow):
    def __init__(self) -> None:
        super().__init__()
        self.painted.connect(lambda: instants.setdefault("painted", time.monotonic()))

    def put_group_view(self, view: QWidget) -> None:
        from paint_watch import PaintWatch  # noqa: PLC0415 - nothing of ours is to delay the first paint

        super().put_group_view(view)
        banner = view.banner  # type: ignore[attr-defined]
        PaintWatch(banner, lambda: self.on_banner(banner.accessibleName()), afterwards=True)

    def on_banner(self, spoken: str) -> None:
        if spoken and not spoken.startswith("unknown") and "usable" not in instants:
            instants["usable"] = time.monotonic()
            print(json.dumps(instants), flush=True)
            self.close()


window_app.MainWindow = Timed  # type: ignore[misc]
del sys.argv[1:]
main()
