"""The lab's network as the supervisor sees it: told of links, doors and the client, one line at a time."""

from __future__ import annotations

from agmonitor.lab.child import Child
from agmonitor.lab.fault_effects import link_name
from agmonitor.lab.lines import Line
from agmonitor.lab.link_condition import LinkCondition
from agmonitor.lab.obedience import Obedience
from agmonitor.protocol.faults import Link

OBEYED_WITHIN_S = 5.0
DOORS = (Link.DOOR, Link.WATCH)  # closed while the node's process is not there


class NetworkProcess:
    """Wraps the child once it is ready."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._obedience = Obedience()

    def hear(self, event: Line) -> bool:
        return self._obedience.hear(event)

    def set_link(self, name: str, condition: LinkCondition) -> None:
        self._tell({"link": name, "condition": condition.document()})

    def serve(self, node: str, pid: int | None) -> None:
        """Open the node's doors while that process lives; without one, close them."""
        names = [link_name(link, node) for link in DOORS]
        self._tell({"shut": names} if pid is None else {"serve": names, "pid": pid})

    def tell_client(self, what: str) -> None:
        """Tell it to "start" or "reset"."""
        self._tell({"client": what})

    async def wait_obeyed(self) -> None:
        await self._obedience.wait(OBEYED_WITHIN_S)

    def _tell(self, command: Line) -> None:
        self._obedience.told()
        self._child.tell(command)
