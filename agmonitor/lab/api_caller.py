"""The lab's own small HTTP client for the Gateway's API: enough to sign in, form the group and read roles.

Writes its payloads itself and shares nothing with the monitor's client, so that one misreading of the
contract cannot hide on both sides. Speaks to the lab's own loopback addresses only.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from agmonitor.lab.errors import LabError

PATIENCE_S = 5.0
LARGEST_ANSWER = 1 << 20
GROUP = "/ag/api/v1/group"
MEMBERS = "/ag/api/v1/group/members"
FAILOVER = "/ag/api/v1/failover"


class ApiCaller:
    """One node's API, signed in once when first needed."""

    def __init__(self, url: str, user: str, password: str, trust: ssl.SSLContext | None = None) -> None:
        self._url = url
        self._user = user
        self._password = password
        self._trust = trust  # for https
        self._token: str | None = None

    async def form_group(self, configuration: Mapping[str, object]) -> None:
        """Create the group here; this node becomes its Primary."""
        await self._call("POST", GROUP, configuration)

    async def join(self, membership: Mapping[str, object]) -> None:
        """Join the group as Secondary."""
        await self._call("PUT", MEMBERS, membership)

    async def leave(self) -> None:
        """Leave the group."""
        await self._call("DELETE", MEMBERS, None)

    async def fail_over(self) -> None:
        """Swap the roles, as anybody may who is not the monitor."""
        await self._call("PUT", FAILOVER, None)

    async def role(self) -> str:
        """The node's own word on its role.

        Raises:
            LabError: it gives none.
        """
        state = await self.state()
        if not isinstance(state.get("node_role"), str):
            raise LabError(f"{self._url} does not tell its role.")
        return str(state["node_role"])

    async def state(self) -> Mapping[str, object]:
        """All it says about its state.

        Raises:
            LabError: it says nothing.
        """
        state = (await self._call("GET", GROUP, None)).get("state")
        if not isinstance(state, dict):
            raise LabError(f"{self._url} does not tell its state.")
        return state

    async def _call(self, method: str, path: str, body: Mapping[str, object] | None) -> Mapping[str, object]:
        if self._token is None:
            credentials = {"username": self._user, "password": self._password}
            answer = await self._send("POST", "/rest_login", credentials, {})
            self._token = str(answer.get("access_token", ""))
        return await self._send(method, path, body, {"auth": f"Basic {self._token}"})

    async def _send(
        self, method: str, path: str, body: Mapping[str, object] | None, headers: Mapping[str, str]
    ) -> Mapping[str, object]:
        try:
            async with asyncio.timeout(PATIENCE_S):
                status, content = await self._exchange(method, path, body, headers)
        except TimeoutError:
            raise LabError(f"{self._url} did not answer {method} {path} within {PATIENCE_S:g} s.") from None
        except (OSError, EOFError) as error:
            raise LabError(f"{self._url} did not answer {method} {path}: {error}.") from None
        try:
            answer = json.loads(content or b"{}")
        except ValueError:
            answer = None
        if status != 200 or not isinstance(answer, dict):
            message = answer.get("message", "") if isinstance(answer, dict) else ""
            raise LabError(f"{self._url} answered {method} {path} with {status}: {message or 'no reason'}")
        return answer

    async def _exchange(
        self, method: str, path: str, body: Mapping[str, object] | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        place = urlsplit(self._url)
        assert place.hostname is not None
        content = b"" if body is None else json.dumps(body).encode()
        head = {
            "Host": place.netloc,
            "Connection": "close",
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **headers,
        }
        reader, writer = await asyncio.open_connection(place.hostname, place.port, ssl=self._trust)
        try:
            top = f"{method} {path} HTTP/1.0\r\n" + "".join(
                f"{key}: {value}\r\n" for key, value in head.items()
            )
            writer.write(top.encode() + b"\r\n" + content)
            answer = b""  # HTTP/1.0: no chunks, the body ends with the connection
            while len(answer) < LARGEST_ANSWER and (data := await reader.read(65536)):
                answer += data
        finally:
            writer.transport.abort()
        first, _, rest = answer.partition(b"\r\n")
        words = first.split()
        if len(words) < 2 or not words[1].isdigit():
            raise EOFError("no HTTP answer")
        return int(words[1]), rest.partition(b"\r\n\r\n")[2]
