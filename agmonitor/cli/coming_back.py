"""A start that needs no window of its own, for one waits in the tray. Light: asked before the first paint."""

from __future__ import annotations


def came_back() -> bool:
    """Whether a window that was put away into the tray of this screen comes up, so that none is opened."""
    from agmonitor.config.paths import paths
    from agmonitor.config.put_away import called_back

    if not called_back(paths().data):
        return False
    from agmonitor.cli.faults import say

    say("agmonitor was running in the tray; its window is back.")
    return True
