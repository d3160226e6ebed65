"""Keeps numbers out that no clock could have shown, so that everything behind can count with what it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

from agmonitor.domain import named
from agmonitor.domain.model import Answer, Instant
from agmonitor.domain.observations import (
    Acknowledged,
    ClientObservation,
    DnsObservation,
    FailoverOrdered,
    Gap,
    HooksObservation,
    Input,
    LoadObservation,
    NodeObservation,
    ResolverObservation,
    Tick,
)
from agmonitor.domain.replacing import replace

LATEST: Instant = 1e12
"""Far beyond any calendar; also turns away infinities and what is not a number."""


def sound(item: Input) -> bool:
    """Whether every instant and number in it can be counted with."""
    for value in _NUMBERS[type(item)](item):
        if value is not None and not -LATEST < value < LATEST:
            return False
    return True


Numbers = Iterable[float | None]
_of_probe = attrgetter("sent_at", "received_at", "http_date", "certificate_expires_at")
_of_report = attrgetter("last_heartbeat_at", "last_updated_at")


def _of_node(item: NodeObservation) -> Numbers:
    told: tuple[float | None, ...] = _of_probe(item)
    return told if item.report is None else (*told, *_of_report(item.report))


def _of_hooks(item: HooksObservation) -> Numbers:
    calls = [n for call in item.calls for n in (call.started_at, call.duration_ms, call.so_far_ms)]
    return item.sent_at, item.received_at, *calls, *(hook.registered_at for hook in item.hooks)


def _of_moment(item: Tick | FailoverOrdered | Acknowledged) -> Numbers:
    return (item.at,)


_NUMBERS: Mapping[type, Callable[[Any], Numbers]] = {
    NodeObservation: _of_node,
    LoadObservation: attrgetter("sent_at", "received_at", "load_score", "current_time", "http_date"),
    DnsObservation: attrgetter("sent_at", "received_at", "heartbeat_at", "ttl_s"),
    ResolverObservation: attrgetter("sent_at", "received_at", "ttl_s"),
    ClientObservation: attrgetter("sent_at", "received_at"),
    HooksObservation: _of_hooks,
    Tick: _of_moment,
    FailoverOrdered: _of_moment,
    Acknowledged: _of_moment,
    Gap: attrgetter("from_at", "until_at"),
}


def whole(probe: NodeObservation) -> NodeObservation:
    """A report and the answer OK come together or not at all."""
    if probe.answer is named.ANSWERED and probe.report is None:
        return replace(probe, answer=Answer.MALFORMED)
    if probe.answer is not named.ANSWERED and probe.report is not None:
        return replace(probe, report=None)
    return probe
