"""States built by hand for the reports: what each report must show, without asking anybody."""

from __future__ import annotations

from dataclasses import replace

from agmonitor.domain.model import (
    Answer,
    Configuration,
    DnsAnswer,
    DnsLink,
    GroupSettings,
    HeartbeatMethod,
    NodeAddress,
    Role,
    Severity,
)
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    LoadObservation,
    NodeObservation,
    NodeReport,
)
from agmonitor.domain.state import (
    ClockOffset,
    Condition,
    Finding,
    GroupState,
    LedgerRow,
    Mode,
    NodeState,
    TakeoverWindow,
    Verdict,
)

AT = 1_767_603_620.25  # 2026-01-05T09:00:20.250Z
SETTINGS = GroupSettings(
    name="gw-prod",
    nodes=(
        NodeAddress("gw-1", "https://gw-1.example.net"),
        NodeAddress("gw-2", "https://gw-2.example.net"),
    ),
    fqdn="gateway.example.net",
)
HEALTHY = Verdict(0, "healthy", Severity.OK, "gw-1 is Primary, gw-2 stands by.")
LEDGER = (
    LedgerRow(7, "no_standby", "other node silent", "timeout", "silent twice", True, "gw-2 at 09:00:18", AT),
    LedgerRow(8, "heartbeat_late", "beat age", "3.0 s", "> 52 s", False, "gw-1 at 09:00:20", AT),
    LedgerRow(25, "certificate_expiring", "days left", "–", "< 14", None, "none", AT),
)


def node(name: str, role: Role, address: str) -> NodeState:
    report = NodeReport(
        role,
        HeartbeatMethod.DIRECT,
        AT - 3.25,
        AT - 1.25,
        DnsLink.CONNECTED,
        configuration=Configuration(external_ipv4_address=address),
    )
    heard = NodeObservation(name, AT - 0.01, AT, Answer.OK, round_trip_ms=3.1, report=report)
    return NodeState(
        name,
        f"https://{name}.example.net",
        Condition.HEARD,
        AT,
        heard,
        heard,
        role=role,
        configuration=report.configuration,
        offset=ClockOffset(-0.25, 0.75, AT),
        load=LoadObservation(name, AT, AT, Answer.OK, load_score=0.11),
    )


def healthy() -> GroupState:
    return GroupState(
        SETTINGS,
        Mode.SINGLE_LOOK,
        AT,
        AT - 1,
        (node("gw-1", Role.PRIMARY, "192.0.2.11"), node("gw-2", Role.SECONDARY, "192.0.2.12")),
        HEALTHY,
        window=TakeoverWindow(AT + 57, AT + 90, assumed=False),
        dns=DnsObservation(
            AT,
            AT,
            DnsAnswer.OK,
            server="192.0.2.53:53",
            addresses=("192.0.2.11",),
            ttl_s=30,
            heartbeat_at=AT - 0.25,
            txt_seen=True,
        ),
        clients=ClientObservation(AT, AT, Answer.OK, round_trip_ms=2.0, address="192.0.2.11"),
        clients_ever_worked=True,
    )


def one_silent() -> GroupState:
    """gw-2 gave no answer, and nothing but gw-1 is known."""
    state = healthy()
    probe = NodeObservation("gw-2", AT - 5, AT, Answer.TIMEOUT, "gw-2 gave no answer within 5.0 s.")
    silent = NodeState("gw-2", "https://gw-2.example.net", Condition.SILENT, AT, probe, failures=2)
    sentence = "gw-2 is silent and gives no sign of life: gw-1 serves alone."
    no_standby = Finding(7, "no_standby", Severity.WARNING, sentence)
    risky = Finding(15, "risky_settings", Severity.NOTICE, "The allowed absence 45 s is no multiple of 30 s.")
    return replace(
        state,
        nodes=(state.nodes[0], silent),
        verdict=Verdict(7, "no_standby", Severity.WARNING, sentence, (no_standby, risky)),
        window=None,
        dns=None,
        clients=None,
        clients_ever_worked=False,
    )


def with_severity(severity: Severity) -> GroupState:
    return replace(healthy(), verdict=Verdict(99, "made_up", severity, "Made up."))
