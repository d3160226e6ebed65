"""Whether a callback minds its node's role, at a change and at the start."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from agmonitor.hooklint.code import API, Function, Module, Place
from agmonitor.hooklint.remarks import Remark, Rule, remark
from agmonitor.hooklint.subscriptions import Subscription, event_name, reached

GET_STATE = f"{API}.get_node_state"


def role_unchecked(hook: Subscription) -> Iterator[Remark]:
    """Work done whatever the new role, and a start that looks like a failover."""
    place = hook.callback
    name = event_name(place) if place is not None else None
    if place is None or name is None or _hands_event_on(place, name):
        return
    states = _asks_state(reached(place))
    if not states and not _reads(place, name, "new"):
        why = (
            f"{place.name} never looks at the new role, so it does its work on a Secondary too;"
            " the platform stops nothing there."
        )
        mended = (
            f"def {_called(place)}({name}, **_):\n"
            f"    if {name}.new != NodeRole.PRIMARY:\n        return\n    …  # what only the Primary does"
        )
        yield remark(Rule.NO_ROLE_CHECK, place.module, place.function, why, mended, hook)
    if not _reads(place, name, "previous") and not states and not _module_asks_state(hook):
        why = (
            f"{place.name} may also be called once at the start, with nothing in previous, and nothing here"
            " tells that from a failover; where it is not called then, the workflow knows no role until the"
            " first change."
        )
        mended = (
            f"role = get_node_state().node_role  # at the start\n\ndef {_called(place)}({name}, **_):\n"
            f"    if not {name}.previous:\n        return  # the start: no failover"
        )
        yield remark(Rule.NO_ROLE_CHECK_AT_START, place.module, place.function, why, mended, hook)


def _called(place: Place) -> str:
    return "on_role_changed" if isinstance(place.function, ast.Lambda) else place.function.name


def _reads(place: Place, name: str, attribute: str) -> bool:
    return any(_is_read(node, name, attribute) for node in ast.walk(place.function))


def _is_read(node: ast.AST, name: str, attribute: str) -> bool:
    named = isinstance(node, ast.Attribute) and node.attr == attribute
    return (
        named
        and isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    )


def _hands_event_on(place: Place, name: str) -> bool:
    """The event as a whole goes elsewhere, where the roles may be looked at."""
    return any(isinstance(node, ast.Name) and node.id == name for node in _loose(place.function))


def _loose(function: Function) -> Iterator[ast.AST]:
    """Nodes of a function that are no part of ``name.attribute``."""
    waiting: list[ast.AST] = list(function.body) if isinstance(function.body, list) else [function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            continue
        yield node
        waiting += ast.iter_child_nodes(node)


def _asks_state(places: list[Place]) -> bool:
    return any(
        isinstance(node, ast.Call) and place.module.dotted(node.func) == GET_STATE
        for place in places
        for node in place.body()
    )


def _module_asks_state(hook: Subscription) -> bool:
    modules: list[Module] = list(hook.module.workflow.modules.values())
    return any(
        isinstance(node, ast.Call) and module.dotted(node.func) == GET_STATE
        for module in modules
        for node in ast.walk(module.source.tree)
    )


def previous_inverted(hook: Subscription) -> Iterator[Remark]:
    """``if event.previous:`` taken for the start, as the documentation's sample has it."""
    place = hook.callback
    name = event_name(place) if place is not None else None
    if place is None or name is None:
        return
    for node in place.body():
        if not isinstance(node, ast.If):
            continue
        filled = _tests_previous(node.test, name)
        if filled is None:
            continue
        with_previous, without = (node.body, node.orelse) if filled else (node.orelse, node.body)
        # Where previous is empty it is put into words, or the start is told where it is not.
        uses_empty = any(_is_read(inner, name, "previous") for part in without for inner in ast.walk(part))
        if uses_empty or (_tells_start(with_previous) and not _tells_start(without)):
            why = (
                "Nothing in previous means that the node has started; here the test is the other way round,"
                " as in the sample of the documentation: a start is taken for a change, a change for a start."
            )
            mended = f"if not {name}.previous:\n    …  # the start\nelse:\n    …  # a change of role"
            yield remark(Rule.PREVIOUS_INVERTED, place.module, node, why, mended, hook)


def _tests_previous(test: ast.expr, name: str) -> bool | None:
    """True: the branch is for a filled ``previous``; False: for an empty one; None: for something else."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _tests_previous(test.operand, name)
        return None if inner is None else not inner
    if _is_read(test, name, "previous"):
        return True
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and _is_read(test.left, name, "previous"):
        (other,) = test.comparators
        if isinstance(other, ast.Constant) and not other.value:
            return {ast.Is: False, ast.Eq: False, ast.IsNot: True, ast.NotEq: True}.get(type(test.ops[0]))
    return None


def _tells_start(statements: list[ast.stmt]) -> bool:
    words = (
        inner.value.lower()
        for statement in statements
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    )
    return any(
        "started" in word or "starting" in word or "at start" in word or "startup" in word for word in words
    )
