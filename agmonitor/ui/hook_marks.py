"""Calls of hooks as marks on our time axis, each call once however often the inventory repeats it. No Qt."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field

from agmonitor.domain.model import Instant
from agmonitor.domain.observations import HookCall, HookOutcome, HooksObservation
from agmonitor.domain.state import ClockOffset

CAP = 4_000


@dataclass(frozen=True, slots=True, order=True)
class HookMark:
    """One call on our clock."""

    at: Instant
    node: str
    call: HookCall = field(compare=False)

    @property
    def raised(self) -> bool:
        return self.call.outcome is HookOutcome.RAISED


class HookMarks:
    """All calls known, in order of time."""

    __slots__ = ("_newest", "known", "marks")

    def __init__(self) -> None:
        self.marks: list[HookMark] = []
        self.known = False  # an inventory has answered
        self._newest: dict[str, tuple[HookCall, ...]] = {}

    def feed(self, seen: HooksObservation, offset: ClockOffset | None) -> None:
        """Take over new calls; a call that was running takes its new outcome."""
        if seen.answer.value != "ok":
            return
        self.known = True
        before = self._newest.get(seen.node, ())
        if seen.calls == before:
            return
        offset_s = offset.middle_s if offset is not None else 0.0
        told = set(before)
        for call in seen.calls:
            if call not in told:
                self._put(HookMark(call.started_at - offset_s, seen.node, call))
        self._newest[seen.node] = seen.calls
        if len(self.marks) > CAP:
            del self.marks[: CAP // 8]

    def between(self, from_at: Instant, until_at: Instant) -> list[HookMark]:
        return [mark for mark in self.marks if from_at <= mark.at <= until_at]

    def _put(self, mark: HookMark) -> None:
        for row in range(len(self.marks) - 1, -1, -1):
            known = self.marks[row]
            if known.node == mark.node and _same(known.call, mark.call):
                self.marks[row] = HookMark(known.at, mark.node, mark.call)
                return
            if known.at < mark.at - 5.0:
                break
        insort(self.marks, mark)


def summary(marks: Sequence[HookMark]) -> str:
    """``2 ran, 1 raised: dhcp_export — KeyError``: what a cluster of calls came to."""
    raised = [mark for mark in marks if mark.raised]
    running = sum(mark.call.outcome is HookOutcome.RUNNING for mark in marks)
    words = f"{len(marks)} ran"
    if running:
        words += f", {running} still running"
    if raised:
        kind = raised[0].call.error.split(":", 1)[0].strip() or "an error"
        more = f" and {len(raised) - 1} more" if len(raised) > 1 else ""
        words += f", {len(raised)} raised: {raised[0].call.workflow} — {kind}{more}"
    return words


def _same(one: HookCall, other: HookCall) -> bool:
    return (one.workflow, one.callback, one.started_at) == (other.workflow, other.callback, other.started_at)
