"""What people and the world around do to a pair, beside faults: orders, edits, a monitor without network.

``World.operator``. None of it is a fault of ``FAULTS``; scenarios need it to bring every finding about.
"""

from __future__ import annotations

from collections.abc import Callable

from agmonitor.domain.model import Instant
from agmonitor.protocol.effects import Refusal
from agmonitor.protocol.inputs import CreateOrdered, JoinOrdered, LeaveOrdered, PeerJoined, TimersChanged
from agmonitor.protocol.state import Timers
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.peer_calls import PeerCalls
from agmonitor.protocol.world.scene import Scene
from agmonitor.protocol.world.visits import Visits


class Operator:
    """Everything acts at once; ``settle`` is called behind each act."""

    def __init__(
        self,
        scene: Scene,
        visits: Visits,
        routes: dict[str, Process],
        peers: PeerCalls,
        settle: Callable[[], object],
    ) -> None:
        self._scene = scene
        self._visits = visits
        self._routes = routes
        self._peers = peers
        self._settle = settle

    def create(self, node: str) -> None:
        """Found the group there."""
        process = self._scene.nodes[node]
        self._order(process, CreateOrdered(process.now))

    def join(self, node: str) -> None:
        """Enter the group of the other node, which must be Primary and be reached."""
        process = self._scene.nodes[node]
        primary = self._scene.peer_of(process)
        process.revision = primary.revision
        timers = primary.machine.state.timers
        self._order(process, JoinOrdered(process.now, primary.address, timers))
        if primary.alive:
            primary.deliver(primary.life, self._joined, primary, process.address)
        self._settle()

    def leave(self, node: str) -> None:
        """Leave the group."""
        process = self._scene.nodes[node]
        self._order(process, LeaveOrdered(process.now))

    def change_timers(self, node: str, timers: Timers, *, share: bool = True) -> None:
        """Change the intervals there; ``share`` False: the other node never hears of it."""
        process = self._scene.nodes[node]
        if not process.alive:
            return
        process.revision += 1 if share else 0
        process.take(TimersChanged(process.now, timers))
        self._settle()

    def edit_record(self, address: str | None) -> None:
        """Somebody else writes the host record; None removes it."""
        self._scene.names.name(address)
        self._settle()

    def edit_txt(self, stamp: Instant | None) -> None:
        """Somebody else writes the TXT record; None removes it."""
        self._scene.names.stamp(stamp)
        self._settle()

    def name_server(self, *, up: bool) -> None:
        """The authoritative server answers nobody while it is down."""
        self._scene.names.is_up = up
        self._scene.touch()
        self._settle()

    def stick_resolver(self, index: int, *, stuck: bool = True) -> None:
        """A resolver that goes on answering what it has after its TTL ran out, until it is let go."""
        if stuck:
            self._scene.names.look_up(index).is_stuck = True
        else:
            self._scene.names.let_go(index)
        self._settle()

    def isolate(self, *, isolated: bool = True) -> None:
        """Our monitor's own network is gone: nobody at all is reached."""
        self._visits.is_online = not isolated
        self._scene.touch()
        self._settle()

    def misroute(self, node: str, to: str) -> None:
        """Our address of ``node`` reaches ``to``."""
        self._routes[node] = self._scene.nodes[to]

    def stall(self, node: str, *, stalled: bool = True) -> None:
        """Its rhythm stands still, no beat and no check, while it answers questions all the same."""
        process = self._scene.nodes[node]
        process.stalled = stalled
        self._scene.touch_service()
        if not stalled and process.alive and not process.frozen:
            process.wind()
        self._settle()

    def heal(self) -> None:
        """All of these that last are over."""
        self._visits.is_online = self._scene.names.is_up = True
        for index, cache in enumerate(self._scene.names.caches):
            if cache.is_stuck:
                self._scene.names.let_go(index)
        for name, process in self._scene.nodes.items():
            self._routes[name] = process
            if process.stalled:
                self.stall(name, stalled=False)
        self._scene.touch()

    def _order(self, process: Process, happened: CreateOrdered | JoinOrdered | LeaveOrdered) -> None:
        if process.alive:
            process.deliver(process.life, process.order, happened, _never_mind)
        self._settle()

    def _joined(self, primary: Process, address: str) -> None:
        primary.take(PeerJoined(primary.now, address))


def _never_mind(_: Refusal | None) -> None:
    """Nobody waits for it."""
