"""What the faults that are on come to, for each link and each node: pure, so that overlapping ones compose.

Whoever brings them about compares with what was told before, and tells the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from agmonitor.lab.lines import Line
from agmonitor.lab.link_condition import LinkCondition
from agmonitor.lab.status import FaultRecord
from agmonitor.protocol.faults import Link

CUTS: Mapping[str, tuple[Link, ...]] = {
    "cut_heartbeat": (Link.HEARTBEAT,),
    "cut_dns": (Link.DNS,),
    "cut_both": (Link.HEARTBEAT, Link.DNS),
    "hide": (Link.WATCH,),
}
PROCESS_FAULTS = frozenset({"kill", "freeze", "overload"})
"""Those whose end brings a node's process back."""
CERTIFICATE_FAULTS = frozenset({"expire_certificate", "swap_certificate"})


def link_name(link: Link, node: str) -> str:
    """The link of that node: "heartbeat:gw-1", "door:gw-2"."""
    return f"{link}:{node}"


@dataclass(frozen=True, slots=True)
class NodeFaults:
    """What one node's process is to suffer by its own doing; ``NodeFaults()`` is health."""

    clock_offset_s: float = 0.0
    climb_s: float | None = None  # of the load, until it dies; None: no overload
    rubbish: bool = False
    hooks: str = "heal"  # or raise, hang
    certificate: str = "heal"  # or expire, swap

    def commands(self, before: NodeFaults) -> Iterator[Line]:
        """What to tell a process that suffers ``before`` now."""
        if self.clock_offset_s != before.clock_offset_s:
            yield {"command": "clock", "offset_s": self.clock_offset_s}
        if self.climb_s != before.climb_s:
            yield {"command": "overload", "climb_s": self.climb_s}
        if self.rubbish != before.rubbish:
            yield {"command": "rubbish", "on": self.rubbish}
        if self.hooks != before.hooks:
            yield {"command": "hooks", "do": self.hooks}
        if self.certificate != before.certificate:
            yield {"command": "certificate", "do": self.certificate}


def link_conditions(records: Iterable[FaultRecord], nodes: Iterable[str]) -> dict[str, LinkCondition]:
    """Every link by name, the healthy ones too. What hits the door hits the monitor's path as well."""
    records = tuple(records)
    conditions: dict[str, LinkCondition] = {}
    for node in nodes:
        of_node = [record for record in records if record.node in {None, node}]
        for link in Link:
            hit_by = {link, Link.DOOR} if link is Link.WATCH else {link}
            condition = LinkCondition()
            for record in of_node:
                for hit in _links_of(record):
                    if hit in hit_by:
                        condition = condition.beside(_condition_of(record))
            conditions[link_name(link, node)] = condition
    return conditions


def node_faults(records: Iterable[FaultRecord], node: str) -> NodeFaults:
    """What the node itself suffers. Clock faults add up; of two that exclude each other the worse holds."""
    here = [record for record in records if record.node in {None, node}]
    names = {record.name for record in here}
    climbs = [record.parameters["climb_s"] for record in here if record.name == "overload"]
    return NodeFaults(
        clock_offset_s=sum(record.parameters.get("offset_s", 0.0) for record in here),
        climb_s=min(climbs, default=None),
        rubbish="rubbish" in names,
        hooks=_worst(names, {"hook_hangs": "hang", "hook_raises": "raise"}),
        certificate=_worst(names, {"swap_certificate": "swap", "expire_certificate": "expire"}),
    )


def _links_of(record: FaultRecord) -> tuple[Link, ...]:
    return (Link(record.link),) if record.link is not None else CUTS.get(record.name, ())


def _condition_of(record: FaultRecord) -> LinkCondition:
    match record.name:
        case "slow":
            return LinkCondition(delay_s=record.parameters["delay_s"])
        case "lossy":
            return LinkCondition(loss_share=record.parameters["loss_share"])
        case "reset":
            return LinkCondition(reset=True)
    return LinkCondition(blackhole=True)


def _worst(names: set[str], words: Mapping[str, str]) -> str:
    return next((word for name, word in words.items() if name in names), "heal")
