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
from agmonitor.monitor.ports import Clock

TRIES, AGAIN_S = 3, 0.1


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


async def taken(settings: GroupSettings, folder: Path, clock: Clock, held: contextlib.ExitStack) -> bool:
    """Whether it is ours, until ``held`` is closed. Who merely looks has it for an instant: tried again."""
    for _ in range(TRIES):
        attempt = contextlib.ExitStack()
        if attempt.enter_context(only_order(settings, folder)):
            held.push(attempt.pop_all())
            return True
        attempt.close()
        await clock.sleep(AGAIN_S)
    return False


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
