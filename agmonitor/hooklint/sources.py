"""Finds the Python files below a folder and the workflows they belong to; parses those that may hold hooks.

Reads only. Bounded: links are followed once, a file too large or too deep is named as unread, never fatal.
"""

from __future__ import annotations

import ast
import os
import stat
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

FILES_MAX = 50_000
BYTES_MAX = 2 * 1024 * 1024
DEPTH_MAX = 40
PASSED_OVER = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})
MENTION = b"availability_group"
DECLARATION = b"sub_pages"


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read as Python; ``matters`` if it names the module that hooks come from."""

    file: str
    line: int
    reason: str
    matters: bool


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed file; ``file`` is its path below the folder that is linted."""

    file: str
    module: str  # its name within the workflow: "" for ``__init__``, "pages.export" for ``pages/export.py``
    tree: ast.Module


@dataclass(frozen=True, slots=True)
class WorkflowSources:
    """The files of one workflow, or of one folder outside any."""

    name: str
    sources: tuple[Source, ...]


@dataclass(slots=True)
class Found:
    """What lies below a folder."""

    files: int = 0
    workflows: list[WorkflowSources] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    truncated: bool = False


def read(root: Path, tell: Callable[[int], object] = lambda _: None) -> Found:
    """All workflows below ``root`` of which any file mentions the Availability group's module.

    ``tell`` hears how many files were found so far, and then read so far.
    """
    found = Found()
    by_folder: dict[Path, list[Path]] = defaultdict(list)
    for path in _python_files(root):
        if found.files == FILES_MAX:
            found.truncated = True
            break
        found.files += 1
        tell(found.files)
        by_folder[path.parent].append(path)
    homes: dict[Path, list[Path]] = defaultdict(list)
    declared = {folder for folder, files in by_folder.items() if _declares(folder, files)}
    for folder, files in by_folder.items():
        homes[_home(folder, root, declared)] += files
    done = 0
    for home, files in sorted(homes.items()):
        tell(done := done + len(files))
        workflow = _workflow(home, sorted(files), root, found)
        if workflow is not None:
            found.workflows.append(workflow)
    return found


def _python_files(root: Path) -> Iterator[Path]:
    seen: set[tuple[int, int]] = set()
    waiting = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            status = folder.stat()
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name, reverse=True)
        except OSError:
            continue
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        for entry in reversed(entries):
            if _is_python(entry):
                yield Path(entry.path)
        inner = [entry for entry in entries if depth < DEPTH_MAX and _is_folder(entry)]
        waiting += [(Path(entry.path), depth + 1) for entry in inner]


def _is_python(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.name.endswith(".py") and stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir() and not entry.name.startswith(".") and entry.name not in PASSED_OVER
    except OSError:
        return False


def _declares(folder: Path, files: list[Path]) -> bool:
    declaration = folder / "__init__.py"
    try:
        return declaration in files and DECLARATION in _bytes(declaration)
    except OSError:
        return False  # told of when its workflow is read


def _home(folder: Path, root: Path, declared: set[Path]) -> Path:
    """The workflow's folder around this one, else the folder itself."""
    for around in (folder, *folder.parents):
        if around in declared:
            return around
        if around == root:
            break
    return folder


def _workflow(home: Path, files: list[Path], root: Path, found: Found) -> WorkflowSources | None:
    contents = []
    for path in files:
        try:
            contents.append((path, _bytes(path)))
        except OSError as error:
            found.files -= 1
            why = f"it cannot be opened: {error.strerror}"
            found.unread.append(Unread(str(path.relative_to(root)), 1, why, matters=False))
    if not any(MENTION in content for _, content in contents):
        return None
    sources = []
    for path, content in contents:
        file = str(path.relative_to(root))
        parsed = _parsed(content)
        if isinstance(parsed, ast.Module):
            parts = path.relative_to(home).with_suffix("").parts
            module = ".".join(part for part in parts if part != "__init__")
            sources.append(Source(file, module, parsed))
        else:
            line, reason = parsed
            found.unread.append(Unread(file, line, reason, matters=MENTION in content))
    return WorkflowSources(home.name, tuple(sources))


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(BYTES_MAX + 1)


def _parsed(content: bytes) -> ast.Module | tuple[int, str]:
    """The syntax tree, or the line and the reason there is none."""
    if len(content) > BYTES_MAX:
        return 1, f"it is larger than {BYTES_MAX // 1024} KiB"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in others' strings are none of our business
            return ast.parse(content)
    except SyntaxError as error:
        return error.lineno or 1, f"{type(error).__name__}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return 1, f"{type(error).__name__}: {error}"
