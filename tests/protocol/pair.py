"""Two machines, a network between them and a DNS server, in virtual time under one seed."""

from __future__ import annotations

import heapq
import itertools
import random
from dataclasses import dataclass, field

from agmonitor.domain.model import Role
from agmonitor.protocol import effects as e
from agmonitor.protocol import inputs as i
from agmonitor.protocol.machine import NodeMachine
from agmonitor.protocol.state import Timers

A, B = "192.0.2.11", "192.0.2.12"
START = 1_000_000.0


@dataclass
class Dns:
    """The group's two records."""

    record: str | None = None
    txt: float | None = None


@dataclass
class Node:
    machine: NodeMachine
    alive: bool = True
    sees_dns: bool = True
    hooks: list[tuple[Role | None, Role]] = field(default_factory=list)
    answers: list[e.Answer] = field(default_factory=list)
    rules: set[int] = field(default_factory=set)
    became: list[tuple[float, Role]] = field(default_factory=list)

    @property
    def role(self) -> Role:
        return self.machine.state.role


class Pair:
    """Delivers effects as inputs some milliseconds later; faults are plain attributes."""

    def __init__(self, timers: Timers, seed: int = 0) -> None:
        self.now = START
        self.timers = timers
        self.dns = Dns()
        self.linked = True
        self.latency_s = 0.005
        self.nodes = {A: Node(NodeMachine(A, timers)), B: Node(NodeMachine(B, timers))}
        self.asked_to_take_over: list[str] = []
        self._random = random.Random(seed)  # noqa: S311 - a simulation
        self._order = itertools.count()
        self._queue: list[tuple[float, int, str, i.Input]] = []
        for address in self.nodes:
            self.feed(address, i.Restarted(self.now))

    def formed(self) -> Pair:
        """A is Primary, B joins at a random phase."""
        self.feed(A, i.CreateOrdered(self.now))
        self.run(1 + self._random.random() * 2 * self.timers.check_s)
        self.feed(B, i.JoinOrdered(self.now, A, self.timers))
        self.feed(A, i.PeerJoined(self.now, B))
        self.run(self._random.random() * 2 * self.timers.check_s + 3 * self.timers.check_s)
        return self

    def order(self, address: str, happened: i.Input) -> None:
        self.feed(address, happened)

    def kill(self, address: str) -> None:
        self.nodes[address].alive = False
        self._queue = [item for item in self._queue if item[2] != address]
        heapq.heapify(self._queue)

    def restart(self, address: str) -> None:
        node = self.nodes[address]
        node.alive = True
        node.machine = NodeMachine(address, self.timers)
        self.feed(address, i.Restarted(self.now, member=True, peer=_other(address)))

    def run(self, for_s: float) -> None:
        until = self.now + for_s
        while True:
            due = self._next()
            if due is None or due[0] > until:
                break
            self.now, address, happened = due[0], due[1], due[2]
            if happened is None:
                self.feed(address, i.Tick(self.now))
            else:
                heapq.heappop(self._queue)
                self.feed(address, happened)
        self.now = until

    def _next(self) -> tuple[float, str, i.Input | None] | None:
        due: list[tuple[float, int, str, i.Input | None]] = []
        for address, node in self.nodes.items():
            wake_at = node.machine.wake_at
            if node.alive and wake_at is not None:
                due.append((max(wake_at, self.now), -1, address, None))
        if self._queue:
            due.append(self._queue[0])
        if not due:
            return None
        at, _, address, happened = min(due, key=lambda item: item[:2])
        return at, address, happened

    def feed(self, address: str, happened: i.Input) -> None:
        node = self.nodes[address]
        if not node.alive:
            return
        before = node.role
        step = node.machine.handle(happened)
        node.rules.update(step.rules)
        if node.role is not before:
            node.became.append((self.now, node.role))
        for effect in step.effects:
            self._carry_out(address, effect)

    def _later(self, address: str, happened: i.Input) -> None:
        heapq.heappush(self._queue, (happened.at, next(self._order), address, happened))

    def _carry_out(self, address: str, effect: e.Effect) -> None:  # noqa: C901, PLR0912 - one case an effect
        node, peer = self.nodes[address], self.nodes[_other(address)]
        back = self.now + 2 * self.latency_s
        there = self.now + self.latency_s
        reached = self.linked and peer.alive and peer.role is not Role.NOT_IN_GROUP
        match effect:
            case e.SendHeartbeat(stamp):
                if reached:
                    self._later(_other(address), i.HeartbeatReceived(there, stamp, address))
                told = peer.machine.state if reached else None
                role, checked = (told.role, told.last_check_at) if told else (None, None)
                self._later(address, i.HeartbeatSent(back, stamp, reached, role, checked))
            case e.WriteTxt(stamp):
                if node.sees_dns:
                    self.dns.txt = float(int(stamp))
                self._later(address, i.TxtWritten(back, stamp, node.sees_dns))
            case e.ReadTxt():
                stamp_read = self.dns.txt if node.sees_dns else None
                self._later(address, i.TxtRead(back, node.sees_dns, stamp_read))
            case e.ReadRecord():
                named = self.dns.record if node.sees_dns else None
                self._later(address, i.RecordRead(back, self.now, node.sees_dns, named))
            case e.UpdateRecord():
                if node.sees_dns:
                    self.dns.record = address
                self._later(address, i.RecordUpdated(back, node.sees_dns))
            case e.RemoveRecords():
                self.dns = Dns()
            case e.TellPeer(message, since):
                self._tell(address, message, since, reached=reached)
            case e.CallHooks(previous, new):
                node.hooks.append((previous, new))
            case e.Answer():
                node.answers.append(effect)
                if effect.order.value == "take_over":
                    asker = self.asked_to_take_over.pop()
                    ok = effect.refusal is None
                    self._later(asker, i.PeerAnswered(there, e.PeerMessage.TAKE_OVER, ok))

    def _tell(self, address: str, message: e.PeerMessage, since: float | None, *, reached: bool) -> None:
        there, back = self.now + self.latency_s, self.now + 2 * self.latency_s
        if not reached:
            self._later(address, i.PeerAnswered(back, message, ok=False))
            return
        other = _other(address)
        if message is e.PeerMessage.TAKE_OVER:
            self.asked_to_take_over.append(address)
            self._later(other, i.TakeOverAsked(there))
            return
        if message is e.PeerMessage.I_AM_PRIMARY:
            assert since is not None
            self._later(other, i.PeerClaims(there, since))
        else:
            self._later(other, i.PeerLeft(there))
        self._later(address, i.PeerAnswered(back, message, ok=True))

    @property
    def roles(self) -> tuple[Role, Role]:
        return self.nodes[A].role, self.nodes[B].role


def _other(address: str) -> str:
    return B if address == A else A
