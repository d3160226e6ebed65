"""Says of an exception out of a workflow what went wrong, where, and what to do about it, on one line."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from agmonitor.lab.node.runtime import modules
from agmonitor.lab.node.runtime.packages import how_to_get
from agmonitor.lab.node.runtime.workspace import Found

LONGEST_WHAT = 300
_LACKED_NAME = re.compile(r"cannot import name '([^']+)'")


def explain(error: BaseException, found: Found, root: Path) -> str:
    """The sentence; places are told from the workflows' ``root`` on."""
    what, advice = _what(error, found)
    place = where(error, root)
    at = f" ({place})" if place else ""
    return printable(f"{what}{at}{f'; {advice}' if advice else ''}")


def printable(text: str) -> str:
    """The text with what would play tricks on a terminal, or cannot be encoded, written as Python does."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def where(error: BaseException, root: Path) -> str:
    """The file and line below ``root`` that is to blame; empty if none is."""
    if isinstance(error, SyntaxError) and error.filename:
        return _place(error.filename, error.lineno or 0, root)
    frames = [_place(frame.filename, frame.lineno or 0, root) for frame in _frames(error)]
    return next((place for place in reversed(frames) if place), "")


def _frames(error: BaseException) -> traceback.StackSummary:
    """Without the source lines: a file may be gone, or hostile."""
    return traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)


def _place(file: str, line: int, root: Path) -> str:
    path = Path(file)
    return f"{path.relative_to(root)}:{line}" if path.is_relative_to(root) else ""


def _what(error: BaseException, found: Found) -> tuple[str, str]:
    if isinstance(error, SystemExit):
        return f"it exits when it is imported (SystemExit: {text_of(error)})", ""
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg}", ""
    if isinstance(error, ImportError):
        return _what_import(error, found)
    return f"{type(error).__name__}: {text_of(error)}".removesuffix(": "), ""


def _what_import(error: ImportError, found: Found) -> tuple[str, str]:
    name = modules.gateway_name(error.name or "")
    lacked = _LACKED_NAME.search(str(error))
    if name and modules.is_shim(name):
        if lacked:
            return modules.lacks(name, lacked.group(1)), ""
        return text_of(error), ""
    if isinstance(error, ModuleNotFoundError) and name:
        page = name.removeprefix(f"{found.module}.")
        if page != name:
            return f"there is no {page.replace('.', '/')}.py in it", ""
        inside = name.partition(".")[0] == found.module.partition(".")[0]
        return f"no module named {name}", "" if inside else how_to_get(name, found.folder)
    return f"{type(error).__name__}: {text_of(error)}", ""


def text_of(error: BaseException) -> str:
    """What the exception says of itself, on one line; even that may fail in a stranger's class."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - a workflow's own exception; nothing more is to be had of it
        return "it cannot say what"
    return " ".join(text.split())[:LONGEST_WHAT]
