"""What the supervisor tells a node in its first line, checked once and then trusted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agmonitor.domain.model import HostPort
from agmonitor.lab import lines
from agmonitor.lab.authority import Authority
from agmonitor.lab.node.configuration import Configuration, configuration_of


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
    told = lines.decode(line)

    def text(key: str) -> str:
        value = told.get(key)
        if not isinstance(value, str):
            raise ValueError(f"{key!r} must be a text")  # noqa: TRY004 - one kind of error for the line
        return value

    def number(key: str) -> float:
        value = told.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"{key!r} must be a number")  # noqa: TRY004 - one kind of error for the line
        return value

    def texts(key: str) -> tuple[str, ...]:
        value = told.get(key, [])
        if not isinstance(value, list):
            raise ValueError(f"{key!r} must be a list")  # noqa: TRY004 - one kind of error for the line
        return tuple(map(str, value))

    configuration = configuration_of(
        {
            "allowed_absence_interval": number("absence"),
            "external_ipv4_address": text("address"),
            "external_port": int(number("port")),
            "external_scheme": text("scheme"),
            "group_fqdn": text("fqdn"),
            "group_fqdn_ttl": int(number("ttl")),
            "health_check_interval": number("check"),
            "health_report_interval": number("report"),
            "tsig_algorithm": text("tsig_algorithm"),
            "tsig_name": text("tsig_name"),
            "tsig_secret": text("tsig_secret"),
        }
    )
    return NodeSettings(
        name=text("name"),
        address=text("address"),
        listen_address=text("listen_address") if "listen_address" in told else text("address"),
        port=int(number("port")),
        scheme=text("scheme"),
        nameserver=HostPort(text("dns_host"), int(number("dns_port"))),
        peer_url=text("peer_url"),
        peer_address=text("peer_address"),
        user=text("user"),
        password=text("password"),
        workflows=tuple(map(Path, texts("workflows"))),
        state_file=Path(text("state_file")),
        parent_pid=int(number("parent_pid")),
        trial_file=Path(text("trial_file")) if "trial_file" in told else None,
        configuration=configuration,
        link_secret=text("tsig_secret"),
        certificate=CertificateSettings(
            file=Path(text("certificate_file")),
            names=texts("certificate_names"),
            authority=Authority(Path(text("authority"))),
        )
        if text("scheme") == "https"
        else None,
    )
