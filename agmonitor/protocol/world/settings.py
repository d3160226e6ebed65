"""What a simulated world is made of, and the names everything in it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Hook
from agmonitor.protocol.state import Timers

NODES = ("gw-1", "gw-2")
ADDRESSES = {"gw-1": "192.0.2.11", "gw-2": "192.0.2.12"}
FQDN = "gateway.example.net"
SERVER = "192.0.2.53:53"
TSIG_NAME = "agmonitor"
TSIG_ALGORITHM = "hmac-sha256"
START: Instant = 1_798_761_600.0  # 2027-01-01T00:00:00Z
HOOKS = (
    Hook("dhcp_export", "on_role_change", "dhcp_export/__init__.py:21"),
    Hook("mail_on_failover", "send", "mail_on_failover/__init__.py:14"),
)


class Options(TypedDict, total=False):
    """What may be given to a ``World`` beside timers and seed."""

    ttl_s: float
    resolvers: int
    clients: bool
    latency_s: float
    loss_share: float
    drift_ppm: float
    skew_s: float
    scheme: str
    hooks: tuple[Hook, ...]
    certificate_days: float
    start: Instant


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """One world.

    ``latency_s`` is the mean of one way; ``loss_share`` the share of packets lost on every path but ours to
    the name servers; clocks start within ``skew_s`` of true time and drift by up to ``drift_ppm``.
    """

    timers: Timers
    seed: int
    ttl_s: float = 30.0
    resolvers: int = 1
    clients: bool = True
    latency_s: float = 0.005
    loss_share: float = 0.0
    drift_ppm: float = 20.0
    skew_s: float = 0.05
    scheme: str = "https"
    hooks: tuple[Hook, ...] = HOOKS
    certificate_days: float = 365.0
    start: Instant = START

    @property
    def port(self) -> int:
        """Where both nodes listen."""
        return 443 if self.scheme == "https" else 80
