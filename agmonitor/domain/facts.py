"""What the rules ask about, worked out once per judgement from the state alone. No rule, no sentence here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from agmonitor.domain import named
from agmonitor.domain.memory import Doubt, Doubted, TxtBeat
from agmonitor.domain.model import Answer, Configuration, DnsAnswer, Instant, Role
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.outside import clients_judged, record_of
from agmonitor.domain.record import record_is_wrong, record_names
from agmonitor.domain.state import BeatAge, GroupState, NodeState, TakeoverWindow
from agmonitor.domain.window import (
    DELIVERY_S,
    STAMP_S,
    ClockOfBeats,
    beats_of,
    clock_of,
    seats,
    txt_writer,
    watched_since,
    writer_clock,
    written_at,
)

ROUND_TRIP_S = 1.0
NOTHING_CAME = frozenset({Answer.TIMEOUT, Answer.UNREACHABLE, Answer.NAME})


T = TypeVar("T")


class WorkedOut(Generic[T]):
    """An attribute worked out when it is first asked for; ``functools.cached_property`` takes a lock."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self._name = work.__name__

    def __get__(self, facts: object, _kind: type) -> T:
        value = self._work(facts)
        setattr(facts, self._name, value)  # by ``__dict__`` every attribute would be slower from then on
        return value


class Facts:
    """Roles, ages, signs of life and the record, as the table's words mean them."""

    def __init__(self, state: GroupState) -> None:
        self.state = state
        self.now = state.now
        self.mode = state.mode
        self.single_look = state.mode is named.SINGLE_LOOK
        self.nodes = state.nodes
        self.timers = state.timers
        self.memory = state.memory
        self.primary, self.secondary = seats(state.nodes)
        self.pair_stands = (
            self.primary is not None and self.secondary is not None and state.memory.doubt is None
        )
        self.record = record_of(state)
        self._judge_beat(state.beat, state.window, self.secondary)

    def _judge_beat(
        self, beat: BeatAge | None, window: TakeoverWindow | None, secondary: NodeState | None
    ) -> None:
        self.age_s = beat.age_s if beat is not None else None
        self.late: bool | None = beat.age_s > beat.late_after_s if beat is not None else None
        self.reached: bool | None = None
        self.closed: bool | None = None
        if secondary is None or secondary.heard is None or window is None:
            return
        clock_now = secondary.heard.received_at + self.clock.offset_s
        self.reached = clock_now >= window.opens_at
        self.closed = clock_now > window.closes_at
        if self.late and beat is not None and secondary.begun_at is not None:
            # It cannot be blamed for beats from before it was Secondary, or from before it started anew.
            self.late = clock_now - watched_since(secondary, self.clock) > beat.late_after_s

    def once(self, work: Callable[[Facts], T]) -> T:
        """What a rule works out and asks for several times in one judgement."""
        known = self.worked_out
        if work not in known:
            known[work] = work(self)
        value: T = known[work]
        return value

    @WorkedOut
    def worked_out(self) -> dict[Callable[[Facts], Any], Any]:
        """By what was worked out."""
        return {}

    @WorkedOut
    def heard(self) -> list[NodeState]:
        return [node for node in self.nodes if node.condition is named.HEARD]

    @WorkedOut
    def silent(self) -> list[NodeState]:
        return [node for node in self.nodes if node.condition is named.SILENT]

    @WorkedOut
    def writer(self) -> ClockOfBeats:
        """The clock that stamps TXT."""
        return writer_clock(self.state)

    @WorkedOut
    def clock(self) -> ClockOfBeats:
        """The clock that beats are judged by."""
        return clock_of(self.secondary) if self.secondary is not None else self.writer

    @WorkedOut
    def txt_age_s(self) -> float | None:
        txt, record = self.memory.txt, self.record
        if txt is None or record is None:
            return None
        at = txt.written_at if txt.written_at is not None else written_at(txt, self.writer)
        return record.received_at - at if record.received_at > at else 0.0

    @WorkedOut
    def txt_slack_s(self) -> float:
        """How much younger than told TXT may be: by no stamp younger than when we first read it."""
        txt = self.memory.txt
        if txt is None:
            return STAMP_S + DELIVERY_S
        unsure_s = self.writer.uncertainty_s if txt.written_at is None else txt.unsure_s
        known_s = max(0.0, txt.first_seen_at - written_at(txt, self.writer))
        return STAMP_S + DELIVERY_S + min(unsure_s, known_s)

    @WorkedOut
    def record_names(self) -> str | None:
        return record_names(self.state)

    @WorkedOut
    def record_wrong(self) -> bool | None:
        return record_is_wrong(self.state)

    @WorkedOut
    def clients_judged(self) -> bool:
        return clients_judged(self.state)

    @WorkedOut
    def told(self) -> list[tuple[NodeState, Configuration]]:
        """What the nodes heard now say they are set to, whether they are in the group or not."""
        told = []
        for node in self.heard:
            report = self.report_of(node)
            if report is not None and report.configuration is not None:
                told.append((node, report.configuration))
        return told

    @WorkedOut
    def told_in_group(self) -> list[tuple[NodeState, Configuration]]:
        """The same of those in the group."""
        return [each for each in self.told if each[0].role is not named.NOT_IN_GROUP]

    # -- the pair -------------------------------------------------------------------------------------------

    def other(self, node: NodeState | None) -> NodeState | None:
        """The other node; None for None, so that questions can be chained."""
        if node is None:
            return None
        return self.nodes[1] if node is self.nodes[0] else self.nodes[0]

    def roles(self) -> list[Role | None]:
        return [node.role for node in self.nodes]

    def doubt(self, what: Doubted) -> Doubt | None:
        """A doubt that its second look has turned into a claim."""
        for doubt in (self.memory.doubt, self.memory.record_doubt):
            if doubt is not None and doubt.what is what and doubt.second_look is not named.WANTED:
                return doubt
        return None

    def report_of(self, node: NodeState | None) -> NodeReport | None:
        return node.heard.report if node is not None and node.heard is not None else None

    def roles_changed_at(self) -> Instant | None:
        """The newest change of a role that we saw."""
        seen = [n.role_since for n in self.heard if n.role_change_seen and n.role_since is not None]
        if self.state.primary_changed_at is not None:
            seen.append(self.state.primary_changed_at)
        return max(seen, default=None)

    def asked_since_takeover(self, sent_at: Instant) -> bool:
        """Not asked before we saw the Primary take its role; a single look asks again instead."""
        holder = self.primary if self.primary is not None else self.secondary
        if self.single_look or holder is None:
            return True
        return not holder.role_change_seen or holder.role_since is None or sent_at >= holder.role_since

    def record_is_fresh(self) -> bool:
        """Whether the record was asked for since the roles of now were heard."""
        return self.record is not None and self.asked_since_takeover(self.record.sent_at)

    def unheard_s(self, node: NodeState) -> float:
        """For how long a node that still counts as heard has not answered; 0 where its answer is fresh."""
        if node.heard is None:
            return 0.0
        quiet_s = self.now - node.heard.received_at
        limit_s = 2 * self.state.settings.cadence_s + ROUND_TRIP_S
        stale = node.failures > 0 or (not self.single_look and quiet_s > limit_s)
        return quiet_s if stale else 0.0

    # -- signs of life --------------------------------------------------------------------------------------

    def beat_since_failure(self, node: NodeState | None) -> bool:
        """A beat of a Primary, by the Secondary or in TXT, stamped after our first failed probe of it."""
        if node is None or node.first_failed_at is None:
            return False
        report = self.report_of(self.secondary)
        told = report is not None and _after(report.last_heartbeat_at, self.clock, node.first_failed_at)
        txt = self.memory.txt
        if told or txt is None or not beats_of(self.state, node, txt):
            return told
        return self._written_after(txt, node.first_failed_at)

    def direct_since_failure(self, node: NodeState) -> bool:
        """A direct beat to a lost Secondary, by the heard Primary, stamped after our first failed probe."""
        primary, report, at = self.primary, self.report_of(self.primary), node.first_failed_at
        assert primary is not None
        assert report is not None
        assert at is not None
        if primary.role_change_seen and primary.role_since is not None:
            at = max(at, primary.role_since)  # before that it was one it received
        direct = report.heartbeat_method is named.DIRECT
        return direct and _after(report.last_heartbeat_at, clock_of(primary), at)

    def both_silent_since(self) -> Instant | None:
        """From when a TXT beat would prove that a pair silent to us lives: its writer's first failure.

        That is the Primary, and the one the record beside it names; where these are two, the later failure.
        """
        if len(self.silent) < 2:
            return None
        failed = {n.name: n.first_failed_at for n in self.silent if n.first_failed_at is not None}
        txt = self.memory.txt
        writer = txt_writer(self.state, txt) if txt is not None else None
        writers = [failed[name] for name in (self.memory.last_primary, writer) if name in failed]
        return max(writers or failed.values(), default=None)

    def txt_life(self) -> bool:
        """Both silent, and TXT was stamped since."""
        since = self.both_silent_since()
        txt = self.memory.txt
        return since is not None and txt is not None and self._written_after(txt, since)

    def _written_after(self, txt: TxtBeat, at: Instant) -> bool:
        """Surely: by its stamp, whatever the uncertainty of that clock, or because TXT was another then."""
        unsure_s = self.writer.uncertainty_s if txt.written_at is None else txt.unsure_s
        by_stamp = written_at(txt, self.writer) - unsure_s > at
        return by_stamp or (txt.not_before is not None and txt.not_before > at)

    def lifeless_s(self) -> float | None:
        """How long both have been silent without a sign of life."""
        since = self.both_silent_since()
        if since is None:
            return None
        txt = self.memory.txt
        alive_at = max(since, written_at(txt, self.writer)) if txt is not None else since
        asked_at = min(node.last.received_at for node in self.silent if node.last is not None)
        return max(0.0, asked_at - alive_at)

    def clients_served(self) -> bool:
        """A client's visit succeeded since both nodes began to fail, and no two since have failed."""
        served_at = self.memory.clients_served_at
        if served_at is None or self.state.clients_failures > 1:
            return False
        return all(n.first_failed_at is not None and served_at > n.first_failed_at for n in self.silent)

    def nothing_came_back(self, node: NodeState) -> bool:
        return node.last is not None and node.last.answer in NOTHING_CAME and node.last.round_trip_ms is None

    def dns_gave_nothing(self) -> bool:
        """DNS was asked, the authoritative server is silent, and no resolver brought a record.

        A resolver's bare "no" proves nothing: the system's may run on this very machine, off the network.
        """
        dns = self.state.dns
        if dns is None or dns.answer is not DnsAnswer.TIMEOUT or dns.round_trip_ms is not None:
            return False
        return all(resolver.answer is not DnsAnswer.OK for resolver in self.state.resolvers)


def _after(stamp: Instant | None, clock: ClockOfBeats, at: Instant) -> bool:
    """Surely stamped after ``at`` of ours, whatever the uncertainty of that clock."""
    return stamp is not None and stamp - clock.offset_s - clock.uncertainty_s > at
