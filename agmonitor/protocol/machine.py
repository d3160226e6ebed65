"""One node of an Availability group as an executable model: inputs in, new state and effects out.

Reads no clock and does no I/O. The same machine drives the lab's node processes in real time and simulated
pairs in virtual time; the rules it asks stand in ``table.RULES``.
"""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.domain.making import quickly_made
from agmonitor.domain.model import Instant
from agmonitor.protocol.effects import Effect
from agmonitor.protocol.inputs import Input
from agmonitor.protocol.state import NodeState, Timers, was_set_back
from agmonitor.protocol.table import RULES_ON


@quickly_made
@dataclass(frozen=True, slots=True)
class Step:
    """What one input did: the new state, what is to be done, and the numbers of the rules that applied."""

    state: NodeState
    effects: tuple[Effect, ...]
    rules: tuple[int, ...]


def step(state: NodeState, happened: Input) -> Step:
    """Ask every rule that this kind of input concerns, in the table's order."""
    effects: tuple[Effect, ...] = ()
    applied: tuple[int, ...] = ()
    was_role = state.role
    for rule in RULES_ON[type(happened)]:
        outcome = rule.apply(state, happened)
        if outcome is None:
            continue
        state = outcome[0]
        effects += outcome[1]
        applied += (rule.number,)
        if state.role is not was_role:
            # A rule of the old role and one of the new one never act on the same input.
            break
    return Step(state, effects, applied)


class NodeMachine:
    """Holds one node's state; all it does is ``step``."""

    __slots__ = ("state",)

    def __init__(self, address: str, timers: Timers | None = None) -> None:
        self.state = NodeState(address=address, timers=timers or Timers())

    def handle(self, happened: Input) -> Step:
        """Take one input in; the effects are the caller's to carry out, in order."""
        result = step(self.state, happened)
        self.state = result.state
        return result

    @property
    def wake_at(self) -> Instant | None:
        """When the next ``Tick`` is wanted; None: never, as things stand."""
        return self.state.due_at

    def rest_s(self, now: Instant) -> float | None:
        """How long until then; 0 also where the clock was set back, which a ``Tick`` must mend at once."""
        due_at = self.state.due_at
        if due_at is None:
            return None
        return 0.0 if was_set_back(self.state, now) else max(0.0, due_at - now)
