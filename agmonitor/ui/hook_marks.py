"""Calls of hooks as marks on our time axis, each call once however often the inventory repeats it. No Qt."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.memory import HookTroubleKind
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.observations import HookCall, HooksObservation
from agmonitor.domain.state import ClockOffset, GroupState
from agmonitor.texts import t, tn

CAP = 4_000
RUNNING_STILL = "it was still running."
_CALLED = re.compile(r"called (?P<workflow>.+?): (?P<callback>.+?) \(.*?\); it (?:raised (?P<error>[^:.]+))?")


class HookMarkKind(StrEnum):
    """What became of a call, or that there was none."""

    RETURNED = "returned"
    RAISED = "raised"
    RUNNING = "running"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, order=True)
class HookMark:
    """One call on our clock; or, with no call, a change of role at which a hook was missed.

    ``told``: as the history tells it, which keeps the outcome and the error alone.
    """

    at: Instant
    node: str
    workflow: str
    callback: str
    call: HookCall | None = field(default=None, compare=False)
    told: tuple[HookMarkKind, str] | None = None

    @property
    def kind(self) -> HookMarkKind:
        if self.told is not None:
            return self.told[0]
        return HookMarkKind.MISSED if self.call is None else HookMarkKind(self.call.outcome.value)

    @property
    def error(self) -> str:
        """What it raised; empty where it did not."""
        if self.told is not None:
            return self.told[1]
        return self.call.error if self.call is not None else ""

    @property
    def wrong(self) -> bool:
        return self.kind in {HookMarkKind.RAISED, HookMarkKind.MISSED}


def mark_of_event(event: Event) -> HookMark | None:
    """What the history tells of a call; None for all else, and for a call whose end is told later."""
    if event.kind is not EventKind.HOOK_CALLED or event.sentence.endswith(RUNNING_STILL):
        return None
    told = _CALLED.search(event.sentence)
    raised = event.severity is Severity.WARNING
    kind = HookMarkKind.RAISED if raised else HookMarkKind.RETURNED
    if told is None:
        return HookMark(event.at, event.node or "", event.sentence, "", told=(kind, ""))
    error = told["error"] or ""
    return HookMark(event.at, event.node or "", told["workflow"], told["callback"], told=(kind, error))


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
                at = call.started_at - offset_s
                self._put(HookMark(at, seen.node, call.workflow, call.callback, call))
        self._newest[seen.node] = seen.calls
        if len(self.marks) > CAP:
            del self.marks[: CAP // 8]

    def miss(self, state: GroupState, node: str) -> None:
        """Take over hooks that were not called at a change of role, each once at that change."""
        since = state.node(node).role_since
        for trouble in state.memory.hook_troubles:
            if trouble.kind is HookTroubleKind.MISSED and trouble.node == node and since is not None:
                mark = HookMark(since, node, trouble.workflow, trouble.callback)
                if mark not in self.marks:
                    insort(self.marks, mark)

    def between(self, from_at: Instant, until_at: Instant) -> list[HookMark]:
        return [mark for mark in self.marks if from_at <= mark.at <= until_at]

    def _put(self, mark: HookMark) -> None:
        for row in range(len(self.marks) - 1, -1, -1):
            known = self.marks[row]
            if known.node == mark.node and _same(known.call, mark.call):
                self.marks[row] = replace(known, call=mark.call)
                return
            if known.at < mark.at - 5.0:
                break
        insort(self.marks, mark)


def summary(marks: Sequence[HookMark]) -> str:
    """``2 ran, 1 raised: dhcp_export — KeyError, 1 missed: zone_sync``: what a cluster of calls came to."""
    missed = [mark for mark in marks if mark.kind is HookMarkKind.MISSED]
    ran = len(marks) - len(missed)
    # Translators: calls of hooks, in a list
    words = [tn("{n} ran", "{n} ran", ran)] if ran or not missed else []
    running = sum(mark.kind is HookMarkKind.RUNNING for mark in marks)
    if running:
        words.append(tn("{n} still running", "{n} still running", running))
    raised = [mark for mark in marks if mark.kind is HookMarkKind.RAISED]
    if raised:
        kind = raised[0].error.split(":", 1)[0].strip() or t("an error")
        what = _and_more(f"{raised[0].workflow} — {kind}", raised)
        words.append(tn("{n} raised: {what}", "{n} raised: {what}", len(raised), what=what))
    if missed:
        what = _and_more(missed[0].workflow, missed)
        words.append(tn("{n} missed: {what}", "{n} missed: {what}", len(missed), what=what))
    return ", ".join(words)


def _and_more(first: str, marks: Sequence[HookMark]) -> str:
    more = len(marks) - 1
    return tn("{first} and {n} more", "{first} and {n} more", more, first=first) if more else first


def _same(one: HookCall | None, other: HookCall | None) -> bool:
    if one is None or other is None:
        return False
    same_hook = (one.workflow, one.callback, one.source) == (other.workflow, other.callback, other.source)
    return same_hook and one.started_at == other.started_at
