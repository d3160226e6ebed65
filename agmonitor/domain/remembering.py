"""What was worked out of a frozen value is kept and given again for the very same value. Forgets in time.

For what every step asks and few inputs change. Goes by identity: comparing would cost as much as the work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")

MOST = 512
"""Values kept, of a great many groups; all are forgotten at once when there are more."""


def remembered(work: Callable[[K], T]) -> Callable[[K], T]:
    """The same pure function of one frozen value; it works once per value."""
    known: dict[int, tuple[K, T]] = {}  # holds the value too, so that no other gets its number

    def given(value: K) -> T:
        found = known.get(id(value))
        if found is None:
            if len(known) >= MOST:
                known.clear()
            found = known[id(value)] = value, work(value)
        return found[1]

    return given
