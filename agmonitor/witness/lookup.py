"""Recursive look-ups: which resolvers there are, and asking them one after the other as a system does.

The system's own resolvers come from its configuration (``/etc/resolv.conf``, read by dnspython), read again
every so often since networks change. Must not judge what an answer means for the group.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Sequence
from functools import lru_cache

import dns.exception
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver

from agmonitor.domain.model import DnsAnswer, HostPort, Instant
from agmonitor.witness.exchange import Question, Reply, Trouble, exchange
from agmonitor.witness.records import addresses, refusal_of

READ_AGAIN_S = 30.0
SERVERS_MAX = 3
"""As many as a system asks."""
DNS_PORT = 53


class SystemResolvers:
    """The resolvers this machine is configured with; none where it has no configuration."""

    def __init__(self, now: Callable[[], Instant], port: int = DNS_PORT) -> None:
        self._now = now
        self._port = port
        self._servers: tuple[HostPort, ...] = ()
        self._read_at: Instant | None = None

    def servers(self) -> tuple[HostPort, ...]:
        now = self._now()
        if self._read_at is None or not 0 <= now - self._read_at < READ_AGAIN_S:
            self._servers = tuple(HostPort(each, self._port) for each in _configured())
            self._read_at = now
        return self._servers


def _configured() -> list[str]:
    try:
        resolver = dns.resolver.Resolver(configure=True)
    except (dns.exception.DNSException, OSError, ValueError):
        return []
    return [each for each in resolver.nameservers if isinstance(each, str)][:SERVERS_MAX]


async def look_up(servers: Sequence[HostPort], question: Question, limit_s: float) -> Reply | Trouble:
    """The first usable answer, each server having its share of the limit. Never raises."""
    if not servers:
        return Trouble(DnsAnswer.REFUSED, "this machine has no resolver configured")
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + limit_s
    outcome: Reply | Trouble = Trouble(DnsAnswer.TIMEOUT, "no time was left to ask")
    for number, server in enumerate(servers):
        share_s = (ends_at - loop.time()) / (len(servers) - number)
        if share_s <= 0:
            break
        (outcome,) = await exchange(server, (question,), share_s, recursive=True)
        if isinstance(outcome, Reply) and refusal_of(outcome.message) is None:
            break
    return outcome


async def address_of(servers: Sequence[HostPort], host: str, limit_s: float) -> str | None:
    """An address to reach a host by: itself where it is one, else what the resolvers say."""
    if host.rstrip(".").lower() == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    name = parsed_name(host)
    if name is None:
        return None
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + limit_s
    for rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
        found = addresses(await look_up(servers, Question(name, rdtype), ends_at - loop.time()))
        if found:
            return found[0]
    return None


@lru_cache(maxsize=256)
def parsed_name(text: str) -> dns.name.Name | None:
    """The absolute name, or None where it can be none."""
    try:
        return dns.name.from_text(text)
    except (dns.exception.DNSException, ValueError):
        return None
