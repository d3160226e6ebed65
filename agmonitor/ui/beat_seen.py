"""How old a heartbeat is, for every place that names it: one number, and by whose clock it was counted.

A heartbeat is stamped by its node's clock. While that clock runs evenly its age by it and by ours are one.
Once it has been set the stamp no longer tells the age: then we count on our clock, from where the stamp fell
on it when the node first told of that heartbeat. Knows no Qt.
"""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.domain.model import Instant, Role
from agmonitor.domain.state import GroupState, NodeState
from agmonitor.domain.window import STAMP_S, clock_of, only, writer_clock, written_at
from agmonitor.texts import t
from agmonitor.ui.phrases import lasting

APART_S = 2.0  # finding 12's smallest limit: less is no other clock


@dataclass(frozen=True, slots=True)
class KnownBeat:
    """The newest heartbeat a node told of: its stamp, and the instant of ours it fell on when first seen."""

    stamp: Instant
    at: Instant


@dataclass(frozen=True, slots=True)
class BeatSeen:
    """``age_s`` None: the stamp lies ``ahead_s`` in the future of its clock, and nothing else is known."""

    age_s: float | None
    ours: bool  # counted on our clock, for the node's own was set
    ahead_s: float = 0.0

    @property
    def words(self) -> str:
        """``34 s ago``; ``34 s ago by our clock``."""
        if self.age_s is None:
            return t("{length} ahead of its clock", length=lasting(self.ahead_s))
        age = lasting(self.age_s)
        return t("{age} ago by our clock", age=age) if self.ours else t("{age} ago", age=age)


def told_by(node: NodeState, now: Instant, known: KnownBeat | None = None) -> BeatSeen | None:
    """The heartbeat that a node told of last; None: of none. ``known``: when it was first seen."""
    report = node.heard.report if node.heard is not None else None
    if report is None or report.last_heartbeat_at is None:
        return None
    by_stamp_s = now + clock_of(node).offset_s - report.last_heartbeat_at
    if known is not None and known.stamp == report.last_heartbeat_at:
        return _seen(by_stamp_s, max(0.0, now - known.at))
    return _seen(by_stamp_s, None)


def of_pair(
    state: GroupState, now: Instant, told_at: Instant, known: KnownBeat | None = None
) -> BeatSeen | None:
    """The newest heartbeat of the pair that arrived; None: none is known.

    It is the one on the Secondary's card. Where that is late, and TXT holds a newer one that the Secondary
    has yet to read, it is TXT's, as the verdict has it. ``told_at``: when the answer came that its age rests
    on; ``known``: the newest the Secondary told of.
    """
    beat = state.beat
    if beat is None:
        return None
    by_rule_s = beat.age_s + max(0.0, now - told_at)
    txt, secondary = state.memory.txt, only(state.nodes, Role.SECONDARY)
    if beat.source == "txt" and txt is not None:
        arrived = told_by(secondary, now, known) if secondary is not None else None
        if arrived is not None and arrived.age_s is not None and arrived.age_s <= beat.late_after_s:
            return arrived
        writer = only(state.nodes, Role.PRIMARY) if secondary is None else None
        if writer is not None and _wrote(writer, txt.stamp):
            return told_by(writer, now)
        return _seen(by_rule_s, max(0.0, now - written_at(txt, writer_clock(state))))
    if secondary is not None and known is not None and known.stamp == beat.stamped_at:
        return _seen(by_rule_s, max(0.0, now - known.at))
    return BeatSeen(by_rule_s, ours=False)


def _wrote(node: NodeState, stamp: Instant) -> bool:
    """Whether the node tells of the very heartbeat that TXT holds."""
    report = node.heard.report if node.heard is not None else None
    told = report.last_heartbeat_at if report is not None else None
    return told is not None and abs(told - stamp) < STAMP_S


def _seen(by_clock_s: float, by_ours_s: float | None) -> BeatSeen:
    if by_ours_s is not None and abs(by_clock_s - by_ours_s) > APART_S:
        return BeatSeen(by_ours_s, ours=True)
    if by_clock_s < -APART_S:
        return BeatSeen(None, ours=False, ahead_s=-by_clock_s)
    return BeatSeen(max(0.0, by_clock_s), ours=False)
