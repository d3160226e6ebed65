"""Loopback addresses for one lab: a /24 of its own inside 127.0.0.0/8, so that nothing else is in the way."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass

from agmonitor.lab.errors import LabError

TRIES = 50


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything of one lab listens. Both nodes share one port, since a host record holds none."""

    prefix: str  # "127.83.20"
    port: int

    @property
    def nodes(self) -> tuple[str, str]:
        return f"{self.prefix}.11", f"{self.prefix}.12"

    @property
    def nameserver(self) -> str:
        return f"{self.prefix}.53"

    @property
    def links(self) -> str:
        return f"{self.prefix}.99"


def choose() -> Addresses:
    """Addresses where one port is free on both nodes' addresses now.

    Raises:
        LabError: this system lets nobody listen on such addresses.
    """
    why = ""
    for _ in range(TRIES):
        prefix = f"127.{64 + secrets.randbelow(128)}.{secrets.randbelow(256)}"
        try:
            return Addresses(prefix, _free_port(f"{prefix}.11", f"{prefix}.12"))
        except OSError as error:
            why = error.strerror or str(error)
    raise LabError(f"No free loopback addresses for the lab: {why}.")


def _free_port(first: str, second: str) -> int:
    with socket.socket() as one, socket.socket() as other:
        one.bind((first, 0))
        port: int = one.getsockname()[1]
        other.bind((second, port))
        return port
