"""Situations for finding 17, each kind of trouble on both sides of its limit.

The pair swaps its roles at T + 10, seen as Secondary last at T + 8; the documented intervals make a takeover
window of 94 s. The nodes' clocks are known to a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from agmonitor.domain.model import Answer, Instant, Role, Severity
from agmonitor.domain.observations import Hook, HookCall, HookOutcome, HooksObservation, Input
from agmonitor.domain.state import GroupState
from tests.builders import T, call, dns, failed, gap, healthy_round, heard, load, watched

NUMBER = 17
WINDOW_MS = 94_000.0
CHANGED_AT: Instant = T + 10
HOOK = Hook("dhcp_export", "dhcp_export.on_role", "dhcp_export/page.py:12", "node_role_changed", T - 900)
OTHER = replace(HOOK, workflow="zone_sync", callback="on_role", source="zone_sync/page.py:7")
W, N = Severity.WARNING, Severity.NOTICE


class HookCase(NamedTuple):
    """As ``cases.Case``, always of finding 17."""

    id: str
    severity: Severity | None
    state: Callable[[], GroupState]
    number: int = NUMBER


def inventory(
    *calls: HookCall,
    node: str = "gw-2",
    at: Instant = T + 20,
    hooks: tuple[Hook, ...] = (HOOK,),
    **changes: Any,
) -> HooksObservation:
    told = HooksObservation(node, at - 0.01, at, Answer.OK, hooks=hooks, calls=calls, version="2.0")
    return replace(told, **changes)


def swap(at: Instant = CHANGED_AT) -> tuple[Input, ...]:
    return (
        heard("gw-1", Role.SECONDARY, at, beat_age_s=2),
        heard("gw-2", Role.PRIMARY, at),
        dns("gw-2", at=at),
    )


def swapped(*inputs: Input) -> Callable[[], GroupState]:
    return lambda: watched(*healthy_round(), *healthy_round(T + 8), *swap(), *inputs)


def before(*inputs: Input) -> Callable[[], GroupState]:
    """Nothing has changed yet."""
    return lambda: watched(*healthy_round(), *inputs)


def unseen(*inputs: Input) -> Callable[[], GroupState]:
    """Watching began after the change."""
    return lambda: watched(*swap(T), *inputs)


def ran(at: Instant = T + 9.5, **changes: Any) -> HookCall:
    return call(at, **changes)


def raised(at: Instant = T + 9.5, **changes: Any) -> HookCall:
    return call(at, HookOutcome.RAISED, error="KeyError: 'zone'", **changes)


def running(at: Instant = T + 9.5, **changes: Any) -> HookCall:
    return call(at, HookOutcome.RUNNING, **changes)


AT_START = {"previous": None, "new": Role.SECONDARY}
MISSED_AT = CHANGED_AT + 5.01

HOOK_CASES = [
    HookCase("all went well", None, swapped(inventory(ran()), inventory(node="gw-1", hooks=()))),
    HookCase("no inventory asked yet", None, swapped()),
    # raised
    HookCase("raised at the last change", W, swapped(inventory(raised()))),
    HookCase("raised, and the change itself was not seen", W, unseen(inventory(raised(T - 50), at=T + 1))),
    HookCase("raised at an older change to the same role", None, swapped(inventory(raised(T - 50), ran()))),
    HookCase(
        "raised in a role it has no more",
        None,
        swapped(inventory(raised(T - 50, previous=Role.PRIMARY, new=Role.SECONDARY), ran())),
    ),
    HookCase("raised at the start, not at a change", None, before(inventory(raised(T - 50, **AT_START)))),
    HookCase(
        "raised when the old Primary came back",
        W,
        lambda: watched(
            *healthy_round(),
            *(failed("gw-1", at=T + 2), failed("gw-1", at=T + 4)),
            heard("gw-2", Role.PRIMARY, T + 70),
            heard("gw-1", Role.SECONDARY, T + 90, beat_age_s=1),
            inventory(
                raised(T + 88, **AT_START),
                node="gw-1",
                at=T + 91,
                hooks=(replace(HOOK, registered_at=T + 88),),
            ),
        ),
    ),
    HookCase(
        "raised, told by an inventory from before the change",
        None,
        before(inventory(raised(T - 1), at=T + 5), *swap()),
    ),
    HookCase(
        "raised, and the node is silent now",
        W,
        swapped(inventory(raised()), failed("gw-2", at=T + 22), failed("gw-2", at=T + 24)),
    ),
    HookCase(
        "raised, and after a gap the node has yet to answer",
        None,
        swapped(inventory(raised()), gap(T + 30, T + 90)),
    ),
    HookCase(
        "raised, and after a gap it is as it was",
        W,
        swapped(inventory(raised()), gap(T + 30, T + 90), *swap(T + 91)),
    ),
    # missed
    HookCase("missed", W, swapped(inventory(at=MISSED_AT + 0.01))),
    HookCase("missed, but it is early yet", None, swapped(inventory(at=MISSED_AT - 0.02))),
    HookCase("missed by one of two", W, swapped(inventory(ran(), hooks=(HOOK, OTHER)))),
    HookCase(
        "waiting behind one that runs", None, swapped(inventory(running(so_far_ms=9e3), hooks=(HOOK, OTHER)))
    ),
    HookCase(
        "waited behind another for longer than the window",
        W,
        swapped(inventory(running(so_far_ms=1.0), hooks=(HOOK, OTHER), at=CHANGED_AT + 94.1)),
    ),
    HookCase(
        "waited behind another for as long as the window",
        None,
        swapped(inventory(running(so_far_ms=1.0), hooks=(HOOK, OTHER), at=CHANGED_AT + 93.9)),
    ),
    HookCase("called at an older change only", W, swapped(inventory(ran(T - 50)))),
    HookCase(
        "registered after the change", None, swapped(inventory(hooks=(replace(HOOK, registered_at=T + 9),)))
    ),
    HookCase(
        "nobody knows since when it is registered",
        None,
        swapped(inventory(hooks=(replace(HOOK, registered_at=None),))),
    ),
    HookCase(
        "registered for something else",
        None,
        swapped(inventory(hooks=(replace(HOOK, event="zone_deployed"),))),
    ),
    HookCase("missed at a change nobody saw", None, before(inventory())),
    HookCase(
        "missed, and the node's clock is not known",
        None,
        lambda: watched(
            heard("gw-1", probe={"http_date": None}),
            heard("gw-2", probe={"http_date": None}),
            heard("gw-2", Role.PRIMARY, CHANGED_AT, probe={"http_date": None}),
            inventory(),
        ),
    ),
    HookCase(
        "missed, and the node's clock was set",
        None,
        swapped(load("gw-2", at=T + 11, skew_s=0), load("gw-2", at=T + 12, skew_s=300), inventory(at=T + 30)),
    ),
    # ran twice
    HookCase("ran twice", W, swapped(inventory(ran(), ran(T + 9.6)))),
    HookCase("ran twice within a window", W, unseen(inventory(ran(T - 94.5), ran(T - 1), at=T + 1))),
    HookCase(
        "ran at this change and, a window before, at another",
        None,
        unseen(inventory(ran(T - 95.1), ran(T - 1), at=T + 1)),
    ),
    HookCase(
        "ran in between for the way back",
        None,
        swapped(inventory(ran(T + 8.1), ran(T + 8.5, previous=Role.PRIMARY, new=Role.SECONDARY), ran())),
    ),
    HookCase("two hooks ran once each", None, swapped(inventory(ran(), ran(workflow="zone_sync")))),
    HookCase(
        "two functions of one name ran once each",
        None,
        swapped(
            inventory(
                ran(source=HOOK.source),
                ran(source="dhcp_export/page.py:40"),
                hooks=(HOOK, replace(HOOK, source="dhcp_export/page.py:40")),
            )
        ),
    ),
    # overlapped
    HookCase("overlapped", W, swapped(inventory(ran(beside=1)))),
    HookCase("overlapped at an older change", None, swapped(inventory(ran(T - 50, beside=1), ran()))),
    # outlived the window
    HookCase("took longer than the window", W, swapped(inventory(ran(duration_ms=WINDOW_MS + 1)))),
    HookCase("took as long as the window", None, swapped(inventory(ran(duration_ms=WINDOW_MS)))),
    HookCase("still runs beyond the window", W, swapped(inventory(running(so_far_ms=WINDOW_MS + 1)))),
    HookCase("still runs within the window", None, swapped(inventory(running(so_far_ms=WINDOW_MS)))),
    HookCase(
        "still runs beyond the window, by our own count", W, swapped(inventory(running(), at=T + 104.5))
    ),
    HookCase(
        "still runs within the window, by our own count", None, swapped(inventory(running(), at=T + 102.5))
    ),
    # no inventory
    HookCase(
        "no inventory there", N, before(inventory(hooks=(), answer=Answer.HTTP_STATUS, http_status=404))
    ),
    HookCase(
        "an inventory that may not be read",
        N,
        before(inventory(hooks=(), answer=Answer.FORBIDDEN, http_status=403)),
    ),
    HookCase(
        "an inventory that fails now",
        None,
        before(inventory(hooks=(), answer=Answer.HTTP_STATUS, http_status=503)),
    ),
    HookCase(
        "an inventory that does not answer in time", None, before(inventory(hooks=(), answer=Answer.TIMEOUT))
    ),
    HookCase(
        "no inventory on one node, trouble on the other",
        W,
        swapped(
            inventory(raised()), inventory(node="gw-1", hooks=(), answer=Answer.HTTP_STATUS, http_status=404)
        ),
    ),
]
