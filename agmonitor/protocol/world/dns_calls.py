"""What a node asks of and tells the name server, by datagrams that are sent once.

An update may be done there while its answer is lost: the node then hears a failure, and the record has moved
all the same. One that is stamped more than 300 s off the server's clock is refused.
"""

from __future__ import annotations

from collections.abc import Callable

from agmonitor.domain.model import Instant
from agmonitor.protocol import effects as e
from agmonitor.protocol import inputs as i
from agmonitor.protocol.world.calls import Back, Call
from agmonitor.protocol.world.names import TSIG_FUDGE_S
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.scene import Scene

LONGEST_CALL_S = 2.0


class DnsCalls:
    """Each method carries one effect out."""

    def __init__(self, scene: Scene) -> None:
        self._schedule = scene.schedule
        self._network = scene.network
        self._names = scene.names

    def write_txt(self, node: Process, effect: e.WriteTxt) -> None:
        stamp, signed_at = effect.stamp, node.now

        def back(at: Instant, got: object) -> i.Input:
            return i.TxtWritten(at, stamp, got is True)

        self._ask(node, lambda: self._update(signed_at, self._names.stamp, stamp), back)

    def read_txt(self, node: Process, _: e.ReadTxt) -> None:
        def back(at: Instant, got: object) -> i.Input:
            return i.TxtRead(at, ok=True, stamp=got[0]) if isinstance(got, tuple) else i.TxtRead(at, ok=False)

        self._ask(node, lambda: (self._names.txt,), back)

    def read_record(self, node: Process, _: e.ReadRecord) -> None:
        asked_at = node.now

        def back(at: Instant, got: object) -> i.Input:
            if isinstance(got, tuple):
                return i.RecordRead(at, asked_at, ok=True, address=got[0])
            return i.RecordRead(at, asked_at, ok=False)

        self._ask(node, lambda: (self._names.record,), back)

    def update_record(self, node: Process, _: e.UpdateRecord) -> None:
        address, signed_at = node.address, node.now

        def back(at: Instant, got: object) -> i.Input:
            return i.RecordUpdated(at, got is True)

        self._ask(node, lambda: self._update(signed_at, self._names.name, address), back)

    def remove_records(self, node: Process, _: e.RemoveRecords) -> None:
        signed_at = node.now

        def remove() -> bool:
            self._update(signed_at, self._names.stamp, None)
            return self._update(signed_at, self._names.name, None)

        self._ask(node, remove, lambda *_: None)

    def _update(self, signed_at: Instant, change: Callable[..., object], value: object) -> bool:
        if abs(signed_at - self._schedule.now) > TSIG_FUDGE_S:
            return False
        change(value)
        return True

    def _ask(self, node: Process, at_server: Callable[[], object], back: Back) -> None:
        timers = node.machine.state.timers
        call = Call(node, min(LONGEST_CALL_S, timers.check_s, timers.report_s), back)
        way_s = self._network.datagram_s(self._network.paths[node.name].dns)
        if way_s >= 0:
            self._schedule.after(way_s, self._arrives, call, at_server)
        else:
            call.fail()

    def _arrives(self, call: Call, at_server: Callable[[], object]) -> None:
        if not self._names.is_up:
            call.fail()
            return
        got = at_server()
        way_s = self._network.datagram_s(self._network.paths[call.node.name].dns)
        at = self._schedule.now + way_s
        if way_s < 0 or at > call.ends_at:
            call.fail()
        else:
            call.end(at, got)
