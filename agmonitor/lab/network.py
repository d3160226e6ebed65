"""The lab's network, a process of its own: ``python -m agmonitor.lab.network``.

Holds the links and the client, so that neither waits for a window's event loop. Obeys JSON lines on standard
input, in order: ``{"link": NAME, "condition": {…}}``, ``{"serve": [NAMES], "pid": PID}`` (take connections in
until that process ends), ``{"shut": [NAMES]}``, ``{"client": "start" | "reset"}``; after each it says
``{"event": "obeyed"}``.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
from pathlib import Path

from agmonitor.domain.model import HostPort
from agmonitor.lab import lifeline, lines
from agmonitor.lab.authority import trust_in
from agmonitor.lab.client import Client
from agmonitor.lab.link_condition import condition_of
from agmonitor.lab.links import Link


class Network:
    """All links by name, and the client once it is started."""

    def __init__(self, client: Client, tasks: asyncio.TaskGroup) -> None:
        self._client = client
        self._tasks = tasks
        self._draw = random.Random().random  # noqa: S311 - no secret: what gets lost
        self._links: dict[str, Link] = {}
        self._started = asyncio.Event()

    async def open(self, wishes: list[lines.Line]) -> dict[str, int]:
        """Open the links asked for; gives their ports by name. One whose port is given serves on demand."""
        ports: dict[str, int] = {}
        for wish in wishes:
            name, port = str(wish["name"]), int(str(wish.get("port", 0)))
            target = HostPort(str(wish["target_host"]), int(str(wish["target_port"])))
            link = self._links[name] = Link(target, self._tasks, self._draw)
            udp = bool(wish.get("udp"))
            ports[name] = await link.open(str(wish["address"]), udp=udp, port=port, serving=port == 0)
        return ports

    async def obey(self, command: lines.Line) -> None:
        match command:
            case {"link": str(name), "condition": dict(condition)}:
                self._links[name].become(condition_of(condition))
            case {"serve": list(names), "pid": int(pid)}:
                await self._serve(names, pid)
            case {"shut": list(names)}:
                self._shut(names)
            case {"client": "start"}:
                self._started.set()
            case {"client": "reset"}:
                self._client.reset()
            case _:
                raise ValueError(f"no such command: {command}")

    async def run(self) -> None:
        await self._started.wait()
        await self._client.run()

    async def _serve(self, names: list[str], pid: int) -> None:
        try:
            pidfd = os.pidfd_open(pid)
        except ProcessLookupError:
            return  # gone again already
        for name in names:
            await self._links[name].serve()
        asyncio.get_running_loop().add_reader(pidfd, self._on_process_ended, pidfd, names)

    def _on_process_ended(self, pidfd: int, names: list[str]) -> None:
        asyncio.get_running_loop().remove_reader(pidfd)
        os.close(pidfd)
        self._shut(names)

    def _shut(self, names: list[str]) -> None:
        for name in names:
            self._links[name].shut()


def _client(told: lines.Line) -> Client:
    ca_file = told.get("ca_file")
    return Client(
        fqdn=str(told["fqdn"]),
        nameserver=HostPort(str(told["dns_host"]), int(str(told["dns_port"]))),
        port=int(str(told["port"])),
        tell=lines.say,
        trust=trust_in(Path(str(ca_file))) if ca_file is not None else None,
    )


async def _run(configuration: lines.Line) -> None:
    client, links = configuration["client"], configuration["links"]
    assert isinstance(client, dict)
    assert isinstance(links, list)
    commands: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def obey(line: str) -> None:
        loop.call_soon_threadsafe(commands.put_nowait, line)

    lifeline.tie_to_parent(int(str(configuration["parent_pid"])), obey)
    async with asyncio.TaskGroup() as tasks:
        network = Network(_client(client), tasks)
        try:
            ports = await network.open(links)
        except OSError as error:
            lines.say({"failed": f"the lab's links cannot listen: {error.strerror}"})
            return
        lines.say({"ready": True, "links": ports})
        tasks.create_task(network.run())
        while True:
            await network.obey(lines.decode(await commands.get()))
            lines.say({"event": "obeyed"})


def _allow_many_connections() -> None:
    """Each takes two sockets, and a frozen node holds many of them open."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> None:
    _allow_many_connections()
    asyncio.run(_run(lines.decode(lifeline.first_line())))


if __name__ == "__main__":
    main()
