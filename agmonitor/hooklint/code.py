"""Who is who in a workflow's code: functions, classes, imported names, and what a call or a name refers to.

A guess is never made: what cannot be told from the text alone is None.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from agmonitor.hooklint.sources import Source, WorkflowSources

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
API = "availability_group.api"


@dataclass(frozen=True, slots=True)
class Place:
    """A function with the module and the class it stands in."""

    module: Module
    function: Function
    owner: ast.ClassDef | None = None

    @property
    def name(self) -> str:
        own = "<lambda>" if isinstance(self.function, ast.Lambda) else self.function.name
        return f"{self.owner.name}.{own}" if self.owner is not None else own

    def body(self) -> Iterator[ast.AST]:
        """Every node that runs when it is called; not what it merely defines."""
        yield from inside(self.function)


@dataclass(slots=True, eq=False)
class Module:
    """One file's names."""

    source: Source
    workflow: Workflow
    imports: dict[str, str] = field(default_factory=dict)  # local name → dotted name
    functions: dict[str, Function] = field(default_factory=dict)  # of any depth but in classes; module's win
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    instances: dict[str, str] = field(default_factory=dict)  # name → dotted name of what was called for it
    assigned: set[str] = field(default_factory=set)  # every name that is bound anywhere

    def dotted(self, node: ast.AST) -> str | None:
        """``requests.get`` for however it was imported; None for what is no plain name."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            value = self.dotted(node.value)
            return None if value is None else f"{value}.{node.attr}"
        return None


@dataclass(slots=True, eq=False)
class Workflow:
    """All modules of one workflow."""

    name: str
    modules: dict[str, Module] = field(default_factory=dict)


def index(found: WorkflowSources) -> Workflow:
    workflow = Workflow(found.name)
    for source in found.sources:
        workflow.modules[source.module] = _module(source, workflow)
    return workflow


def inside(function: ast.AST) -> Iterator[ast.AST]:
    """Every node below one, without the bodies of functions and classes defined there."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def called(place: Place, node: ast.AST) -> Place | None:
    """The workflow's own function that a name or an attribute refers to."""
    if isinstance(node, ast.Lambda):
        return Place(place.module, node, place.owner)
    if isinstance(node, ast.Name):
        return _named(place.module, node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id in {"self", "cls"} and place.owner is not None:
            return _method(place.module, place.owner, node.attr)
        return _attribute(place.module, node.value.id, node.attr)
    return None


def _named(module: Module, name: str) -> Place | None:
    if name in module.functions:
        return Place(module, module.functions[name])
    if name in module.instances:
        return _instance_method(module, name, "__call__")
    home, inner = _elsewhere(module, module.imports.get(name, ""))
    if home is None or home is module:
        return None
    return _named(home, inner)


def _attribute(module: Module, name: str, attribute: str) -> Place | None:
    if name in module.instances:
        return _instance_method(module, name, attribute)
    if name in module.classes:
        return _method(module, module.classes[name], attribute)
    home, inner = _elsewhere(module, f"{module.imports.get(name, '')}.{attribute}")
    if home is not None and home is not module and inner == attribute:
        return _named(home, inner)
    home, inner = _elsewhere(module, module.imports.get(name, ""))
    return _attribute(home, inner, attribute) if home is not None and home is not module else None


def _instance_method(module: Module, name: str, method: str) -> Place | None:
    kind = module.instances[name]
    if kind in module.classes:
        return _method(module, module.classes[kind], method)
    home, inner = _elsewhere(module, kind)
    return _method(home, home.classes[inner], method) if home is not None and inner in home.classes else None


def _method(module: Module, owner: ast.ClassDef, name: str) -> Place | None:
    for node in owner.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return Place(module, node, owner)
    return None


def _elsewhere(module: Module, dotted: str) -> tuple[Module | None, str]:
    """The workflow's module that a dotted name leads into, and the name in it."""
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        path = ".".join(parts[:length])
        home = module.workflow.modules.get(path) if path else None
        if home is not None and length == len(parts) - 1:
            return home, parts[-1]
    return None, ""


def _module(source: Source, workflow: Workflow) -> Module:
    module = Module(source, workflow)
    methods = {
        id(inner) for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef) for inner in node.body
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module.imports |= _imported(source, node, workflow)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            module.assigned.add(node.name)
            if id(node) not in methods:
                module.functions.setdefault(node.name, node)  # ast.walk goes level by level
        elif isinstance(node, ast.ClassDef):
            module.assigned.add(node.name)
            module.classes.setdefault(node.name, node)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            _instance(module, node, node.value)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            module.assigned.add(node.id)
        elif isinstance(node, ast.arg):
            module.assigned.add(node.arg)
    module.assigned |= module.imports.keys()
    return module


def _instance(module: Module, node: ast.Assign, made: ast.Call) -> None:
    kind = module.dotted(made.func)
    for target in node.targets:
        if isinstance(target, ast.Name) and kind is not None:
            module.instances.setdefault(target.id, kind)


def _imported(source: Source, node: ast.Import | ast.ImportFrom, workflow: Workflow) -> dict[str, str]:
    if isinstance(node, ast.Import):
        # ``import a.b`` binds ``a``; ``import a.b as c`` binds the whole.
        pairs = ((alias.asname or alias.name.split(".")[0], alias) for alias in node.names)
        return {local: alias.name if alias.asname else local for local, alias in pairs}
    base = node.module or ""
    if node.level:
        base = _within(source, node)
    elif f"{workflow.name}." in f"{base}.":  # ``from workflows.Category.this.page import f``
        base = f"{base}.".partition(f"{workflow.name}.")[2].rstrip(".")
    return {alias.asname or alias.name: f"{base}.{alias.name}".lstrip(".") for alias in node.names}


def _within(source: Source, node: ast.ImportFrom) -> str:
    """A relative import's module as a name within the workflow."""
    package = source.module.split(".")[:-1] if source.module else []
    kept = package[: max(0, len(package) - (node.level - 1))]
    return ".".join([*kept, *([node.module] if node.module else [])])
