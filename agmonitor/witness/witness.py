"""The DNS witness of one group: what the authoritative server, the resolvers and a client's look-up say.

Each ask is one probe under one deadline over its whole chain, and gives values; nothing the network does is
raised. Keeps no socket between asks and knows no loop. Must not judge which node an address belongs to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import dns.name
import dns.rdatatype

from agmonitor.domain.evidence import DNS, Evidence, Exchange
from agmonitor.domain.model import DnsAnswer, GroupSettings, HostPort, Instant
from agmonitor.domain.observations import DnsObservation, ResolverObservation
from agmonitor.witness import heartbeat
from agmonitor.witness.authority import Authority
from agmonitor.witness.exchange import Question, Trouble, exchange
from agmonitor.witness.lookup import DNS_PORT, SystemResolvers, address_of, look_up, parsed_name
from agmonitor.witness.records import Host, host, texts
from agmonitor.witness.traces import exchange_of

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A name looked up as a client does."""

    answer: DnsAnswer
    addresses: tuple[str, ...]
    detail: str


class DnsWitness:
    """Asks DNS about one group's name."""

    def __init__(self, settings: GroupSettings, now: Callable[[], Instant], *, port: int = DNS_PORT) -> None:
        """``port``: where servers found by SOA and the system's resolvers listen."""
        self.evidence: Callable[[Evidence], None] | None = None
        self._settings = settings
        self._now = now
        self._limit_s = settings.timeout_s
        self._system = SystemResolvers(now, port)
        self._authority = Authority(settings.dns_server, self._all_resolvers, now, port)

    async def close(self) -> None:
        """Nothing is kept open; here so that all probes end alike."""

    async def ask_authoritative(self, fqdn: str) -> DnsObservation:
        """Host record and TXT heartbeat from the authoritative server, asked side by side."""
        sent_at = self._now()
        ends_at = asyncio.get_running_loop().time() + self._limit_s
        name = parsed_name(fqdn)
        if name is None:
            return DnsObservation(
                sent_at, sent_at, DnsAnswer.MALFORMED, f"{fqdn!r} is no name DNS could hold."
            )
        server = await self._authority.find(name, self._left_s(ends_at))
        if isinstance(server, Trouble):
            self._leave(DNS, "host record", server.answer, server.detail)
            return DnsObservation(sent_at, self._now(), server.answer, server.detail)
        questions = (Question(name, dns.rdatatype.A), Question(name, dns.rdatatype.TXT))
        host_outcome, txt_outcome = await exchange(
            server, questions, self._left_s(ends_at), recursive=self._authority.is_configured
        )
        found = await self._followed(host(host_outcome), server, ends_at)
        written = texts(txt_outcome)
        if isinstance(host_outcome, Trouble) or isinstance(txt_outcome, Trouble):
            self._authority.forget()
        received_at = self._now()
        detail = _detail(fqdn, server, found, written.detail)
        if found.answer is not DnsAnswer.OK or isinstance(txt_outcome, Trouble):
            told = zip(questions, (host_outcome, txt_outcome), strict=True)
            seen = tuple(exchange_of(question, server, outcome) for question, outcome in told)
            self._leave(DNS, "host record", found.answer, detail, *seen)
        return DnsObservation(
            sent_at=sent_at,
            received_at=received_at,
            answer=found.answer,
            detail=detail,
            round_trip_ms=None if isinstance(host_outcome, Trouble) else host_outcome.round_trip_ms,
            server=str(server),
            addresses=found.addresses,
            ttl_s=found.ttl_s,
            heartbeat_at=heartbeat.newest(written.records, received_at),
            txt_seen=bool(written.records),
        )

    async def ask_resolvers(self, fqdn: str) -> tuple[ResolverObservation, ...]:
        """The system's resolver and each configured one, side by side."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._ask_resolver(SYSTEM, self._system.servers(), fqdn)),
                *(
                    group.create_task(self._ask_resolver(str(each), (each,), fqdn))
                    for each in self._settings.resolvers
                ),
            ]
        return tuple(task.result() for task in tasks)

    async def resolve_as_client(self, fqdn: str) -> Resolved:
        """By the first configured resolver, else by the system's."""
        servers = self._settings.resolvers[:1] or self._system.servers()
        found = await self._resolved(servers, fqdn)
        detail = f"{fqdn}: {found.detail}." if found.detail else ""
        return Resolved(found.answer, found.addresses, detail)

    async def _ask_resolver(self, shown: str, servers: Sequence[HostPort], fqdn: str) -> ResolverObservation:
        sent_at = self._now()
        found = await self._resolved(servers, fqdn, shown)
        return ResolverObservation(
            resolver=shown,
            sent_at=sent_at,
            received_at=self._now(),
            answer=found.answer,
            detail=f"Resolver {shown}: {found.detail}." if found.detail else "",
            addresses=found.addresses,
            ttl_s=found.ttl_s,
        )

    async def _resolved(self, servers: Sequence[HostPort], fqdn: str, shown: str = "") -> Host:
        """``shown``: whose failure it would be, where that is to be left as evidence."""
        name = parsed_name(fqdn)
        if name is None:
            return Host(DnsAnswer.MALFORMED, "that is no name DNS could hold")
        ends_at = asyncio.get_running_loop().time() + self._limit_s
        addressed = []
        for server in servers:
            address = await address_of(self._system.servers(), server.host, self._left_s(ends_at))
            if address is not None:
                addressed.append(HostPort(address, server.port))
        if servers and not addressed:
            return Host(DnsAnswer.NXDOMAIN, "its own name has no address")
        question = Question(name, dns.rdatatype.A)
        outcome = await look_up(addressed, question, self._left_s(ends_at))
        found = host(outcome)
        if shown and found.answer is not DnsAnswer.OK:
            seen = exchange_of(question, shown, outcome)
            self._leave(f"resolver {shown}", "address", found.answer, found.detail, seen)
        return found

    def _leave(self, subject: str, asked: str, answer: DnsAnswer, detail: str, *seen: Exchange) -> None:
        if self.evidence is not None:
            self.evidence(Evidence(self._now(), subject, asked, answer.value, detail, seen))

    async def _followed(self, found: Host, server: HostPort, ends_at: float) -> Host:
        """Where the name is only an alias, the address of what it leads to: there, else by the resolvers."""
        if found.alias is None or self._left_s(ends_at) <= 0:
            return found
        question = Question(found.alias, dns.rdatatype.A)
        (outcome,) = await exchange(
            server, (question,), self._left_s(ends_at) / 2, recursive=self._authority.is_configured
        )
        target = host(outcome)
        if target.answer is not DnsAnswer.OK:
            target = host(await look_up(self._all_resolvers(), question, self._left_s(ends_at)))
        if target.answer is DnsAnswer.OK:
            return replace(target, authoritative=found.authoritative)
        alias = found.alias.to_text(omit_final_dot=True)
        return replace(found, detail=f"the name is an alias of {alias}, which has no address")

    def _all_resolvers(self) -> tuple[HostPort, ...]:
        return (*self._settings.resolvers, *self._system.servers())

    @staticmethod
    def _left_s(ends_at: float) -> float:
        return max(ends_at - asyncio.get_running_loop().time(), 0.0)


def _detail(fqdn: str, server: HostPort, found: Host, txt_detail: str) -> str:
    parts = []
    if found.detail:
        parts.append(f"{server} about {fqdn}: {found.detail}.")
    elif txt_detail:
        parts.append(f"{server} about the TXT record of {fqdn}: {txt_detail}.")
    if found.answer is DnsAnswer.OK and not found.authoritative:
        parts.append(f"{server} does not call its answer authoritative; it may come from a cache.")
    return " ".join(parts)
