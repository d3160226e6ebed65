"""Loads custom workflows as a Gateway does: each package, then each module its ``sub_pages`` name.

Those of the newer layout have ``hooks.py`` in place of ``sub_pages`` (``blueprints``).

A workflow that cannot be imported is reported with its reason, and the rest go on. What would end or hold
the process itself is found beforehand, in a trial (``trial``), and comes in as ``refused``.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from agmonitor.lab.node.runtime import blueprints
from agmonitor.lab.node.runtime.failures import explain
from agmonitor.lab.node.runtime.workspace import Found, Workspace, is_of_newer_layout


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of a workflow's ``sub_pages``."""

    name: str
    title: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """One workflow. ``error`` is empty if all went well; then ``kind`` is ``ui``, ``api``, ``blueprint``."""

    workflow: str
    error: str = ""
    kind: str = ""
    pages: tuple[Page, ...] = ()


class DeclarationError(Exception):
    """A workflow's ``__init__.py`` does not say what it must."""


def prepare(workspace: Workspace) -> None:
    """Make the folders importable."""
    # every workflow gives choices as pairs; WTForms is pinned to the last version that takes them
    warnings.filterwarnings("ignore", "Passing SelectField choices as tuples", DeprecationWarning)
    for package, root in workspace.roots.items():
        module = types.ModuleType(package)
        module.__path__ = [str(root)]
        sys.modules[package] = module


def load(
    workspace: Workspace,
    refused: Mapping[str, str] | None = None,
    begin: Callable[[Found], None] = lambda _: None,
) -> tuple[Loaded, ...]:
    """Load every workflow; ``refused`` (folder → reason) are not even tried."""
    prepare(workspace)
    return tuple(_each(workspace, refused or {}, begin))


def _each(
    workspace: Workspace, refused: Mapping[str, str], begin: Callable[[Found], None]
) -> Iterator[Loaded]:
    for found in workspace.workflows:
        reason = found.error or refused.get(str(found.folder), "")
        if reason:
            yield Loaded(found.name, reason)
            continue
        begin(found)
        yield load_one(found, workspace.roots[found.module.partition(".")[0]])


def load_one(found: Found, root: Path) -> Loaded:
    """Import one workflow and all its pages."""
    process = os.getpid()
    try:
        with warnings.catch_warnings():  # foreign code's are told, never raised
            warnings.simplefilter("default")
            package = importlib.import_module(found.module)
            if not hasattr(package, "sub_pages") and is_of_newer_layout(found.folder):
                first = blueprints.attach(package)
                entry = (Page(found.name, found.name, first),) if first else ()
                return Loaded(found.name, kind=blueprints.KIND, pages=entry)
            pages = _pages(package)
            for page in pages:
                importlib.import_module(f"{found.module}.{page.name}")
            return Loaded(found.name, kind=str(getattr(package, "type", "")), pages=pages)
    except BaseException as error:  # noqa: BLE001 - foreign code; it is reported, the rest go on
        if os.getpid() == process:
            with contextlib.suppress(Exception):  # one before it may have closed or replaced where this goes
                traceback.print_exc()
        return Loaded(found.name, explain(error, found, root))
    finally:
        if os.getpid() != process:
            os._exit(0)  # it has forked: the copy must not go on as another Gateway


def _pages(package: types.ModuleType) -> tuple[Page, ...]:
    """The declared pages.

    Raises:
        DeclarationError: they are not declared as a Gateway wants them.
    """
    declared = getattr(package, "sub_pages", None)
    if not isinstance(declared, list | tuple):
        raise DeclarationError("sub_pages must be a list")
    return tuple(_page(entry) for entry in declared)


def _page(entry: object) -> Page:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str) or not entry["name"]:
        raise DeclarationError(f"each of sub_pages must be a dict with a name, and one is {entry!r:.80}")
    return Page(entry["name"], str(entry.get("title", entry["name"])), str(entry.get("endpoint", "")))
