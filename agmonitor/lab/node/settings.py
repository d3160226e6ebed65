"""What the supervisor tells a node in its first line, checked once and then trusted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agmonitor.domain.model import HostPort
from agmonitor.lab.authority import Authority
from agmonitor.lab.node.configuration import Configuration, configuration_of
from agmonitor.lab.node.told import Told


@dataclass(frozen=True, slots=True)
class CertificateSettings:
    """What a node shows over TLS: key and certificate in one file, and how to come by others like it."""

    file: Path
    names: tuple[str, ...]  # the addresses and host names it is issued for
    authority: Authority


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """One node's place in the lab. Seconds may be fractions here, so that tests need not wait."""

    name: str
    address: str  # where the world finds it; a link's, in the lab
    listen_address: str  # where its server listens
    port: int
    scheme: str
    nameserver: HostPort
    peer_url: str
    peer_address: str
    user: str
    password: str
    workflows: tuple[Path, ...]
    state_file: Path
    parent_pid: int
    configuration: Configuration  # what an admin would have saved beforehand
    trial_file: Path | None  # what the workflows' trial has found; None: there was none
    link_secret: str  # signs what the nodes tell each other
    certificate: CertificateSettings | None = None  # for https

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.listen_address}:{self.port}"


def parse(line: str) -> NodeSettings:
    """Read the first line.

    Raises:
        ValueError: not an object, or a key is missing or of the wrong kind; the text says which.
    """
    told = Told(line)
    return NodeSettings(
        name=told.text("name"),
        address=told.text("address"),
        listen_address=told.text("listen_address", told.text("address")),
        port=int(told.number("port")),
        scheme=told.text("scheme"),
        nameserver=HostPort(told.text("dns_host"), int(told.number("dns_port"))),
        peer_url=told.text("peer_url"),
        peer_address=told.text("peer_address"),
        user=told.text("user"),
        password=told.text("password"),
        workflows=tuple(map(Path, told.texts("workflows"))),
        state_file=Path(told.text("state_file")),
        parent_pid=int(told.number("parent_pid")),
        trial_file=told.path_if_any("trial_file"),
        configuration=_configuration(told),
        link_secret=told.text("tsig_secret"),
        certificate=CertificateSettings(
            file=Path(told.text("certificate_file")),
            names=told.texts("certificate_names"),
            authority=Authority(Path(told.text("authority"))),
        )
        if told.text("scheme") == "https"
        else None,
    )


def _configuration(told: Told) -> Configuration:
    return configuration_of(
        {
            "allowed_absence_interval": told.number("absence"),
            "external_ipv4_address": told.text("address"),
            "external_port": int(told.number("port")),
            "external_scheme": told.text("scheme"),
            "group_fqdn": told.text("fqdn"),
            "group_fqdn_ttl": int(told.number("ttl")),
            "health_check_interval": told.number("check"),
            "health_report_interval": told.number("report"),
            "tsig_algorithm": told.text("tsig_algorithm"),
            "tsig_name": told.text("tsig_name"),
            "tsig_secret": told.text("tsig_secret"),
        }
    )
