"""A subject's questions put to a world, under the group's deadline; the answers come back as observations.

The virtual counterpart of ``monitor.subjects.ask`` over a prober. Whoever listens hears every answer as it
was delivered, before it is judged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agmonitor.domain.model import GroupSettings
from agmonitor.domain.observations import Observation, ResolverObservation
from agmonitor.monitor.subjects import Kind, Subject
from agmonitor.protocol.world.world import World

Found = tuple[Observation, ...]
Heard = Callable[[str, str, Observation], object]
"""Kind and node of the subject, and what came."""


class Asker:
    """Knows how each kind is asked."""

    def __init__(self, world: World, settings: GroupSettings) -> None:
        self._world = world
        self._deadline_s = settings.timeout_s
        self._resolvers = 1 + len(settings.resolvers)
        self._heard: list[Heard] = []
        self._of_node: dict[Kind, Callable[[str, float, Any], None]] = {
            Kind.NODE: world.ask_group,
            Kind.LOAD: world.ask_load,
            Kind.HOOKS: world.ask_hooks,
        }

    def on_answer(self, heard: Heard) -> None:
        self._heard.append(heard)

    def ask(self, subject: Subject, reply: Callable[[Found], object], *, named: bool) -> None:
        """Ask; ``reply`` gets what came, once. ``named`` False: what hangs on the name gives nothing."""
        kind, node = subject
        listeners = self._heard

        def one(observation: Observation) -> None:
            for heard in listeners:
                heard(kind, node, observation)
            reply((observation,))

        of_node = self._of_node.get(kind)
        if of_node is not None:
            of_node(node, self._deadline_s, one)
        elif not named:
            reply(())
        elif kind is Kind.DNS:
            self._world.ask_authoritative(self._deadline_s, one)
        elif kind is Kind.CLIENTS:
            self._world.ask_clients(self._deadline_s, one)
        else:
            self._ask_resolvers(subject, reply)

    def _ask_resolvers(self, subject: Subject, reply: Callable[[Found], object]) -> None:
        """Side by side; all answers are handed on together, in their order."""
        found: dict[int, ResolverObservation] = {}

        def one(index: int, observation: ResolverObservation) -> None:
            found[index] = observation
            if len(found) == self._resolvers:
                answers = tuple(found[each] for each in range(self._resolvers))
                for answer in answers:
                    self._told(subject, answer)
                reply(answers)

        for index in range(self._resolvers):
            self._world.ask_resolver(index, self._deadline_s, lambda o, i=index: one(i, o))  # type: ignore[misc]

    def _told(self, subject: Subject, observation: Observation) -> None:
        kind, node = subject
        for heard in self._heard:
            heard(kind, node, observation)
