"""The pair's core scenarios on each name server that the lab can have: its own, and a real BIND 9."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import dns.asyncquery
import dns.message
import dns.rcode
import dns.rdatatype
import dns.update
import pytest

from agmonitor.lab.api_caller import ApiCaller
from agmonitor.lab.errors import LabError
from agmonitor.lab.options import LabOptions
from agmonitor.lab.supervisor import Lab
from tests.lab.support import needs_bind

pytestmark = pytest.mark.lab
QUICK = LabOptions(report_s=1, check_s=1, absence_s=2, ttl_s=1)
PATIENCE_S = 30.0
Story = Callable[[Lab], Awaitable[None]]


@pytest.fixture(params=["embedded", "bind"])
def options(request: pytest.FixtureRequest) -> LabOptions:
    if request.param == "embedded":
        return QUICK
    needs_bind()
    return replace(QUICK, dns="bind")


def play(options: LabOptions, story: Story) -> None:
    async def whole() -> None:
        lab = Lab(options)
        await lab.start()
        try:
            async with asyncio.timeout(90):
                await story(lab)
        finally:
            await lab.stop()

    asyncio.run(whole())


async def ask(lab: Lab, rdtype: str, name: str = "") -> dns.message.Message:
    question = dns.message.make_query(name or lab.options.fqdn, rdtype)
    return await dns.asyncquery.udp(question, lab.nameserver.host, port=lab.nameserver.port, timeout=5)


async def record(lab: Lab) -> str:
    answer = await ask(lab, "A")
    return " ".join(str(data) for rrset in answer.answer for data in rrset)


def caller(lab: Lab, node: str) -> ApiCaller:
    return ApiCaller(lab.settings.node(node).url, lab.user, lab.password)


async def state(lab: Lab, node: str) -> dict[str, object]:
    try:
        return dict(await caller(lab, node).state())
    except LabError:
        return {}


async def until(what: str, holds: Callable[[], Awaitable[bool]]) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not await holds():  # noqa: ASYNC110 - other processes: nothing to wait on
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not within {PATIENCE_S:g} s: {what}") from None


async def until_primary(lab: Lab, place: int) -> None:
    name, address = lab.settings.nodes[place].name, lab.status().nodes[place].address

    async def holds() -> bool:
        return (await state(lab, name)).get("node_role") == "primary" and await record(lab) == address

    await until(f"{name} is Primary and the record names it", holds)


def test_a_pair_forms_its_record_and_heartbeat_stand_and_nothing_else(options: LabOptions) -> None:
    async def story(lab: Lab) -> None:
        assert await record(lab) == lab.status().nodes[0].address
        assert (await ask(lab, "A")).answer[0].ttl == 1

        async def beats() -> bool:
            return bool((await ask(lab, "TXT")).answer)

        await until("a heartbeat stands in TXT", beats)
        nobody = await ask(lab, "A", "nobody.lab.test")
        assert nobody.rcode() == dns.rcode.NXDOMAIN
        assert [rrset.rdtype for rrset in nobody.authority] == [dns.rdatatype.SOA]
        assert not (await ask(lab, "AAAA")).answer
        assert (await ask(lab, "A", "example.org")).rcode() == dns.rcode.REFUSED

    play(options, story)


def test_a_takeover_and_a_planned_failover_move_the_record(options: LabOptions) -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("kill", "gw-1")
        await until_primary(lab, 1)

        await lab.heal()

        async def stands_by() -> bool:
            return (await state(lab, "gw-1")).get("node_role") == "secondary"

        await until("gw-1 is Secondary", stands_by)
        await caller(lab, "gw-2")._call("PUT", "/ag/api/v1/failover", None)
        await until_primary(lab, 0)

    play(options, story)


def test_a_node_cut_from_dns_says_so_and_the_record_stays(options: LabOptions) -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("cut_dns", "gw-2")

        async def says(word: str) -> bool:
            return (await state(lab, "gw-2")).get("node_dns_connection_state") == word

        await until("gw-2 is disconnected", lambda: says("disconnected"))
        assert await record(lab) == lab.status().nodes[0].address

        await lab.heal()
        await until("gw-2 is connected", lambda: says("connected"))

    play(options, story)


def test_an_unsigned_update_is_refused(options: LabOptions) -> None:
    async def story(lab: Lab) -> None:
        update = dns.update.UpdateMessage("lab.test")
        update.replace("gateway", 1, "A", "192.0.2.66")
        server = lab.nameserver

        answer = await dns.asyncquery.udp(update, server.host, port=server.port, timeout=5)

        assert answer.rcode() == dns.rcode.REFUSED
        assert await record(lab) == lab.status().nodes[0].address

    play(options, story)
