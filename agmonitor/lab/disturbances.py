"""Which faults are on, and until when: begins them, heals them at their time, keeps their record.

Runs on timers of the loop, without tasks. A fault begun again on the same target only gets a new end and new
numbers; what several come to together is worked out elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from agmonitor.lab import clock
from agmonitor.lab.errors import LabError
from agmonitor.lab.fault_effects import CERTIFICATE_FAULTS, PROCESS_FAULTS, link_conditions, node_faults
from agmonitor.lab.fault_order import FaultOrder
from agmonitor.lab.link_condition import LinkCondition
from agmonitor.lab.node_process import NodeProcess
from agmonitor.lab.status import FaultRecord, NodeCondition
from agmonitor.texts import t

RECORDS_KEPT = 200


@dataclass(slots=True, eq=False)
class _Active:
    record: FaultRecord
    timer: asyncio.TimerHandle | None


class Disturbances:
    """Faults on two node processes and their links."""

    def __init__(
        self,
        nodes: Iterable[NodeProcess],
        set_link: Callable[[str, LinkCondition], None],
        changed: Callable[[], None],
    ) -> None:
        self._nodes = {node.name: node for node in nodes}
        self._set_link = set_link
        self._changed = changed
        self._active: list[_Active] = []
        self._past: list[FaultRecord] = []
        self._links = link_conditions((), self._nodes)

    @property
    def records(self) -> tuple[FaultRecord, ...]:
        """Every fault, oldest first; those that are on have no ``ended_at``."""
        known = [*self._past, *(active.record for active in self._active)]
        return tuple(sorted(known, key=lambda record: record.began_at))

    async def begin(self, order: FaultOrder) -> None:
        """Bring a fault about.

        Raises:
            LabError: it cannot be done as things stand.
        """
        self.check(order)
        fault, node = order.fault, order.node
        for process in [self._nodes[name] for name in self._nodes if node in {None, name}]:
            await self._strike(fault.name, process)
        if fault.lasts or fault.name == "step_clock":
            self._note(order)
            self._suffer()
        self._changed()

    def check(self, order: FaultOrder) -> None:
        """Refuse what this lab could never bring about.

        Raises:
            LabError: why.
        """
        fault = order.fault
        if fault.needs_node and order.node is None:
            raise LabError(
                t("{fault} needs a node: {nodes}.", fault=fault.title, nodes=t(" or ").join(self._nodes))
            )
        plain = any(not one.url.startswith("https:") for one in self._nodes.values())
        if fault.name in CERTIFICATE_FAULTS and plain:
            raise LabError(
                t("{fault} needs a lab that speaks https; this one speaks plain http.", fault=fault.title)
            )

    async def heal(self) -> None:
        """End everything.

        Raises:
            LabError: a node does not come up again.
        """
        for active in list(self._active):
            self._end(active)
        await self._revive(self._nodes.values())

    def stop(self) -> None:
        """Let no timer fire any more."""
        for active in list(self._active):
            self._end(active)

    async def _strike(self, name: str, process: NodeProcess) -> None:
        match name:
            case "kill":
                self._forget("freeze", process.name)
                await process.kill()
            case "freeze":
                process.freeze()
            case "expire_sign_ins":
                process.tell({"command": "expire_sessions"})
            case "restart":
                if process.condition is NodeCondition.RUNNING:
                    await process.kill()
                for ended in PROCESS_FAULTS:
                    self._forget(ended, process.name)
                await self._revive([process])

    async def _revive(self, processes: Iterable[NodeProcess]) -> None:
        processes = tuple(processes)
        self._suffer()
        for process in processes:
            process.revive()
        for process in processes:
            await process.wait_ready()
        self._changed()

    def _note(self, order: FaultOrder) -> None:
        name, node, link = order.fault.name, order.node, order.link
        parameters = dict(order.parameters)
        known = self._known(name, node, link)
        now = clock.now()
        began_at = now
        if known is not None:
            began_at = known.record.began_at
            if name == "step_clock":  # a clock that was set twice is off by both
                parameters["offset_s"] += known.record.parameters["offset_s"]
            self._drop(known)
        ends_at = round(now + order.for_s, 3) if order.for_s is not None else None
        active = _Active(FaultRecord(name, node, began_at, ends_at, None, link, parameters), None)
        if order.for_s is not None:
            active.timer = asyncio.get_running_loop().call_later(order.for_s, self._time_is_up, active)
        self._active.append(active)

    def _time_is_up(self, active: _Active) -> None:
        self._end(active)
        self._suffer()
        if active.record.name in PROCESS_FAULTS:
            for process in self._nodes.values():
                if active.record.node in {None, process.name} and not self._is_held(process.name):
                    process.revive()
        self._changed()

    def _is_held(self, node: str) -> bool:
        """Whether another fault still wants that process dead or still."""
        return any(self._known(name, node, None) is not None for name in ("kill", "freeze"))

    def _known(self, name: str, node: str | None, link: str | None) -> _Active | None:
        key = (name, node, link)
        return next(
            (a for a in self._active if (a.record.name, a.record.node, a.record.link) == key),
            None,
        )

    def _forget(self, name: str, node: str) -> None:
        known = self._known(name, node, None)
        if known is not None:
            self._end(known)

    def _end(self, active: _Active) -> None:
        self._drop(active)
        self._past.append(replace(active.record, ended_at=clock.now()))
        del self._past[:-RECORDS_KEPT]

    def _drop(self, active: _Active) -> None:
        if active.timer is not None:
            active.timer.cancel()
        self._active.remove(active)

    def _suffer(self) -> None:
        """Tell each link and each node what all that is on comes to for it."""
        records = [active.record for active in self._active]
        wanted = link_conditions(records, self._nodes)
        for name in sorted(wanted):
            condition = wanted[name]
            if condition != self._links[name]:
                self._set_link(name, condition)
        self._links = wanted
        for process in self._nodes.values():
            process.suffer(node_faults(records, process.name))
