"""What lies in the folders of workflows: which workflows there are, and what else a workspace holds.

Looks at names and at the first lines of files, and imports nothing. A folder that cannot be used becomes a
workflow with an error, or a trouble of the whole; it never stops the looking.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "workflows"
NEWER_LAYOUT = ("spec.json", "hooks.py")
FIRST = "hook_inventory"  # it sees only what is subscribed after it
DEEPEST_CATEGORY = 2
MOST_WORKFLOWS = 1000
MOST_FOLDERS = 20_000
LARGEST_DECLARATION = 1 << 20
LARGEST_PERMISSIONS = 1 << 20
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED_CATEGORY = "Administration"
CUSTOMIZATIONS = "customizations"
PERMISSIONS = "permissions.json"
_DECLARES = re.compile(rb"^\s*sub_pages\s*[:=]", re.MULTILINE)
EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Found:
    """One workflow. ``module`` is what it is imported as; an ``error`` says why it cannot be."""

    name: str
    folder: Path
    module: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything that was found, in the order in which it is to be imported."""

    workflows: tuple[Found, ...] = ()
    roots: Mapping[str, Path] = field(default_factory=dict)  # top package → folder
    customizations: tuple[Path, ...] = ()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)  # permission → who holds it
    troubles: tuple[str, ...] = ()

    def permits(self, permission: str, *, ordinary: bool) -> bool:
        """Whether a user holds a permission; an ordinary one is in the group of everybody alone."""
        return not ordinary or EVERYBODY in self.groups.get(permission, {EVERYBODY})


class _TooMany(Exception):  # noqa: N818 - ends a walk, no error
    pass


class _Walk:
    """One look around; counts what it opens, so that no folder can keep it for long."""

    def __init__(self) -> None:
        self.troubles: list[str] = []
        self.customizations: list[Path] = []
        self._opened = 0
        self._seen: set[Path] = set()

    def below(self, folder: Path, path: tuple[str, ...]) -> Iterator[tuple[Path, tuple[str, ...]]]:
        """Every workflow's folder with the names that lead to it."""
        if is_workflow(folder):
            yield folder, path
            return
        if len(path) > DEEPEST_CATEGORY or not self._first_time(folder):
            return
        for inner in self._folders_in(folder):
            if inner.name == CUSTOMIZATIONS:
                self.customizations.append(inner)
            else:
                yield from self.below(inner, (*path, inner.name))

    def _first_time(self, folder: Path) -> bool:
        """False where a link has led back to a folder that was looked through."""
        try:
            real = folder.resolve()
        except (OSError, RuntimeError):  # a loop of links
            return False
        if real in self._seen:
            return False
        self._seen.add(real)
        return True

    def _folders_in(self, folder: Path) -> list[Path]:
        try:
            inner = sorted(path for path in folder.iterdir() if path.is_dir())
        except OSError as error:
            self.troubles.append(f"{folder} cannot be read: {error.strerror or error}")
            return []
        self._opened += len(inner)
        if self._opened > MOST_FOLDERS:
            self.troubles.append(f"{folder} leads to more than {MOST_FOLDERS} folders; the rest was left out")
            raise _TooMany
        return [path for path in inner if not path.name.startswith((".", "__"))]


def is_of_newer_layout(folder: Path) -> bool:
    """By its files alone; ``blueprints`` loads it.

    Raises:
        OSError: the folder is closed to us.
    """
    return all((folder / name).is_file() for name in NEWER_LAYOUT)


def is_workflow(folder: Path) -> bool:
    """A package that names its ``sub_pages``, has the newer layout, or cannot be read: importing says why."""
    declaration = folder / "__init__.py"
    try:
        if not declaration.is_file():
            return False
        if is_of_newer_layout(folder):
            return True
    except OSError:  # the folder itself is closed to us; looking into it will say so
        return False
    try:
        with declaration.open("rb") as file:
            return _DECLARES.search(file.read(LARGEST_DECLARATION)) is not None
    except OSError:
        return True


def look(folders: Sequence[Path]) -> Workspace:
    """Find the workflows of these folders.

    Each may be a folder of categories and workflows, one workflow, or a whole workspace (with ``workflows``,
    ``customizations`` and ``permissions.json`` in it).
    """
    walk = _Walk()
    found: list[Found] = []
    roots: dict[str, Path] = {}
    groups: dict[str, frozenset[str]] = {}
    for folder in folders:
        if not folder.is_dir():
            walk.troubles.append(f"there is no folder {folder}")
            continue
        inside = folder / "workflows"
        top = inside if inside.is_dir() and not is_workflow(inside) else folder
        root = folder.parent if is_workflow(folder) else top
        package = next((name for name, path in roots.items() if path == root), "") or _package(len(roots))
        roots[package] = root
        found += _found(walk, top, root, package)
        walk.customizations += _beside(root)
        groups |= _groups(root, walk.troubles)
    found.sort(key=lambda one: one.name != FIRST)  # stable: else as found
    if len(found) > MOST_WORKFLOWS:
        walk.troubles.append(f"there are {len(found)} workflows; only the first {MOST_WORKFLOWS} are loaded")
    return Workspace(
        workflows=tuple(_unique(found[:MOST_WORKFLOWS])),
        roots=roots,
        customizations=tuple(dict.fromkeys(walk.customizations)),
        groups=groups,
        troubles=tuple(walk.troubles),
    )


def _package(number: int) -> str:
    return PACKAGE if number == 0 else f"{PACKAGE}_{number + 1}"  # categories of one name stay apart


def _found(walk: _Walk, top: Path, root: Path, package: str) -> list[Found]:
    found = []
    start = (top.name,) if top != root else ()
    try:
        for folder, path in walk.below(top, start):
            error = ""
            if not NAME.fullmatch(folder.name):
                error = f"{folder.name!r} is no name for a workflow: letters, digits and _ make one"
            elif RESERVED_CATEGORY in path[:-1]:
                error = f"the category {RESERVED_CATEGORY} is Gateway's own"
            found.append(Found(folder.name, folder, ".".join((package, *path)), error))
    except _TooMany:
        pass  # it has said so
    return found


def _unique(found: list[Found]) -> Iterator[Found]:
    first: dict[str, Found] = {}
    for one in found:
        other = first.setdefault(one.name, one)
        if other is one:
            yield one
        else:
            error = f"there is another workflow named {one.name}, in {other.folder.parent.name}"
            yield Found(one.name, one.folder, one.module, error)


def _beside(root: Path) -> list[Path]:
    """A workspace keeps its customizations beside its workflows."""
    beside = root.parent / CUSTOMIZATIONS
    return [beside] if root.name == "workflows" and beside.is_dir() else []


def _groups(root: Path, troubles: list[str]) -> dict[str, frozenset[str]]:
    """Who holds which permission, as ``permissions.json`` has it: workflow → sub page → groups."""
    places = [root, root.parent] if root.name == "workflows" else [root]
    file = next((place / PERMISSIONS for place in places if (place / PERMISSIONS).is_file()), None)
    if file is None:
        return {}
    try:
        with file.open("rb") as stream:
            told = json.loads(stream.read(LARGEST_PERMISSIONS))
        return {
            str(page): frozenset(map(str, groups))
            for pages in told.values()
            for page, groups in pages.items()
        }
    except (OSError, ValueError, RecursionError, AttributeError, TypeError) as error:
        troubles.append(f"{file} is not used: {error}")
        return {}
