"""On a real pair: hooks made to raise or to hang, as the node's own inventory shows it to the monitor."""

from __future__ import annotations

import json

from agmonitor.domain.observations import HookOutcome
from agmonitor.gateway import wire
from tests.lab.node.pair import Node, Pair, eventually


def newest(node: Node) -> list[tuple[str, str, HookOutcome]]:
    """The calls of the newest change of role, in order."""
    calls = wire.inventory(json.dumps(node.hooks).encode()).calls
    last = (calls[-1].previous, calls[-1].new)
    return [
        (call.workflow, call.new.value, call.outcome)
        for call in calls
        if (call.previous, call.new) == last and call.previous is not None
    ]


def test_hooks_hang_and_raise_until_healed_and_the_inventory_shows_it(pair: Pair) -> None:
    pair.formed()
    node = pair.b
    node.tell({"command": "hooks", "do": "hang"})
    assert node.ask("PUT", "/ag/api/v1/failover").status == 200
    eventually(lambda: newest(node)[:1] != [], "the first hook is called")

    assert newest(node) == [("ag_demo", "primary", HookOutcome.RUNNING)], "the second waits behind it"
    node.tell({"command": "hooks", "do": "heal"})
    eventually(lambda: len(newest(node)) == 2, "it goes on, and the second is called")
    assert newest(node)[0] == ("ag_demo", "primary", HookOutcome.RETURNED)

    node.tell({"command": "hooks", "do": "raise"})
    assert node.ask("PUT", "/ag/api/v1/failover").status == 200
    raised = [(name, "secondary", HookOutcome.RAISED) for name in ("ag_demo", "dhcp_export")]
    eventually(lambda: newest(node) == raised, "both raise")
    assert "HookFaultError" in node.hooks["calls"][-1]["error"]

    node.tell({"command": "hooks", "do": "heal"})
    (first, *_), (again, *_) = node.hooks["hooks"], pair.a.hooks["hooks"]
    assert (first["file"], first["line"], first["registrations"]) == (again["file"], again["line"], 1)
