"""Made-up stretches of watching, fed through the real ``GroupHistory``: a pair of nodes with plain rules.

States are put together by hand with just the fields the drawing reads, so that a test says what was seen and
the judging of it stays out of the way.
"""

from __future__ import annotations

from dataclasses import replace

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import (
    Answer,
    Configuration,
    DnsAnswer,
    GroupSettings,
    HeartbeatMethod,
    Instant,
    NodeAddress,
    Role,
    Severity,
)
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    Gap,
    GapReason,
    HookCall,
    HookOutcome,
    HooksObservation,
    Input,
    NodeObservation,
    NodeReport,
)
from agmonitor.domain.state import (
    BeatAge,
    Condition,
    Finding,
    GroupState,
    Mode,
    NodeState,
    TakeoverWindow,
    Timers,
    Verdict,
)
from agmonitor.ui.series import GroupHistory

T0 = 1_767_603_600.0  # 2026-01-05T09:00:00Z
ONE, TWO = "gw-tor-1", "gw-tor-2"
ADDRESSES = {ONE: "192.0.2.11", TWO: "192.0.2.12"}
QUIET = Verdict(0, "healthy", Severity.OK, "")


def settings() -> GroupSettings:
    nodes = (NodeAddress(ONE, "https://192.0.2.11"), NodeAddress(TWO, "https://192.0.2.12"))
    return GroupSettings("gw-prod-toronto", nodes, judge_clients=True)


class Scene:
    """Feeds a history; every ``see_*`` is one input at ``at``."""

    def __init__(self, timers: Timers | None = None) -> None:
        made = settings()
        nodes = (NodeState(ONE, made.nodes[0].url), NodeState(TWO, made.nodes[1].url))
        self.timers = timers or Timers(assumed=False)
        self.state = GroupState(made, Mode.WATCHING, T0, T0, nodes, QUIET, timers=self.timers)
        self.history = GroupHistory(made)

    def see_role(
        self, node: str, at: Instant, role: Role, *, beat_at: Instant | None = None, trip_ms: float = 38.0
    ) -> None:
        configuration = Configuration(external_ipv4_address=ADDRESSES[node])
        report = NodeReport(
            role,
            HeartbeatMethod.DIRECT,
            last_heartbeat_at=beat_at,
            last_updated_at=at,
            configuration=configuration,
        )
        seen = NodeObservation(node, at - trip_ms / 1000, at, Answer.OK, "", trip_ms, report)
        self._node(
            node,
            seen,
            condition=Condition.HEARD,
            heard=seen,
            failures=0,
            first_failed_at=None,
            role=role,
            configuration=configuration,
        )

    def see_failure(self, node: str, at: Instant, answer: Answer = Answer.REFUSED) -> None:
        before = self.state.node(node)
        failures = before.failures + 1
        silent = failures >= 2 or before.heard is None
        seen = NodeObservation(node, at - 0.01, at, answer, "connection refused")
        self._node(
            node,
            seen,
            condition=Condition.SILENT if silent else before.condition,
            failures=failures,
            first_failed_at=before.first_failed_at or seen.sent_at,
            role=None if silent else before.role,
        )

    def see_record(self, at: Instant, *addresses: str, answer: DnsAnswer = DnsAnswer.OK) -> None:
        self.feed(
            DnsObservation(at - 0.01, at, answer, server="192.0.2.53:53", addresses=addresses, ttl_s=30)
        )

    def see_clients(self, at: Instant, address: str | None) -> None:
        answer = Answer.TIMEOUT if address is None else Answer.OK
        self.state = replace(self.state, clients_ever_worked=True)
        self.feed(ClientObservation(at - 0.02, at, answer, address=address))

    def see_hooks(self, at: Instant, node: str, *calls: HookCall) -> None:
        self.feed(HooksObservation(node, at - 0.02, at, Answer.OK, calls=calls))

    def gap(self, from_at: Instant, until_at: Instant, reason: GapReason = GapReason.ASLEEP) -> None:
        self.feed(Gap(from_at, until_at, reason))

    def expect_takeover(self, beat_at: Instant, *, overdue: bool = False) -> None:
        name = "takeover_overdue" if overdue else "takeover_due"
        finding = Finding(5 if overdue else 4, name, Severity.WARNING, "")
        timers = self.timers
        opens_at = beat_at + max(timers.absence_s, timers.check_s)
        self.state = replace(
            self.state,
            verdict=Verdict(finding.number, name, finding.severity, "", (finding,)),
            window=TakeoverWindow(opens_at, opens_at + timers.check_s + 4, assumed=False),
            beat=BeatAge(0.0, beat_at, 22.0, "secondary"),
        )

    def calm(self) -> None:
        self.state = replace(self.state, verdict=QUIET)

    def feed(self, item: Input, *events: Event) -> None:
        self.history.feed(item, self.state, events)

    def _node(self, name: str, seen: NodeObservation, **changed: object) -> None:
        nodes = tuple(
            replace(node, last=seen, **changed) if node.name == name else node  # type: ignore[arg-type]
            for node in self.state.nodes
        )
        self.state = replace(self.state, nodes=nodes, now=seen.received_at)  # type: ignore[arg-type]
        self.feed(seen)


def call(
    at: Instant, workflow: str, outcome: HookOutcome = HookOutcome.RETURNED, error: str = ""
) -> HookCall:
    return HookCall(workflow, f"{workflow}.on_change", Role.SECONDARY, Role.PRIMARY, at, 12.0, outcome, error)


def wobble(number: int) -> float:
    """A made-up spread from 0 to 1, the same in every run."""
    return (number * 7919 % 101) / 101


def healthy(
    scene: Scene, from_at: Instant, until_at: Instant, *, primary: str = ONE, step_s: float = 2.0
) -> None:
    """Both nodes, DNS and clients, as they should be."""
    secondary = TWO if primary == ONE else ONE
    report_s = scene.timers.report_s
    for number in range(int((until_at - from_at) / step_s) + 1):
        at = from_at + number * step_s
        beat_at = float(int((at - T0) // report_s * report_s + T0))
        scene.see_role(primary, at, Role.PRIMARY, beat_at=beat_at, trip_ms=36 + 9 * wobble(number))
        scene.see_role(
            secondary, at + 0.1, Role.SECONDARY, beat_at=beat_at, trip_ms=40 + 8 * wobble(number + 5)
        )
        scene.see_record(at + 0.2, ADDRESSES[primary])
        scene.see_clients(at + 0.3, ADDRESSES[primary])


def failover(
    scene: Scene, killed_at: Instant, *, takeover_after_s: float = 65.0, lasts_s: float = 150.0
) -> None:
    """The Primary dies, the Secondary takes over, clients follow when their record has run out."""
    beat_at = float(int((killed_at - T0) // scene.timers.report_s * scene.timers.report_s + T0))
    promoted_at = killed_at + takeover_after_s
    for number in range(int(lasts_s / 2)):
        at = killed_at + 2 + number * 2
        scene.see_failure(ONE, at)
        if at < promoted_at:
            if number >= 1:
                scene.expect_takeover(beat_at)
            scene.see_role(TWO, at + 0.1, Role.SECONDARY, beat_at=beat_at, trip_ms=41.0)
            scene.see_record(at + 0.2, ADDRESSES[ONE])
        else:
            scene.calm()
            beats_at = promoted_at + (at - promoted_at) // scene.timers.report_s * scene.timers.report_s
            scene.see_role(TWO, at + 0.1, Role.PRIMARY, beat_at=beats_at, trip_ms=39 + 8 * wobble(number))
            scene.see_record(at + 0.2, ADDRESSES[TWO if at > promoted_at + 1.5 else ONE])
        scene.see_clients(at + 0.3, ADDRESSES[TWO] if at > promoted_at + 22 else None)
        if promoted_at < at <= promoted_at + 2:
            scene.feed(
                ClientObservation(at + 0.3, at + 0.4, Answer.TIMEOUT),
                Event(at, EventKind.ROLE_CHANGED, f"{TWO}: secondary → primary", Severity.NOTICE, node=TWO),
            )
            raised = call(promoted_at + 1.8, "dhcp_export", HookOutcome.RAISED, "KeyError: 'zone'")
            scene.see_hooks(at + 0.5, TWO, call(promoted_at + 0.6, "announce"), raised)
