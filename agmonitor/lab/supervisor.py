"""The lab: a real pair of nodes, a name server, links and a client on this machine, started and ended as one.

Runs on any asyncio loop, the window's too, from the main thread. Starts processes and tells them what to do;
what happens between them is theirs. Never imports the monitor's side.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from agmonitor.domain.model import GroupSettings, HostPort
from agmonitor.lab import addresses, bind_setup, clock, lines
from agmonitor.lab.api_caller import ApiCaller
from agmonitor.lab.authority import Authority
from agmonitor.lab.children import Children
from agmonitor.lab.environment import without_secrets
from agmonitor.lab.errors import LabError
from agmonitor.lab.fault_order import order_of
from agmonitor.lab.folder import LabFolder, root_path
from agmonitor.lab.formation import Formation
from agmonitor.lab.injection import Injection
from agmonitor.lab.lab_group import group_of
from agmonitor.lab.network_process import NetworkProcess
from agmonitor.lab.node_process import NodeProcess
from agmonitor.lab.options import NODE_NAMES, LabOptions
from agmonitor.lab.outages import ClientWord
from agmonitor.lab.roles import Roles
from agmonitor.lab.status import LabStatus, LabTimers, LabWorkflows
from agmonitor.lab.trial import try_own

READY_WITHIN_S = 20.0
NAMESERVERS = {"embedded": "agmonitor.lab.nameserver", "bind": "agmonitor.lab.bind"}


class Lab:
    """One lab. ``start`` returns when the pair is up; ``stop`` leaves nothing behind; each is called once."""

    def __init__(self, options: LabOptions | None = None) -> None:
        self.options = options or LabOptions()
        self.user = self.options.user
        self.password = secrets.token_urlsafe(12)
        self._subscribers: list[Callable[[LabStatus], None]] = []
        self._began_at = clock.now()
        self._up = False
        self._stopped = False
        self._trouble = ""
        self._folder: LabFolder | None = None
        self._password_file: Path | None = None
        self._nameserver: HostPort | None = None
        self._authority: Authority | None = None  # with https
        self._first_address = ""
        self._served = asyncio.Event()  # the client, by gw-1, once
        self._children = Children(self._on_child_ended)
        self._network: NetworkProcess | None = None
        self._nodes: list[NodeProcess] = []
        self._roles = Roles(self._nodes, self._caller)
        self._clients = ClientWord()
        self._injection: Injection | None = None
        self._workflows: LabWorkflows | None = None

    # what a user of the lab may know

    @property
    def settings(self) -> GroupSettings:
        """The group as the monitor is to watch it."""
        return group_of(self.options, self._nodes, self.nameserver, self.ca_file)

    @property
    def nameserver(self) -> HostPort:
        assert self._nameserver is not None, "known once the lab has started"
        return self._nameserver

    @property
    def ca_file(self) -> str | None:
        """Whose certificates the nodes show; None over plain http."""
        return str(self._authority.ca_file) if self._authority is not None else None

    @property
    def password_file(self) -> Path:
        assert self._password_file is not None, "known once the lab has started"
        return self._password_file

    @property
    def folder(self) -> Path:
        """Logs, password and control socket; gone after ``stop``."""
        assert self._folder is not None, "known once the lab has started"
        return self._folder.path

    def status(self) -> LabStatus:
        options = self.options
        return LabStatus(
            pid=os.getpid(),
            began_at=self._began_at,
            at=clock.now(),
            workflows=self._workflows,
            up=self._up and not self._trouble,
            trouble=self._trouble,
            fqdn=options.fqdn,
            nodes=tuple(node.status() for node in self._nodes),
            nameserver=self._nameserver,
            user=self.user,
            password_file=str(self._password_file or ""),
            ca_file=self.ca_file,
            faults=self._injection.records if self._injection is not None else (),
            coming=self._injection.schedule.records if self._injection is not None else (),
            not_begun=self._injection.schedule.not_begun if self._injection is not None else "",
            clients=self._clients.counters,
            timers=LabTimers(options.report_s, options.check_s, options.absence_s, options.ttl_s),
        )

    def on_change(self, callback: Callable[[LabStatus], None]) -> Callable[[], None]:
        """Have every new status; the answer ends the subscription."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    # what a user of the lab may do

    async def start(self) -> None:
        """Bring the pair up: gw-1 primary, gw-2 secondary, the record right, the client served.

        Raises:
            LabError: it cannot be; everything started until then is ended.
        """
        if not sys.platform.startswith("linux"):
            raise LabError("The lab needs Linux; watching real groups works here too.")
        try:
            await self._start()
            self._up = True
        except OSError as error:
            place = self._folder.path if self._folder is not None else root_path()
            raise LabError(f"The lab cannot keep its files in {place}: {error.strerror or error}.") from error
        finally:
            if not self._up:
                await self.stop()
        self._changed()

    async def stop(self) -> None:
        """End every process and remove every file; a second call does nothing."""
        if self._stopped:
            return
        self._stopped = True
        self._up = False
        if self._injection is not None:
            self._injection.stop()
        for node in self._nodes:
            await node.end()
        await self._children.end()
        if self._folder is not None:
            self._folder.remove()
        self._subscribers.clear()

    async def fault(
        self,
        name: str,
        node: str | None = None,
        for_s: float | None = None,
        *,
        link: str | None = None,
        parameters: Mapping[str, float] | None = None,
        after_s: float = 0.0,
    ) -> str:
        """Bring a fault of the table about; says in a sentence what is now, and returns when it is so.

        ``node``: a name, "primary" or "secondary"; None: both. ``for_s``: it heals by itself then. ``link``:
        of the faults that take one, the door without a word. ``parameters``: by name, else their defaults.
        ``after_s``: it begins then, as long as somebody keeps the schedule.

        Raises:
            LabError: it cannot be done as things stand.
        """
        assert self._injection is not None
        return await self._injection.begin(order_of(name, node, for_s, link, parameters, after_s))

    async def keep_schedule(self) -> None:
        """Begin what was asked for later; until cancelled. Whoever serves a lab keeps it."""
        assert self._injection is not None
        await self._injection.schedule.run()

    async def heal(self) -> None:
        """Restart the killed, thaw the frozen, mend the links, set the clocks right.

        Raises:
            LabError: a node does not come up again.
        """
        assert self._injection is not None
        await self._injection.heal()

    async def api_of(self, node: str) -> ApiCaller:
        """A node's API as anybody but the monitor reaches it; ``node`` as for ``fault``.

        Raises:
            LabError: there is no such node.
        """
        return self._caller((await self._roles.node(node)).url)

    def reset_clients(self) -> None:
        """Count what clients lose anew from now."""
        assert self._network is not None
        self._clients.reset()
        self._network.tell_client("reset")

    # how it starts

    async def _start(self) -> None:
        if self.options.dns == "bind":
            bind_setup.program()  # said before anything is started
        self._folder = LabFolder()
        self._password_file = self._folder.write_secret("password", f"{self.password}\n")
        formation = Formation(self.options, addresses.choose(), self.password, self._folder.path)
        self._authority = formation.authority
        self._first_address = formation.places.nodes[0]
        nameserver = self._children.spawn("name server", NAMESERVERS[self.options.dns], self.folder)
        network = self._children.spawn(
            "network", "agmonitor.lab.network", self.folder, self._on_network_event
        )
        self._network = NetworkProcess(network)
        self._nodes += [self._spawn_node(name) for name in NODE_NAMES]
        self._injection = Injection(self._nodes, self._network, self._roles, self._changed)
        # all of them are loading by now; each is configured as soon as it can know its neighbours

        nameserver.tell(formation.for_nameserver())
        ready = await nameserver.wait_ready(READY_WITHIN_S)
        self._nameserver = HostPort(str(ready["address"]), int(str(ready["port"])))
        network.tell(formation.for_network(self._nameserver))
        links = (await network.wait_ready(READY_WITHIN_S))["links"]
        assert isinstance(links, dict)
        self._workflows = await try_own(self.options.workflows or (), self._folder.path)
        for node in self._nodes:
            node.configure(formation.for_node(node.name, links))
        for node in self._nodes:
            await node.wait_ready()
        await self._injection.wait_obeyed()  # their doors are open
        await self._until_up(formation)

    def _spawn_node(self, name: str) -> NodeProcess:
        assert self._network is not None
        node = NodeProcess(
            name,
            self.options.node_command,
            log=self.folder / f"{name}.log",
            environment=without_secrets(os.environ),
            on_change=self._changed,
            on_serving=self._network.serve,
        )
        node.spawn()
        return node

    async def _until_up(self, formation: Formation) -> None:
        """Form the group and wait until both nodes, the record and the client's path agree that it is up."""
        assert self._network is not None
        callers = [self._caller(node.inner_url) for node in self._nodes]
        try:
            async with asyncio.timeout(self.options.up_within_s):
                await formation.form(callers[0], callers[1])
                self._network.tell_client("start")
                await self._served.wait()
        except TimeoutError:
            raise LabError(f"The pair did not come up within {self.options.up_within_s:g} s.") from None
        self.reset_clients()

    def _caller(self, url: str) -> ApiCaller:
        trust = self._authority.trust() if self._authority is not None else None
        return ApiCaller(url, self.user, self.password, trust)

    # what goes on meanwhile

    def _on_network_event(self, event: lines.Line) -> None:
        if self._network is not None and self._network.hear(event):
            return
        if self._clients.hear(event):
            if self._clients.counters.address == self._first_address:
                self._served.set()
            self._changed()

    def _on_child_ended(self, name: str) -> None:
        if not self._stopped:
            self._trouble = f"The {name} has ended by itself; the lab must be started anew."
            self._changed()

    def _changed(self) -> None:
        status = self.status()
        for callback in list(self._subscribers):
            callback(status)
