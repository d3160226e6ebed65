"""The only request that changes anything: ``PUT /failover``, once, on a fresh connection, never repeated.

It has no precondition and flips whichever node it reaches, so whatever happens no second one goes out: no
keep-alive, no retry, no redirect, no new sign-in after it. Where the answer is lost the outcome is unknown,
and is said to be; whether the failover came true is for the witnesses, never for the message's text.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from agmonitor.domain.model import GroupSettings, Instant, NodeAddress
from agmonitor.domain.observations import FailoverAnswer
from agmonitor.gateway import wire
from agmonitor.gateway.account import Account
from agmonitor.gateway.address import base_url, plain_http_refusal
from agmonitor.gateway.failures import Failed
from agmonitor.gateway.line import Line, Progress
from agmonitor.gateway.session import Session
from agmonitor.gateway.transport import Peer, acting, without_trust
from agmonitor.gateway.trust import trust_for

FAILOVER = "/ag/api/v1/failover"
ANSWER_PATIENCE = 3
"""The call returns after the switch, which takes longer than a look: so many deadlines for its answer."""


class _Order:
    """The one PUT under way, and whether it has begun to leave this machine."""

    def __init__(self) -> None:
        self.sent = False

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """What httpcore says it does; a proxy's CONNECT is not yet the order."""
        if event.endswith("send_request_headers.started") and info["request"].method == b"PUT":
            self.sent = True


async def order_failover(
    node: NodeAddress,
    settings: GroupSettings,
    account: Account,
    now: Callable[[], Instant],
    trust: ssl.SSLContext | None = None,
    objection: Callable[[], Awaitable[str]] | None = None,
) -> FailoverAnswer:
    """Sign in anew and send the order to that node; never to one of a group that is read-only.

    ``objection`` is asked when signed in, right before the PUT: why it must not leave any more, or nothing.
    """
    if not settings.failover_allowed:
        return _unsent(f"Failover is not allowed for {settings.name}.", None)
    url = base_url(node.url)
    refusal = plain_http_refusal(url.scheme, url.host, settings)
    if refusal is not None:
        return _unsent(refusal, None)
    if trust is None:
        trust = trust_for(settings) if url.scheme == "https" else without_trust()
    peer = Peer()
    line = Line(node, acting(trust, peer, use_proxies=settings.use_proxies), peer)
    session = Session(line, account, now, settings.timeout_s, settings.sign_in_extras, use_stored=False)
    progress = Progress()
    try:
        async with asyncio.timeout(settings.timeout_s):
            await session.open(progress)
        if objection is not None and (why := await objection()):
            return _unsent(why, None)
        return await _order(line, session, settings.timeout_s)
    except TimeoutError:
        failure = line.out_of_time(progress, settings.timeout_s)
        return _unsent(session.scrub(failure.detail), None)
    except Failed as failed:
        return _unsent(session.scrub(failed.detail), failed.http_status)
    finally:
        await line.close()


async def _order(line: Line, session: Session, limit_s: float) -> FailoverAnswer:
    order, progress = _Order(), Progress()
    request = line.request(
        "PUT", FAILOVER, session.headers() | {"content-type": "application/json"}, content=b"{}"
    )
    request.extensions |= {"trace": order.trace, "timeout": {"connect": limit_s}}
    answer_limit_s = limit_s * ANSWER_PATIENCE
    try:
        async with asyncio.timeout(answer_limit_s):
            reply = await line.send(request, progress, "ordering the failover")
    except TimeoutError:
        failed = line.out_of_time(progress, answer_limit_s)
    except Failed as failure:
        failed = failure
    else:
        said = session.scrub(wire.error_message(reply.body))
        detail = f"{line.where} answered HTTP {reply.status}" + (f": “{said}”" if said else ".")
        return FailoverAnswer(_accepted(reply.status), reply.status, detail)
    detail = session.scrub(failed.detail)
    if not order.sent:
        return _unsent(detail, None)
    status = progress.status
    return FailoverAnswer(_accepted(status), status, f"The order was sent. {detail}")


def _accepted(status: int | None) -> bool | None:
    """What a status says of the order; a 5xx may come after the node has acted."""
    if status is None or status >= 500:
        return None
    return 200 <= status < 300


def _unsent(detail: str, status: int | None) -> FailoverAnswer:
    return FailoverAnswer(
        accepted=False, http_status=status, detail=f"Nothing was ordered. {detail}", sent=False
    )
