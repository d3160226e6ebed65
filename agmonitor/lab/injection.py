"""Faults one at a time, from the word of whoever orders one until everybody concerned suffers it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from agmonitor.lab.disturbances import Disturbances
from agmonitor.lab.fault_order import FaultOrder
from agmonitor.lab.network_process import NetworkProcess
from agmonitor.lab.node_process import NodeProcess
from agmonitor.lab.roles import Roles
from agmonitor.lab.schedule import Schedule
from agmonitor.lab.status import FaultRecord


class Injection:
    """Begins and heals; returns when what is asked next meets the new state of things."""

    def __init__(
        self,
        nodes: Sequence[NodeProcess],
        network: NetworkProcess,
        roles: Roles,
        changed: Callable[[], None],
    ) -> None:
        self._nodes = nodes
        self._network = network
        self._roles = roles
        self._disturbances = Disturbances(nodes, network.set_link, changed)
        self._one_at_a_time = asyncio.Lock()
        self.schedule = Schedule(self._begin, changed)

    @property
    def records(self) -> tuple[FaultRecord, ...]:
        return self._disturbances.records

    async def begin(self, order: FaultOrder) -> str:
        """Bring it about, or keep it until it is to begin; the sentence says what is now.

        Raises:
            LabError: it cannot be done as things stand.
        """
        if not order.after_s:
            return await self._begin(order)
        self._disturbances.check(order)
        if order.node is not None:
            await self._roles.node(order.node)  # who plays that role is asked again when it begins
        return self.schedule.add(order)

    async def _begin(self, order: FaultOrder) -> str:
        async with self._one_at_a_time:
            if order.node is not None:
                order = replace(order, node=(await self._roles.node(order.node)).name)
            await self._disturbances.begin(order)
            await self.wait_obeyed()
        return order.sentence

    async def heal(self) -> None:
        """End everything; nothing begins later either.

        Raises:
            LabError: a node does not come up again.
        """
        self.schedule.forget()
        async with self._one_at_a_time:
            await self._disturbances.heal()
            await self.wait_obeyed()

    async def wait_obeyed(self) -> None:
        """Until everything that was told has taken effect."""
        await self._network.wait_obeyed()
        for node in self._nodes:
            await node.wait_obeyed()

    def stop(self) -> None:
        self.schedule.forget()
        self._disturbances.stop()
