"""Has TSIG signatures carry, and be checked by, this process' own clock, which a fault may have put off.

dnspython asks the ``time`` module of ``dns.message`` and offers no other way to say what time it is.
"""

from __future__ import annotations

import dns.message

from agmonitor.lab import clock


class _OwnTime:
    """As much of the ``time`` module as is asked for there."""

    @staticmethod
    def time() -> float:
        return clock.now()


def install() -> None:
    """From now on, for the whole process."""
    vars(dns.message)["time"] = _OwnTime
