"""States put together by hand for the window: each function is one situation a person may meet."""

from __future__ import annotations

from dataclasses import replace

from agmonitor.domain.model import (
    Answer,
    Configuration,
    DnsAnswer,
    DnsLink,
    GroupSettings,
    HeartbeatMethod,
    Instant,
    Members,
    NodeAddress,
    Role,
    Severity,
)
from agmonitor.domain.observations import (
    DnsObservation,
    Hook,
    HookCall,
    HookOutcome,
    HooksObservation,
    LoadObservation,
    NodeObservation,
    NodeReport,
)
from agmonitor.domain.state import (
    BeatAge,
    ClockOffset,
    Condition,
    Finding,
    GroupState,
    LedgerRow,
    Mode,
    NodeState,
    TakeoverWindow,
    Timers,
    Verdict,
)

NOW: Instant = 1_767_603_900.0
ONE, TWO = "gw-tor-1", "gw-tor-2"
ADDRESSES = {ONE: "10.244.141.44", TWO: "10.244.141.45"}
FQDN = "gateway.example.net"


def settings(name: str = "gw-prod-toronto", *, lab: bool = False, allowed: bool = True) -> GroupSettings:
    nodes = (NodeAddress(ONE, f"https://{ADDRESSES[ONE]}"), NodeAddress(TWO, f"https://{ADDRESSES[TWO]}"))
    return GroupSettings(name, nodes, fqdn=FQDN, user="monitor", lab=lab, failover_allowed=allowed)


def configuration(node: str, **changed: object) -> Configuration:
    told = Configuration(
        allowed_absence_interval=60,
        health_check_interval=30,
        health_report_interval=20,
        group_fqdn_ttl=30,
        external_ipv4_address=ADDRESSES[node],
        external_port=443,
        external_scheme="https",
        group_fqdn=FQDN,
        tsig_name="ag",
        tsig_algorithm="hmac-sha512",
    )
    return replace(told, **changed)  # type: ignore[arg-type]


def heard(
    node: str,
    role: Role,
    *,
    beat_ago_s: float = 9.0,
    method: HeartbeatMethod = HeartbeatMethod.DIRECT,
    load: float = 0.24,
    at: Instant = NOW,
    primary: str = ONE,
    told: Configuration | None = None,
    since_s: float = 7900.0,
) -> NodeState:
    secondary = TWO if primary == ONE else ONE
    report = NodeReport(
        role,
        method,
        at - beat_ago_s,
        at - 3,
        DnsLink.CONNECTED,
        Members(ADDRESSES[primary], ADDRESSES[secondary]),
        told or configuration(node),
    )
    seen = NodeObservation(node, at - 0.04, at, Answer.OK, "", 38.0, report)
    return NodeState(
        node,
        f"https://{ADDRESSES[node]}",
        condition=Condition.HEARD,
        since=at - since_s,
        last=seen,
        heard=seen,
        role=role,
        role_since=at - since_s,
        offset=ClockOffset(-0.4, 0.6, at),
        load=LoadObservation(node, at - 1, at - 0.9, Answer.OK, load_score=load),
        hooks=hooks(node, at),
    )


def silent(node: str, was: Role, *, for_s: float = 134.0, at: Instant = NOW, load: float = 0.91) -> NodeState:
    before = heard(node, was, at=at - for_s, beat_ago_s=17, load=load)
    seen = NodeObservation(node, at - 0.01, at, Answer.REFUSED, "Nobody listens at 10.244.141.44:443.")
    return replace(
        before,
        condition=Condition.SILENT,
        since=at - for_s,
        last=seen,
        failures=67,
        first_failed_at=at - for_s,
        role=None,
        role_since=None,
    )


def hooks(node: str, at: Instant) -> HooksObservation:
    calls = (
        HookCall(
            "dns_audit", "on_role_change", Role.SECONDARY, Role.PRIMARY, at - 120, 412.0, HookOutcome.RETURNED
        ),
        HookCall(
            "dhcp_export",
            "export.start",
            Role.SECONDARY,
            Role.PRIMARY,
            at - 119,
            9.1,
            HookOutcome.RAISED,
            "KeyError: 'zone'",
        ),
    )
    subscribed = (
        Hook("dns_audit", "on_role_change", "workflows/dns_audit/dns_audit_page.py:31"),
        Hook("dhcp_export", "export.start", "workflows/dhcp_export/export.py:12"),
    )
    return HooksObservation(
        node, at - 0.1, at, Answer.OK, hooks=subscribed, calls=calls if node == TWO else ()
    )


def record(node: str | None, at: Instant = NOW) -> DnsObservation:
    addresses = (ADDRESSES[node],) if node is not None else ("192.0.2.99",)
    return DnsObservation(
        at - 0.01, at, DnsAnswer.OK, server="10.244.1.53:53", addresses=addresses, ttl_s=30, txt_seen=True
    )


def state(
    verdict: Verdict,
    nodes: tuple[NodeState, NodeState],
    *,
    of: GroupSettings | None = None,
    dns: DnsObservation | None = None,
    beat: BeatAge | None = None,
    window: TakeoverWindow | None = None,
    changed_at: Instant | None = None,
) -> GroupState:
    return GroupState(
        settings=of or settings(),
        mode=Mode.WATCHING,
        now=NOW,
        began_at=NOW - 8000,
        nodes=nodes,
        verdict=verdict,
        timers=Timers(assumed=False),
        beat=beat,
        window=window,
        dns=dns,
        primary_changed_at=changed_at,
    )


def verdict(number: int, name: str, severity: Severity, sentence: str, *beside: Finding) -> Verdict:
    own = () if number == 0 else (Finding(number, name, severity, sentence),)
    return Verdict(number, name, severity, sentence, (*own, *beside))


def healthy(of: GroupSettings | None = None) -> GroupState:
    sentence = f"{ONE} is Primary, {TWO} stands by; the last heartbeat came 9 s ago and DNS names {ONE}."
    return state(
        verdict(0, "healthy", Severity.OK, sentence),
        (heard(ONE, Role.PRIMARY), heard(TWO, Role.SECONDARY)),
        of=of,
        dns=record(ONE),
        beat=BeatAge(9.0, NOW - 9, 22.5, "secondary"),
    )


def primary_silent(of: GroupSettings | None = None) -> GroupState:
    sentence = (
        f"{ONE} has not answered for 41 s (connection refused) and {TWO} has had no heartbeat for 44 s; "
        f"{TWO} takes over in 16 to 50 s."
    )
    beside = Finding(15, "risky_settings", Severity.NOTICE, "The scheme is http.")
    return state(
        verdict(4, "takeover_due", Severity.WARNING, sentence, beside),
        (silent(ONE, Role.PRIMARY, for_s=41), heard(TWO, Role.SECONDARY, beat_ago_s=44)),
        of=of,
        dns=record(ONE),
        beat=BeatAge(44.0, NOW - 44, 22.5, "secondary"),
        window=TakeoverWindow(NOW + 16, NOW + 50, assumed=False),
    )


def no_standby(of: GroupSettings | None = None) -> GroupState:
    sentence = (
        f"{TWO} took over 2 min 11 s ago. {ONE} is not answering (connection refused). DNS agrees with {TWO}."
    )
    return state(
        verdict(7, "no_standby", Severity.WARNING, sentence),
        (
            silent(ONE, Role.PRIMARY),
            heard(TWO, Role.PRIMARY, method=HeartbeatMethod.DNS, primary=TWO, since_s=131),
        ),
        of=of,
        dns=record(TWO),
        beat=BeatAge(151.0, NOW - 151, 22.5, "txt"),
        changed_at=NOW - 131,
    )


def two_primaries(of: GroupSettings | None = None) -> GroupState:
    sentence = (
        f"{ONE} and {TWO} both say they are Primary. DNS names {ONE}; clients that cached {TWO} write there."
    )
    beside = Finding(
        14, "settings_differ", Severity.WARNING, "The allowed absence is 60 s here and 45 s there."
    )
    return state(
        verdict(1, "two_primaries", Severity.CRITICAL, sentence, beside),
        (
            heard(ONE, Role.PRIMARY),
            heard(
                TWO,
                Role.PRIMARY,
                primary=TWO,
                load=0.62,
                told=configuration(TWO, allowed_absence_interval=45),
            ),
        ),
        of=of,
        dns=record(ONE),
    )


def sign_in_refused(of: GroupSettings | None = None) -> GroupState:
    nodes = tuple(
        NodeState(
            name,
            f"https://{ADDRESSES[name]}",
            condition=Condition.UNREADABLE,
            since=NOW - 30,
            last=NodeObservation(
                name, NOW - 0.1, NOW, Answer.SIGN_IN_REFUSED, "The user name or password is wrong."
            ),
            failures=2,
            first_failed_at=NOW - 30,
        )
        for name in (ONE, TWO)
    )
    sentence = "Neither node signs us in as monitor; nothing is known of the group."
    return state(verdict(11, "cannot_read_node", Severity.UNKNOWN, sentence), (nodes[0], nodes[1]), of=of)


def not_heard(of: GroupSettings | None = None) -> GroupState:
    first, second = (of or settings()).nodes
    nodes = (NodeState(first.name, first.url), NodeState(second.name, second.url))
    return state(
        verdict(29, "not_enough_evidence", Severity.UNKNOWN, "Nothing has been heard yet."), nodes, of=of
    )


def ledger(_state: GroupState) -> tuple[LedgerRow, ...]:
    return (
        LedgerRow(1, "two_primaries", "nodes heard as primary", "1", "2", False, f"{ONE} at 09:05:00", NOW),
        LedgerRow(
            4,
            "takeover_due",
            "beat age past the window's opening",
            "44.0 s",
            "≥ 60 s",
            False,
            f"{TWO} at 09:05:00",
            NOW,
        ),
        LedgerRow(
            4,
            "takeover_due",
            "the other node silent",
            "refused, 41 s",
            "silent twice",
            True,
            f"{ONE} at 09:05:00",
            NOW,
        ),
        LedgerRow(
            6,
            "dns_points_elsewhere",
            "record names the Primary",
            "10.244.141.44",
            "10.244.141.44",
            False,
            "DNS at 09:05:00",
            NOW,
        ),
        LedgerRow(
            7,
            "no_standby",
            "the other gives no sign of life",
            "none since 09:02:46",
            "any",
            True,
            f"{TWO} at 09:05:00",
            NOW,
        ),
        LedgerRow(13, "overloaded", "load score", "0.24", "≥ 0.50", False, f"{TWO} at 09:04:59", NOW),
        LedgerRow(25, "certificate_expiring", "days left", "", "≤ 30", None, "no certificate seen", NOW),
    )
