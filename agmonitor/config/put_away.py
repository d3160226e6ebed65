"""A window that was put away into the tray, and a later start that asks for it instead of opening another.

Two empty files in a folder, named by the screen: one is locked while the window is away, the other is made by
who wants it back, and taken away by the window that comes. Opens and shows nothing itself.
"""

from __future__ import annotations

import os
import platform
import re
import threading
from collections.abc import Mapping
from pathlib import Path

from agmonitor.file_lock import FileLock, is_held

COMES_WITHIN_S = 3.0
"""A window that has not come by then hangs: another is opened after all."""
AGAIN_S = 0.02


class PutAway:
    """The window's side. ``folder`` may not be there yet."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._away, self._wanted = _files(folder, environ)
        self._held: FileLock | None = None

    def leave(self) -> None:
        """Be asked for from now on.

        Raises:
            OSError: another window is away already, or the file cannot be made.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._wanted.unlink(missing_ok=True)
        self._held = FileLock(self._away)

    def wanted(self) -> bool:
        """Whether somebody has asked for it; whoever asked sees that it comes."""
        if self._held is None or not self._wanted.exists():
            return False
        self._wanted.unlink(missing_ok=True)
        return True

    def come_back(self) -> None:
        """It is there; again is harmless."""
        if self._held is not None:
            self._held.close()
            self._held = None


def called_back(
    folder: Path, environ: Mapping[str, str] | None = None, within_s: float = COMES_WITHIN_S
) -> bool:
    """Ask for the window that is away on this screen; whether it comes. False where there is none."""
    away, wanted = _files(folder, environ)
    if not is_held(away):
        return False
    try:
        wanted.touch(mode=0o600)
        for _ in range(round(within_s / AGAIN_S)):
            if not wanted.exists():
                return True
            threading.Event().wait(AGAIN_S)
        wanted.unlink()
    except FileNotFoundError:
        return True  # it came at the last moment
    except OSError:
        return False
    return False


def _files(folder: Path, environ: Mapping[str, str] | None) -> tuple[Path, Path]:
    """Of one screen: a window elsewhere that comes up would not be seen here."""
    there = os.environ if environ is None else environ
    screen = there.get("WAYLAND_DISPLAY") or there.get("DISPLAY") or ""
    name = re.sub(r"\W+", "-", f"window-{platform.node()}-{screen}")
    return folder / f"{name}.away", folder / f"{name}.wanted"
