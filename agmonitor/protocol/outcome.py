"""What a rule gives back: the new state and the effects in order, or None where it does not apply."""

from __future__ import annotations

from agmonitor.protocol.effects import Effect
from agmonitor.protocol.state import NodeState

Done = tuple[NodeState, tuple[Effect, ...]]
Outcome = Done | None


def did(state: NodeState, *effects: Effect) -> Done:
    """The rule applied."""
    return state, effects
