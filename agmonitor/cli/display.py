"""Whether a window could be seen here. Imports nothing: the first paint waits for it."""

from __future__ import annotations

import os
import sys


def has_display() -> bool:
    """Whether a platform was chosen, or there is a display server."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"))
