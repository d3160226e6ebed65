"""Keeps numbers out that no clock could have shown, so that everything behind can count with what it gets."""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.model import Answer, Instant
from agmonitor.domain.observations import (
    Acknowledged,
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
    for value in _numbers(item):  # noqa: SIM110 - a loop costs half of all(), in every step
        if value is not None and not -LATEST < value < LATEST:
            return False
    return True


def _numbers(item: Input) -> tuple[float | None, ...]:
    match item:
        case NodeObservation() | DnsObservation() | LoadObservation():
            return item.sent_at, item.received_at, *_told(item)
        case Tick(at=at) | FailoverOrdered(at=at) | Acknowledged(at=at):
            return (at,)
        case Gap():
            return item.from_at, item.until_at
        case HooksObservation():
            calls = [n for call in item.calls for n in (call.started_at, call.duration_ms, call.so_far_ms)]
            return item.sent_at, item.received_at, *calls, *(hook.registered_at for hook in item.hooks)
        case ResolverObservation():
            return item.sent_at, item.received_at, item.ttl_s
        case _:
            return item.sent_at, item.received_at


def _told(item: NodeObservation | LoadObservation | DnsObservation) -> tuple[float | None, ...]:
    match item:
        case LoadObservation():
            return item.load_score, item.current_time, item.http_date
        case DnsObservation():
            return item.heartbeat_at, item.ttl_s
        case _:
            report = item.report
            stamps = (None, None) if report is None else (report.last_heartbeat_at, report.last_updated_at)
            return item.http_date, item.certificate_expires_at, *stamps


def whole(probe: NodeObservation) -> NodeObservation:
    """A report and the answer OK come together or not at all."""
    if probe.answer is named.ANSWERED and probe.report is None:
        return replace(probe, answer=Answer.MALFORMED)
    if probe.answer is not named.ANSWERED and probe.report is not None:
        return replace(probe, report=None)
    return probe
