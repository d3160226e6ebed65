"""The lab's network, a process of its own: ``python -m agmonitor.lab.network``.

Holds the links and the client, so that neither waits for a window's event loop. Obeys JSON lines on standard
input: ``{"cut": LINK}``, ``{"mend": LINK}``, ``{"client": "start" | "reset"}``.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from agmonitor.domain.model import HostPort
from agmonitor.lab import lifeline, lines
from agmonitor.lab.authority import trust_in
from agmonitor.lab.client import Client
from agmonitor.lab.links import Link


class Network:
    """All links by name, and the client once it is started."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._links: dict[str, Link] = {}
        self._started = asyncio.Event()

    async def open(self, wishes: list[lines.Line]) -> dict[str, int]:
        """Open the links asked for; gives their ports by name."""
        ports: dict[str, int] = {}
        for wish in wishes:
            name = str(wish["name"])
            target = HostPort(str(wish["target_host"]), int(str(wish["target_port"])))
            self._links[name] = Link(target)
            ports[name] = await self._links[name].open(str(wish["address"]), udp=bool(wish.get("udp")))
        return ports

    def obey(self, command: lines.Line) -> None:
        match command:
            case {"cut": str(name)}:
                self._links[name].cut()
            case {"mend": str(name)}:
                self._links[name].heal()
            case {"client": "start"}:
                self._started.set()
            case {"client": "reset"}:
                self._client.reset()
            case _:
                raise ValueError(f"no such command: {command}")

    async def run(self) -> None:
        await self._started.wait()
        await self._client.run()


async def _run(configuration: lines.Line) -> None:
    client, links = configuration["client"], configuration["links"]
    assert isinstance(client, dict)
    assert isinstance(links, list)
    network = Network(
        Client(
            fqdn=str(client["fqdn"]),
            nameserver=HostPort(str(client["dns_host"]), int(client["dns_port"])),
            port=int(client["port"]),
            tell=lines.say,
            trust=trust_in(Path(str(client["ca_file"]))) if client.get("ca_file") else None,
        )
    )
    loop = asyncio.get_running_loop()

    def obey(line: str) -> None:
        loop.call_soon_threadsafe(network.obey, lines.decode(line))

    lifeline.tie_to_parent(int(str(configuration["parent_pid"])), obey)
    try:
        ports = await network.open(links)
    except OSError as error:
        lines.say({"failed": f"the lab's links cannot listen: {error.strerror}"})
        return
    lines.say({"ready": True, "links": ports})
    await network.run()


def main() -> None:
    asyncio.run(_run(lines.decode(lifeline.first_line())))


if __name__ == "__main__":
    main()
