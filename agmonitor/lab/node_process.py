"""One node of the pair as the supervisor sees it: a process that runs, is frozen, killed, and comes back."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agmonitor.lab.child import Child
from agmonitor.lab.errors import LabError
from agmonitor.lab.fault_effects import NodeFaults
from agmonitor.lab.lines import Line
from agmonitor.lab.obedience import Obedience
from agmonitor.lab.status import LabNode, NodeCondition

READY_WITHIN_S = 60.0  # a hundred workflows on a busy machine
OBEYED_WITHIN_S = 2.0
STILL_POLL_S = 0.005


class NodeProcess:
    """Wraps the child with its condition. ``configure`` before anything is done to it."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        on_change: Callable[[], None],
        on_serving: Callable[[str, int | None], None],
    ) -> None:
        self.name = name
        self.url = ""  # where the world finds it
        self.watch_url = ""  # where the monitor does
        self.inner_url = ""  # where it really is: for us alone, past every link
        self.address = ""
        self.condition = NodeCondition.STARTING
        self._on_change = on_change
        self._on_serving = on_serving  # name, and its process while it serves
        self.announced_role = ""  # its own word at the last change
        self._faults = NodeFaults()
        self._obedience = Obedience()
        self._configuration: dict[str, object] = {}
        self._child = Child(
            name,
            command,
            log=log,
            environment=environment,
            on_event=self._on_event,
            on_ready=self._on_ready,
            on_end=self._on_end,
        )

    @property
    def is_there(self) -> bool:
        return self.condition in {NodeCondition.STARTING, NodeCondition.RUNNING, NodeCondition.FROZEN}

    @property
    def why(self) -> str:
        return self._child.why

    def spawn(self) -> None:
        """Start the process; with a configuration at hand, hand it on."""
        self._become(NodeCondition.STARTING)
        self._child.spawn()
        if self._configuration:
            self._child.tell(self._configuration)
            self._tell_faults(NodeFaults())

    def configure(self, configuration: Mapping[str, object]) -> None:
        self._configuration = dict(configuration)
        self.address = str(configuration["address"])
        self.url, self.watch_url, self.inner_url = (
            f"{configuration['scheme']}://{configuration[key]}:{configuration['port']}"
            for key in ("address", "watch_address", "listen_address")
        )
        self._child.tell(self._configuration)

    async def wait_ready(self) -> None:
        """Wait until it serves.

        Raises:
            LabError: it does not come up.
        """
        await self._child.wait_ready(READY_WITHIN_S)

    def suffer(self, faults: NodeFaults) -> None:
        """What it shall suffer from now on, and again whenever it starts anew."""
        before, self._faults = self._faults, faults
        self._tell_faults(before)

    def tell(self, command: Line) -> None:
        """Give it a command; one that is not there has nothing to obey."""
        if self.is_there:
            self._obedience.told()
            self._child.tell(command)

    async def wait_obeyed(self) -> None:
        """Wait until every command has taken effect, if it runs; if it is frozen, until it stands still."""
        if self.condition is NodeCondition.RUNNING:
            await self._obedience.wait(OBEYED_WITHIN_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(OBEYED_WITHIN_S):
                while self._is_stopping:  # noqa: ASYNC110 - the kernel tells nobody
                    await asyncio.sleep(STILL_POLL_S)

    @property
    def _is_stopping(self) -> bool:
        return self.condition is NodeCondition.FROZEN and not self._child.stands_still

    async def kill(self) -> None:
        self._become(NodeCondition.KILLED)
        await self._child.end()

    def freeze(self) -> None:
        """Stop it where it stands.

        Raises:
            LabError: there is nothing to stop.
        """
        if not self.is_there:
            raise LabError(f"{self.name} is not running; restart it first.")
        self._child.signal(signal.SIGSTOP)
        self._become(NodeCondition.FROZEN)

    def revive(self) -> None:
        """Back to running, from whatever it was; one that starts becomes running when it says so."""
        if self.condition is NodeCondition.FROZEN:
            self._thaw()
        elif not self.is_there:
            self.spawn()

    def _thaw(self) -> None:
        self._child.signal(signal.SIGCONT)
        self._become(NodeCondition.STARTING if self._child.ready is None else NodeCondition.RUNNING)

    async def end(self) -> None:
        """For good, at the end of the lab."""
        self.condition = NodeCondition.KILLED
        await self._child.end()

    def status(self) -> LabNode:
        return LabNode(
            name=self.name,
            state=self.condition,
            url=self.url,
            watch_url=self.watch_url,
            address=self.address,
            pid=self._child.pid,
            log=str(self._child.log),
        )

    def _on_ready(self) -> None:
        if self.condition is NodeCondition.STARTING:
            self._on_serving(self.name, self._child.pid)
            self._become(NodeCondition.RUNNING)

    def _on_event(self, event: Line) -> None:
        if event.get("event") == "role_changed":
            self.announced_role = str(event.get("new"))
        else:
            self._obedience.hear(event)

    def _tell_faults(self, before: NodeFaults) -> None:
        for command in self._faults.commands(before):
            self.tell(command)

    def _on_end(self) -> None:
        self._obedience.forget()
        self.announced_role = ""
        if self._child.ready is not None:
            self._on_serving(self.name, None)
        if self.condition is not NodeCondition.KILLED:
            self._become(NodeCondition.ENDED)

    def _become(self, condition: NodeCondition) -> None:
        self.condition = condition
        self._on_change()
