"""A start that needs no window of its own, for one waits in the tray. Light: asked before the first paint."""

from __future__ import annotations


def came_back(link: str = "") -> bool:
    """Whether a window that was put away into the tray of this screen comes up, so that none is opened.

    With a link to a moment: whether a window of this screen, away or not, shows it.
    """
    from agmonitor.config.paths import paths
    from agmonitor.config.put_away import called_back

    if not called_back(paths().data, link=link):
        return False
    from agmonitor.cli.faults import say

    say(
        "agmonitor is running; its window shows that moment."
        if link
        else "agmonitor was running in the tray; its window is back."
    )
    return True
