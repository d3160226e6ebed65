"""Asks one Gateway for its group's state, its load and its hooks; reads only, never changes anything.

Each ask is one probe under one deadline over everything it takes, and gives one observation; nothing the
network does is raised. Must not judge what an answer means for the group.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from agmonitor.domain.model import Answer, GroupSettings, Instant, NodeAddress
from agmonitor.domain.observations import (
    HooksObservation,
    LoadObservation,
    NodeObservation,
    NodeReport,
)
from agmonitor.gateway import wire
from agmonitor.gateway.account import Account
from agmonitor.gateway.address import base_url, plain_http_refusal
from agmonitor.gateway.failures import Failed
from agmonitor.gateway.fields import Malformed
from agmonitor.gateway.line import Line, Progress, Reply
from agmonitor.gateway.session import Session
from agmonitor.gateway.transport import Peer, polling, without_trust
from agmonitor.gateway.trust import trust_for

Outcome = TypeVar("Outcome")

GROUP = "/ag/api/v1/group"
STATE = "/ag/api/v1/state"
LOAD = "/serverstatus"
HOOKS = "/hook_inventory/v1/hooks"
PERMISSION = "availability_group"
_NOT_FOR_ALL = frozenset({401, 403, 408, 429})
"""4xx of ``GET /group`` that a node in no group does not mean."""


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a probe ended without a usable answer."""

    answer: Answer
    detail: str
    http_status: int | None


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

    async def close(self) -> None:
        await self._line.close()

    async def ask_group(self) -> NodeObservation:
        """``GET /group``, or ``GET /state`` where a node in no group refuses that."""
        sent_at = self._now()
        ended = await self._within_deadline(self._group)
        received_at = self._now()
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
        sent_at = self._now()
        ended = await self._within_deadline(self._load)
        received_at = self._now()
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
        sent_at = self._now()
        ended = await self._within_deadline(self._hooks)
        received_at = self._now()
        if isinstance(ended, _Ending):
            return HooksObservation(self._node.name, sent_at, received_at, ended.answer, ended.detail)
        return HooksObservation(
            self._node.name, sent_at, received_at, Answer.OK, hooks=ended.hooks, calls=ended.calls
        )

    async def _within_deadline(self, probe: Callable[[Progress], Awaitable[Outcome]]) -> Outcome | _Ending:
        """Run a probe to its end, or to the deadline's, and turn any failure into a value."""
        if self._forbidden_here:
            return _Ending(Answer.TLS, self._forbidden_here, None)
        progress = Progress()
        try:
            async with asyncio.timeout(self._limit_s):
                return await probe(progress)
        except TimeoutError:
            failed = self._line.out_of_time(progress, self._limit_s)
        except Failed as failure:
            failed = failure
        return _Ending(failed.answer, self._session.scrub(failed.detail), failed.http_status)

    async def _group(self, progress: Progress) -> tuple[NodeReport, Reply]:
        reply = await self._session.get(GROUP, progress, "asking for the group")
        if 400 <= reply.status < 500 and reply.status not in _NOT_FOR_ALL:
            return await self._state_instead(reply, progress)
        self._expect_ok(reply, "its group's state")
        return self._parsed(wire.group_report, reply), reply

    async def _state_instead(self, refusal: Reply, progress: Progress) -> tuple[NodeReport, Reply]:
        """The node would not tell its group: it may be in none, which ``/state`` says."""
        reply = await self._session.get(STATE, progress, "asking for the state")
        if reply.status == 200:
            return self._parsed(wire.state_report, reply), reply
        raise self._status_failure(refusal, "its group's state")

    async def _load(self, progress: Progress) -> tuple[wire.Load, Reply]:
        reply = await self._line.send(self._load_request, progress, "asking for the load")
        self._expect_ok(reply, "its server status (is it switched on, and Gateway 24.2 or later?)")
        return self._parsed(wire.load, reply), reply

    async def _hooks(self, progress: Progress) -> wire.Inventory:
        reply = await self._session.get(HOOKS, progress, "asking for the hooks")
        if reply.status == 404:
            raise Failed(
                Answer.HTTP_STATUS,
                f"{self._line.where} has no hook inventory: its workflow is not installed there (HTTP 404).",
                404,
            )
        self._expect_ok(reply, "its hooks")
        return self._parsed(wire.inventory, reply)

    def _expect_ok(self, reply: Reply, what: str) -> None:
        if reply.status != 200:
            raise self._status_failure(reply, what)

    def _status_failure(self, reply: Reply, what: str) -> Failed:
        where, status = self._line.where, reply.status
        if status == 403:
            return Failed(
                Answer.FORBIDDEN,
                f"{where} does not let this user see {what}: grant it the permission {PERMISSION}.",
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
    return _parsed_date(reply.headers.get("date"))


_parsed_date = lru_cache(maxsize=64)(wire.http_date)  # nodes polled in one second share it
