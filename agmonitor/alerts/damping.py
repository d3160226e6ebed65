"""A group whose alerts come and go: one says that it flaps, then it is quiet until it is steady again.

Two Primaries always come through, and so does anything critical that has not been told since the flapping
began. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.alerts import wording
from agmonitor.alerts.model import TWO_PRIMARIES, Alert, AlertKind
from agmonitor.alerts.seeing import Seen
from agmonitor.alerts.settings import Flapping
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import Finding

BAD = frozenset({AlertKind.RAISED, AlertKind.WORSE})


@dataclass(frozen=True, slots=True)
class Message:
    """One message that was told, or would have been."""

    at: Instant
    names: frozenset[str]  # of the findings it told


@dataclass(frozen=True, slots=True)
class Damping:
    """The messages of late; ``flapping`` since there were too many of them."""

    messages: tuple[Message, ...] = ()
    flapping: bool = False
    told: frozenset[str] = frozenset()  # findings told since it flaps, or shortly before


NEVER = Damping()


def damped(
    damping: Damping, alert: Alert | None, seen: Seen, limits: Flapping, standing: tuple[Finding, ...]
) -> tuple[Damping, Alert | None]:
    """What of an alert is told. ``standing``: what is told to be wrong."""
    if alert is None:
        return _waited(damping, seen, limits, standing)
    names = frozenset(finding.name for finding in alert.findings) if alert.kind in BAD else frozenset()
    recent = tuple(one for one in damping.messages if seen.at - one.at < limits.within_s)
    messages = (*recent, Message(seen.at, names))[-limits.messages - 1 :]
    if damping.flapping:
        return _quietened(replace(damping, messages=messages), alert, names)
    if len(messages) <= limits.messages:
        return Damping(messages), alert
    told = frozenset(name for message in messages for name in message.names)
    return Damping(messages, flapping=True, told=told), wording.flapping(seen, alert, limits, standing)


def _quietened(damping: Damping, alert: Alert, names: frozenset[str]) -> tuple[Damping, Alert | None]:
    if alert.kind not in BAD:
        return damping, None
    new = [f for f in alert.findings if f.severity is Severity.CRITICAL and f.name not in damping.told]
    if not new and not any(finding.number == TWO_PRIMARIES for finding in alert.findings):
        return damping, None
    return replace(damping, told=damping.told | names), alert


def _waited(
    damping: Damping, seen: Seen, limits: Flapping, standing: tuple[Finding, ...]
) -> tuple[Damping, Alert | None]:
    """Steady when nothing has come or gone for a while: then the present state is told, whatever it is."""
    newest = damping.messages[-1].at if damping.messages else seen.at
    if not damping.flapping or seen.at - newest < limits.steady_s:
        return damping, None
    return NEVER, wording.steady(seen, standing)
