"""Where a workflow subscribes, and which of its functions is the callback."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from agmonitor.hooklint.code import API, Function, Module, Place, Workflow, called

SUBSCRIBE = f"{API}.subscribe"
REACH_MAX = 200


@dataclass(frozen=True, slots=True)
class Subscription:
    """One call of ``subscribe``. ``callback`` None: the text alone does not tell which function it is."""

    module: Module
    call: ast.Call
    within: Function | None  # the function whose code subscribes; None at the module's level
    event: ast.expr | None
    named: ast.expr | None  # how the callback is written there
    callback: Place | None

    @property
    def callback_name(self) -> str:
        if self.callback is not None:
            return self.callback.name
        return ast.unparse(self.named) if self.named is not None else "?"


def subscriptions(workflow: Workflow) -> Iterator[Subscription]:
    """In the order of files and lines."""
    for module in workflow.modules.values():
        enclosing = _enclosing(module.source.tree)
        calls = [node for node in ast.walk(module.source.tree) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            if module.dotted(call.func) == SUBSCRIBE:
                yield _subscription(module, call, enclosing.get(id(call)))


def _subscription(module: Module, call: ast.Call, within: Function | None) -> Subscription:
    given = {word.arg: word.value for word in call.keywords}
    event = call.args[0] if call.args else given.get("event_id")
    named = call.args[1] if len(call.args) > 1 else given.get("callback")
    owner = _owner(module, within)
    here = Place(module, within or ast.Lambda(_no_arguments(), ast.Constant(None)), owner)
    callback = None if named is None else called(here, _bare(module, named))
    return Subscription(module, call, within, event, named, callback)


def _bare(module: Module, named: ast.expr) -> ast.expr:
    """What ``functools.partial`` was given."""
    while isinstance(named, ast.Call) and module.dotted(named.func) in {"functools.partial", "partial"}:
        if not named.args:
            break
        named = named.args[0]
    return named


def _owner(module: Module, within: Function | None) -> ast.ClassDef | None:
    return next((kind for kind in module.classes.values() if within in kind.body), None)


def _no_arguments() -> ast.arguments:
    return ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])


def _enclosing(tree: ast.Module) -> dict[int, Function]:
    """The innermost function around each call."""
    found: dict[int, Function] = {}
    waiting: list[tuple[ast.AST, Function | None]] = [(tree, None)]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, ast.Call) and function is not None:
            found[id(node)] = function
        own = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        inner = node if own else function
        waiting += [(child, inner) for child in ast.iter_child_nodes(node)]  # type: ignore[misc]  # own: a function
    return found


def reached(callback: Place) -> list[Place]:
    """The callback and every function of the workflow that it calls, directly or through others."""
    found: list[Place] = [callback]
    known = {id(callback.function)}
    for place in found:  # grows while it is walked
        for node in place.body():
            if not isinstance(node, ast.Call) or len(found) >= REACH_MAX:
                continue
            inner = called(place, node.func)
            if inner is not None and id(inner.function) not in known:
                known.add(id(inner.function))
                found.append(inner)
    return found


def event_name(callback: Place) -> str | None:
    """What the callback calls the event it is given; None where it takes none by name."""
    taken = callback.function.args
    names = [arg.arg for arg in (*taken.posonlyargs, *taken.args)]
    if callback.owner is not None and names and not _is_static(callback.function):
        names = names[1:]
    return names[0] if names else None


def _is_static(function: Function) -> bool:
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    return any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in decorators)
