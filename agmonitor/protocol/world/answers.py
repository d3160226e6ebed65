"""What an observer gets to its questions: the very observations that the real gateway and witness would make.

All are frozen values of ``domain.observations`` and can be stepped as they come. Here are their making and
the sentences of their failures; which of them happens is ``asking``'s business.
"""

from __future__ import annotations

from agmonitor.domain.model import Answer, DnsAnswer, Instant
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    FailoverAnswer,
    HooksObservation,
    LoadObservation,
    NodeObservation,
    ResolverObservation,
)
from agmonitor.domain.words import ANSWERS

__all__ = [
    "ClientObservation",
    "DnsObservation",
    "FailoverAnswer",
    "HooksObservation",
    "LoadObservation",
    "NodeObservation",
    "ResolverObservation",
    "failure",
    "failure_of_dns",
    "moment",
    "passed_ms",
]


def moment(at: Instant) -> Instant:
    """An instant as the monitor writes it: to the millisecond."""
    return round(at, 3)


def passed_ms(since: Instant, until: Instant) -> float:
    """A round trip, to a tenth of a millisecond."""
    return round((until - since) * 1000, 1)


def failure(who: str, answer: Answer) -> str:
    """One sentence on a probe that failed."""
    return f"{who}: {ANSWERS[answer]}."


def failure_of_dns(server: str, answer: DnsAnswer) -> str:
    """One sentence on a question that got no record."""
    return f"{server}: {answer.value}."
