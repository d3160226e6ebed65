"""DNS as clients meet it: caches that hold what they have for its TTL, and service lost and found by that."""

from __future__ import annotations

import pytest

from agmonitor.domain.model import DnsAnswer
from agmonitor.domain.observations import DnsObservation, ResolverObservation
from agmonitor.protocol.faults import Link
from agmonitor.protocol.state import Timers
from agmonitor.protocol.world.names import Cache
from agmonitor.protocol.world.world import World

DEMO = Timers(2, 3, 6)
A, B = "192.0.2.11", "192.0.2.12"


@pytest.mark.parametrize(
    ("ttl_s", "now", "expires_at"),
    [(10.0, 99.0, 100.0), (10.0, 100.0, 110.0), (10.0, 137.0, 140.0), (0.0, 137.0, 137.0)],
)
def test_a_cache_fetches_anew_whenever_its_ttl_has_run_out(
    ttl_s: float, now: float, expires_at: float
) -> None:
    cache = Cache(A, 100.0)
    cache.roll(now, B, ttl_s)

    assert cache.expires_at == expires_at
    assert cache.address == (A if now < 100 else B)


def test_each_resolver_follows_within_its_own_remaining_ttl() -> None:
    world = World.formed(DEMO, seed=4, ttl_s=20, resolvers=3)
    before = [resolver.expires_at for resolver in world.truth.now.resolvers]
    world.operator.edit_record(B)
    world.truth.record()
    world.run(world.now + 21)

    for index, expires_at in enumerate(before):
        changed = next(at for at, truth in world.truth.history if truth.resolvers[index].address == B)
        assert changed == pytest.approx(expires_at)


def test_a_resolver_tells_what_is_left_of_its_ttl() -> None:
    world = World.formed(DEMO, seed=4, ttl_s=20)
    seen: list[ResolverObservation] = []
    for _ in range(40):
        world.ask_resolver(0, 2.0, seen.append)
        world.run(world.now + 1)

    left = [each.ttl_s for each in seen]
    assert all(each is not None and 0 <= each < 20 for each in left)
    assert len(set(left)) >= 19


def test_a_stuck_resolver_goes_on_with_what_it_has_until_it_is_let_go() -> None:
    world = World.formed(DEMO, seed=4, ttl_s=5)
    world.operator.stick_resolver(0)
    world.operator.edit_record(B)
    world.run(world.now + 60)
    seen: list[ResolverObservation] = []
    world.ask_resolver(0, 2.0, seen.append)
    world.run(world.now + 1)
    world.heal()
    world.ask_resolver(0, 2.0, seen.append)
    world.run(world.now + 1)

    assert [(each.addresses, each.ttl_s) for each in seen] == [((A,), 0), ((B,), 4)]


def test_the_authoritative_server_tells_record_and_heartbeat_or_that_there_is_none() -> None:
    world = World.formed(DEMO, seed=4)
    seen: list[DnsObservation] = []

    def ask() -> None:
        world.ask_authoritative(0.5, seen.append)
        world.run(world.now + 0.6)

    ask()
    world.fault("kill", "gw-1")
    world.fault("kill", "gw-2")
    world.operator.edit_record(None)
    ask()
    world.operator.edit_txt(None)
    ask()
    world.operator.name_server(up=False)
    ask()

    assert [each.answer for each in seen] == [
        DnsAnswer.OK,
        DnsAnswer.NODATA,
        DnsAnswer.NXDOMAIN,
        DnsAnswer.TIMEOUT,
    ]
    assert (seen[0].addresses, seen[0].ttl_s, seen[0].txt_seen) == ((A,), 30, True)


@pytest.mark.parametrize("seed", range(20))
def test_clients_lose_service_from_the_death_until_the_cache_follows(seed: int) -> None:
    world = World.formed(DEMO, seed=seed, ttl_s=10)
    died_at = world.now + 1
    world.at(died_at, lambda: world.fault("kill", "gw-1"))
    world.truth.record()
    world.run(world.now + 60)
    moved_at = next(at for at, truth in world.truth.history if truth.record == B)
    (outage,) = world.clients[0].outages

    assert outage.began_at == died_at
    assert outage.ended_at is not None
    assert moved_at <= outage.ended_at <= moved_at + 10
    assert world.clients[0].without_service_s() == pytest.approx(outage.ended_at - died_at)
    assert world.clients[0].served_by == "gw-2"


@pytest.mark.parametrize(
    ("fault", "link"),
    [
        ("freeze", None),
        ("blackhole", Link.DOOR),
        ("reset", Link.DOOR),
        ("swap_certificate", None),
        ("slow", Link.DOOR),
    ],
)
def test_clients_lose_service_when_the_door_does(fault: str, link: Link | None) -> None:
    world = World.formed(Timers(), seed=1)
    world.fault(fault, "gw-1", link=link, for_s=5)
    world.run(world.now + 10)

    assert world.clients[0].without_service_s() == pytest.approx(5)


def test_a_lossy_door_costs_about_its_share_of_the_time() -> None:
    world = World.formed(Timers(), seed=1)
    world.fault("lossy", "gw-1", loss_share=0.4)
    world.run(world.now + 1000)

    assert world.clients[0].without_service_s() == pytest.approx(400, abs=80)


def test_what_only_hides_a_node_from_us_costs_clients_nothing() -> None:
    world = World.formed(DEMO, seed=1)
    for fault in ("hide", "cut_heartbeat", "rubbish", "hook_raises", "expire_sign_ins"):
        world.fault(fault)
    world.run(world.now + 60)

    assert world.clients[0].outages == []
