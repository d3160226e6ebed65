"""What a node sends its peer: beats, claims, the order to take over. Signed requests, each under a deadline.

A request older than 300 s on the receiver's clock is refused. A peer that is gone refuses the connection, a
frozen one takes the request in and handles it when it thaws, long after its sender has given up.
"""

from __future__ import annotations

from collections.abc import Callable

from agmonitor.domain.model import Instant, Role
from agmonitor.protocol import effects as e
from agmonitor.protocol import inputs as i
from agmonitor.protocol.effects import Refusal
from agmonitor.protocol.world.calls import Back, Call
from agmonitor.protocol.world.names import TSIG_FUDGE_S
from agmonitor.protocol.world.network import RESET
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.scene import Scene

LONGEST_CALL_S = 2.0
TAKE_OVER_WITHIN_S = 2 * LONGEST_CALL_S + 1.0
"""As long as the Primary waits for its Secondary to take over."""
DONE = "done"
Answer = Callable[[object], object]
Handle = Callable[[Process, Answer], object]
"""What the peer does with a request; it answers, at once or later. None: refused."""


class PeerCalls:
    """``beat`` and ``tell`` carry one effect out."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._schedule = scene.schedule
        self._network = scene.network

    def beat(self, node: Process, effect: e.SendHeartbeat) -> None:
        stamp, sender = effect.stamp, node.address

        def handle(peer: Process, answer: Answer) -> None:
            state = peer.machine.state
            if state.role is Role.NOT_IN_GROUP:
                answer(None)
                return
            answer((state.role, state.last_check_at, peer.revision))
            peer.take(i.HeartbeatReceived(peer.now, stamp, sender))

        def back(at: Instant, got: object) -> i.Input:
            if not isinstance(got, tuple):
                return i.HeartbeatSent(at, stamp, delivered=False)
            role, checked_at, revision = got
            if revision != node.revision:
                self.exchange_settings(node)
            return i.HeartbeatSent(at, stamp, delivered=True, peer_role=role, peer_checked_at=checked_at)

        self._post(node, min(LONGEST_CALL_S, node.machine.state.timers.report_s), handle, back)

    def tell(self, node: Process, effect: e.TellPeer) -> None:
        message, since = effect.message, effect.since

        def back(at: Instant, got: object) -> i.Input:
            return i.PeerAnswered(at, message, ok=got is not None)

        def claim(peer: Process, answer: Answer) -> None:
            assert since is not None, "a claim says since when"
            answer(DONE)
            peer.take(i.PeerClaims(peer.now, since))

        def left(peer: Process, answer: Answer) -> None:
            answer(DONE)
            peer.take(i.PeerLeft(peer.now))

        handle: Handle = left
        limit_s = LONGEST_CALL_S
        if message is e.PeerMessage.I_AM_PRIMARY:
            handle = claim
        elif message is e.PeerMessage.TAKE_OVER:
            handle, limit_s = _take_over, TAKE_OVER_WITHIN_S
        self._post(node, limit_s, handle, back)

    def exchange_settings(self, node: Process) -> None:
        """Whoever has the newer settings is followed."""
        older, newer = sorted((node, self._scene.peer_of(node)), key=lambda each: each.revision)
        older.revision = newer.revision
        older.take(i.TimersChanged(older.now, newer.machine.state.timers))

    def _post(self, node: Process, limit_s: float, handle: Handle, back: Back) -> None:
        call, peer = Call(node, limit_s, back), self._scene.peer_of(node)
        way_s = self._way_s(node, peer)
        if way_s >= 0:
            self._schedule.after(way_s, self._arrives, call, peer, node.now, handle)
        elif way_s == RESET:
            call.end(self._schedule.now + 2 * self._network.latency_s, None)
        else:
            call.fail()

    def _way_s(self, node: Process, peer: Process) -> float:
        paths = self._network.paths
        return self._network.segment_s(paths[node.name].heartbeat, paths[peer.name].door)

    def _arrives(self, call: Call, peer: Process, sent_at: Instant, handle: Handle) -> None:
        if not peer.alive or self._scene.presents_bad_certificate(peer):
            self._answer(call, peer, None)
            return
        if peer.frozen or peer.load_climbs is not None:
            self._keep_waiting(call, peer)
            self._schedule.after(
                peer.pause_s(), peer.deliver, peer.life, self._handled, call, peer, sent_at, handle
            )
        else:
            self._handled(call, peer, sent_at, handle)

    def _handled(self, call: Call, peer: Process, sent_at: Instant, handle: Handle) -> None:
        if abs(peer.now - sent_at) > TSIG_FUDGE_S:
            self._answer(call, peer, None)
        else:
            handle(peer, lambda got: self._answer(call, peer, got))
            if not call.settled and handle is _take_over:
                self._keep_waiting(call, peer)

    def _keep_waiting(self, call: Call, peer: Process) -> None:
        """The answer takes its time: until then the deadline may come, or the peer's process may end."""
        call.fail()
        peer.keep_open(self._answer, call, peer, None)

    def _answer(self, call: Call, peer: Process, got: object) -> None:
        way_s = self._way_s(call.node, peer)
        at = self._schedule.now + way_s
        if way_s == RESET:
            call.end(self._schedule.now, None)
        elif way_s < 0 or at > call.ends_at:
            call.fail()
        else:
            call.end(at, got)


def _take_over(peer: Process, answer: Answer) -> None:
    def ended(refusal: Refusal | None) -> None:
        answer(None if refusal is not None else DONE)

    peer.order(i.TakeOverAsked(peer.now), ended)
