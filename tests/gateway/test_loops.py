"""The client knows no loop: the window's and stock qasync serve as plain asyncio does."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from agmonitor.domain.model import Answer
from agmonitor.gateway.account import Account
from agmonitor.gateway.actions import order_failover
from agmonitor.gateway.client import NodeClient
from agmonitor.gateway.health import ask_health
from agmonitor.ui.loop import WindowLoop
from tests.gateway.servers import PASSWORD, Gateway, Request, Server, Talk, now, settings, tls, trusting

Loop = Callable[[QApplication], asyncio.AbstractEventLoop]
LOOPS = pytest.mark.parametrize("loop", [WindowLoop, qasync.QEventLoop], ids=["the window's", "stock qasync"])


@LOOPS
def test_every_question_works(loop: Loop, qapp: QApplication) -> None:
    async def story() -> None:
        async with Server(Gateway(), tls=tls("127.0.0.1", "gateway.example.net")) as server:
            group = settings(server.node())
            account = Account("monitor", lambda: PASSWORD)
            client = NodeClient(server.node(), group, account, now, trusting())
            for _ in range(3):
                assert (await client.ask_group()).answer is Answer.OK
            assert (await client.ask_load()).answer is Answer.OK
            await client.close()
            health = await ask_health(
                "gateway.example.net", "127.0.0.1", "https", server.port, group, now, trusting()
            )
            assert health.answer is Answer.OK
            answer = await order_failover(server.node(), group, account, now, trusting())
            assert (answer.accepted, answer.http_status, answer.sent) == (False, 404, True)

    with asyncio.Runner(loop_factory=lambda: loop(qapp)) as runner:
        runner.run(asyncio.wait_for(story(), 30))


@LOOPS
def test_a_hanging_node_ends_at_the_deadline(loop: Loop, qapp: QApplication) -> None:
    async def hang(request: Request, talk: Talk) -> None:
        await talk.hang()

    async def story() -> None:
        async with Server(hang) as server:
            client = NodeClient(
                server.node(), settings(server.node(), timeout_s=0.3), Account(None, lambda: None), now
            )
            seen = await client.ask_group()
            assert seen.answer is Answer.TIMEOUT
            assert seen.received_at - seen.sent_at < 2
            await client.close()

    with asyncio.Runner(loop_factory=lambda: loop(qapp)) as runner:
        runner.run(asyncio.wait_for(story(), 30))


def test_many_rounds_leave_no_descriptor_behind() -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names, not paths

    async def story() -> None:
        async with Server(Gateway()) as server:
            group = settings(server.node())
            client = NodeClient(server.node(), group, Account("monitor", lambda: PASSWORD), now)
            for number in range(30):
                await client.ask_group()
                await ask_health("gateway.example.net", "127.0.0.1", "http", server.port, group, now)
                if number == 5:
                    before = descriptors()
            assert descriptors() <= before + 1
            await client.close()

    asyncio.run(story())
