"""Loopback addresses for one lab: a /24 of its own inside 127.0.0.0/8, so that nothing else is in the way."""

from __future__ import annotations

import contextlib
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
        """Where the world finds them: each node's external address, its door."""
        return f"{self.prefix}.11", f"{self.prefix}.12"

    @property
    def inner(self) -> tuple[str, str]:
        """Where their servers listen, behind the doors."""
        return f"{self.prefix}.21", f"{self.prefix}.22"

    @property
    def watch(self) -> tuple[str, str]:
        """Where the monitor finds them, on a path of its own."""
        return f"{self.prefix}.31", f"{self.prefix}.32"

    def of_node(self, place: int) -> tuple[str, ...]:
        """Every address at which the first (0) or second (1) node is reached, the peer's way included."""
        return self.nodes[place], self.inner[place], self.watch[place], self.links

    @property
    def nameserver(self) -> str:
        return f"{self.prefix}.53"

    @property
    def links(self) -> str:
        return f"{self.prefix}.99"


def choose() -> Addresses:
    """Addresses where one port is free on all of both nodes' addresses now.

    Raises:
        LabError: this system lets nobody listen on such addresses.
    """
    why = ""
    for _ in range(TRIES):
        prefix = f"127.{64 + secrets.randbelow(128)}.{secrets.randbelow(256)}"
        try:
            places = Addresses(prefix, 0)
            return Addresses(prefix, _free_port(*places.nodes, *places.inner, *places.watch))
        except OSError as error:
            why = error.strerror or str(error)
    raise LabError(f"No free loopback addresses for the lab: {why}.")


def _free_port(first: str, *others: str) -> int:
    with contextlib.ExitStack() as held:
        port = 0
        for address in (first, *others):
            sock = held.enter_context(socket.socket())
            sock.bind((address, port))
            port = sock.getsockname()[1]
        return port
