"""Carries out what the machine wants: heartbeats, DNS, the peer, hooks. Each outcome goes back as an input.

One lane (a thread) for each kind of work, so that a path that hangs delays nothing but itself. Every call has
a deadline below the interval it serves, so no lane can fill up.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import assert_never

from agmonitor.domain.model import Instant, Role
from agmonitor.lab.node.dns_client import GroupDns
from agmonitor.lab.node.driver import BUG
from agmonitor.lab.node.membership import Membership, NotKeptError
from agmonitor.lab.node.peer_client import HEARTBEAT_PATH, PEER_PATH, PeerClient, PeerReply
from agmonitor.protocol import effects as e
from agmonitor.protocol import inputs as i

LONGEST_CALL_S = 2.0
TAKE_OVER_WITHIN_S = 2 * LONGEST_CALL_S + 1.0  # the peer's update, twice over
LANES = ("beat", "txt", "record", "check", "update", "peer")

_LOG = logging.getLogger("gateway.state")


class Actions:
    """``post`` takes inputs to the driver; ``call_hooks`` must not block."""

    def __init__(
        self,
        membership: Membership,
        dns: GroupDns,
        peer: PeerClient,
        now: Callable[[], float],
        call_hooks: Callable[[Role | None, Role], None],
    ) -> None:
        self._membership = membership
        self._dns = dns
        self._peer = peer
        self._now = now
        self._call_hooks = call_hooks
        self.post: Callable[[i.Input], None] = _nobody_listens
        self.settings_adopted: Callable[[], None] = lambda: None
        self._lanes = {name: ThreadPoolExecutor(1, thread_name_prefix=name) for name in LANES}

    def carry_out(self, effect: e.Effect) -> None:
        """Start what the effect wants."""
        match effect:
            case e.SendHeartbeat(stamp):
                self._in_lane("beat", lambda: self._beat(stamp))
            case e.WriteTxt(stamp):
                self._in_lane("txt", lambda: self._write_txt(stamp))
            case e.ReadTxt():
                self._in_lane("check", self._read_txt)
            case e.ReadRecord():
                asked_at = self._now()
                self._in_lane("record", lambda: self._read_record(asked_at))
            case e.UpdateRecord():
                self._in_lane("update", self._update_record)
            case e.RemoveRecords():
                configuration = self._membership.now.configuration
                self._in_lane("update", lambda: self._dns.remove_records(configuration))
            case e.TellPeer(message, since):
                self._in_lane("peer", lambda: self._tell(message, since))
            case e.CallHooks(previous, new):
                self._call_hooks(previous, new)
            case e.Answer():
                raise AssertionError("the driver answers orders")
            case _:
                assert_never(effect)

    def share_settings(self) -> None:
        """Exchange settings with the peer in the background: whoever has the newer ones is followed."""
        self._in_lane("beat", self._exchange_settings)

    def _beat(self, stamp: Instant) -> None:
        kept = self._membership.now
        report = {
            "stamp": stamp,
            "sender": kept.configuration["external_ipv4_address"],
            "revision": kept.revision,
        }
        limit_s = min(LONGEST_CALL_S, float(kept.configuration["health_report_interval"]))
        reply = self._peer.post(HEARTBEAT_PATH, report, limit_s)
        self.post(i.HeartbeatSent(self._now(), stamp, reply.ok, _role(reply), _instant(reply, "checked_at")))
        if reply.ok and reply.document.get("revision") != kept.revision:
            self._exchange_settings()

    def _exchange_settings(self) -> None:
        revision, settings = self._membership.shared()
        mine = {"revision": revision, "settings": settings}
        reply = self._peer.post(PEER_PATH + "settings", mine, LONGEST_CALL_S)
        theirs, newer = reply.document.get("settings"), reply.document.get("revision")
        if not isinstance(theirs, dict) or not isinstance(newer, int):
            return
        try:
            adopted = self._membership.adopt(newer, theirs)
        except NotKeptError:
            _LOG.exception("the peer's newer settings are not taken over")  # the next heartbeat tries again
            return
        if adopted:
            self.settings_adopted()

    def _write_txt(self, stamp: Instant) -> None:
        ok = self._dns.write_heartbeat(self._membership.now.configuration, stamp)
        self.post(i.TxtWritten(self._now(), stamp, ok))

    def _read_txt(self) -> None:
        read = self._dns.read_heartbeat(self._membership.now.configuration)
        self.post(i.TxtRead(self._now(), read.ok, read.stamp))

    def _read_record(self, asked_at: Instant) -> None:
        read = self._dns.read_record(self._membership.now.configuration)
        self.post(i.RecordRead(self._now(), asked_at, read.ok, read.address))

    def _update_record(self) -> None:
        configuration = self._membership.now.configuration
        ok = self._dns.write_record(configuration, str(configuration["external_ipv4_address"]))
        self.post(i.RecordUpdated(self._now(), ok))

    def _tell(self, message: e.PeerMessage, since: Instant | None) -> None:
        is_request = message is e.PeerMessage.TAKE_OVER
        limit_s = TAKE_OVER_WITHIN_S if is_request else LONGEST_CALL_S
        reply = self._peer.post(PEER_PATH + message.value, {"since": since}, limit_s)
        self.post(i.PeerAnswered(self._now(), message, reply.ok))

    def _in_lane(self, lane: str, work: Callable[[], object]) -> None:
        self._lanes[lane].submit(work).add_done_callback(_end_on_bug)


def _end_on_bug(done: Future[object]) -> None:
    """An exception here is a bug, and half a node is worse than none."""
    error = done.exception()
    if error is not None:
        traceback.print_exception(error)
        os._exit(BUG)


def _nobody_listens(happened: i.Input) -> None:
    raise AssertionError(f"nobody listens to {happened}")


def _role(reply: PeerReply) -> Role | None:
    role = reply.document.get("role")
    return Role(role) if isinstance(role, str) and role in set(Role) else None


def _instant(reply: PeerReply, key: str) -> Instant | None:
    value = reply.document.get(key)
    return float(value) if isinstance(value, int | float) else None
