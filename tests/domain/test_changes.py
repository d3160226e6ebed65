"""Events: changes only, in the past tense, and nothing claimed about what was not looked at."""

from __future__ import annotations

from typing import Any

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import Answer, DnsAnswer, HeartbeatMethod, Role, Severity
from agmonitor.domain.observations import FailoverOrdered, HookOutcome, HooksObservation, Input, Tick
from tests.builders import (
    T,
    call,
    clients,
    dns,
    dns_lost,
    failed,
    fold,
    fold_all,
    gap,
    healthy_round,
    heard,
    hooks,
    initial,
    load,
)


def told(*inputs: Input, after: tuple[Input, ...] = healthy_round(), **changes: Any) -> list[Event]:
    """The events of the inputs that come after a healthy round."""
    return fold_all(fold(initial(**changes), *after), *inputs)[1]


def of(events: list[Event], *kinds: EventKind) -> list[tuple[str, str | None]]:
    return [(event.sentence, event.node) for event in events if event.kind in kinds]


def kinds(events: list[Event]) -> list[EventKind]:
    return [event.kind for event in events]


def test_watching_begins_once_and_the_first_verdict_waits_for_all_witnesses() -> None:
    _, events = fold_all(initial(), *healthy_round(), *healthy_round(T + 2))

    assert kinds(events) == [EventKind.WATCHING_BEGAN, EventKind.VERDICT_CHANGED]
    assert events[0].sentence == "Watching of gw-1 and gw-2 began."
    assert events[1].finding == "healthy"


def test_good_health_is_no_news() -> None:
    assert told(*healthy_round(T + 2), clients(T + 2), Tick(T + 3)) == []


def test_a_node_is_lost_when_silent_twice_and_returns() -> None:
    events = told(failed("gw-2", at=T + 2), failed("gw-2", at=T + 4), heard("gw-2", at=T + 6))

    assert of(events, EventKind.NODE_LOST, EventKind.NODE_RETURNED) == [
        ("gw-2 stopped answering (connection refused).", "gw-2"),
        ("gw-2 answered again, as Secondary.", "gw-2"),
    ]
    assert [event.at for event in events if event.kind is EventKind.NODE_LOST] == [T + 4]


def test_a_node_that_returns_without_a_group_says_so() -> None:
    events = told(failed("gw-2", at=T + 2), failed("gw-2", at=T + 4), heard("gw-2", Role.NOT_IN_GROUP, T + 6))

    assert of(events, EventKind.NODE_RETURNED) == [("gw-2 answered again, in no group.", "gw-2")]
    assert of(events, EventKind.ROLE_CHANGED) == [("gw-2 left the group (was Secondary).", "gw-2")]


def test_an_unreadable_node_is_said_at_once() -> None:
    events = told(failed("gw-2", Answer.HTTP_STATUS, at=T + 2))

    assert of(events, EventKind.NODE_UNREADABLE) == [("gw-2 could not be read (an HTTP error 500).", "gw-2")]


def test_a_role_change_is_told_with_both_roles() -> None:
    events = told(heard("gw-1", Role.SECONDARY, T + 2))

    assert of(events, EventKind.ROLE_CHANGED) == [("gw-1 became Secondary (was Primary).", "gw-1")]


def test_a_role_change_in_a_gap_has_no_instant() -> None:
    events = told(gap(T + 1, T + 60), heard("gw-1", Role.SECONDARY, T + 61))

    assert of(events, EventKind.ROLE_CHANGED) == [
        ("gw-1 became Secondary (was Primary), some time during the gap.", "gw-1")
    ]


def test_a_finding_is_raised_once_and_cleared() -> None:
    events = told(
        heard("gw-2", at=T + 2, beat_age_s=30),
        heard("gw-2", at=T + 4, beat_age_s=30),
        heard("gw-2", at=T + 6),
    )

    assert [(event.kind, event.finding, event.severity) for event in events] == [
        (EventKind.FINDING_RAISED, "heartbeat_late", Severity.WARNING),
        (EventKind.VERDICT_CHANGED, "heartbeat_late", Severity.WARNING),
        (EventKind.FINDING_CLEARED, "heartbeat_late", Severity.OK),
        (EventKind.VERDICT_CHANGED, "healthy", Severity.OK),
    ]


def test_a_finding_that_worsens_is_raised_again() -> None:
    events = told(load("gw-1", 0.6, T + 2), load("gw-1", 0.7, T + 3), load("gw-1", 0.9, T + 4))

    assert [(event.at - T, event.severity) for event in events if event.kind is EventKind.FINDING_RAISED] == [
        (2, Severity.WARNING),
        (4, Severity.CRITICAL),
    ]


def test_a_gap_neither_clears_nor_repeats_a_finding() -> None:
    late = heard("gw-2", at=T + 2, beat_age_s=30)

    events = told(
        late,
        gap(T + 3, T + 60),
        heard("gw-1", at=T + 61),
        heard("gw-2", at=T + 61, beat_age_s=30),
        dns(at=T + 61),
    )

    assert kinds(events) == [EventKind.FINDING_RAISED, EventKind.VERDICT_CHANGED, EventKind.GAP]
    assert events[-1].sentence == "Nothing was observed for 57 s (asleep)."


def test_silence_that_lasts_over_a_gap_is_not_told_twice() -> None:
    lost = (failed("gw-2", at=T + 2), failed("gw-2", at=T + 4))

    events = told(*lost, gap(T + 5, T + 60), failed("gw-2", at=T + 61), failed("gw-2", at=T + 63))

    assert len(of(events, EventKind.NODE_LOST)) == 1


def test_the_way_of_the_heartbeat_is_the_secondarys() -> None:
    by_dns: dict[str, Any] = {"heartbeat_method": HeartbeatMethod.DNS}

    events = told(
        heard("gw-1", at=T + 2, **by_dns),
        heard("gw-2", at=T + 2, **by_dns),
        heard("gw-2", at=T + 4, heartbeat_method=None),
        heard("gw-2", at=T + 6),
    )

    assert of(events, EventKind.HEARTBEAT_METHOD_CHANGED) == [
        ("gw-2 took the heartbeat by dns (was direct).", "gw-2")
    ]


def test_the_record_moves_and_vanishes() -> None:
    events = told(dns("gw-2", T + 2), dns(answer=DnsAnswer.NXDOMAIN, at=T + 4), dns("198.51.100.7", T + 6))

    assert of(events, EventKind.RECORD_MOVED) == [
        ("The record moved from gw-1 (192.0.2.11) to gw-2 (192.0.2.12).", "gw-2"),
        ("The record moved from gw-2 (192.0.2.12) to nobody.", None),
        ("The record moved from nobody to 198.51.100.7.", None),
    ]


def test_the_name_server_is_lost_after_two_and_returns() -> None:
    events = told(dns_lost(T + 2), dns_lost(T + 4), dns_lost(T + 6), dns(at=T + 8))

    assert of(events, EventKind.DNS_LOST, EventKind.DNS_RETURNED) == [
        ("The authoritative server stopped answering us (no answer in time).", None),
        ("The authoritative server answered us again.", None),
    ]


def test_a_name_server_never_found_has_not_stopped_answering() -> None:
    nowhere = [dns_lost(T + s, DnsAnswer.NXDOMAIN, server=None) for s in (0, 2)]

    events = told(*nowhere, dns(at=T + 4), after=(heard("gw-1"), heard("gw-2")))

    assert of(events, EventKind.DNS_LOST, EventKind.DNS_RETURNED) == [
        ("No authoritative server was found (no such name).", None),
        ("The authoritative server answered us for the first time.", None),
    ]


def test_a_name_server_that_never_answered_has_not_stopped_answering() -> None:
    events = told(dns_lost(T), dns_lost(T + 2), after=(heard("gw-1"), heard("gw-2")))

    assert of(events, EventKind.DNS_LOST) == [
        ("The authoritative server does not answer us (no answer in time).", None)
    ]


def test_clients_are_lost_served_again_and_move() -> None:
    events = told(
        clients(T + 1),
        clients(T + 2, Answer.TIMEOUT),
        clients(T + 3, Answer.TIMEOUT),
        clients(T + 4, Answer.TIMEOUT),
        clients(T + 5, names="gw-2"),
    )

    assert of(events, EventKind.CLIENTS_LOST, EventKind.CLIENTS_RETURNED, EventKind.CLIENTS_MOVED) == [
        ("Clients lost the service (no answer in time).", None),
        ("Clients were served again, by gw-2 (192.0.2.12).", None),
        ("Clients moved from gw-1 (192.0.2.11) to gw-2 (192.0.2.12).", "gw-2"),
    ]


def test_a_client_path_that_never_worked_is_not_told() -> None:
    events = told(clients(T + 1, Answer.TIMEOUT), clients(T + 2, Answer.TIMEOUT))

    assert of(events, EventKind.CLIENTS_LOST) == []


def test_hooks_are_told_once_and_again_when_they_end() -> None:
    running, ended = call(T + 1, HookOutcome.RUNNING), call(T + 1, duration_ms=1500.0)
    raised = call(T + 2, HookOutcome.RAISED, error="KeyError: 'z'", new=Role.SECONDARY, duration_ms=9.0)
    mute = call(T + 3, HookOutcome.RAISED, duration_ms=None)

    events = told(
        hooks(at=T, calls=(call(T - 99),)),
        hooks(at=T + 2, calls=(call(T - 99), running)),
        hooks(at=T + 4, calls=(call(T - 99), ended, raised)),
        hooks(at=T + 6, calls=(ended, raised, mute)),
    )

    assert of(events, EventKind.HOOK_CALLED) == [
        ("gw-1 called dhcp_export: dhcp_export.on_role (Primary); it was still running.", "gw-1"),
        ("gw-1 called dhcp_export: dhcp_export.on_role (Primary); it returned after 1.5 s.", "gw-1"),
        (
            "gw-1 called dhcp_export: dhcp_export.on_role (Secondary); it raised KeyError: 'z' after 9 ms.",
            "gw-1",
        ),
        ("gw-1 called dhcp_export: dhcp_export.on_role (Primary); it raised an exception.", "gw-1"),
    ]


def test_hooks_are_not_told_anew_after_an_inventory_that_failed() -> None:
    lost = HooksObservation("gw-1", T + 1, T + 2, Answer.TIMEOUT, "no answer")

    events = told(
        hooks(at=T, calls=(call(T - 99),)), lost, hooks(at=T + 4, calls=(call(T - 99), call(T + 3)))
    )

    assert len(of(events, EventKind.HOOK_CALLED)) == 1


def test_an_order_of_ours_is_told_with_who_and_why() -> None:
    events = told(FailoverOrdered(T + 1, "gw-1", "patch day", "root"))

    assert of(events, EventKind.FAILOVER_ORDERED) == [("root ordered a failover on gw-1: patch day", "gw-1")]
