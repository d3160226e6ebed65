"""Starts one node: configuration line in, readiness out, commands in, and dies with its parent.

Commands, one JSON object a line: ``{"command": "set_peer", "peer_url": …}``, ``{"command":
"expire_sessions"}``, with https ``{"command": "certificate", "do": "expire" | "swap" | "heal"}``, and those
of ``ailments``. Events on standard output: ``workflow``, ``role_changed``, ``hook_raised``,
``hook_overran``, and ``obeyed`` once a command has taken effect.
"""

from __future__ import annotations

import logging
import sys
import threading

from agmonitor.domain.model import Role
from agmonitor.domain.window import window_s
from agmonitor.lab import lifeline, lines
from agmonitor.lab.clock import now
from agmonitor.lab.node import signing_clock, web
from agmonitor.lab.node.actions import Actions
from agmonitor.lab.node.ailments import Ailments
from agmonitor.lab.node.announcements import Announcements
from agmonitor.lab.node.configuration import timers_of
from agmonitor.lab.node.dns_client import GroupDns
from agmonitor.lab.node.driver import Driver
from agmonitor.lab.node.hook_reports import HookReports
from agmonitor.lab.node.membership import Membership
from agmonitor.lab.node.parts import Parts
from agmonitor.lab.node.peer_client import PeerClient
from agmonitor.lab.node.runtime import gateway
from agmonitor.lab.node.runtime.hooks import Hooks, RoleChange
from agmonitor.lab.node.runtime.misdeeds import Misdeed
from agmonitor.lab.node.sessions import Sessions
from agmonitor.lab.node.settings import NodeSettings, parse
from agmonitor.lab.node.tls import Tls
from agmonitor.lab.node.workflows import Workflows
from agmonitor.protocol.inputs import Restarted
from agmonitor.protocol.machine import NodeMachine
from agmonitor.protocol.state import NodeState

DNS_TIMEOUT_S = 2.0


def build(settings: NodeSettings, hooks: Hooks, announcements: Announcements) -> Parts:
    """Wire one node together; nothing runs yet."""
    signing_clock.install()
    membership = Membership(settings.state_file, settings.configuration)
    timers = timers_of(membership.now.configuration)
    dns = GroupDns(settings.nameserver, min(DNS_TIMEOUT_S, timers.check_s, timers.report_s))
    trust = settings.certificate.authority.trust() if settings.certificate else None
    peer = PeerClient(settings.peer_url, settings.link_secret, now, trust)

    def call_hooks(previous: Role | None, new: Role) -> None:
        announcements.tell({"event": "role_changed", "previous": previous, "new": new, "at": now()})
        hooks.call(RoleChange(previous, new))

    def remember(state: NodeState) -> None:
        membership.remember(member=state.role is not Role.NOT_IN_GROUP, peer=state.peer)

    actions = Actions(membership, dns, peer, now, call_hooks)
    machine = NodeMachine(settings.address, timers)
    driver = Driver(machine, now, actions.carry_out, remember)
    actions.post = driver.post
    parts = Parts(
        settings=settings,
        membership=membership,
        dns=dns,
        peer=peer,
        actions=actions,
        driver=driver,
        sessions=Sessions(settings.user, settings.password, now),
        now=now,
        ailments=Ailments(),
        tls=Tls(settings.certificate) if settings.certificate else None,
    )
    actions.settings_adopted = parts.timers_changed
    return parts


def run(settings: NodeSettings, announcements: Announcements) -> Parts:
    """Start everything in the order in which each part can rely on the ones before it.

    Raises:
        OSError: the address or port cannot be had.
    """
    reports = HookReports(announcements, now)

    def takeover_window_s() -> float:
        timers = timers_of(parts.membership.now.configuration)
        return window_s(timers.absence_s, timers.check_s)

    hooks = Hooks(reports.raised, reports.overran, takeover_window_s)
    parts = build(settings, hooks, announcements)
    app = web.new_application(settings.name)
    workflows = Workflows(settings, announcements)
    workflows.be_gateway(app, hooks, lambda: parts.driver.state)
    traffic = web.complete(app, parts)
    workflows.load(app, parts)
    kept = parts.membership.now
    parts.driver.post(Restarted(now(), member=kept.member, peer=kept.peer))
    parts.driver.start()
    web.serve(settings, traffic, parts.tls)
    return parts


class Commands:
    """Obeys further lines; those that come before the node is up wait for it."""

    def __init__(self, announcements: Announcements) -> None:
        self._announcements = announcements
        self._parts: Parts | None = None
        self._up = threading.Event()

    def serve(self, parts: Parts) -> None:
        self._parts = parts
        self._up.set()

    def obey(self, line: str) -> None:
        """Obey one command.

        Raises:
            ValueError: no such command.
        """
        self._up.wait()
        assert self._parts is not None
        command = lines.decode(line)
        match command:
            case {"command": "set_peer", "peer_url": str(url)}:
                self._parts.peer.url = url
            case {"command": "expire_sessions"}:
                self._parts.sessions.expire_all()
            case {"command": "certificate", "do": str(do)} if self._parts.tls is not None:
                self._parts.tls.change(do)
            case {"command": "hooks", "do": str(do)}:
                gateway.current().hooks.misdeeds.do(Misdeed(do))
            case own if self._parts.ailments.obey(own):
                self._parts.driver.nudge()  # its clock may be another now
            case unknown:
                raise ValueError(f"no such command: {unknown}")
        self._announcements.tell({"event": "obeyed", "command": command["command"]})


def main() -> None:
    first = lifeline.first_line()
    try:
        settings = parse(first)
    except ValueError as error:
        lines.say({"failed": f"the node cannot use its configuration: {error}"})
        sys.exit(2)
    announcements = Announcements()
    commands = Commands(announcements)
    lifeline.keep_stdin()
    lifeline.tie_to_parent(settings.parent_pid, commands.obey)
    lines.keep_stdout()  # it speaks to the supervisor; a workflow's print must not
    sys.stdout = sys.stderr
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        commands.serve(run(settings, announcements))
    except OSError as error:
        lines.say({"failed": f"{settings.name} cannot listen on {settings.url}: {error.strerror or error}"})
        sys.exit(1)
    announcements.ready(settings.url)
    threading.Event().wait()  # until the lifeline ends the process


if __name__ == "__main__":
    main()
