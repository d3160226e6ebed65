"""Which node a word means: its name, or the role it plays now by its own word. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agmonitor.lab.api_caller import ApiCaller
from agmonitor.lab.errors import LabError
from agmonitor.lab.node_process import NodeProcess
from agmonitor.lab.status import NodeCondition

ROLES = ("primary", "secondary")


class Roles:
    """Asks the nodes past every link, and those that cannot answer by what they said last."""

    def __init__(self, nodes: Sequence[NodeProcess], caller: Callable[[str], ApiCaller]) -> None:
        self._nodes = nodes
        self._caller = caller

    async def node(self, word: str) -> NodeProcess:
        """The node of that name or role.

        Raises:
            LabError: there is none.
        """
        for node in self._nodes:
            if node.name == word:
                return node
        if word not in ROLES:
            raise LabError(
                f"There is no node {word!r}; there are {', '.join(node.name for node in self._nodes)}."
            )
        for node in self._nodes:
            if node.condition is NodeCondition.RUNNING and await self._role_of(node) == word:
                return node
        raise LabError(f"No node says that it is {word}.")

    async def _role_of(self, node: NodeProcess) -> str:
        try:
            return await self._caller(node.inner_url).role()
        except LabError:
            return node.announced_role  # in trouble of its own; its rubbish or certificate hides no role
