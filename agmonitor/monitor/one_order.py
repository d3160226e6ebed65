"""One failover of a group at a time from this account: two that look at once would undo each other.

Held by the operating system for as long as the process lives, so nothing stale is ever left. Another
machine's orders it cannot know.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from agmonitor.domain.model import GroupSettings
from agmonitor.file_lock import FileLock, HeldElsewhereError
from agmonitor.monitor.auditing import pair_of
from agmonitor.monitor.ports import Clock

TRIES, AGAIN_S = 3, 0.1


@contextlib.contextmanager
def only_order(settings: GroupSettings, folder: Path) -> Iterator[bool]:
    """Whether this is the only order of that group now; a group is its two nodes, whatever it is called.

    Where nothing can be written it is taken for that: a full disk must not keep an admin from acting.
    """
    name = pair_of(settings)
    lock = contextlib.ExitStack()
    only = True
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            lock.enter_context(FileLock(folder / f"order-{name}.lock"))
        except HeldElsewhereError:
            only = False
    with lock:
        yield only


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
