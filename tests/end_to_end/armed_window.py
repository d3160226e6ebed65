"""The window on the groups of the settings, which arms a failover of ``g`` as soon as that is healthy.

Says ``armed`` when it is. With an argument it then closes itself; else it waits for a signal.
"""

from __future__ import annotations

import sys
from typing import Any

from PySide6.QtCore import QTimer

from agmonitor.cli import wiring
from agmonitor.cli.window_wiring import run_wired
from agmonitor.failover.guards import Intent, Kind
from agmonitor.monitor.ports import GroupChange
from agmonitor.monitor.workspace import Workspace
from agmonitor.ui.app import paint_first

MADE = wiring.watching


def main() -> int:
    """The window's exit code."""
    window = paint_first()

    def watching(*means: Any) -> Workspace:
        workspace = MADE(*means)
        begun: list[bool] = []

        async def arm() -> None:
            armed = await workspace.arm("g", Intent("patch day", Kind.PLANNED, "g"), lambda _line: None)
            print(armed.stage, armed.sentence, flush=True)  # noqa: T201 - whoever started us waits for it
            if sys.argv[1:]:
                QTimer.singleShot(0, window.close)

        def on_change(change: GroupChange) -> None:
            if change.state.verdict.name == "healthy" and not begun:
                begun.append(True)
                workspace._beside(arm())

        workspace.subscribe(on_change)
        return workspace

    wiring.watching = watching  # type: ignore[assignment]
    return run_wired(window, None, lab=None)


if __name__ == "__main__":
    sys.exit(main())
