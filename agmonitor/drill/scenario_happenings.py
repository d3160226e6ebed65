"""What may befall a pair, or us, beside the faults of ``protocol.faults``: people, programs, our network.

Only names, wording and which words each takes; bringing it about is the stage's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agmonitor.drill.scenario import NOBODY, NODES, STRANGER
from agmonitor.texts import t


@dataclass(frozen=True, slots=True)
class Happening:
    """One row. ``to``: what its first word may be; empty: it takes none. ``live``: the lab can do it too."""

    name: str
    sentence: str  # holds {node} and {to} where it takes them
    takes_node: bool = False
    to: tuple[str, ...] = ()
    takes_value: bool = False  # a second word in ``to``, whatever it is
    live: bool = False


SETTINGS = (
    "allowed_absence_interval",
    "health_check_interval",
    "health_report_interval",
    "group_fqdn_ttl",
    "external_scheme",
    "tsig_algorithm",
    "tsig_name",
    "group_fqdn",
    "external_ipv4_address",
    "members",
)

_ROWS = (
    Happening(
        "order_elsewhere", t("Somebody else orders a failover, on {node}."), takes_node=True, live=True
    ),
    Happening("leave", t("{node} is told to leave the group."), takes_node=True, live=True),
    Happening("join", t("{node} is told to join the group."), takes_node=True),
    Happening(
        "edit_record", t("Somebody edits the host record: it names {to}."), to=(*NODES, NOBODY, STRANGER)
    ),
    Happening("stop_dns", t("The name server stops.")),
    Happening("start_dns", t("The name server runs again.")),
    Happening("cut_us_from_dns", t("Our own way to the name server is cut; the pair does not notice.")),
    Happening("mend_us_to_dns", t("Our own way to the name server is whole again.")),
    Happening("freeze_resolver", t("The resolver's cache keeps what it has, whatever the TTL.")),
    Happening("thaw_resolver", t("The resolver's cache obeys the TTL again.")),
    Happening("cut_clients", t("The way of the clients to the servers is cut; the pair does not notice.")),
    Happening("mend_clients", t("The way of the clients is whole again.")),
    Happening("cut_us_off", t("Our own network is gone: we reach nobody at all.")),
    Happening("mend_us", t("Our own network is back.")),
    Happening(
        "stop_rhythm", t("{node} beats and checks no more, and answers all the same."), takes_node=True
    ),
    Happening("start_rhythm", t("{node} beats and checks again."), takes_node=True),
    Happening("mute_hooks", t("{node} calls no hook any more."), takes_node=True),
    Happening("double_hooks", t("{node} calls each hook twice from now on."), takes_node=True),
    Happening(
        "set_setting",
        t("{node} has another setting than its peer: {to}."),
        takes_node=True,
        to=SETTINGS,
        takes_value=True,
    ),
)
HAPPENINGS: Mapping[str, Happening] = MappingProxyType({row.name: row for row in _ROWS})
