"""Random fault schedules: one seed gives the settings of a pair, its network, and what befalls it when.

Only draws; brings nothing about and judges nothing. Same seed, same plan.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from agmonitor.protocol.faults import FAULTS, Fault, Link, Scope
from agmonitor.protocol.state import Timers

T = TypeVar("T")

NODES = ("gw-1", "gw-2")
LEAST_S = 900.0
"""A run lasts fifteen virtual minutes at the least."""
FAULTS_LEAST, FAULTS_MOST = 3, 7
SETTLE_S = 40.0
"""Nothing happens before: the monitor shall have seen the pair in health, as it mostly has."""

# (H, C, A, TTL): the documented defaults, the demo's, and others that somebody may have set.
_PAIRS: tuple[tuple[int, tuple[float, float, float, float]], ...] = (
    (8, (20, 30, 60, 30)),
    (2, (2, 3, 6, 3)),
    (2, (10, 15, 30, 30)),
    (2, (5, 10, 30, 60)),
    (2, (30, 60, 120, 60)),
    (1, (60, 60, 120, 300)),
    (1, (30, 20, 60, 5)),
    (1, (20, 60, 50, 30)),
)
_CADENCES: tuple[tuple[int, float], ...] = ((5, 2.0), (4, 5.0), (4, 10.0))
"""The default of 2 s, and slower ones, as somebody with many groups sets them; never slower than H/2."""
_LATENCIES: tuple[tuple[int, float], ...] = ((5, 0.005), (3, 0.001), (2, 0.04), (1, 0.15))
_LOSSES: tuple[tuple[int, float], ...] = ((6, 0.0), (3, 0.005), (1, 0.03))
_WEIGHTS: Mapping[str, int] = {
    "kill": 4,
    "freeze": 3,
    "hide": 3,
    "cut_both": 2,
    "blackhole": 2,
    "overload": 2,
}
_CRITICAL_SKEW_SHARE = 0.3
LATER = "later"
_TOGETHER: tuple[tuple[tuple[str, bool], ...], ...] = (
    (("cut_heartbeat", True), ("cut_heartbeat", False), ("cut_dns", True)),  # a split brain
    (("kill", True), ("cut_dns", False)),  # nobody can take over
    (("kill", True), ("kill", False)),
    (("freeze", True), ("freeze", False)),
    (("freeze", True), ("kill", False)),
    (("cut_dns", True), ("cut_dns", False), ("restart", True)),  # nobody knows who was Primary
    (("cut_both", True), ("kill", False)),
    (("overload", True),),
    (("hide", True), ("hide", False), ("cut_dns", True)),
    (("cut_heartbeat", True), ("cut_heartbeat", False), ("cut_dns", True), (LATER, False), ("kill", False)),
)
"""Faults that together bring about what critical findings name: of one node (True), and of the other.

Behind ``LATER`` they come when a takeover has had its time: then the record names a node that is gone.
"""
_TOGETHER_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """One fault: seconds after the run's start, and what ``World.fault`` takes. ``node`` None: both."""

    at_s: float
    name: str
    node: str | None
    link: Link | None
    for_s: float | None
    parameters: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """A failover ordered by somebody, of this node."""

    at_s: float
    node: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one run is made of."""

    seed: int
    timers: Timers
    ttl_s: float
    cadence_s: float
    deadline_s: float
    phase_s: float  # the monitor starts so long after the World
    latency_s: float
    loss_share: float
    resolvers: int
    judge_clients: bool | None
    length_s: float
    faults: tuple[PlannedFault, ...]
    orders: tuple[PlannedOrder, ...]


def plan(seed: int) -> Plan:
    """The plan of a seed."""
    rng = random.Random(seed)  # noqa: S311 - a drill is drawn, not guarded
    report_s, check_s, absence_s, ttl_s = _drawn(rng, _PAIRS)
    timers = Timers(report_s, check_s, absence_s)
    length_s = LEAST_S + rng.uniform(0.0, 120.0)
    return Plan(
        seed=seed,
        timers=timers,
        ttl_s=ttl_s,
        cadence_s=_drawn(rng, _CADENCES),
        deadline_s=rng.choice((5.0, 5.0, 3.0)),
        phase_s=rng.uniform(0.0, 30.0),
        latency_s=_drawn(rng, _LATENCIES),
        loss_share=_drawn(rng, _LOSSES),
        resolvers=rng.choice((1, 1, 2)),
        judge_clients=rng.choice((None, None, True, False)),
        length_s=length_s,
        faults=_faults(rng, length_s, absence_s + check_s),
        orders=_orders(rng, length_s),
    )


def _drawn(rng: random.Random, weighted: tuple[tuple[int, T], ...]) -> T:
    weights, values = zip(*weighted, strict=True)
    return rng.choices(values, weights)[0]  # type: ignore[no-any-return]


def _faults(rng: random.Random, length_s: float, takeover_s: float) -> tuple[PlannedFault, ...]:
    """Some alone, some overlapping, some right after another."""
    names = list(FAULTS)
    weights = [_WEIGHTS.get(name, 1) for name in names]
    planned: list[PlannedFault] = []
    latest_s = length_s - 120.0
    for _ in range(rng.randint(FAULTS_LEAST, FAULTS_MOST)):
        at_s = rng.uniform(SETTLE_S, latest_s)
        if planned and rng.random() < 0.4:
            at_s = min(latest_s, planned[-1].at_s + rng.uniform(0.0, 1.5 * takeover_s))
        planned.append(_fault(rng, FAULTS[rng.choices(names, weights)[0]], at_s, takeover_s))
    if rng.random() < _TOGETHER_SHARE:
        planned += _together(rng, rng.uniform(SETTLE_S, latest_s - 2 * takeover_s), takeover_s)
    return tuple(sorted(planned, key=lambda fault: fault.at_s))


def _together(rng: random.Random, at_s: float, takeover_s: float) -> list[PlannedFault]:
    """Several that begin about together and last long enough to matter."""
    first = rng.choice(NODES)
    other = NODES[1] if first == NODES[0] else NODES[0]
    for_s = takeover_s * rng.uniform(1.2, 3.0) + 20.0
    found = []
    for name, is_first in rng.choice(_TOGETHER):
        if name == LATER:
            at_s, for_s = at_s + 1.2 * takeover_s, for_s / 2
            continue
        fault = FAULTS[name]
        climb = (("climb_s", round(for_s * rng.uniform(0.7, 1.2), 3)),) if name == "overload" else ()
        found.append(
            PlannedFault(
                at_s=round(at_s + rng.choice((0.0, rng.uniform(0.0, 15.0))), 3),
                name=name,
                node=first if is_first else other,
                link=None,
                for_s=round(for_s * rng.uniform(0.8, 1.1), 3) if fault.lasts else None,
                parameters=climb,
            )
        )
    return found


def _fault(rng: random.Random, fault: Fault, at_s: float, takeover_s: float) -> PlannedFault:
    both = fault.scope is Scope.ONE_OR_BOTH and rng.random() < 0.25
    link = rng.choice(tuple(Link)) if fault.takes_link else None
    longest_s = max(60.0, 3 * takeover_s)
    for_s = math.exp(rng.uniform(math.log(2.0), math.log(longest_s))) if fault.lasts else None
    return PlannedFault(
        at_s=round(at_s, 3),
        name=fault.name,
        node=None if both else rng.choice(NODES),
        link=link,
        for_s=None if for_s is None else round(for_s, 3),
        parameters=tuple((p.name, _value(rng, p.name)) for p in fault.parameters),
    )


def _value(rng: random.Random, parameter: str) -> float:
    if parameter == "delay_s":
        return round(rng.choice((rng.uniform(0.1, 2.0), rng.uniform(1.0, 8.0))), 3)
    if parameter == "loss_share":
        return round(rng.uniform(0.05, 0.95), 3)
    if parameter == "climb_s":
        return round(rng.uniform(20.0, 900.0), 3)
    assert parameter == "offset_s", parameter
    size_s = rng.uniform(310.0, 4000.0) if rng.random() < _CRITICAL_SKEW_SHARE else rng.uniform(0.5, 90.0)
    return round(rng.choice((-1, 1)) * size_s, 3)


def _orders(rng: random.Random, length_s: float) -> tuple[PlannedOrder, ...]:
    count = rng.choice((0, 0, 1, 1, 2))
    times = sorted(round(rng.uniform(SETTLE_S, length_s - 60.0), 3) for _ in range(count))
    return tuple(PlannedOrder(at_s, rng.choice(NODES)) for at_s in times)
