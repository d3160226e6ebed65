"""Names that ``availability_group.api`` does not have, and words that are no role."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from agmonitor.hooklint.code import API, Module, Workflow
from agmonitor.hooklint.remarks import Remark, Rule, remark
from agmonitor.hooklint.subscriptions import Subscription, event_name

MEMBERS = {
    "EventId": ("NODE_ROLE_CHANGED",),
    "NodeRole": ("PRIMARY", "SECONDARY", "NOT_IN_GROUP"),
    "HeartbeatMethod": ("DIRECT", "DNS"),
}
FUNCTIONS = ("get_node_state", "subscribe")
STRUCTURES = ("NodeRoleChanged",)
KNOWN = (*MEMBERS, *FUNCTIONS, *STRUCTURES)
UNNAMED = re.compile("Dns|DNS|State|Connection")
"""Two classes exist whose names the documentation keeps to itself: the state and the DNS connection."""
ROLES = ("primary", "secondary", "not_in_group")
EVENT = ("previous", "new")
FORMER = re.compile("old|prev|before|last|former|was|from", re.IGNORECASE)


def unknown_names(workflow: Workflow) -> Iterator[Remark]:
    """Imports, members of the known classes, and the vendor's sample's ``Role``."""
    for module in workflow.modules.values():
        tree = module.source.tree
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == API:
                yield from _imported(module, node)
            elif isinstance(node, ast.Attribute):
                yield from _member(module, node)


def _imported(module: Module, node: ast.ImportFrom) -> Iterator[Remark]:
    for alias in node.names:
        if alias.name not in {*KNOWN, "*"} and not UNNAMED.search(alias.name):
            why = f"{API} has no {alias.name}; it has {', '.join(KNOWN)}."
            mended = f"from {API} import {_nearest(alias.name) or ', '.join(KNOWN)}"
            yield remark(Rule.UNKNOWN_NAME, module, node, why, mended)


def _member(module: Module, node: ast.Attribute) -> Iterator[Remark]:
    dotted = module.dotted(node.value)
    kind = dotted.removeprefix(f"{API}.") if dotted is not None and dotted.startswith(f"{API}.") else None
    if kind in MEMBERS and node.attr not in MEMBERS[kind] and not node.attr.startswith("_"):
        why = f"{kind} has no {node.attr}; it has {', '.join(MEMBERS[kind])}."
        yield remark(Rule.UNKNOWN_NAME, module, node, why, f"{kind}.{MEMBERS[kind][0]}")
    undefined = isinstance(node.value, ast.Name) and node.value.id == "Role" and "Role" not in module.assigned
    if undefined and node.attr in MEMBERS["NodeRole"] and _uses_api(module):
        why = (
            f"Role is defined nowhere, so Role.{node.attr} ends in a NameError; the class is called NodeRole."
        )
        mended = f"from {API} import NodeRole\n…\nNodeRole.{node.attr}"
        yield remark(Rule.UNKNOWN_NAME, module, node, why, mended)


def _uses_api(module: Module) -> bool:
    return any(name.startswith("availability_group") for name in module.imports.values())


def _nearest(name: str) -> str | None:
    return next((known for known in KNOWN if name.lower() in known.lower()), None)


def unknown_words(hook: Subscription) -> Iterator[Remark]:
    """The event subscribed to, and what the callback asks of the event it is given."""
    module, event = hook.module, hook.event
    if isinstance(event, ast.Constant):
        why = f"The value of an event is documented nowhere, so {event.value!r} may be none."
        mended = f"subscribe(EventId.NODE_ROLE_CHANGED, {hook.callback_name})"
        yield remark(Rule.UNKNOWN_NAME, module, hook.call, why, mended, hook)
    place = hook.callback
    name = event_name(place) if place is not None else None
    if place is None or name is None:
        return
    for node in place.body():
        if _is_of(node, name) and isinstance(node, ast.Attribute):
            if node.attr not in EVENT and not node.attr.startswith("_"):
                why = f"The event has no {node.attr}; it has previous and new."
                meant = "previous" if FORMER.search(node.attr) else "new"
                yield remark(Rule.UNKNOWN_NAME, place.module, node, why, f"{name}.{meant}", hook)
        elif isinstance(node, ast.Compare):
            yield from _compared(hook, node, name)


def _compared(hook: Subscription, node: ast.Compare, name: str) -> Iterator[Remark]:
    """``event.new == "master"``: a role it can never be."""
    sides = [node.left, *node.comparators]
    if not any(_is_of(side, name) for side in sides) or hook.callback is None:
        return
    words = [side.value for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)]
    for word in words:
        if word and word not in ROLES:
            why = f"{word!r} is no role; the roles are {', '.join(ROLES)}."
            meant = next((role for role in ROLES if role == word.lower().replace(" ", "_")), "primary")
            mended = f"{name}.new == NodeRole.{meant.upper()}"
            yield remark(Rule.UNKNOWN_NAME, hook.callback.module, node, why, mended, hook)


def _is_of(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
