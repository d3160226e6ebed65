"""An address that each alert is posted to as JSON. Certificates are verified; redirects are not followed.

One deadline bounds all of it, one retry included; of the answer only the status is read. The address itself
may be a secret, so no sentence names more of it than its host.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import ssl
from urllib.parse import urlsplit

from agmonitor.alerts.doors import DoorError, payload
from agmonitor.alerts.model import Alert
from agmonitor.domain.words import duration

TRIES = 2
HEADERS = {"Content-Type": "application/json", "User-Agent": "agmonitor", "Connection": "close"}


class Webhook:
    """A door."""

    name = "webhook"

    def __init__(self, url: str, timeout_s: float, *, ca_file: str | None = None) -> None:
        self._url, self._timeout_s, self._ca_file = url, timeout_s, ca_file
        self._trust: ssl.SSLContext | None = None

    @property
    def place(self) -> str:
        parts = urlsplit(self._url)
        port = f":{parts.port}" if parts.port is not None else ""
        return f"{parts.scheme}://{parts.hostname}{port}"

    async def send(self, alert: Alert) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._sent(payload(alert))
        except TimeoutError:
            raise DoorError(f"{self.place} did not answer within {duration(self._timeout_s)}.") from None

    async def _sent(self, body: bytes) -> None:
        """Posted, and once more where it broke off or the server broke down."""
        # The library and the system's certificates take their time to load; nobody waits for them here.
        if self._trust is None:
            self._trust = await asyncio.to_thread(_trust, self._ca_file)
        for _ in range(TRIES):
            status, why = await _posted(self._url, body, self._trust)
            if status is not None and status < 500:
                break
        if status is None:
            raise DoorError(f"{self.place} could not be reached: {why}.")
        if 300 <= status < 400:
            raise DoorError(f"{self.place} redirects elsewhere ({status}), which is not followed.")
        if not 200 <= status < 300:
            raise DoorError(f"{self.place} answered with status {status}.")


def _trust(ca_file: str | None) -> ssl.SSLContext:
    importlib.import_module("httpx")
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise DoorError(f"The CA file {ca_file} cannot be used: {error.strerror or error}.") from error


async def _posted(url: str, body: bytes, trust: ssl.SSLContext) -> tuple[int | None, str]:
    """The status, or None and why there is none."""
    import httpx  # noqa: PLC0415 - loaded by now

    client = httpx.AsyncClient(verify=trust, trust_env=False, follow_redirects=False, timeout=None)  # noqa: S113 - bounded around it
    try:
        async with client, client.stream("POST", url, content=body, headers=HEADERS) as response:
            return response.status_code, ""
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return None, _why(error)


def _why(error: Exception) -> str:
    """The first cause that says something, without an address that may be in it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({cause.verify_message})"
        if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
            return os.strerror(cause.errno).lower()
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
