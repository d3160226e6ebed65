"""What passed over the line in one probe, kept until it is known whether it failed; then made evidence.

Holds answers only, never what was sent along: no header of ours, no body of ours. A sign-in that was taken
leaves its status alone, for its answer is a secret.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx

from agmonitor.domain.evidence import BODY_MAX, EXCHANGES_MAX, Exchange
from agmonitor.gateway.response import Headers
from agmonitor.gateway.scrubbing import HIDDEN, scrubbed

TELLING = ("content-type", "content-length", "server", "via", "retry-after", "date")
"""Headers that say who answered and how, and can hold no secret by their meaning."""
HEADER_MAX = 120
READ_MAX = 4 * BODY_MAX  # bytes of a body looked at: what is taken out makes room
LOGIN = "/rest_login"


@dataclass(slots=True)
class Trace:
    """One request and what has come back so far."""

    request: httpx.Request
    begun: float
    ended: float | None = None
    status: int | None = None
    headers: Headers | None = None
    body: bytearray = field(default_factory=bytearray)
    whole: bool = False  # the body was read to its end
    error: str = ""

    @classmethod
    def of(cls, request: httpx.Request) -> Trace:
        return cls(request, time.perf_counter())


def exchanges(traces: list[Trace], secrets: Iterable[str | None]) -> tuple[Exchange, ...]:
    """The newest of them, without secrets."""
    known = tuple(secrets)
    first = traces[0].begun if traces else 0.0
    return tuple(_exchange(trace, first, known) for trace in traces[-EXCHANGES_MAX:])


def _exchange(trace: Trace, first: float, secrets: tuple[str | None, ...]) -> Exchange:
    url = trace.request.url
    port = f":{url.port}" if url.port is not None else ""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return Exchange(
        request=f"{trace.request.method} {url.scheme}://{host}{port}{url.path}",
        after_ms=round((trace.begun - first) * 1000, 1),
        took_ms=None if trace.ended is None else round((trace.ended - trace.begun) * 1000, 1),
        status="" if trace.status is None else f"HTTP {trace.status}",
        headers=_headers(trace, secrets),
        body=_body(trace, secrets),
        body_bytes=len(trace.body),
        error=scrubbed(trace.error, secrets),
    )


def _headers(trace: Trace, secrets: tuple[str | None, ...]) -> tuple[tuple[str, str], ...]:
    if trace.headers is None:
        return ()
    found = ((name, trace.headers.get(name, "")) for name in TELLING)
    return tuple((name, scrubbed(value, secrets)[:HEADER_MAX]) for name, value in found if value)


def _body(trace: Trace, secrets: tuple[str | None, ...]) -> str:
    if trace.request.url.path.endswith(LOGIN) and (trace.status is None or trace.status < 400):
        return HIDDEN if trace.body else ""
    text = bytes(trace.body[:READ_MAX]).decode("utf-8", "replace")
    cut = not trace.whole or len(trace.body) > READ_MAX
    return scrubbed(text, secrets, cut=cut)[:BODY_MAX]
