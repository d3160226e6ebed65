"""One failover of a group at a time from this account: two that look at once would undo each other.

Held by the operating system for as long as the process lives, so nothing stale is ever left. Another
machine's orders it cannot know.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from agmonitor.domain.model import GroupSettings
from agmonitor.monitor.auditing import pair_of


@contextlib.contextmanager
def only_order(settings: GroupSettings, folder: Path) -> Iterator[bool]:
    """Whether this is the only order of that group now; a group is its two nodes, whatever it is called.

    Where nothing can be written it is taken for that: a full disk must not keep an admin from acting.
    """
    name = pair_of(settings)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(folder / f"order-{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield True
        return
    try:
        yield _locked(number)
    finally:
        os.close(number)


def _locked(number: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - each system has one of the two

            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - each system has one of the two

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
