"""Asks one Gateway for its group's state, its load and its hooks; reads only, never changes anything.

Each ask is one probe under one deadline over everything it takes, and gives one observation; nothing the
network does is raised. Must not judge what an answer means for the group.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from agmonitor.domain.evidence import Evidence
from agmonitor.domain.model import Answer, GroupSettings, Instant, NodeAddress, Role
from agmonitor.domain.observations import (
    HooksObservation,
    LoadObservation,
    NodeObservation,
    NodeReport,
)
from agmonitor.gateway import wire
from agmonitor.gateway.account import Account
from agmonitor.gateway.address import base_url, plain_http_refusal
from agmonitor.gateway.failures import Failed, Failure
from agmonitor.gateway.fields import Malformed
from agmonitor.gateway.line import Line, Progress, Reply
from agmonitor.gateway.session import Session
from agmonitor.gateway.traces import exchanges
from agmonitor.gateway.transport import Peer, polling, without_trust
from agmonitor.gateway.trust import trust_for

Outcome = TypeVar("Outcome")

GROUP = "/ag/api/v1/group"
STATE = "/ag/api/v1/state"
LOAD = "/serverstatus"
HOOKS = "/hook_inventory/v1/hooks"
PERMISSION = "availability_group"
HOOKS_PERMISSION = "hook_inventory_page"
PATIENCE = 0.5
"""Share of the deadline that a question waits, before its own begins, for another one to the same node."""
_BUSY = frozenset({408, 429})
"""Answers of ``GET /group`` after which nothing more is asked."""
_PLAIN_REFUSALS = frozenset(range(400, 500)) - {401, 403}
"""Statuses of ``GET /group`` after which ``GET /state`` is believed, whatever role it tells."""


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a probe ended without a usable answer."""

    answer: Answer
    detail: str
    http_status: int | None


class _Probe(Progress):
    """How far one probe has come, and what stands of it whatever becomes of a question asked instead."""

    def __init__(self) -> None:
        super().__init__()
        self.refusal: Failed | None = None


class NodeClient:
    """One node of a group. Belongs to the loop in which it first asks; ``close`` it there."""

    def __init__(
        self,
        node: NodeAddress,
        settings: GroupSettings,
        account: Account,
        now: Callable[[], Instant],
        trust: ssl.SSLContext | None = None,
    ) -> None:
        url = base_url(node.url)
        self.evidence: Callable[[Evidence], None] | None = None
        self._node = node
        self._now = now
        self._limit_s = settings.timeout_s
        self._forbidden_here = plain_http_refusal(url.scheme, url.host, settings)
        if trust is None:
            trust = trust_for(settings) if url.scheme == "https" else without_trust()
        self._peer = Peer()
        self._line = Line(node, polling(trust, self._peer, use_proxies=settings.use_proxies), self._peer)
        self._session = Session(self._line, account, now, settings.timeout_s, settings.sign_in_extras)
        self._load_request = self._line.request("GET", LOAD)
        self._turn = asyncio.Lock()
        self._read: tuple[bytes, NodeReport] | None = None  # the newest group's state, as sent and as read

    async def close(self) -> None:
        await self._line.close()

    async def sign_in(self) -> Failure | None:
        """Sign in where there is a user and no token yet; what kept us from it, None where nothing did."""
        _sent_at, ended, _received_at = await self._timed("sign-in", self._session.open)
        return Failure(ended.answer, ended.detail) if isinstance(ended, _Ending) else None

    async def ask_group(self) -> NodeObservation:
        """``GET /group``, or ``GET /state`` where a node in no group refuses that."""
        sent_at, ended, received_at = await self._timed("group", self._group)
        if isinstance(ended, _Ending):
            return NodeObservation(
                node=self._node.name,
                sent_at=sent_at,
                received_at=received_at,
                answer=ended.answer,
                detail=ended.detail,
                http_status=ended.http_status,
                certificate_expires_at=self._line.certificate_expires_at,
            )
        report, reply = ended
        return NodeObservation(
            node=self._node.name,
            sent_at=sent_at,
            received_at=received_at,
            answer=Answer.OK,
            round_trip_ms=reply.round_trip_ms,
            report=report,
            http_date=_date(reply),
            http_status=reply.status,
            certificate_expires_at=self._line.certificate_expires_at,
        )

    async def ask_load(self) -> LoadObservation:
        """``GET /serverstatus``, which needs no sign-in."""
        sent_at, ended, received_at = await self._timed("load", self._load)
        if isinstance(ended, _Ending):
            return LoadObservation(self._node.name, sent_at, received_at, ended.answer, ended.detail)
        load, reply = ended
        return LoadObservation(
            node=self._node.name,
            sent_at=sent_at,
            received_at=received_at,
            answer=Answer.OK,
            load_score=load.score,
            current_time=load.current_time,
            http_date=_date(reply),
        )

    async def ask_hooks(self) -> HooksObservation:
        """The inventory that our small workflow serves on a node that has it."""
        sent_at, ended, received_at = await self._timed("hooks", self._hooks)
        if isinstance(ended, _Ending):
            name, status = self._node.name, ended.http_status
            return HooksObservation(
                name, sent_at, received_at, ended.answer, ended.detail, http_status=status
            )
        return HooksObservation(
            node=self._node.name,
            sent_at=sent_at,
            received_at=received_at,
            answer=Answer.OK,
            hooks=ended.hooks,
            calls=ended.calls,
            version=ended.version,
            earlier=ended.earlier,
        )

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """One question at a time over one kept connection, for a server that serves one connection at a time.

        A second connection would wait there until the first, kept alive by us, is closed. A question that
        hangs must not hold up the others, so whoever has waited for long goes ahead all the same.
        """
        mine = False
        try:
            if not self._turn.locked():  # as nearly always: then no clock need run
                mine = await self._turn.acquire()
            else:
                async with asyncio.timeout(self._limit_s * PATIENCE):
                    mine = await self._turn.acquire()
        except TimeoutError:
            pass
        try:
            yield
        finally:
            if mine:
                self._turn.release()

    async def _timed(
        self, asked: str, probe: Callable[[_Probe], Awaitable[Outcome]]
    ) -> tuple[Instant, Outcome | _Ending, Instant]:
        """When the probe's turn came and it was sent, how it ended, and when that was known."""
        progress = _Probe()
        async with self._in_turn():
            sent_at = self._now()
            ended = await self._within_deadline(probe, progress)
            received_at = self._now()
        if isinstance(ended, _Ending) and self.evidence is not None:
            self._tell(asked, ended, progress, received_at)
        return sent_at, ended, received_at

    def _tell(self, asked: str, ended: _Ending, progress: _Probe, at: Instant) -> None:
        """Leave what the failure rests on; that a node just has no such page is nothing to look into."""
        assert self.evidence is not None
        if asked != "group" and ended.http_status == 404:
            return
        told = exchanges(progress.traces, self._session.secrets())
        self.evidence(Evidence(at, self._node.name, asked, ended.answer.value, ended.detail, told))

    async def _within_deadline(
        self, probe: Callable[[_Probe], Awaitable[Outcome]], progress: _Probe
    ) -> Outcome | _Ending:
        """Run a probe to its end, or to the deadline's, and turn any failure into a value."""
        if self._forbidden_here:
            return _Ending(Answer.TLS, self._forbidden_here, None)
        try:
            async with asyncio.timeout(self._limit_s):
                return await probe(progress)
        except TimeoutError:
            failed = progress.refusal or self._line.out_of_time(progress, self._limit_s)
        except Failed as failure:
            failed = failure
        return _Ending(failed.answer, self._session.scrub(failed.detail), failed.http_status)

    async def _group(self, progress: _Probe) -> tuple[NodeReport, Reply]:
        reply = await self._session.get(GROUP, progress, "asking for the group")
        if reply.status in _BUSY:
            raise self._status_failure(reply, "its group's state")
        try:
            self._expect_ok(reply, "its group's state")
            return self._report(reply), reply
        except Failed as failure:
            if reply.status == 200 and not wire.lacks_state(reply.body):
                raise
            progress.refusal = failure
        return await self._state_instead(progress.refusal, progress)

    def _report(self, reply: Reply) -> NodeReport:
        """Between two heartbeats a node gives the same answer, word for word: it is read once."""
        if self._read is None or self._read[0] != reply.body:
            self._read = reply.body, self._parsed(wire.group_report, reply)
        return self._read[1]

    async def _state_instead(self, refusal: Failed, progress: _Probe) -> tuple[NodeReport, Reply]:
        """The node would not tell its group: it may be in none, which ``/state`` says.

        How it refuses then is nowhere written. What is no plain refusal may be a fault as well, and stands
        unless the node really is in no group.
        """
        try:
            reply = await self._session.get(STATE, progress, "asking for the state")
            self._expect_ok(reply, "its state")
            report = self._parsed(wire.state_report, reply)
        except Failed:
            raise refusal from None
        if report.role is not Role.NOT_IN_GROUP and refusal.http_status not in _PLAIN_REFUSALS:
            raise refusal
        return report, reply

    async def _load(self, progress: _Probe) -> tuple[wire.Load, Reply]:
        reply = await self._line.send(self._load_request, progress, "asking for the load")
        self._expect_ok(reply, "its server status (is it switched on, and Gateway 24.2 or later?)")
        return self._parsed(wire.load, reply), reply

    async def _hooks(self, progress: _Probe) -> wire.Inventory:
        reply = await self._session.get(HOOKS, progress, "asking for the hooks")
        if reply.status == 404:
            raise Failed(
                Answer.HTTP_STATUS,
                f"{self._line.where} has no hook inventory: its workflow is not installed there (HTTP 404).",
                404,
            )
        self._expect_ok(reply, "its hooks", HOOKS_PERMISSION)
        return self._parsed(wire.inventory, reply)

    def _expect_ok(self, reply: Reply, what: str, permission: str = PERMISSION) -> None:
        if reply.status != 200:
            raise self._status_failure(reply, what, permission)

    def _status_failure(self, reply: Reply, what: str, permission: str = PERMISSION) -> Failed:
        where, status = self._line.where, reply.status
        if status == 403:
            return Failed(
                Answer.FORBIDDEN,
                f"{where} does not let this user see {what}: grant it the permission {permission}.",
                status,
            )
        message = wire.error_message(reply.body)
        said = f": “{message}”" if message else ""
        return Failed(
            Answer.HTTP_STATUS, f"{where} answered HTTP {status} when asked for {what}{said}.", status
        )

    def _parsed(self, parse: Callable[[bytes], Outcome], reply: Reply) -> Outcome:
        try:
            return parse(reply.body)
        except Malformed as error:
            raise Failed(Answer.MALFORMED, f"{self._line.where}: {error}", reply.status) from None


def _date(reply: Reply) -> Instant | None:
    return _parsed_date(reply.headers.get("date", ""))


_parsed_date = lru_cache(maxsize=64)(wire.http_date)  # nodes polled in one second share it
