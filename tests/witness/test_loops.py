"""The witness does not know which loop it runs on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from agmonitor.domain.model import DnsAnswer
from agmonitor.ui.loop import WindowLoop
from agmonitor.witness import DnsWitness
from tests.witness.servers import FQDN, Server, now, settings, silent, zone

Loop = Callable[[QApplication], asyncio.AbstractEventLoop]
RECORDS = (f"{FQDN}. 30 IN A 192.0.2.11", f'{FQDN}. 30 IN TXT "2027-01-15T08:00:00Z"')


@pytest.mark.parametrize("loop", [WindowLoop, qasync.QEventLoop], ids=["the window's", "stock qasync"])
def test_every_question_works(loop: Loop, qapp: QApplication) -> None:
    async def story() -> None:
        async with Server(zone(*RECORDS)) as server, Server(silent) as mute:
            witness = DnsWitness(settings(dns_server=server.at, resolvers=(server.at,)), now)
            for _ in range(3):
                seen = await witness.ask_authoritative(FQDN)
                assert (seen.answer, seen.txt_seen) == (DnsAnswer.OK, True)
            assert (await witness.resolve_as_client(FQDN)).addresses == ("192.0.2.11",)
            dead = DnsWitness(settings(dns_server=mute.at, timeout_s=0.3), now)
            assert (await dead.ask_authoritative(FQDN)).answer is DnsAnswer.TIMEOUT

    with asyncio.Runner(loop_factory=lambda: loop(qapp)) as runner:
        runner.run(asyncio.wait_for(story(), 30))


def test_many_looks_leave_no_socket_behind() -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names, not paths

    async def story() -> None:
        async with Server(zone(*RECORDS)) as server:
            witness = DnsWitness(settings(dns_server=server.at), now)
            await witness.ask_authoritative(FQDN)
            before = descriptors()
            for _ in range(30):
                await witness.ask_authoritative(FQDN)
            await asyncio.sleep(0)
            assert descriptors() <= before + 1

    asyncio.run(story())
