"""The state diagram shows what the table declares, and nothing else."""

from __future__ import annotations

from agmonitor.protocol.diagram import START, state_diagram
from agmonitor.protocol.inputs import Restarted
from agmonitor.protocol.table import RULES


def test_every_declared_turn_is_on_an_arrow_with_its_rule() -> None:
    first, *arrows = state_diagram().splitlines()
    drawn = set()
    for arrow in arrows:
        ends, names = arrow.strip().split(": ")
        drawn |= {(ends, int(name.split()[0])) for name in names.split(", ")}
    declared = {
        (f"{START if rule.on is Restarted else before.value} --> {after.value}", rule.number)
        for rule in RULES
        for before, after in rule.turns
    }

    assert first == "stateDiagram-v2"
    assert drawn == declared


def test_a_rule_without_turns_is_on_no_arrow() -> None:
    assert state_diagram([rule for rule in RULES if not rule.turns]) == "stateDiagram-v2"
