"""Finds the server that is authoritative for the group's name, and remembers it until it fails.

Configured, or found as a Gateway finds it: the SOA of the zone names its primary server. Must not ask that
server anything itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dns.name
import dns.rdatatype

from agmonitor.domain.model import DnsAnswer, HostPort, Instant
from agmonitor.witness.exchange import Question, Trouble
from agmonitor.witness.lookup import DNS_PORT, address_of, look_up
from agmonitor.witness.records import zone_master

FIND_AGAIN_S = 600.0
LABELS_MAX = 10


@dataclass(frozen=True, slots=True)
class _Found:
    name: dns.name.Name
    server: HostPort
    at: Instant


class Authority:
    """The authoritative server of one group's name."""

    def __init__(
        self,
        configured: HostPort | None,
        resolvers: Callable[[], Sequence[HostPort]],
        now: Callable[[], Instant],
        port: int = DNS_PORT,
    ) -> None:
        self._configured = configured
        self._resolvers = resolvers
        self._now = now
        self._port = port
        self._found: _Found | None = None

    @property
    def is_configured(self) -> bool:
        return self._configured is not None

    def forget(self) -> None:
        """It failed: find it anew next time."""
        self._found = None

    async def find(self, name: dns.name.Name, limit_s: float) -> HostPort | Trouble:
        """The server's address, or why there is none. Never raises."""
        found = self._found
        if found is not None and found.name == name and 0 <= self._now() - found.at < FIND_AGAIN_S:
            return found.server
        if self._configured is not None:
            server = await self._addressed(self._configured.host, self._configured.port, limit_s)
        else:
            server = await self._by_soa(name, limit_s)
        if isinstance(server, HostPort):
            self._found = _Found(name, server, self._now())
        return server

    async def _by_soa(self, name: dns.name.Name, limit_s: float) -> HostPort | Trouble:
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + limit_s
        asked = name
        for _ in range(LABELS_MAX):
            if asked == dns.name.root:
                break
            question = Question(asked, dns.rdatatype.SOA)
            outcome = await look_up(self._resolvers(), question, ends_at - loop.time())
            if isinstance(outcome, Trouble):
                return Trouble(outcome.answer, f"The zone's SOA could not be looked up: {outcome.detail}.")
            master = zone_master(outcome.message, name)
            if master is not None:
                host = master.to_text(omit_final_dot=True)
                return await self._addressed(host, self._port, ends_at - loop.time())
            asked = asked.parent()
        return Trouble(
            DnsAnswer.NXDOMAIN, f"No zone with an SOA is known for {name.to_text(omit_final_dot=True)}."
        )

    async def _addressed(self, host: str, port: int, limit_s: float) -> HostPort | Trouble:
        address = await address_of(self._resolvers(), host, limit_s)
        if address is None:
            return Trouble(DnsAnswer.NXDOMAIN, f"The DNS server {host} has no address that could be found.")
        return HostPort(address, port)
