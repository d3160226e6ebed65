"""Turns what the HTTP libraries and the system raise into an ``Answer`` and a sentence for a person.

The transports wrap each other's errors loosely (a dropped connection comes out as a timeout), so the whole
chain of causes is searched for the most telling one. Must not hold or show any secret: only types, error
numbers and OpenSSL's own reasons get into a sentence, never a foreign message.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp
import httpx

from agmonitor.domain.model import Answer

NETWORK_ERRORS = (
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
    aiohttp.ClientError,
    OSError,
    EOFError,
)
"""All that a request may raise for what the network does (``TimeoutError`` and ``ssl`` are ``OSError``)."""

_UNREACHABLE = {
    errno.EHOSTUNREACH: "no route to the host",
    errno.ENETUNREACH: "no route to its network",
    errno.EHOSTDOWN: "the host is down",
    errno.ENETDOWN: "our network is down",
    errno.EADDRNOTAVAIL: "no address of ours leads there",
    errno.EACCES: "a firewall on this machine forbids it",
    errno.EPERM: "a firewall on this machine forbids it",
}
_CERTIFICATE = {  # OpenSSL's X509_V_ERR codes
    9: ("is not valid yet", "Compare the clocks, or renew the certificate."),
    10: ("has expired", "Renew it on that Gateway."),
    18: ("is self-signed", "Give its CA file for this group, or renew it from a known CA."),
    19: ("comes from a CA that is not trusted here", "Give that CA's file for this group."),
    20: ("comes from a CA that is not trusted here", "Give that CA's file for this group."),
    21: ("comes from a CA that is not trusted here", "Give that CA's file for this group."),
    23: ("is revoked", "Renew it on that Gateway."),
    62: ("is for another name", "Use the name it was issued for, or renew it."),
    64: ("is not for that IP address", "Use the name it was issued for, or renew it."),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed probe: its class, and what happened, where, and what to do."""

    answer: Answer
    sentence: str


class Failed(Exception):  # noqa: N818 - carries a value through the layers of one probe
    """Ends a probe from within; never leaves ``gateway``."""

    def __init__(self, answer: Answer, detail: str, http_status: int | None = None) -> None:
        super().__init__(detail)
        self.answer = answer
        self.detail = detail
        self.http_status = http_status


def explain(error: BaseException, where: str) -> Failure:
    """What an error of ``NETWORK_ERRORS`` means; ``where`` names the node and its address."""
    chain = tuple(_chain(error))
    for judge in (_tls, _name, _refused, _unreachable, _malformed, _timed_out, _closed):
        failure = judge(chain, where)
        if failure is not None:
            return failure
    number = next((link.errno for link in chain if isinstance(link, OSError) and link.errno), None)
    why = f" ({errno.errorcode.get(number, str(number))})" if number else ""
    return Failure(Answer.UNREACHABLE, f"{where} could not be asked{why}.")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what it wraps, and so on, each once."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop(0)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        if isinstance(link, BaseExceptionGroup):
            waiting.extend(link.exceptions)
        if isinstance(link, aiohttp.ClientConnectorError):
            waiting.append(link.os_error)
        waiting.append(link.__cause__ or link.__context__)  # httpcore hides what it wraps


def _tls(chain: tuple[BaseException, ...], where: str) -> Failure | None:
    # aiohttp's own wrappers call themselves SSLError and carry nothing of it.
    chain = tuple(link for link in chain if not isinstance(link, aiohttp.ClientError))
    for link in chain:
        if isinstance(link, ssl.SSLCertVerificationError):
            wrong, remedy = _CERTIFICATE.get(
                link.verify_code, (f"does not hold: {link.verify_message}", "Check it with its owner.")
            )
            return Failure(Answer.TLS, f"{where}: its certificate {wrong}. {remedy}")
    for link in chain:
        if isinstance(link, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return Failure(Answer.CLOSED, f"{where} closed the connection during the TLS handshake.")
        if isinstance(link, ssl.SSLError):
            reason = getattr(link, "reason", None) or "no reason given"
            if reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}:
                return Failure(Answer.TLS, f"{where} does not speak TLS on that port; is it plain http?")
            return Failure(Answer.TLS, f"{where}: no TLS connection ({reason.lower().replace('_', ' ')}).")
    return None


def _name(chain: tuple[BaseException, ...], where: str) -> Failure | None:
    for link in chain:
        if isinstance(link, socket.gaierror):
            if link.errno == socket.EAI_AGAIN:
                return Failure(Answer.NAME, f"{where}: no name server answered when its name was looked up.")
            return Failure(Answer.NAME, f"{where}: its name has no address. Check the name and the resolver.")
    return None


def _refused(chain: tuple[BaseException, ...], where: str) -> Failure | None:
    if any(_errno(link) == errno.ECONNREFUSED for link in chain):
        return Failure(
            Answer.REFUSED, f"{where} refused the connection: nothing listens there. Is Gateway running?"
        )
    return None


def _unreachable(chain: tuple[BaseException, ...], where: str) -> Failure | None:
    for link in chain:
        why = _UNREACHABLE.get(_errno(link) or 0)
        if why:
            return Failure(Answer.UNREACHABLE, f"{where} cannot be reached: {why}.")
    if any(isinstance(link, (httpx.ProxyError, aiohttp.ClientHttpProxyError)) for link in chain):
        return Failure(Answer.UNREACHABLE, f"{where} cannot be reached: the proxy did not let us through.")
    return None


def _malformed(chain: tuple[BaseException, ...], where: str) -> Failure | None:
    unreadable = (
        aiohttp.ClientResponseError,
        aiohttp.InvalidURL,
        httpx.DecodingError,
        httpx.UnsupportedProtocol,
    )
    for link in chain:
        if isinstance(link, unreadable) or (
            isinstance(link, httpx.RemoteProtocolError) and "disconnected" not in str(link)
        ):
            return Failure(Answer.MALFORMED, f"{where} answered something that is no HTTP.")
    return None


def _timed_out(chain: tuple[BaseException, ...], where: str) -> Failure | None:
    timed_out = any(isinstance(link, TimeoutError) or _errno(link) == errno.ETIMEDOUT for link in chain)
    # A transport may wrap a dropped connection as a timeout: only the innermost word counts.
    if timed_out or isinstance(chain[-1], httpx.TimeoutException):
        return Failure(Answer.TIMEOUT, f"{where} gave no answer in time.")
    return None


def _closed(chain: tuple[BaseException, ...], where: str) -> Failure | None:
    dropped = (
        ConnectionError,
        EOFError,
        aiohttp.ServerDisconnectedError,
        aiohttp.ClientPayloadError,
        aiohttp.ClientConnectionError,
        httpx.RemoteProtocolError,
        httpx.ReadError,
        httpx.WriteError,
        httpx.CloseError,
    )
    for link in chain:
        if isinstance(link, aiohttp.ClientConnectorError):
            continue  # never connected: that is another class than a drop
        if isinstance(link, dropped):
            return Failure(Answer.CLOSED, f"{where} closed the connection before its answer was complete.")
    return None


def _errno(link: BaseException) -> int | None:
    return link.errno if isinstance(link, OSError) else None
