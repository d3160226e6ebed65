from __future__ import annotations

import errno
import socket
import ssl

import aiohttp
import httpx
import pytest

from agmonitor.domain.model import Answer
from agmonitor.gateway.failures import explain


def _wrapped(inner: BaseException, outer: BaseException) -> BaseException:
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), Answer.REFUSED),
        (OSError(errno.ECONNREFUSED, "Multiple exceptions"), Answer.REFUSED),
        (ConnectionResetError(errno.ECONNRESET, "x"), Answer.CLOSED),
        (BrokenPipeError(errno.EPIPE, "x"), Answer.CLOSED),
        (EOFError(), Answer.CLOSED),
        (aiohttp.ServerDisconnectedError(), Answer.CLOSED),
        (aiohttp.ClientPayloadError(), Answer.CLOSED),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), Answer.CLOSED),
        (httpx.ReadError(""), Answer.CLOSED),
        (httpx.RemoteProtocolError("illegal status line"), Answer.MALFORMED),
        (aiohttp.InvalidURL("x"), Answer.MALFORMED),
        (TimeoutError(), Answer.TIMEOUT),
        (OSError(errno.ETIMEDOUT, "x"), Answer.TIMEOUT),
        (httpx.ConnectTimeout(""), Answer.TIMEOUT),
        (OSError(errno.EHOSTUNREACH, "x"), Answer.UNREACHABLE),
        (OSError(errno.ENETUNREACH, "x"), Answer.UNREACHABLE),
        (OSError(errno.EACCES, "x"), Answer.UNREACHABLE),
        (OSError(errno.EMFILE, "x"), Answer.UNREACHABLE),
        (httpx.ProxyError("x"), Answer.UNREACHABLE),
        (socket.gaierror(socket.EAI_NONAME, "x"), Answer.NAME),
        (socket.gaierror(socket.EAI_AGAIN, "x"), Answer.NAME),
        (ssl.SSLEOFError(8, "x"), Answer.CLOSED),
        (ssl.SSLError(1, "x"), Answer.TLS),
        (ExceptionGroup("x", [OSError(errno.ECONNREFUSED, "x")]), Answer.REFUSED),
    ],
)
@pytest.mark.parametrize(
    "wrap", [None, httpx.ConnectError("secret-text"), httpx.ConnectTimeout("secret-text")]
)
def test_the_most_telling_cause_decides(
    error: BaseException, answer: Answer, wrap: BaseException | None
) -> None:
    failure = explain(_wrapped(error, wrap) if wrap else error, "gw-1 (https://gw-1)")

    assert failure.answer is answer
    assert failure.sentence.startswith("gw-1 (https://gw-1)")
    assert failure.sentence.endswith((".", "?"))
    assert "secret-text" not in failure.sentence


def test_a_dropped_connection_that_is_called_a_timeout_is_a_drop() -> None:
    # httpx-aiohttp maps every ClientConnectionError to ConnectTimeout
    error = _wrapped(aiohttp.ClientConnectionError("Connection closed"), httpx.ConnectTimeout("x"))

    assert explain(error, "gw-1").answer is Answer.CLOSED


@pytest.mark.parametrize(
    ("code", "said"), [(9, "not valid yet"), (10, "has expired"), (18, "self-signed"), (62, "another name")]
)
def test_a_bad_certificate_is_named(code: int, said: str) -> None:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_code, error.verify_message = code, "x"

    assert said in explain(error, "gw-1").sentence


def test_an_unusual_fault_of_a_certificate_keeps_openssls_words() -> None:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_code, error.verify_message = 77, "path length constraint exceeded"

    assert "path length constraint exceeded" in explain(error, "gw-1").sentence


def test_no_name_server_and_no_such_name_are_told_apart() -> None:
    silent = explain(socket.gaierror(socket.EAI_AGAIN, "x"), "gw-1").sentence
    unknown = explain(socket.gaierror(socket.EAI_NONAME, "x"), "gw-1").sentence

    assert "no name server answered" in silent
    assert "no address" in unknown
