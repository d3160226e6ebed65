"""One line to one Gateway: sends a request, reads a bounded reply, and names what went wrong.

Knows addresses, sizes and failures, but no account and no endpoint's meaning. Raises ``Failed`` and nothing
else for what the network does; the deadline is the caller's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from agmonitor.domain.model import Answer, Instant, NodeAddress
from agmonitor.gateway.address import base_url
from agmonitor.gateway.bounded import BODY_MAX, TooLarge, read_bounded
from agmonitor.gateway.failures import NETWORK_ERRORS, Failed, explain
from agmonitor.gateway.fields import Malformed, plain
from agmonitor.gateway.response import Headers, Response, Transport, stream_of
from agmonitor.gateway.traces import Trace
from agmonitor.gateway.transport import Peer

HEADERS = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "user-agent": "agmonitor",
}


class Progress:
    """How far one probe has come: what it does, and the status it has, even if the body never ends."""

    def __init__(self) -> None:
        self.doing = "connecting"
        self.status: int | None = None
        self.traces: list[Trace] = []


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer of whatever status; 3xx never gets here."""

    status: int
    headers: Headers
    body: bytes
    round_trip_ms: float


class Line:
    """A transport bound to one node's base URL."""

    def __init__(self, node: NodeAddress, transport: Transport, peer: Peer) -> None:
        self.url = base_url(node.url)
        self.where = f"{node.name} ({self.url})"
        self._transport = transport
        self._peer = peer

    @property
    def certificate_expires_at(self) -> Instant | None:
        return self._peer.certificate_expires_at

    def request(
        self, method: str, path: str, headers: dict[str, str] | None = None, content: bytes | None = None
    ) -> httpx.Request:
        """A request that can be sent again and again; a Host among ``headers`` is kept."""
        return httpx.Request(method, f"{self.url}{path}", headers=HEADERS | (headers or {}), content=content)

    async def send(self, request: httpx.Request, progress: Progress, purpose: str) -> Reply:
        """One exchange, body included.

        Raises:
            Failed: no complete, bounded answer, or a redirect, which is never followed.
        """
        progress.doing = purpose
        progress.status = None
        trace = Trace.of(request)
        progress.traces.append(trace)
        try:
            response = await self._transport.handle_async_request(request)
            try:
                progress.doing = f"{purpose}, reading the body"
                progress.status = trace.status = response.status_code
                trace.headers = response.headers
                return await self._read(response, trace)
            finally:
                await stream_of(response).aclose()
        except NETWORK_ERRORS as error:
            failure = explain(error, self.where)
            trace.error = f"{type(error).__name__}: {failure.answer.value}"
            raise Failed(failure.answer, failure.sentence) from None
        finally:
            trace.ended = time.perf_counter()

    async def _read(self, response: Response, trace: Trace) -> Reply:
        status = response.status_code
        if 300 <= status < 400:
            target = _shown_target(response.headers.get("location", ""))
            raise Failed(
                Answer.REDIRECTED,
                f"{self.where} sent us on to {target}; set the group's URL to where Gateway itself answers.",
                status,
            )
        try:
            body = await read_bounded(response, trace.body)
            trace.whole = True
        except TooLarge:
            raise Failed(
                Answer.TOO_LARGE,
                f"{self.where} answered more than {BODY_MAX // 1024} KiB; is it a Gateway?",
                status,
            ) from None
        except Malformed as error:
            raise Failed(Answer.MALFORMED, f"{self.where}: {error}", status) from None
        return Reply(status, response.headers, body, round((time.perf_counter() - trace.begun) * 1000, 1))

    def out_of_time(self, progress: Progress, limit_s: float) -> Failed:
        """The probe's deadline has passed."""
        how = {
            True: "accepted the connection but gave no answer",
            False: "could not be connected to",
            None: "gave no answer",
        }[self._peer.connected]
        return Failed(Answer.TIMEOUT, f"{self.where} {how} within {limit_s:g} s (while {progress.doing}).")

    async def close(self) -> None:
        await self._transport.aclose()


def _shown_target(location: str) -> str:
    """Scheme, host and path of a redirect; its query may hold secrets."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "an unreadable address"
    host = parts.netloc.rpartition("@")[2]
    shown = f"{parts.scheme}://{host}{parts.path}" if host else parts.path
    return plain(shown, 120) or "an address it did not name"
