"""What counts as the same course: the same events in the same order, but for those of one round."""

from __future__ import annotations

from agmonitor.domain.events import Event, EventKind
from tests.drill.agreement import disagreement

ROUND_S = 1.0


def course(*told: tuple[float, EventKind, str]) -> list[Event]:
    finding_kinds = {EventKind.FINDING_RAISED, EventKind.FINDING_CLEARED, EventKind.VERDICT_CHANGED}
    return [
        Event(at, kind, "", finding=word if kind in finding_kinds else None, node=word)
        if kind not in finding_kinds
        else Event(at, kind, "", finding=word)
        for at, kind, word in told
    ]


LOST = (5.0, EventKind.NODE_LOST, "gw-1")
MOVED = (20.0, EventKind.RECORD_MOVED, "gw-2")


def test_the_same_course_agrees_whenever_it_happens() -> None:
    later = course((7.0, EventKind.NODE_LOST, "gw-1"), (31.0, EventKind.RECORD_MOVED, "gw-2"))

    assert disagreement(course(LOST, MOVED), later, ROUND_S) == []


def test_an_event_that_only_one_has_is_told() -> None:
    (told,) = disagreement(course(LOST, MOVED), course(LOST), ROUND_S)

    assert "record_moved" in told


def test_another_order_is_told() -> None:
    other = course((5.0, EventKind.RECORD_MOVED, "gw-2"), (20.0, EventKind.NODE_LOST, "gw-1"))

    (told,) = disagreement(course(LOST, MOVED), other, ROUND_S)

    assert "another order" in told


def test_events_of_one_round_have_no_order() -> None:
    close = course((5.0, EventKind.RECORD_MOVED, "gw-2"), (5.9, EventKind.NODE_LOST, "gw-1"))

    assert disagreement(course(LOST, MOVED), close, ROUND_S) == []


def test_a_finding_that_stood_for_a_moment_is_set_aside_and_a_lasting_one_is_not() -> None:
    raised = (6.0, EventKind.FINDING_RAISED, "no_standby")
    verdict = (6.0, EventKind.VERDICT_CHANGED, "no_standby")
    moment = course(LOST, raised, verdict, (7.5, EventKind.FINDING_CLEARED, "no_standby"))
    lasting = course(LOST, raised, (9.0, EventKind.FINDING_CLEARED, "no_standby"))

    assert disagreement(moment, course(LOST), ROUND_S) == []
    assert len(disagreement(lasting, course(LOST), ROUND_S)) == 2


def test_a_way_of_beating_that_was_back_in_a_moment_is_set_aside() -> None:
    by_dns = (6.0, EventKind.HEARTBEAT_METHOD_CHANGED, "gw-2")
    direct = (7.5, EventKind.HEARTBEAT_METHOD_CHANGED, "gw-2")

    assert disagreement(course(LOST, by_dns, direct), course(LOST), ROUND_S) == []
    assert len(disagreement(course(LOST, by_dns), course(LOST), ROUND_S)) == 1
