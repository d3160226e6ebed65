"""Whether a fault may be brought about as asked, and what the link faults do to a path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from agmonitor.domain.model import Instant
from agmonitor.protocol.faults import FAULTS, Fault, Link


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """One fault that lasts, on one node. ``ends_at`` None: until it is healed."""

    name: str
    node: str
    link: Link | None
    parameters: Mapping[str, float]
    began_at: Instant
    ends_at: Instant | None

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.node, self.link) if part)


@dataclass(frozen=True, slots=True)
class Hit:
    """What one fault does to one path."""

    delay_s: float = 0.0
    loss_share: float = 0.0
    reset: bool = False
    blackhole: bool = False


_BLACKHOLE = Hit(blackhole=True)
_CUTS: Mapping[str, frozenset[Link]] = {
    "cut_heartbeat": frozenset({Link.HEARTBEAT}),
    "cut_dns": frozenset({Link.DNS}),
    "cut_both": frozenset({Link.HEARTBEAT, Link.DNS}),
    "hide": frozenset({Link.WATCH}),
}


def hits_of(active: ActiveFault, link: Link) -> Iterator[Hit]:
    """What an active fault does to this link of its node: one thing or nothing."""
    if link in _CUTS.get(active.name, ()):
        yield _BLACKHOLE
    if active.link is not link:
        return
    if active.name == "slow":
        yield Hit(delay_s=active.parameters["delay_s"])
    elif active.name == "lossy":
        yield Hit(loss_share=active.parameters["loss_share"])
    else:
        yield Hit(reset=active.name == "reset", blackhole=active.name == "blackhole")


def checked(
    name: str,
    node: str | None,
    link: Link | None,
    for_s: float | None,
    given: Mapping[str, float],
    nodes: Iterable[str],
) -> tuple[Fault, dict[str, float]]:
    """The fault, and all its numbers.

    Raises:
        ValueError: no such fault, or not with this node, link, length or number.
    """
    fault = FAULTS.get(name)
    if fault is None:
        raise ValueError(f"There is no fault {name!r}; there are {', '.join(FAULTS)}.")
    if node is None and fault.needs_node:
        raise ValueError(f"The fault {name} needs a node.")
    if node is not None and node not in nodes:
        raise ValueError(f"There is no node {node!r}; there are {', '.join(nodes)}.")
    if link is not None and not fault.takes_link:
        raise ValueError(f"The fault {name} takes no link.")
    if for_s is not None and not (fault.lasts and for_s > 0):
        raise ValueError(f"The fault {name} cannot last {for_s:g} s.")
    return fault, _numbers(fault, given)


def _numbers(fault: Fault, given: Mapping[str, float]) -> dict[str, float]:
    known = {parameter.name: parameter for parameter in fault.parameters}
    for name, value in given.items():
        parameter = known.get(name)
        if parameter is None:
            raise ValueError(
                f"The fault {fault.name} has no {name}; it has {', '.join(known) or 'no numbers'}."
            )
        if not parameter.least <= value <= parameter.most:
            raise ValueError(f"{name} must be from {parameter.least:g} to {parameter.most:g}.")
    return {name: given.get(name, parameter.default) for name, parameter in known.items()}
