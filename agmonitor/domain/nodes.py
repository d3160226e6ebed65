"""One node's probes folded into what the node is to us: heard, unreadable, or silent twice running.

Knows nothing of the other node, of DNS or of findings.
"""

from __future__ import annotations

from agmonitor.domain import clock_offset, named
from agmonitor.domain.memory import ClockStep, Memory
from agmonitor.domain.model import SILENT, Answer
from agmonitor.domain.observations import LoadObservation, NodeObservation, NodeReport
from agmonitor.domain.replacing import replace, replacer
from agmonitor.domain.state import ClockOffset, NodeState

SURE_S = 2.0
"""A clock known worse than this is known better later, and nothing is counted by it."""

_with_clocks = replacer(Memory, "clocks")
_with_load = replacer(NodeState, "load", "offset", "stated_offset")
_as_heard = replacer(
    NodeState,
    *("condition", "since", "last", "heard", "before", "failures", "refused", "first_failed_at"),
    *("role", "role_since", "role_change_seen", "begun_at", "begun_offset_s", "role_until_at"),
    *("offset", "stated_offset", "configuration"),
)


def observed(node: NodeState, probe: NodeObservation, offset: ClockOffset | None) -> NodeState:
    """The node after one probe of its group state; ``offset`` is what its clock is now known to be."""
    if probe.answer is named.ANSWERED and probe.report is not None:
        return _heard(node, probe, offset)
    silent = probe.answer in SILENT
    same_class = node.failures > 0 and node.last is not None and (node.last.answer in SILENT) == silent
    failures = node.failures + 1 if same_class else 1
    first_failed_at = node.first_failed_at if same_class else probe.sent_at
    condition = named.UNREADABLE
    if silent:  # once is no event: the node stays what it was
        condition = named.SILENT if failures > 1 else node.condition
    began = first_failed_at if condition is named.SILENT else probe.received_at
    return replace(
        node,
        condition=condition,
        since=node.since if condition is node.condition else began,
        last=probe,
        failures=failures,
        refused=node.refused or probe.answer is Answer.REFUSED,
        first_failed_at=first_failed_at,
        role=node.role if condition is named.HEARD else None,
        offset=offset,
    )


def _heard(node: NodeState, probe: NodeObservation, offset: ClockOffset | None) -> NodeState:
    report = probe.report
    assert report is not None
    before = node.heard.report.role if node.heard is not None and node.heard.report is not None else None
    changed = before is not None and before is not report.role
    fresh = changed or node.role_since is None
    began = changed or _started_anew(node, report)
    known_s = None
    if began and offset is not None and offset.uncertainty_s <= SURE_S:
        known_s = offset.middle_s
    return _as_heard(
        node,
        condition=named.HEARD,
        since=node.since if node.condition is named.HEARD else probe.received_at,
        last=probe,
        heard=probe,
        before=node.heard,
        failures=0,
        refused=False,
        first_failed_at=None,
        role=report.role,
        role_since=probe.received_at if fresh else node.role_since,
        role_change_seen=changed if fresh else node.role_change_seen,
        begun_at=probe.received_at if began else node.begun_at,
        begun_offset_s=known_s if began else node.begun_offset_s,
        role_until_at=node.heard.sent_at if changed and node.heard is not None else node.role_until_at,
        offset=offset,
        stated_offset=None,
        configuration=report.configuration if report.configuration is not None else node.configuration,
    )


def _started_anew(node: NodeState, report: NodeReport) -> bool:
    """It refused connections before this answer, or has forgotten the beats or checks it knew."""
    known = node.heard.report if node.heard is not None else None
    if node.refused or known is None or known.role is not report.role:
        return node.refused
    forgot_beat = known.last_heartbeat_at is not None and report.last_heartbeat_at is None
    return forgot_beat or (known.last_updated_at is not None and report.last_updated_at is None)


def clock_read(memory: Memory, place: int, probe: NodeObservation | LoadObservation) -> Memory:
    """The evidence on the clock of the node at that place after a probe, and whether that clock was set."""
    clock, step_s, sure = memory.clocks[place], 0.0, True
    if probe.http_date is not None:
        sure = not clock_offset.own_counts(clock, probe.received_at)
        clock, step_s = clock_offset.by_date(clock, probe.http_date, probe.sent_at, probe.received_at)
    if isinstance(probe, LoadObservation) and probe.current_time is not None:
        clock, step_s = clock_offset.by_own_word(clock, probe.current_time, probe.sent_at, probe.received_at)
        sure = True
    if clock is memory.clocks[place]:
        return memory
    clocks = (clock, memory.clocks[1]) if place == 0 else (memory.clocks[0], clock)
    if not step_s:
        return _with_clocks(memory, clocks)
    step = ClockStep(probe.received_at, probe.node, step_s)
    if sure:
        return replace(memory, clocks=clocks, clock_step=step)
    return replace(memory, clocks=clocks, date_step=step)


def loaded(
    node: NodeState, probe: LoadObservation, offset: ClockOffset | None, stepped: ClockStep | None
) -> NodeState:
    """The node after an answer on its load; ``stepped``: its clock was set, as this answer shows.

    The stamps of its state are from before, unless that answer's ``Date`` showed it already: until it tells
    them anew they go by the clock it had.
    """
    stated = node.stated_offset
    if stepped is not None and stated is None and not _told_by(node.heard, offset):
        stated = node.offset
    load = probe if probe.load_score is not None else node.load
    return _with_load(node, load=load, offset=offset, stated_offset=stated)


def _told_by(heard: NodeObservation | None, offset: ClockOffset | None) -> bool:
    """Whether the ``Date`` of an answer is of a clock that far from ours."""
    if heard is None or heard.http_date is None or offset is None:
        return False
    off_by_s = heard.http_date - heard.received_at - offset.middle_s
    return abs(off_by_s) <= offset.uncertainty_s + SURE_S


def forgotten(node: NodeState) -> NodeState:
    """The node after a gap: what it was is known, what it is is not."""
    return replace(
        node,
        condition=named.UNKNOWN,
        since=None,
        failures=0,
        refused=False,
        first_failed_at=None,
        role=None,
        role_since=None,
        role_change_seen=False,
        begun_at=None,
        begun_offset_s=None,
        offset=None,
        stated_offset=None,
        load=None,
    )
