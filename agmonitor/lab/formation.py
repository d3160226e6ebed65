"""How one lab fits together: what each process is told, and how the group is formed through the real API.

Holds the TSIG secret and the password; starts no process.
"""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
from pathlib import Path

from agmonitor.domain.model import HostPort
from agmonitor.lab import clock
from agmonitor.lab.addresses import Addresses
from agmonitor.lab.api_caller import ApiCaller
from agmonitor.lab.authority import DAY_S, Authority, write_private
from agmonitor.lab.fault_effects import link_name
from agmonitor.lab.lines import Line
from agmonitor.lab.options import NODE_NAMES, LabOptions, example_workflows
from agmonitor.lab.trial import RESULT_FILE
from agmonitor.protocol.faults import Link

LOOK_EVERY_S = 0.05
TSIG_NAME = "lab"
TSIG_ALGORITHM = "hmac-sha512"
NEGATIVE_TTL_S = 1  # a "no such name" is soon asked again


class Formation:
    """The plan of one lab."""

    def __init__(self, options: LabOptions, places: Addresses, password: str, folder: Path) -> None:
        self.places = places
        self._options = options
        self._password = password
        self._folder = folder
        self.authority = Authority(folder) if options.scheme == "https" else None
        if self.authority is not None:
            self.authority.establish()
        self._tsig: Line = {
            "tsig_name": TSIG_NAME,
            "tsig_algorithm": TSIG_ALGORITHM,
            "tsig_secret": base64.b64encode(secrets.token_bytes(64)).decode(),
        }

    def for_nameserver(self) -> Line:
        return {
            "parent_pid": os.getpid(),
            "address": self.places.nameserver,
            "zone": self._options.fqdn.partition(".")[2],
            "negative_ttl_s": NEGATIVE_TTL_S,
            "folder": str(self._folder),
            **self._tsig,
        }

    def for_network(self, nameserver: HostPort) -> Line:
        links: list[Line] = []
        port = self.places.port
        for place, name in enumerate(NODE_NAMES):
            inside = {"target_host": self.places.inner[place], "target_port": port, "port": port}
            to_peer = {"target_host": self.places.nodes[1 - place], "target_port": port}
            to_dns = {"target_host": nameserver.host, "target_port": nameserver.port, "udp": True}
            links += [
                {"name": link_name(Link.DOOR, name), "address": self.places.nodes[place], **inside},
                {"name": link_name(Link.WATCH, name), "address": self.places.watch[place], **inside},
                {"name": link_name(Link.HEARTBEAT, name), "address": self.places.links, **to_peer},
                {"name": link_name(Link.DNS, name), "address": self.places.links, **to_dns},
            ]
        client = {
            "fqdn": self._options.fqdn,
            "dns_host": nameserver.host,
            "dns_port": nameserver.port,
            "port": self.places.port,
            "ca_file": str(self.authority.ca_file) if self.authority is not None else None,
        }
        return {"parent_pid": os.getpid(), "links": links, "client": client}

    def for_node(self, name: str, link_ports: dict[str, int]) -> Line:
        options = self._options
        place, to_peer = NODE_NAMES.index(name), link_ports[link_name(Link.HEARTBEAT, name)]
        workflows = example_workflows() if options.workflows is None else options.workflows
        return {
            "parent_pid": os.getpid(),
            "name": name,
            "address": self.places.nodes[place],
            "listen_address": self.places.inner[place],
            "watch_address": self.places.watch[place],
            "port": self.places.port,
            "scheme": options.scheme,
            "fqdn": options.fqdn,
            "dns_host": self.places.links,
            "dns_port": link_ports[link_name(Link.DNS, name)],
            "peer_url": f"{options.scheme}://{self.places.links}:{to_peer}",
            "peer_address": self.places.nodes[1 - place],
            "ttl": options.ttl_s,
            "report": options.report_s,
            "check": options.check_s,
            "absence": options.absence_s,
            "user": options.user,
            "password": self._password,
            "workflows": [str(folder.resolve()) for folder in workflows],
            "state_file": str(self._folder / f"{name}.state"),
            **self._trial(),
            **self._certificate(name, self.places.of_node(place)),
            **self._tsig,
        }

    def _trial(self) -> Line:
        """What the trial of the user's own workflows has found, where there was one."""
        file = self._folder / RESULT_FILE
        return {"trial_file": str(file)} if file.is_file() else {}

    def _certificate(self, name: str, addresses: tuple[str, ...]) -> Line:
        if self.authority is None:
            return {}
        names = (*addresses, self._options.fqdn.rstrip("."))
        file = self._folder / f"{name}.pem"
        write_private(file, self.authority.issue(names, clock.now(), self._options.certificate_days * DAY_S))
        return {
            "authority": str(self.authority.folder),
            "certificate_file": str(file),
            "certificate_names": names,
        }

    async def form(self, first: ApiCaller, second: ApiCaller) -> None:
        """Create the group on the first node, have the second join, and wait for their word on it.

        Raises:
            LabError: a node refuses.
        """
        options = self._options
        own = {
            "external_port": self.places.port,
            "external_scheme": options.scheme,
            "group_fqdn": options.fqdn,
        }
        await first.form_group(
            {
                **own,
                **self._tsig,
                "external_ipv4_address": self.places.nodes[0],
                "group_fqdn_ttl": options.ttl_s,
                "health_report_interval": options.report_s,
                "health_check_interval": options.check_s,
                "allowed_absence_interval": options.absence_s,
            }
        )
        await second.join({**own, "external_ipv4_address": self.places.nodes[1]})
        while (await first.role(), await second.role()) != ("primary", "secondary"):  # noqa: ASYNC110 - other processes: nothing to wait on
            await asyncio.sleep(LOOK_EVERY_S)
