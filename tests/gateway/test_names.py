from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from agmonitor.gateway.names import SystemNames


def test_a_name_of_this_machine_is_found() -> None:
    found = asyncio.run(SystemNames().resolve("localhost", 8443))

    assert {(each["host"], each["port"]) for each in found} & {("127.0.0.1", 8443), ("::1", 8443)}


def test_a_name_that_cannot_be_one_is_none() -> None:
    with pytest.raises(socket.gaierror):
        asyncio.run(SystemNames().resolve("a" * 70 + ".example.net"))


def test_a_dead_resolver_holds_up_neither_the_asker_nor_the_programs_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held, asked = threading.Event(), []

    def getaddrinfo(host: str, *_: object) -> list[object]:
        asked.append(host)
        held.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    async def story() -> None:
        names = SystemNames()
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await names.resolve("gw-1.example.net")
        await names.close()

    try:
        asyncio.run(asyncio.wait_for(story(), 5))
        assert asked == ["gw-1.example.net"]  # one thread, whoever waits
        assert all(
            thread.daemon for thread in threading.enumerate() if thread.name == "agmonitor-getaddrinfo"
        )
    finally:
        held.set()
