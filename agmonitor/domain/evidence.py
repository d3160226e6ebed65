"""What a failed probe sent and got, to be shown later: raw, short, and without secrets. Judges nothing.

Observations hold a sentence about a failure; this is what the sentence rests on. It never enters ``step``.
"""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.domain.model import Instant

BODY_MAX = 1024  # characters kept of an answer's body
EXCHANGES_MAX = 4
DNS = "dns"
CLIENTS = "clients"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came back: over HTTP, or from a name server. Never holds what was sent along."""

    request: str  # "GET https://192.0.2.11/ag/api/v1/group", "A gateway.example.net from 192.0.2.53:53"
    after_ms: float  # from the probe's begin to the question
    took_ms: float | None = None  # to its end; None: never ended
    status: str = ""  # "HTTP 502", "REFUSED"; "": nothing came back
    headers: tuple[tuple[str, str], ...] = ()  # a few that tell who answered
    body: str = ""  # at most ``BODY_MAX`` characters
    body_bytes: int = 0  # read, before it was cut
    error: str = ""  # what ended it


@dataclass(frozen=True, slots=True)
class Evidence:
    """One failed probe; ``until_at`` and ``times`` where the same came of it again and again."""

    at: Instant  # when it was known
    subject: str  # a node's name, "dns", "clients", or a resolver
    asked: str  # group, load, hooks, host record, address, visit
    answer: str  # the class of the failure, a word of ``Answer`` or ``DnsAnswer``
    detail: str
    exchanges: tuple[Exchange, ...] = ()
    until_at: Instant | None = None
    times: int = 1

    def same_as(self, other: Evidence) -> bool:
        """Whether the other tells nothing new but when."""
        mine, its = (
            (each.subject, each.asked, each.answer, each.detail, tuple(_gist(one) for one in each.exchanges))
            for each in (self, other)
        )
        return mine == its


def _gist(exchange: Exchange) -> tuple[str, str, str, str]:
    return exchange.request, exchange.status, exchange.body, exchange.error
