"""The heartbeats themselves, put together again from the times that a node reports: which came when, and how.

Each is told of once, by the first answer that knows of it. What no answer told of is not made up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from agmonitor.domain.model import HeartbeatMethod, Instant, Role
from agmonitor.domain.observations import NodeReport

STAMP_S = 1.0
"""Stamps are whole seconds: an interval between two is known to a second."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One beat that a node knows of. A Primary's own are those it sent, a Secondary's those it received."""

    role: Role
    method: HeartbeatMethod | None
    stamp: Instant  # as reported, on the node's clock
    at: Instant  # the stamp on our clock; never after ``seen_at``
    seen_at: Instant  # the first answer that told of it
    interval_s: float | None = None  # since the beat before it; None: we did not watch all the while

    @property
    def by_dns(self) -> bool:
        return self.method is HeartbeatMethod.DNS


class BeatFollower:
    """One node's beats, in the order its answers come."""

    __slots__ = ("_newest",)

    def __init__(self) -> None:
        self._newest: Heartbeat | None = None

    def feed(self, report: NodeReport, seen_at: Instant, offset_s: float) -> Heartbeat | None:
        """An answer; the beat it tells of, where that is another one than before."""
        stamp, known = report.last_heartbeat_at, self._newest
        if stamp is None or report.role is Role.NOT_IN_GROUP:
            self._newest = None
            return None
        if known is not None and known.role is report.role and known.stamp == stamp:
            return None
        joined = known is not None and known.role is report.role and stamp > known.stamp
        interval_s = stamp - known.stamp if known is not None and joined else None
        beat = Heartbeat(
            report.role,
            report.heartbeat_method,
            stamp,
            min(stamp - offset_s, seen_at),
            seen_at,
            interval_s,
        )
        self._newest = beat
        return beat

    def knows(self, report: NodeReport | None) -> bool:
        """Whether that answer tells of the newest beat."""
        newest = self._newest
        return (
            report is not None
            and newest is not None
            and (report.role, report.last_heartbeat_at) == (newest.role, newest.stamp)
        )

    def break_here(self) -> None:
        """The node is not heard, or nobody looked: what came meanwhile nobody knows."""
        self._newest = None


def missed_in(interval_s: float, report_s: float) -> int:
    """How many beats should have come between two; a delay of less than half an interval is none."""
    return max(0, math.floor((interval_s - STAMP_S) / report_s + 0.5) - 1) if report_s > 0 else 0


def missing_since(age_s: float, report_s: float) -> int:
    """How many should have come since one so old; delivery and stamps leave two seconds."""
    return max(0, math.floor((age_s - 2 * STAMP_S) / report_s)) if report_s > 0 else 0
