"""A lock that processes of this machine hold on a file, and that the system takes from them when they end.

Nothing stale is ever left, not even by a kill. It is held against processes and against other openings of the
file within one; it says nothing of another machine. What is done under it is its holders' business.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from pathlib import Path
from typing import Self

AGAIN_S = 0.02
"""Waiting asks again this often, so that whoever was stopped while holding it stops nobody for ever."""
FAR_AWAY = 1 << 40  # the byte Windows locks: beyond any content, which others may go on reading there


class HeldElsewhereError(OSError):
    """Somebody else holds it, and did not let go in time."""

    def __init__(self) -> None:
        super().__init__(errno.EAGAIN, "Another program holds it and does not let go")


class FileLock:
    """Held from its making until ``close``, or for as long as the process lives. The file stays, empty."""

    def __init__(self, path: Path, *, wait_s: float = 0.0) -> None:
        """Take it, waiting up to ``wait_s`` for who holds it.

        Raises:
            HeldElsewhereError: somebody else holds it.
            OSError: the file cannot be made or opened; its folder must be there.
        """
        self._number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            hold(self._number, wait_s=wait_s)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Let go; again is harmless."""
        number, self._number = self._number, -1
        if number >= 0:
            os.close(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_held(path: Path) -> bool:
    """Whether somebody holds it now; makes nothing. Two who ask at once don't take each other for one."""
    try:
        number = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        hold(number, shared=True)
    except OSError:
        return True
    finally:
        os.close(number)
    return False


def hold(number: int, *, shared: bool = False, wait_s: float = 0.0) -> None:
    """Hold the open file of that descriptor until ``let_go`` or its closing; blocks up to ``wait_s``.

    With ``shared`` others may share it and nobody may hold it alone; Windows holds it alone all the same.

    Raises:
        HeldElsewhereError: somebody else holds it.
        OSError: this file system knows no locks.
    """
    tries = 1 + round(wait_s / AGAIN_S)
    while not _try(number, shared=shared):
        tries -= 1
        if tries <= 0:
            raise HeldElsewhereError
        threading.Event().wait(AGAIN_S)


def let_go(number: int) -> None:
    """Give it up without closing the file."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - each system has one of the two

        with _far_away(number):
            msvcrt.locking(number, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - each system has one of the two

        fcntl.flock(number, fcntl.LOCK_UN)


def _try(number: int, *, shared: bool) -> bool:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - each system has one of the two

        with contextlib.suppress(PermissionError), _far_away(number):
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
            return True
    else:
        import fcntl  # noqa: PLC0415 - each system has one of the two

        with contextlib.suppress(BlockingIOError):
            fcntl.flock(number, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            return True
    return False


if sys.platform == "win32":
    from collections.abc import Iterator

    @contextlib.contextmanager
    def _far_away(number: int) -> Iterator[None]:
        """Windows locks where the file stands; reading and writing go on where they were."""
        stood = os.lseek(number, 0, os.SEEK_CUR)
        os.lseek(number, FAR_AWAY, os.SEEK_SET)
        try:
            yield
        finally:
            os.lseek(number, stood, os.SEEK_SET)
