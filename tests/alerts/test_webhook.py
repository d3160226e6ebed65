"""The webhook's door, against a real server that takes alerts, drops them, breaks down or dawdles."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from agmonitor.alerts.doors import DoorError
from agmonitor.alerts.model import Alert, AlertKind
from agmonitor.alerts.webhook import Webhook
from agmonitor.domain.model import Severity

ALERT = Alert(1.5, AlertKind.RAISED, "gw", Severity.CRITICAL, "Neither node answers.")
LONG_S = 60.0
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers each request as the next of ``answers`` says, the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = answers
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.port = 0

    @asynccontextmanager
    async def listening(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    def url(self, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/services/T0/s3cret"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers["content-length"]))
            answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
            self.requests.append((head[0], headers, body))
            await answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def status(code: int, more: str = "") -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {code} X\r\nContent-Length: 0\r\n{more}\r\n".encode())
        await writer.drain()

    return answer


async def dropped(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def never(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        await writer.drain()


def send(server: Server, timeout_s: float = LONG_S) -> str:
    """Why it was not told; nothing where it was."""

    async def main() -> str:
        async with server.listening():
            try:
                await Webhook(server.url(), timeout_s).send(ALERT)
            except DoorError as error:
                return str(error)
        return ""

    why_not = asyncio.run(main())
    assert "s3cret" not in why_not
    return why_not


def test_an_alert_is_posted_as_json() -> None:
    server = Server(status(204))

    assert send(server) == ""

    ((line, headers, body),) = server.requests
    assert line == "POST /services/T0/s3cret HTTP/1.1"
    assert headers["content-type"] == "application/json"
    told = json.loads(body)
    assert (told["alert"], told["group"], told["title"]) == ("raised", "gw", "gw: raised")


def test_what_broke_off_is_tried_once_more_and_knows_itself_by_its_id() -> None:
    for first in (dropped, status(503)):
        server = Server(first, status(200))
        assert send(server) == ""
        ids = {json.loads(body)["id"] for _, _, body in server.requests}
        assert (len(server.requests), len(ids)) == (2, 1)


def test_one_retry_and_no_more() -> None:
    server = Server(status(500))
    assert send(server).endswith("answered with status 500.")
    assert len(server.requests) == 2

    drops = Server(dropped)
    assert "could not be reached" in send(drops)
    assert len(drops.requests) == 2


def test_what_is_refused_is_not_repeated() -> None:
    server = Server(status(403))

    assert send(server).endswith("answered with status 403.")
    assert len(server.requests) == 1


def test_a_redirect_is_not_followed() -> None:
    server = Server(status(307, "Location: http://127.0.0.1:9/\r\n"))

    assert send(server).endswith("redirects elsewhere (307), which is not followed.")
    assert len(server.requests) == 1


def test_a_server_that_dawdles_costs_the_deadline_and_no_more() -> None:
    assert send(Server(never), 1.0).endswith("did not answer within 1 s.")


def test_an_answer_without_end_is_not_read() -> None:
    assert send(Server(endless)) == ""


def test_nobody_listens() -> None:
    async def main() -> str:
        server = Server(status(200))
        async with server.listening():
            pass
        with pytest.raises(DoorError) as caught:
            await Webhook(server.url(), LONG_S).send(ALERT)
        return str(caught.value)

    assert "could not be reached" in asyncio.run(main())


def test_certificates_are_verified_unless_a_ca_file_says_whom_to_trust(tmp_path: Path) -> None:
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))

    async def main() -> None:
        async with Server(status(200)).listening(tls) as server:
            with pytest.raises(DoorError, match="its certificate is not trusted"):
                await Webhook(server.url("https"), LONG_S).send(ALERT)
            assert server.requests == []
            await Webhook(server.url("https"), LONG_S, ca_file=str(ca_file)).send(ALERT)
            assert len(server.requests) == 1

    asyncio.run(main())


def test_a_proxy_of_the_environment_sees_no_alert(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert send(Server(status(200))) == ""
