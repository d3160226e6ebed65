"""Opens the window, painted before anything else is imported; without a display says what to do instead."""

from __future__ import annotations

from agmonitor.cli.coming_back import came_back
from agmonitor.cli.display import has_display
from agmonitor.cli.faults import UserError, say
from agmonitor.cli.lab_wish import LabWish

NO_DISPLAY = 1


def open_window(
    password_file: str | None = None, *, lab: LabWish | None = None, at: str | None = None
) -> int:
    """The window on all configured groups; ``lab`` starts that lab at once, ``at`` is a link to a moment.

    Raises:
        UserError: the settings or the password file cannot be read, or the link is none.
    """
    if at is not None:
        _check_link(at)
    if not has_display():
        say(
            "There is no display to open the window on. Look from here with: agmonitor status, "
            "agmonitor watch, or agmonitor demo --unattended DIR."
        )
        return NO_DISPLAY
    if lab is None and came_back(at or ""):
        return 0
    from agmonitor.ui.app import paint_first

    window = paint_first()
    from agmonitor.cli.window_wiring import run_wired

    return run_wired(window, password_file, lab=lab, at=at)


def _check_link(link: str) -> None:
    from agmonitor.report.link import moment_of

    try:
        moment_of(link)
    except ValueError as error:
        raise UserError(str(error)) from error
