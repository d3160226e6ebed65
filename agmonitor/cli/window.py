"""Opens the window, and says what to do instead where there is no display to open it on."""

from __future__ import annotations

from agmonitor.cli.faults import say
from agmonitor.cli.terminal import has_display

NO_DISPLAY = 1


def open_window(*, with_lab: bool = False) -> int:
    """The window on all configured groups; ``with_lab`` starts the lab at once."""
    if not has_display():
        say(
            "There is no display to open the window on. Look from here with: agmonitor status, "
            "agmonitor watch, or agmonitor demo --unattended DIR."
        )
        return NO_DISPLAY
    from agmonitor.cli import wiring
    from agmonitor.ui.app import run_window

    wiring.start_log()
    return run_window(wiring.window_workspace, start_lab=with_lab, make_lab=wiring.new_lab)
