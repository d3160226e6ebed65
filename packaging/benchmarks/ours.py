"""The measured halves of our own HTTP rows, each in a process of its own: prints one JSON line of numbers.

Words: ``get PORTS COUNT RATE`` | ``round PORTS DNS_PORT SECONDS CADENCE`` | ``settings PORTS DNS_PORT HOME``,
which writes a settings file for the command itself.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from agmonitor.config.paths import HOME_VARIABLE, paths
from agmonitor.config.secrets import Passwords
from agmonitor.config.settings import Config, save
from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress
from agmonitor.domain.observations import NodeObservation
from agmonitor.gateway.account import Account
from agmonitor.gateway.client import NodeClient
from agmonitor.gateway.trust import trust_for
from agmonitor.history.store import Store
from agmonitor.monitor.clock import SystemClock
from agmonitor.monitor.engine import Monitor
from agmonitor.monitor.ports import GroupChange
from agmonitor.monitor.prober import GroupProber
from agmonitor.monitor.workspace import Workspace
from agmonitor.witness import lookup
from servers import FQDN

WARM_S = 2.0


def settings_for(name: str, ports: list[int], dns_port: int | None = None, **more: Any) -> GroupSettings:
    """A pair of the bench's nodes; asked from its name server too, where that is given."""
    first, second = (
        NodeAddress(f"gw-{i + 1}", f"http://127.0.0.1:{port}") for i, port in enumerate(ports[:2])
    )
    if dns_port is not None:
        more |= {"fqdn": FQDN, "dns_server": HostPort("127.0.0.1", dns_port)}
    return GroupSettings(name=name, nodes=(first, second), user="bench", **more)


def stay_on_this_machine() -> None:
    """The system's resolvers would be asked over the network."""
    lookup._configured = list  # type: ignore[assignment]  # noqa: SLF001 - no setting leaves it out


@asynccontextmanager
async def workspace_for(ports: list[int], dns_port: int, **more: Any) -> AsyncIterator[Workspace]:
    """A workspace as the window's, a group for every two ports, its history in a file of its own."""
    stay_on_this_machine()
    groups = [
        settings_for(f"bench-{place // 2 + 1:03}", ports[place : place + 2], dns_port, **more)
        for place in range(0, len(ports), 2)
    ]
    with tempfile.TemporaryDirectory() as folder:
        store = await asyncio.to_thread(Store.open, Path(folder) / "history.sqlite")
        try:
            passwords = Passwords(from_file="bench")
            yield Workspace(groups, passwords=passwords, recorder=store, clock=SystemClock())
        finally:
            await store.close()


async def paced_gets(ports: list[int], count: int, rate: float) -> dict[str, float]:
    """CPU of one paced, parsed, signed-in GET of /group over kept-alive connections."""
    clock = SystemClock()
    account = Account("bench", lambda: "bench")
    clients = []
    for port in ports:
        settings = settings_for(str(port), [port, port])
        clients.append(NodeClient(settings.nodes[0], settings, account, clock.now, trust_for(settings)))
    for client in clients:
        assert (await client.ask_group()).report is not None
    gc.collect()
    began_cpu, began = time.process_time(), time.monotonic()
    for index in range(count):
        await asyncio.sleep(max(0.0, began + index / rate - time.monotonic()))
        answer = await clients[index % len(clients)].ask_group()
        assert answer.report is not None, answer.detail
    cpu = time.process_time() - began_cpu
    for client in clients:
        await client.close()
    return {"cpu_us": cpu / count * 1e6}


async def rounds(ports: list[int], dns_port: int, seconds: float, cadence_s: float) -> dict[str, float]:
    """CPU of whole node rounds: HTTP, DNS share, step and store, through the real monitor."""
    stay_on_this_machine()
    clock = SystemClock()
    settings = settings_for("bench", ports, dns_port, cadence_s=cadence_s)
    prober = GroupProber(settings, Account("bench", lambda: "bench"), clock.now)
    heard = 0

    def count(change: GroupChange) -> None:
        nonlocal heard
        heard += isinstance(change.input, NodeObservation)

    with tempfile.TemporaryDirectory() as folder:
        store = await asyncio.to_thread(Store.open, Path(folder) / "history.sqlite")
        monitor = Monitor(settings, prober, store, clock, count, rng=random.Random(1))
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(monitor.run())
            await asyncio.sleep(WARM_S)
            began, warm = time.process_time(), heard
            await asyncio.sleep(seconds)
            cpu = time.process_time() - began
            seen = heard - warm
            watching.cancel()
        await store.close()
    return {"cpu_us": cpu / seen * 1e6, "rounds": seen}


def main(words: list[str]) -> None:
    verb, ports = words[0], json.loads(words[1])
    result: dict[str, float] = {}
    if verb == "settings":
        group = settings_for("bench", ports, int(words[2]))
        save(paths({HOME_VARIABLE: words[3]}).settings_file, Config((group,)))
    elif verb == "get":
        result = asyncio.run(paced_gets(ports, int(words[2]), float(words[3])))
    else:
        result = asyncio.run(rounds(ports, int(words[2]), float(words[3]), float(words[4])))
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
