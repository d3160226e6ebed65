"""A window that is there, or away in the tray, and a later start that asks for it instead of opening another.

Three files in a folder, named by the screen: one is locked while there is a window, one while it is away. The
third is made by who wants it, with the link it is to show, and taken away by the window that comes. Opens and
shows nothing itself.
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
LINK_MOST = 4_096


class PutAway:
    """The window's side. ``folder`` may not be there yet."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._here, self._away, self._wanted = _files(folder, environ)
        self._held: FileLock | None = None
        self._there: FileLock | None = None

    def be_here(self) -> None:
        """Be given links from now on, until ``end``.

        Raises:
            OSError: another window of this screen is, or the file cannot be made.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._there = FileLock(self._here)
        self._wanted.unlink(missing_ok=True)

    def leave(self) -> None:
        """Be asked for from now on.

        Raises:
            OSError: another window is away already, or the file cannot be made.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._there is None:  # else somebody may have left a link this very moment
            self._wanted.unlink(missing_ok=True)
        self._held = FileLock(self._away)

    def wanted(self) -> str | None:
        """The link somebody wants to see, "" where it is only the window; None: nobody has asked.

        Whoever asked sees that it comes.
        """
        if (self._held is None and self._there is None) or not self._wanted.exists():
            return None
        try:
            link = self._wanted.read_bytes()[:LINK_MOST].decode("utf-8", "replace")
            self._wanted.unlink()
        except OSError:  # another window of this screen was faster
            return None
        return link

    def come_back(self) -> None:
        """It is there; again is harmless."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def end(self) -> None:
        """There is no window any more; again is harmless."""
        self.come_back()
        if self._there is not None:
            self._there.close()
            self._there = None


def called_back(
    folder: Path,
    environ: Mapping[str, str] | None = None,
    within_s: float = COMES_WITHIN_S,
    *,
    link: str = "",
) -> bool:
    """Ask for the window that is away on this screen; whether it comes. False where there is none.

    With a link for one that is open, too: the moment is shown there, for what else would two windows be for.
    """
    here, away, wanted = _files(folder, environ)
    if not is_held(away) and not (link and is_held(here)):
        return False
    try:
        _ask(wanted, link)
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


def _ask(wanted: Path, link: str) -> None:
    """Whole or not at all: the window may look at any time."""
    part = wanted.with_suffix(f".{os.getpid()}")
    part.touch(mode=0o600)
    part.write_text(link, "utf-8")
    part.replace(wanted)


def _files(folder: Path, environ: Mapping[str, str] | None) -> tuple[Path, Path, Path]:
    """Of one screen: a window elsewhere that comes up would not be seen here."""
    there = os.environ if environ is None else environ
    screen = there.get("WAYLAND_DISPLAY") or there.get("DISPLAY") or ""
    name = re.sub(r"\W+", "-", f"window-{platform.node()}-{screen}")
    return folder / f"{name}.here", folder / f"{name}.away", folder / f"{name}.wanted"
