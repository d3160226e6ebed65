"""The real prober of one group: its two Gateways, the DNS witness and the client's path behind one port.

Joins what ``gateway`` and ``witness`` know; judges nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from agmonitor.domain.evidence import CLIENTS, Evidence
from agmonitor.domain.model import Answer, DnsAnswer, GroupSettings, Instant
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    FailoverAnswer,
    HooksObservation,
    LoadObservation,
    NodeObservation,
    ResolverObservation,
)
from agmonitor.gateway.account import Account
from agmonitor.gateway.actions import order_failover
from agmonitor.gateway.client import NodeClient
from agmonitor.gateway.health import ask_health
from agmonitor.gateway.trust import trust_for
from agmonitor.monitor.ports import EvidenceSink
from agmonitor.witness.witness import DnsWitness, Resolved


class GroupProber:
    """Belongs to the loop it first asks on; ``close`` it there. Several may share one account."""

    def __init__(self, settings: GroupSettings, account: Account, now: Callable[[], Instant]) -> None:
        self._settings = settings
        self._account = account
        self._now = now
        self._witness = DnsWitness(settings, now)
        self._clients: dict[str, NodeClient] = {}
        self._sink: EvidenceSink | None = None
        self._untrusted = ""
        try:
            # Plain http alone must not pay for reading the system's certificates.
            schemes = {urlsplit(node.url).scheme.lower() for node in settings.nodes}
            self._trust = trust_for(settings) if "https" in schemes else None
        except ValueError as error:
            self._trust = None
            self._untrusted = str(error)
            return
        self._clients = {
            node.name: NodeClient(node, settings, account, now, self._trust) for node in settings.nodes
        }

    def tell_evidence_to(self, sink: EvidenceSink) -> None:
        """From now on leave there what each failed probe saw, without secrets."""
        self._sink = self._witness.evidence = sink
        for client in self._clients.values():
            client.evidence = sink

    async def ask_node(self, node: str) -> NodeObservation:
        if self._untrusted:
            return NodeObservation(node, self._now(), self._now(), Answer.TLS, self._untrusted)
        return await self._clients[node].ask_group()

    async def ask_load(self, node: str) -> LoadObservation:
        if self._untrusted:
            return LoadObservation(node, self._now(), self._now(), Answer.TLS, self._untrusted)
        return await self._clients[node].ask_load()

    async def ask_hooks(self, node: str) -> HooksObservation:
        if self._untrusted:
            return HooksObservation(node, self._now(), self._now(), Answer.TLS, self._untrusted)
        return await self._clients[node].ask_hooks()

    async def ask_dns(self, fqdn: str) -> DnsObservation:
        return await self._witness.ask_authoritative(fqdn)

    async def ask_resolvers(self, fqdn: str) -> Sequence[ResolverObservation]:
        return await self._witness.ask_resolvers(fqdn)

    async def ask_clients(self, fqdn: str, scheme: str, port: int) -> ClientObservation:
        """Resolve as a client does and visit what comes first, all within one deadline."""
        sent_at = self._now()
        address: str | None = None
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                resolved = await self._witness.resolve_as_client(fqdn)
                if resolved.answer is not DnsAnswer.OK or not resolved.addresses:
                    return self._unresolved(sent_at, fqdn, resolved)
                address = resolved.addresses[0]
                if self._untrusted and scheme == "https":
                    return ClientObservation(
                        sent_at, self._now(), Answer.TLS, self._untrusted, address=address
                    )
                return await ask_health(
                    fqdn, address, scheme, port, self._settings, self._now, self._trust, self._sink
                )
        except TimeoutError:
            detail = f"{fqdn} was not reached within {self._settings.timeout_s:g} s."
            self._leave(Answer.TIMEOUT, detail)
            return ClientObservation(sent_at, self._now(), Answer.TIMEOUT, detail, address=address)

    async def order_failover(self, node: str, objection: Callable[[], Awaitable[str]]) -> FailoverAnswer:
        if self._untrusted:
            return FailoverAnswer(accepted=False, http_status=None, detail=self._untrusted, sent=False)
        target = self._settings.node(node)
        return await order_failover(target, self._settings, self._account, self._now, self._trust, objection)

    def retry_sign_in(self) -> None:
        self._account.retry()

    async def close(self) -> None:
        async with AsyncExitStack() as each:  # a cancelled close of one leaves none of the others open
            each.push_async_callback(self._witness.close)
            for client in self._clients.values():
                each.push_async_callback(client.close)

    def _unresolved(self, sent_at: Instant, fqdn: str, resolved: Resolved) -> ClientObservation:
        detail = resolved.detail or f"{fqdn} does not resolve ({resolved.answer.value})."
        answer = Answer.TIMEOUT if resolved.answer is DnsAnswer.TIMEOUT else Answer.NAME
        self._leave(answer, detail)
        return ClientObservation(sent_at, self._now(), answer, detail)

    def _leave(self, answer: Answer, detail: str) -> None:
        if self._sink is not None:
            self._sink(Evidence(self._now(), CLIENTS, "visit", answer.value, detail))
