"""The faults of the lab as a table: names, titles and what each does. Injecting them is others' work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agmonitor.lab.errors import LabError


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break the pair. ``sentence`` holds ``{node}``, filled with a node's name or "both nodes"."""

    name: str
    title: str
    needs_node: bool  # False: takes one, and means both without
    lasts: bool  # goes on until it is healed, by hand or after a given time
    sentence: str


_ROWS = (
    Fault(
        name="kill",
        title="Kill",
        needs_node=True,
        lasts=True,
        sentence="{node} is killed: its process is gone, connections are refused.",
    ),
    Fault(
        name="freeze",
        title="Freeze",
        needs_node=True,
        lasts=True,
        sentence="{node} is frozen: it holds its connections and answers nothing.",
    ),
    Fault(
        name="restart",
        title="Restart",
        needs_node=True,
        lasts=False,
        sentence="{node} runs again.",
    ),
    Fault(
        name="cut_heartbeat",
        title="Cut the heartbeat path",
        needs_node=False,
        lasts=True,
        sentence="The heartbeat path from {node} is cut: what goes to the peer disappears.",
    ),
    Fault(
        name="cut_dns",
        title="Cut from DNS",
        needs_node=False,
        lasts=True,
        sentence="The way from {node} to the name server is cut: questions and updates disappear.",
    ),
)
FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in _ROWS})


def fault_named(name: str) -> Fault:
    """The fault of that name, dashes taken for underscores.

    Raises:
        LabError: there is none.
    """
    fault = FAULTS.get(name.replace("-", "_"))
    if fault is None:
        raise LabError(f"There is no fault {name!r}; there are {', '.join(FAULTS)}.")
    return fault
