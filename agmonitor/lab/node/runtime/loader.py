"""Loads custom workflows as a Gateway does: each package, then each module its ``sub_pages`` name.

A workflow that cannot be imported is reported with its reason, and the rest go on. The hook inventory comes
first whatever the order of folders, because it sees only what is subscribed after it.
"""

from __future__ import annotations

import ast
import importlib
import sys
import traceback
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "workflows"
FIRST = "hook_inventory"
DEEPEST_CATEGORY = 2


@dataclass(frozen=True, slots=True)
class Loaded:
    """One workflow. ``error`` is empty if all went well."""

    workflow: str
    error: str = ""


def load(folders: Sequence[Path]) -> tuple[Loaded, ...]:
    """Load every workflow in these folders; a folder may also be a workflow itself."""
    found: list[tuple[str, str]] = []  # name, dotted module
    roots: list[str] = []
    for folder in folders:
        is_one = _is_workflow(folder)
        root = folder.parent if is_one else folder
        roots.append(str(root))
        found += _walk(folder, (folder.name,) if is_one else ())
    package = types.ModuleType(PACKAGE)
    package.__path__ = roots
    sys.modules[PACKAGE] = package
    found.sort(key=lambda item: item[0] != FIRST)  # stable: else as found
    results: list[Loaded] = []
    seen: set[str] = set()
    for name, module in found:
        error = f"there is another workflow named {name}" if name in seen else _import(module)
        seen.add(name)
        results.append(Loaded(name, error))
    return tuple(results)


def _walk(folder: Path, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if _is_workflow(folder):
        yield folder.name, ".".join((PACKAGE, *path))
        return
    if len(path) > DEEPEST_CATEGORY:
        return
    for inner in sorted(folder.iterdir()):
        if inner.is_dir() and not inner.name.startswith((".", "__")):
            yield from _walk(inner, (*path, inner.name))


def _is_workflow(folder: Path) -> bool:
    """A package that names its ``sub_pages``, or one too broken to tell: importing it will say why."""
    declaration = folder / "__init__.py"
    if not declaration.is_file():
        return False
    try:
        tree = ast.parse(declaration.read_bytes())
    except (SyntaxError, ValueError):
        return True
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    return any(isinstance(target, ast.Name) and target.id == "sub_pages" for target in targets)


def _import(module: str) -> str:
    try:
        package = importlib.import_module(module)
        for page in package.sub_pages:
            importlib.import_module(f"{module}.{page['name']}")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code; it is reported, the rest go on
        traceback.print_exc()
        return f"{type(error).__name__}: {error}"
    return ""
