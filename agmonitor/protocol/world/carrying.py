"""Hands each effect of a node to what carries it out; decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agmonitor.protocol import effects as e
from agmonitor.protocol.world.dns_calls import DnsCalls
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.peer_calls import PeerCalls
from agmonitor.protocol.world.scene import Scene


class Carrier:
    """``carry_out`` belongs to both processes; the outcome of each effect goes back as an input."""

    def __init__(self, scene: Scene) -> None:
        dns, self.peers = DnsCalls(scene), PeerCalls(scene)
        self._by_kind: dict[type[e.Effect], Callable[[Process, Any], None]] = {
            e.SendHeartbeat: self.peers.beat,
            e.WriteTxt: dns.write_txt,
            e.ReadTxt: dns.read_txt,
            e.ReadRecord: dns.read_record,
            e.UpdateRecord: dns.update_record,
            e.RemoveRecords: dns.remove_records,
            e.TellPeer: self.peers.tell,
            e.CallHooks: _call_hooks,
        }

    def carry_out(self, node: Process, effect: e.Effect) -> None:
        self._by_kind[type(effect)](node, effect)


def _call_hooks(node: Process, effect: e.CallHooks) -> None:
    node.hooks.call(effect.previous, effect.new)
