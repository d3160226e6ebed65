"""Tries a group's settings before they are kept: its nodes through ``gateway``, its name through ``witness``.

Joins the two behind one port; judges no more than whether a record names a member.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from agmonitor.domain.model import DnsAnswer, GroupSettings, Instant, NodeAddress
from agmonitor.domain.trial import Asked, Matter, Reached, Standing, TrialRow
from agmonitor.domain.words import DNS_ANSWERS
from agmonitor.gateway.trial import NodeTrials
from agmonitor.texts import listed, t
from agmonitor.witness.witness import DnsWitness

UNWITNESSED = t("Watching works without; give an authoritative server to have DNS as a witness.")
NOT_THERE = t("Check the name, or give the authoritative server that holds it.")


class GroupTrials:
    """Lives as long as the program: it knows which credentials were sent where."""

    def __init__(self, now: Callable[[], Instant]) -> None:
        self._now = now
        self._nodes = NodeTrials(now)

    async def reach(self, settings: GroupSettings, node: NodeAddress) -> Reached:
        return await self._nodes.reach(settings, node)

    async def ask(self, settings: GroupSettings, node: NodeAddress, password: str | None) -> Asked:
        return await self._nodes.ask(settings, node, password)

    def retry(self, settings: GroupSettings, password: str | None) -> None:
        self._nodes.retry(settings, password)

    async def look_up(self, settings: GroupSettings, fqdn: str, members: Collection[str]) -> TrialRow:
        """The group's name as its authoritative server tells it."""
        witness = DnsWitness(settings, self._now)
        try:
            seen = await witness.ask_authoritative(fqdn)
        finally:
            await witness.close()
        if seen.answer is not DnsAnswer.OK:
            told = seen.detail or f"{fqdn}: {DNS_ANSWERS[seen.answer]}."
            unheard = seen.answer in {DnsAnswer.TIMEOUT, DnsAnswer.REFUSED}
            advice, standing = (UNWITNESSED, Standing.DOUBTFUL) if unheard else (NOT_THERE, Standing.FAILED)
            return TrialRow(Matter.NAME, standing, DNS_ANSWERS[seen.answer], f"{told} {advice}")
        found = t(
            "{name} is {addresses}, says {server}.",
            name=fqdn,
            addresses=listed(seen.addresses),
            server=seen.server,
        )
        if members and not set(seen.addresses) & set(members):
            odd = t(
                "{found} That is neither member ({members}): another group's name?",
                found=found,
                members=listed(sorted(members)),
            )
            return TrialRow(Matter.NAME, Standing.DOUBTFUL, t("another address"), odd)
        return TrialRow(Matter.NAME, Standing.FINE, t("found"), found)
