"""Timers, the age of the newest heartbeat, and the takeover window. Pure arithmetic on what was heard.

Ages are judged as of the answer they rest on, not as of now: between two answers nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agmonitor.domain import named
from agmonitor.domain.addresses import owner_of
from agmonitor.domain.clock_offset import widened
from agmonitor.domain.making import quickly_made
from agmonitor.domain.memory import Memory, TxtBeat
from agmonitor.domain.model import Instant, Role
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.remembering import remembered
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import BeatAge, ClockOffset, GroupState, NodeState, TakeoverWindow, Timers

STAMP_S = 1.0  # stamps are cut to whole seconds
DELIVERY_S = 1.0
RECORD_UPDATE_S = 2.0
LONGEST_INTERVAL_S = 1e9


@quickly_made
@dataclass(frozen=True, slots=True)
class ClockOfBeats:
    """The clock the beats are judged by: how far it is from ours, and how sure that is."""

    offset_s: float = 0.0
    uncertainty_s: float = 0.0
    known: bool = False

    @property
    def slack_s(self) -> float:
        return STAMP_S + DELIVERY_S + self.uncertainty_s


UNKNOWN_CLOCK = ClockOfBeats()


def window_s(absence_s: float, check_s: float) -> float:
    """From the last heartbeat to the window's close, both clocks known: what any takeover fits into."""
    return max(absence_s, check_s) + check_s + STAMP_S + DELIVERY_S + RECORD_UPDATE_S


def seats(nodes: tuple[NodeState, NodeState]) -> tuple[NodeState | None, NodeState | None]:
    """The one Primary and the one Secondary heard, as ``only`` finds them."""
    first, second = nodes
    one = first.role if first.condition is named.HEARD else None
    other = second.role if second.condition is named.HEARD else None
    if one is other:
        return None, None
    if one is named.PRIMARY:
        return first, second if other is named.SECONDARY else None
    if one is named.SECONDARY:
        return second if other is named.PRIMARY else None, first
    return (second, None) if other is named.PRIMARY else (None, second if other is named.SECONDARY else None)


def only(nodes: tuple[NodeState, NodeState], role: Role) -> NodeState | None:
    """The one node heard in that role; None for none or two."""
    first, second = nodes
    if first.role is role and first.condition is named.HEARD:
        return None if second.role is role and second.condition is named.HEARD else first
    return second if second.role is role and second.condition is named.HEARD else None


def timers_of(state: GroupState) -> Timers:
    """H, C, A and TTL: the Secondary's word first, then the other's, then the documented defaults."""
    nodes = sorted(state.nodes, key=lambda node: (not _last_known_as_secondary(node), node.name))
    words = [node.configuration for node in nodes if node.configuration is not None]
    report_s = _first(word.health_report_interval for word in words)
    check_s = _first(word.health_check_interval for word in words)
    absence_s = _first(word.allowed_absence_interval for word in words)
    ttl_s = _first(word.group_fqdn_ttl for word in words)
    default = Timers()
    return Timers(
        report_s=default.report_s if report_s is None else report_s,
        check_s=default.check_s if check_s is None else check_s,
        absence_s=default.absence_s if absence_s is None else absence_s,
        ttl_s=default.ttl_s if ttl_s is None else ttl_s,
        assumed=None in {report_s, check_s, absence_s, ttl_s},
    )


def _last_known_as_secondary(node: NodeState) -> bool:
    report = node.heard.report if node.heard is not None else None
    return report is not None and report.role is named.SECONDARY


def _first(seconds: Iterable[int | None]) -> float | None:
    """The first that a clock could count; nonsense is as good as nothing."""
    return next((float(s) for s in seconds if s is not None and 0 < s < LONGEST_INTERVAL_S), None)


def clock_of(node: NodeState) -> ClockOfBeats:
    """The clock by which a node stamped what it told last."""
    offset = node.offset if node.stated_offset is None else node.stated_offset
    return UNKNOWN_CLOCK if offset is None else _clock_by(offset)


@remembered
def _clock_by(offset: ClockOffset) -> ClockOfBeats:
    return ClockOfBeats(offset.middle_s, offset.uncertainty_s, known=True)


def writer_clock(state: GroupState) -> ClockOfBeats:
    """The clock that stamps the TXT record: the Primary's, else (NTP keeps them in step) the other's."""
    primary = only(state.nodes, named.PRIMARY)
    name = primary.name if primary is not None else state.memory.last_primary
    first, second = state.nodes
    if second.name == name or (first.name != name and second.name < first.name):
        first, second = second, first
    offset = first.offset or second.offset
    if offset is None:
        return UNKNOWN_CLOCK
    wide = widened(offset, state.now)
    return ClockOfBeats(wide.middle_s, wide.uncertainty_s, known=True)


def beat_of(state: GroupState) -> BeatAge | None:
    """The newest heartbeat and its age; None where none is known."""
    secondary = seats(state.nodes)[1]
    if secondary is not None:
        return _reported_beat(state, secondary)
    answered = state.memory.dns_answered
    txt = state.memory.txt
    if txt is None or answered is None:
        return None
    writer = writer_clock(state)
    return BeatAge(
        age_s=max(0.0, answered.received_at - written_at(txt, writer)),
        stamped_at=written_at(txt, writer) + writer.offset_s,
        late_after_s=state.timers.report_s + writer.slack_s,
        source="txt",
    )


def _reported_beat(state: GroupState, secondary: NodeState) -> BeatAge | None:
    assert secondary.heard is not None
    assert secondary.heard.report is not None
    report = secondary.heard.report
    clock = clock_of(secondary)
    stamp, source = report.last_heartbeat_at, "secondary"
    unread = _unread_txt(state, report, clock)
    if unread is not None and (stamp is None or unread > stamp):
        stamp, source = unread, "txt"
    if stamp is None:
        return None
    timers, memory = state.timers, state.memory
    by_check = memory.beat_moved_with_check and not memory.beat_moved_alone
    patient = report.heartbeat_method is not named.DIRECT or by_check
    age_s = secondary.heard.received_at + clock.offset_s - stamp
    late_after_s = timers.report_s + (timers.check_s if patient else 0.0) + clock.slack_s
    return BeatAge(max(0.0, age_s), stamp, late_after_s, source)


def _unread_txt(state: GroupState, report: NodeReport, clock: ClockOfBeats) -> Instant | None:
    """TXT's stamp, where the Secondary has yet to read it, and can; it will hold it against its own clock."""
    txt = state.memory.txt
    if txt is None or state.memory.txt_unread or report.dns_link is named.DISCONNECTED:
        return None
    stamp = txt_stamp_on(clock, txt, state)
    has_read = report.last_updated_at is not None and stamp <= report.last_updated_at
    return None if has_read or txt_for(state) is None else txt.stamp


def txt_for(state: GroupState) -> TxtBeat | None:
    """The TXT beat, where it is another's than the Secondary's: it beats when it takes over, unheard yet."""
    txt, secondary = state.memory.txt, only(state.nodes, named.SECONDARY)
    if txt is None or secondary is None:
        return txt
    other = state.nodes[1] if secondary is state.nodes[0] else state.nodes[0]
    return txt if beats_of(state, other, txt) else None


def beats_of(state: GroupState, node: NodeState, txt: TxtBeat) -> bool:
    """Whether a TXT beat can be this node's: only the one whom the record beside it names writes TXT.

    A record that names no node we know says so only while it has not moved since the node was last heard.
    """
    writer = txt_writer(state, txt)
    if writer is not None:
        return writer == node.name
    moved_at = state.memory.record_moved_at
    return moved_at is None or (node.heard is not None and moved_at <= node.heard.received_at)


def txt_writer(state: GroupState, txt: TxtBeat) -> str | None:
    """The node whom the record beside the TXT beat names; None for nobody, several or a stranger."""
    one = len(txt.beside) == 1 or len(set(txt.beside)) == 1
    return owner_of(state.nodes, txt.beside[0]) if one else None


def txt_stamp_on(clock: ClockOfBeats, txt: TxtBeat, state: GroupState) -> Instant:
    """TXT's stamp as another clock would have written it."""
    at = txt.written_at if txt.written_at is not None else written_at(txt, writer_clock(state))
    return at + clock.offset_s


def written_at(txt: TxtBeat, writer: ClockOfBeats) -> Instant:
    """When a TXT beat was written, on our clock: not after we read it, nor while we still read another."""
    if txt.written_at is not None:
        return txt.written_at
    by_stamp = txt.stamp - writer.offset_s
    if txt.not_before is None:
        return by_stamp
    if is_off(txt, writer):
        return txt.first_seen_at  # at the latest: no beat is called old for a clock we do not know
    return min(max(by_stamp, txt.not_before), txt.first_seen_at)


def is_off(txt: TxtBeat, writer: ClockOfBeats) -> bool:
    """Whether by its stamp it was written while we still read another: that clock was set, unseen."""
    by_stamp = txt.stamp - writer.offset_s
    return txt.not_before is not None and by_stamp < txt.not_before - STAMP_S - writer.uncertainty_s


def beat_watched(memory: Memory, state: GroupState, secondary: NodeState | None) -> Memory:
    """Learn from the Secondary's newest report how its beat moves, and whether it reads TXT."""
    if secondary is None or secondary.heard is None or secondary.heard.report is None:
        return memory
    report = secondary.heard.report
    before = _report_before(memory, secondary)
    if before is not None and before.role is not named.SECONDARY:  # a new Secondary: learn afresh
        memory = replace(memory, beat_moved_alone=False, beat_moved_with_check=False, txt_unread=False)
    elif before is not None and _moved(before.last_heartbeat_at, report.last_heartbeat_at):
        alone = report.last_updated_at == before.last_updated_at
        if alone and not memory.beat_moved_alone:
            memory = replace(memory, beat_moved_alone=True)
        elif not alone and not memory.beat_moved_with_check:
            memory = replace(memory, beat_moved_with_check=True)
    unread = _passes_over_txt(state, report, secondary)
    return memory if unread is memory.txt_unread else replace(memory, txt_unread=unread)


def _report_before(memory: Memory, secondary: NodeState) -> NodeReport | None:
    """The report before the newest, unless a gap lies between: over a gap everything moves together."""
    before = secondary.before
    if before is None or (memory.not_before is not None and before.received_at < memory.not_before):
        return None
    return before.report


def _moved(before: Instant | None, now: Instant | None) -> bool:
    return before is not None and now is not None and now > before


def _passes_over_txt(state: GroupState, report: NodeReport, secondary: NodeState) -> bool:
    """Its last check had no direct beat to go by and still left a newer TXT beat unread.

    Otherwise a Secondary cut off from DNS would look served by each new TXT beat until its next check.
    """
    beat, checked = report.last_heartbeat_at, report.last_updated_at
    if beat is None or checked is None or checked - beat <= state.timers.check_s:
        return False
    clock = clock_of(secondary)
    if checked - beat <= state.timers.check_s + clock.slack_s:
        return False
    if state.memory.txt_unread:
        return True
    txt = txt_for(state)
    if txt is None:
        return False
    stamp = txt_stamp_on(clock, txt, state)
    return beat + clock.slack_s < stamp < checked - clock.slack_s


def window_of(state: GroupState, beat: BeatAge | None) -> TakeoverWindow | None:
    """When the Secondary may and must have taken over; on its clock, or on TXT's where it is not heard."""
    timers = state.timers
    secondary = seats(state.nodes)[1]
    if secondary is None:
        if beat is None:
            return None
        return _window(beat.stamped_at, max(timers.absence_s, timers.check_s), writer_clock(state), timers)
    assert secondary.heard is not None
    assert secondary.heard.report is not None
    clock = clock_of(secondary)
    from_at = watched_since(secondary, clock)
    if beat is not None:
        from_at = max(beat.stamped_at, from_at) if secondary.begun_at is not None else beat.stamped_at
    by_dns = secondary.heard.report.heartbeat_method is named.BY_DNS
    earliest_s = timers.absence_s if by_dns else max(timers.absence_s, timers.check_s)
    return _window(from_at, earliest_s, clock, timers)


def watched_since(secondary: NodeState, clock: ClockOfBeats) -> Instant:
    """Since when we have seen it in its role, and in one process, on its clock."""
    assert secondary.role_since is not None
    if secondary.begun_at is None:
        return secondary.role_since + clock.offset_s
    offset_s = clock.offset_s if secondary.begun_offset_s is None else secondary.begun_offset_s
    return secondary.begun_at + offset_s


def _window(from_at: Instant, earliest_s: float, clock: ClockOfBeats, timers: Timers) -> TakeoverWindow:
    opens_at = from_at + earliest_s
    closes_at = opens_at + timers.check_s + clock.slack_s + RECORD_UPDATE_S
    return TakeoverWindow(opens_at, closes_at, timers.assumed, clock.offset_s)
