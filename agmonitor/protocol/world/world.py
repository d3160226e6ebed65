"""A pair of Gateways in virtual time, under one seed: two machines, a network, DNS, clients, clocks, faults.

    world = World.formed(Timers(2, 3, 6), seed=7)
    world.fault("kill", "gw-1", for_s=60)
    world.ask_group("gw-2", 5.0, print)          # called back in virtual time with a NodeObservation
    world.run(world.now + 30)
    world.truth.now.record                       # "192.0.2.12"

Same arguments, same history. Nothing here reads a clock, sleeps or opens a socket; ``run`` moves time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self, Unpack

from agmonitor.domain.model import Instant
from agmonitor.protocol.faults import Link
from agmonitor.protocol.inputs import CreateOrdered, Restarted
from agmonitor.protocol.state import Timers
from agmonitor.protocol.world import answers as a
from agmonitor.protocol.world import founding
from agmonitor.protocol.world.asking import NodeQuestions
from agmonitor.protocol.world.asking_names import NameQuestions
from agmonitor.protocol.world.carrying import Carrier
from agmonitor.protocol.world.clients import Clients
from agmonitor.protocol.world.disturbing import Disturbances
from agmonitor.protocol.world.fault_checks import ActiveFault
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.operating import Operator
from agmonitor.protocol.world.picturing import Pictures
from agmonitor.protocol.world.scene import Scene
from agmonitor.protocol.world.settings import ADDRESSES, FQDN, NODES, Options, WorldSettings
from agmonitor.protocol.world.truth import TruthStream
from agmonitor.protocol.world.visits import Visits

__all__ = ["ADDRESSES", "FQDN", "NODES", "World"]


class World:
    """Instants are true time, seconds since 1970, which is our monitor's too; a node's own clock differs."""

    def __init__(
        self, timers: Timers, *, seed: int, is_formed: bool = False, **options: Unpack[Options]
    ) -> None:
        """Two nodes that have just started, in no group. ``options``: see ``WorldSettings``."""
        self._build(WorldSettings(timers, seed, **options))
        if is_formed:
            founding.found(self.scene)
        else:
            for node in self.scene.nodes.values():
                node.take(Restarted(node.now))
        self._begin()

    @classmethod
    def formed(cls, timers: Timers, *, seed: int, **options: Unpack[Options]) -> Self:
        """A steady pair: gw-1 is Primary, gw-2 Secondary, all phases by the seed. Costs next to nothing."""
        return cls(timers, seed=seed, is_formed=True, **options)

    @property
    def now(self) -> Instant:
        """True time."""
        return self._schedule.now

    @property
    def nodes(self) -> dict[str, Process]:
        """The processes by name, for judges of the model; a drill has no business there."""
        return self.scene.nodes

    @property
    def node_names(self) -> tuple[str, ...]:
        return tuple(self.scene.nodes)

    def run(self, until: Instant) -> None:
        """Let everything happen that is due up to and at ``until``."""
        self._settle()
        self._schedule.run(until)

    def at(self, instant: Instant, callback: Callable[[], object]) -> None:
        """Have ``callback()`` called when time has come to ``instant``, by a later or the present ``run``."""
        self._schedule.at(instant, callback)

    def process(self, node: str) -> Process:
        """The node itself; see ``nodes``."""
        return self.scene.nodes[node]

    # Faults

    def fault(
        self,
        name: str,
        node: str | None = None,
        *,
        link: Link | None = None,
        for_s: float | None = None,
        **parameters: float,
    ) -> str:
        """Bring a fault of ``FAULTS`` about, now; ``node`` None: on both. Gives the sentence that says so.

        Raises:
            ValueError: no such fault, or not with this node, link, length or number.
        """
        sentence = self._disturbances.begin(name, node, link, for_s, parameters)
        self._settle()
        return sentence

    def end_fault(self, name: str, node: str | None = None, *, link: Link | None = None) -> None:
        """End what is active by that name, on that node, on that link; None: on any."""
        for active in self.active_faults:
            if active.name == name and node in {None, active.node} and link in {None, active.link}:
                self._disturbances.end(active)
        self._settle()

    def heal(self) -> str:
        """End every fault, start what is dead, set the clocks right; our own way out is free again."""
        sentence = self._disturbances.heal()
        self.operator.heal()
        self._settle()
        return sentence

    @property
    def active_faults(self) -> tuple[ActiveFault, ...]:
        """What lasts and has not ended, in the order of beginning."""
        return tuple(self._disturbances.active)

    # The observer's questions: each is answered once, by a call of ``reply``, at the latest at its deadline

    def ask_group(self, node: str, deadline_s: float, reply: Callable[[a.NodeObservation], object]) -> None:
        self._nodes.ask_group(node, deadline_s, reply)

    def ask_load(self, node: str, deadline_s: float, reply: Callable[[a.LoadObservation], object]) -> None:
        self._nodes.ask_load(node, deadline_s, reply)

    def ask_hooks(self, node: str, deadline_s: float, reply: Callable[[a.HooksObservation], object]) -> None:
        self._nodes.ask_hooks(node, deadline_s, reply)

    def ask_authoritative(self, deadline_s: float, reply: Callable[[a.DnsObservation], object]) -> None:
        self._names.ask_authoritative(deadline_s, reply)

    def ask_resolver(
        self, index: int, deadline_s: float, reply: Callable[[a.ResolverObservation], object]
    ) -> None:
        self._names.ask_resolver(index, deadline_s, reply)

    def ask_clients(self, deadline_s: float, reply: Callable[[a.ClientObservation], object]) -> None:
        self._names.ask_clients(deadline_s, reply)

    def order_failover(
        self, node: str, deadline_s: float, reply: Callable[[a.FailoverAnswer], object]
    ) -> None:
        """One ``PUT /failover``; answered within three deadlines, unsent ones within one."""
        self._nodes.order_failover(node, deadline_s, reply)

    # Building

    def found_slowly(self) -> None:
        """Create the group on gw-1 and have gw-2 join, as people do; ``formed`` skips this."""
        first, second = self.scene.nodes.values()
        first.take(CreateOrdered(first.now))
        self._settle()
        self.at(self.now + 1.0, lambda: self.operator.join(second.name))

    def _build(self, settings: WorldSettings) -> None:
        self.settings = settings
        self.scene = scene = Scene(settings)
        self._schedule = scene.schedule
        self._disturbances = Disturbances(scene)
        carrier = Carrier(scene)
        for node in scene.nodes.values():
            node.carry_out = carrier.carry_out
        self.clients = [
            Clients(scene, index) for index in range(settings.resolvers if settings.clients else 0)
        ]
        visits = Visits(scene)
        self._nodes = NodeQuestions(scene, visits)
        self._names = NameQuestions(scene, visits)
        self.operator = Operator(scene, visits, self._nodes.routes, carrier.peers, self._settle)
        self._pictures = Pictures(scene, self.clients, visits, self._disturbances)
        self.truth = TruthStream(self._pictures.take)

    def _begin(self) -> None:
        for clients in self.clients:
            clients.begin()
        self._seen, self._seen_service = self.scene.changes, self.scene.service_changes
        self._schedule.after_each = self._settle

    def _settle(self) -> None:
        """After each step: clients notice, and the truth is told."""
        scene = self.scene
        if scene.changes == self._seen:
            return
        if scene.service_changes != self._seen_service:
            self._seen_service = scene.service_changes
            for clients in self.clients:
                clients.review()
        self._seen = scene.changes
        if self.truth.is_wanted:
            self.truth.publish()
