"""The measured halves of our own rows, each in a process of its own: prints one JSON line of numbers.

Words: ``get PORTS COUNT RATE`` | ``round PORTS DNS_PORT SECONDS CADENCE``.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress
from agmonitor.gateway.client import NodeClient
from agmonitor.gateway.session import Account
from agmonitor.gateway.trust import trust_for
from agmonitor.history.store import Store
from agmonitor.monitor.clock import SystemClock
from agmonitor.monitor.engine import Monitor
from agmonitor.monitor.prober import GroupProber


def settings_for(name: str, ports: list[int], **more: object) -> GroupSettings:
    first, second = (
        NodeAddress(f"gw-{i + 1}", f"http://127.0.0.1:{port}") for i, port in enumerate(ports[:2])
    )
    return GroupSettings(name=name, nodes=(first, second), user="bench", **more)  # type: ignore[arg-type]


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
    clock = SystemClock()
    settings = settings_for(
        "bench",
        ports,
        fqdn="gateway.bench.test",
        dns_server=HostPort("127.0.0.1", dns_port),
        cadence_s=cadence_s,
    )
    prober = GroupProber(settings, Account("bench", lambda: "bench"), clock.now)
    heard = {"node": 0}

    def count(change: object) -> None:
        heard["node"] += type(change.input).__name__ == "NodeObservation"  # type: ignore[attr-defined]

    with tempfile.TemporaryDirectory() as folder:
        store = await asyncio.to_thread(Store.open, Path(folder) / "history.sqlite")
        monitor = Monitor(settings, prober, store, clock, count, rng=random.Random(1))
        began = time.process_time()
        warm = 0
        try:
            async with asyncio.timeout(seconds + 2), asyncio.TaskGroup() as group:
                group.create_task(monitor.run())
                await asyncio.sleep(2)
                began, warm = time.process_time(), heard["node"]
                await asyncio.sleep(seconds)
        except TimeoutError:
            pass
        cpu = time.process_time() - began
        await store.close()
    return {"cpu_us": cpu / max(1, heard["node"] - warm) * 1e6, "rounds": heard["node"] - warm}


def main(words: list[str]) -> None:
    verb, ports = words[0], json.loads(words[1])
    if verb == "get":
        result = asyncio.run(paced_gets(ports, int(words[2]), float(words[3])))
    else:
        result = asyncio.run(rounds(ports, int(words[2]), float(words[3]), float(words[4])))
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
