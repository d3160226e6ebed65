"""The whole lab with real nodes: what breaks between real processes, and what the pair makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from agmonitor.lab.api_caller import ApiCaller
from agmonitor.lab.errors import LabError
from agmonitor.lab.options import LabOptions
from agmonitor.lab.supervisor import Lab

pytestmark = pytest.mark.lab
QUICK = LabOptions(report_s=1, check_s=1, absence_s=2, ttl_s=1)
PATIENCE_S = 20.0  # a quick pair takes over within 2 + 1 s; a busy machine is granted much more


def play(story: Callable[[Lab], Awaitable[None]]) -> None:
    async def whole() -> None:
        lab = Lab(QUICK)
        await lab.start()
        try:
            async with asyncio.timeout(60):
                await story(lab)
        finally:
            await lab.stop()

    asyncio.run(whole())


async def state_of(lab: Lab, node: str) -> dict[str, object]:
    try:
        return dict(await ApiCaller(lab.settings.node(node).url, lab.user, lab.password).state())
    except LabError:
        return {}


async def until_state(lab: Lab, node: str, **wanted: str) -> dict[str, object]:
    """Ask until the node says so."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            said = await state_of(lab, node)
            if all(said.get(key) == value for key, value in wanted.items()):
                return said
            await asyncio.sleep(0.05)


async def until_clients_are_served_by(lab: Lab, node: str) -> None:
    address = next(known.address for known in lab.status().nodes if known.name == node)
    served = asyncio.Event()
    leave = lab.on_change(lambda status: served.set() if status.clients.address == address else None)
    async with asyncio.timeout(PATIENCE_S):
        await served.wait()
    leave()


def test_a_killed_primary_is_replaced_clients_follow_and_it_returns_as_secondary() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("kill", "primary")
        await until_state(lab, "gw-2", node_role="primary")
        await until_clients_are_served_by(lab, "gw-2")

        await lab.fault("restart", "gw-1")

        await until_state(lab, "gw-1", node_role="secondary")
        assert (await state_of(lab, "gw-2"))["node_role"] == "primary"
        (outage,) = lab.status().clients.outages
        assert outage.ended_at is not None
        assert outage.without_service_s > 0.5
        assert outage.address_after == lab.status().nodes[1].address

    play(story)


def test_a_frozen_primary_is_replaced_and_gives_way_when_it_thaws() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("freeze", "gw-1")
        await until_state(lab, "gw-2", node_role="primary")

        await lab.heal()

        await until_state(lab, "gw-1", node_role="secondary")
        assert (await state_of(lab, "gw-2"))["node_role"] == "primary"

    play(story)


def test_with_the_heartbeat_path_cut_beats_travel_by_dns_and_nobody_takes_over() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("cut_heartbeat")

        said = await until_state(lab, "gw-2", heartbeat_method="dns")
        assert said["node_role"] == "secondary"

        await lab.heal()
        said = await until_state(lab, "gw-2", heartbeat_method="direct")
        assert said["node_role"] == "secondary"
        assert (await state_of(lab, "gw-1"))["node_role"] == "primary"

    play(story)


def test_a_node_cut_from_dns_says_so_while_direct_beats_go_on() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("cut_dns", "gw-1")

        said = await until_state(lab, "gw-1", node_dns_connection_state="disconnected")
        assert said["node_role"] == "primary"
        assert (await state_of(lab, "gw-2"))["node_role"] == "secondary"

        await lab.heal()
        await until_state(lab, "gw-1", node_dns_connection_state="connected")

    play(story)


def test_a_primary_cut_from_its_peer_and_from_dns_is_replaced_and_gives_way_when_healed() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("cut_heartbeat")
        await lab.fault("cut_dns", "gw-1")
        await until_state(lab, "gw-2", node_role="primary")

        await lab.heal()

        await until_state(lab, "gw-1", node_role="secondary")
        assert (await state_of(lab, "gw-2"))["node_role"] == "primary"

    play(story)
