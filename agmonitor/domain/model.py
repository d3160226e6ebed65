"""The words of an Availability group: roles, answers, its configuration, and what we are told to watch.

Instants are seconds since 1970 UTC as ``float`` (``Instant``), rounded to the millisecond before they get
here. Durations end in ``_s`` or ``_ms``. Nothing in this package reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

Instant = float
"""Seconds since 1970-01-01T00:00:00Z; whose clock is said where it is not ours."""


class Role(StrEnum):
    """A node's role, in the Gateway's own words."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    NOT_IN_GROUP = "not_in_group"


class HeartbeatMethod(StrEnum):
    """How the last heartbeat travelled."""

    DIRECT = "direct"
    DNS = "dns"


class DnsLink(StrEnum):
    """A node's own word on its connection to DNS (``node_dns_connection_state``)."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    NOT_APPLICABLE = "not_applicable"


class Answer(StrEnum):
    """The outcome of one HTTP probe."""

    OK = "ok"
    REFUSED = "refused"
    CLOSED = "closed"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    NAME = "name"
    TLS = "tls"
    SIGN_IN_REFUSED = "sign_in_refused"
    FORBIDDEN = "forbidden"
    HTTP_STATUS = "http_status"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    REDIRECTED = "redirected"


SILENT = frozenset({Answer.REFUSED, Answer.CLOSED, Answer.TIMEOUT, Answer.UNREACHABLE, Answer.NAME})
"""Nobody there, as far as we can tell."""
UNREADABLE = frozenset(Answer) - SILENT - {Answer.OK}
"""Something is there and does not give a well-formed answer."""


class DnsAnswer(StrEnum):
    """The outcome of one DNS question for the group's host record."""

    OK = "ok"
    NXDOMAIN = "nxdomain"
    NODATA = "nodata"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    MALFORMED = "malformed"


class Severity(IntEnum):
    """How bad; compare with ``<``. ``critical`` is worst, ``unknown`` outranks ``warning``."""

    OK = 0
    NOTICE = 1
    WARNING = 2
    UNKNOWN = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The lower-case word used in JSON and on screen."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Members:
    """``members`` of ``GET /group``: IPv4 addresses, ``None`` for an empty seat."""

    primary: str | None
    secondary: str | None


@dataclass(frozen=True, slots=True)
class Configuration:
    """``configuration`` of ``GET /group``, in the API's own field names; seconds are whole numbers."""

    allowed_absence_interval: int | None = None
    health_check_interval: int | None = None
    health_report_interval: int | None = None
    group_fqdn_ttl: int | None = None
    external_ipv4_address: str | None = None
    external_port: int | None = None
    external_scheme: str | None = None
    group_fqdn: str | None = None
    tsig_name: str | None = None
    tsig_algorithm: str | None = None


@dataclass(frozen=True, slots=True)
class HostPort:
    """An address (IPv4, IPv6 without brackets, or a name) and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class NodeAddress:
    """One of the two Gateways: the name we show and the base URL we reach it by (no trailing slash)."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """All that is set about one watched group. Holds no secret; passwords come from ``config.secrets``.

    ``fqdn`` None: taken from the nodes' own configuration once heard. ``dns_server`` None: found by SOA.
    ``resolvers`` are asked beside the system's. ``judge_clients`` None: judged once it has worked.
    """

    name: str
    nodes: tuple[NodeAddress, NodeAddress]
    fqdn: str | None = None
    dns_server: HostPort | None = None
    resolvers: tuple[HostPort, ...] = ()
    user: str | None = None
    sign_in_extras: tuple[tuple[str, str], ...] = ()  # of bam_url, bam_alias, micetro_url, micetro_alias
    ca_file: str | None = None
    insecure: bool = False
    allow_http: bool = False
    use_proxies: bool = False
    timeout_s: float = 5.0
    cadence_s: float = 2.0
    judge_clients: bool | None = None
    failover_allowed: bool = False
    lab: bool = False
    tags: tuple[str, ...] = field(default=())

    def node(self, name: str) -> NodeAddress:
        """The node of that name.

        Raises:
            KeyError: no such node in this group.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)
