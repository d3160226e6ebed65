"""Which faults are on, and until when: begins them, heals them at their time, keeps their record.

Runs on timers of the loop, without tasks. A fault begun again on the same target only gets a new end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from agmonitor.lab import clock
from agmonitor.lab.errors import LabError
from agmonitor.lab.faults import Fault
from agmonitor.lab.node_process import NodeProcess
from agmonitor.lab.status import FaultRecord, NodeCondition

RECORDS_KEPT = 200
LONGEST_S = 86_400.0
CUTS: Mapping[str, str] = {"cut_heartbeat": "heartbeat", "cut_dns": "dns"}  # fault → the links it cuts


@dataclass(slots=True, eq=False)
class _Active:
    record: FaultRecord
    timer: asyncio.TimerHandle | None


def link_name(kind: str, node: str) -> str:
    """The link that carries what ``node`` sends: "heartbeat:gw-1", "dns:gw-2"."""
    return f"{kind}:{node}"


class Disturbances:
    """Faults on two node processes and their links."""

    def __init__(
        self,
        nodes: Iterable[NodeProcess],
        set_link: Callable[[str, bool], None],
        changed: Callable[[], None],
    ) -> None:
        self._nodes = {node.name: node for node in nodes}
        self._set_link = set_link  # name, cut or not
        self._changed = changed
        self._active: list[_Active] = []
        self._past: list[FaultRecord] = []
        self._cut: set[str] = set()

    @property
    def records(self) -> tuple[FaultRecord, ...]:
        """Every fault, oldest first; those that are on have no ``ended_at``."""
        known = [*self._past, *(active.record for active in self._active)]
        return tuple(sorted(known, key=lambda record: record.began_at))

    async def begin(self, fault: Fault, node: str | None, for_s: float | None) -> None:
        """Bring a fault about.

        Raises:
            LabError: it cannot be done as things stand.
        """
        if fault.needs_node and node is None:
            raise LabError(f"{fault.title} needs a node: {' or '.join(self._nodes)}.")
        if for_s is not None and not fault.lasts:
            raise LabError(f"{fault.title} takes no length.")
        if for_s is not None and not 0 < for_s <= LONGEST_S:
            raise LabError("A fault lasts longer than nothing and at most a day.")
        if fault.needs_node:
            await self._strike(fault, self._nodes[str(node)])
        if fault.lasts:
            self._note(fault.name, node, for_s)
            self._set_links()
        self._changed()

    async def heal(self, node: str | None = None) -> None:
        """End everything; with ``node``, only what was done to its process.

        Raises:
            LabError: a node does not come up again.
        """
        for active in list(self._active):
            if node is None or (active.record.node == node and active.record.name not in CUTS):
                self._end(active)
        self._set_links()
        for process in self._nodes.values():
            if node in {None, process.name}:
                self._revive(process)
        for process in self._nodes.values():
            if node in {None, process.name}:
                await process.wait_ready()
        self._changed()

    def stop(self) -> None:
        """Let no timer fire any more."""
        for active in list(self._active):
            self._end(active)

    async def _strike(self, fault: Fault, process: NodeProcess) -> None:
        match fault.name:
            case "kill":
                self._forget("freeze", process.name)
                await process.kill()
            case "freeze":
                process.freeze()
            case "restart":
                if process.condition is NodeCondition.RUNNING:
                    await process.kill()
                await self.heal(process.name)
            case _:
                raise AssertionError(fault.name)

    def _note(self, name: str, node: str | None, for_s: float | None) -> None:
        known = next((a for a in self._active if (a.record.name, a.record.node) == (name, node)), None)
        began_at = known.record.began_at if known is not None else clock.now()
        if known is not None:
            self._drop(known)
        ends_at = round(clock.now() + for_s, 3) if for_s is not None else None
        active = _Active(FaultRecord(name, node, began_at, ends_at), None)
        if for_s is not None:
            active.timer = asyncio.get_running_loop().call_later(for_s, self._time_is_up, active)
        self._active.append(active)

    def _time_is_up(self, active: _Active) -> None:
        self._end(active)
        self._set_links()
        name = active.record.node
        if active.record.name not in CUTS and name is not None:
            self._revive(self._nodes[name])
        self._changed()

    def _revive(self, process: NodeProcess) -> None:
        """Back to running, from whatever it was; a node that starts becomes running when it says so."""
        if process.condition is NodeCondition.FROZEN:
            process.thaw()
        elif not process.is_there:
            process.spawn()

    def _forget(self, name: str, node: str) -> None:
        for active in list(self._active):
            if (active.record.name, active.record.node) == (name, node):
                self._end(active)

    def _end(self, active: _Active) -> None:
        self._drop(active)
        self._past.append(replace(active.record, ended_at=clock.now()))
        del self._past[:-RECORDS_KEPT]

    def _drop(self, active: _Active) -> None:
        if active.timer is not None:
            active.timer.cancel()
        self._active.remove(active)

    def _set_links(self) -> None:
        """A link is cut as long as any fault says so; two faults may overlap on one."""
        wanted = {
            link_name(CUTS[active.record.name], node)
            for active in self._active
            if active.record.name in CUTS
            for node in self._nodes
            if active.record.node in {None, node}
        }
        for name in sorted(wanted ^ self._cut):
            self._set_link(name, name in wanted)
        self._cut = wanted
