"""The roles of a node and the rules that change them, drawn from the table as a Mermaid state diagram."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from agmonitor.protocol.inputs import Restarted
from agmonitor.protocol.table import RULES, Rule

START = "[*]"
"""Mermaid's word for where a process begins."""


def state_diagram(rules: Sequence[Rule] = RULES) -> str:
    """One arrow for each change of role, with the numbers and names of the rules that bring it about."""
    labels: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for rule in rules:
        for before, after in rule.turns:
            begins = START if rule.on is Restarted else before.value
            labels[begins, after.value].append(f"{rule.number} {rule.name.replace('_', ' ')}")
    arrows = [f"    {begins} --> {ends}: {', '.join(names)}" for (begins, ends), names in labels.items()]
    return "\n".join(["stateDiagram-v2", *arrows])
