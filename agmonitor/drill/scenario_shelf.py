"""The scenario files that come with the program, and anybody's own: found, opened, read.

Checks what ``scenario_reading`` checks, file by file, and plays nothing.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path

import agmonitor
from agmonitor.drill.scenario import Scenario
from agmonitor.drill.scenario_reader import Mistake
from agmonitor.drill.scenario_reading import read_scenario

SUFFIX = ".toml"
LARGEST_BYTES = 1_000_000


class ScenarioError(Exception):
    """A scenario cannot be had; the sentence says why, a line for each mistake."""


def shelf() -> Path:
    """The folder of the scenarios that come with the program, installed or in a work tree."""
    package = Path(agmonitor.__file__).parent
    inside = package / "resources" / "scenarios"
    return inside if inside.is_dir() else package.parent / "resources" / "scenarios"


def names(folder: Path | None = None) -> list[str]:
    return sorted(path.stem for path in (folder or shelf()).glob(f"*{SUFFIX}"))


def every(folder: Path | None = None) -> list[Scenario]:
    """All scenarios of a folder, by name.

    Raises:
        ScenarioError: any of them is wrong; every mistake in every file is told.
    """
    found, mistakes = [], []
    for path in sorted((folder or shelf()).glob(f"*{SUFFIX}"), key=lambda path: path.stem):
        try:
            found.append(opened(path))
        except ScenarioError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return found


def scenario(word: str) -> Scenario:
    """A scenario by its name, or by the path of a file of one's own.

    Raises:
        ScenarioError: there is none such, or it is wrong.
    """
    if word.endswith(SUFFIX) or "/" in word:
        return opened(Path(word))
    known = names()
    if word not in known:
        near = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
        hint = f" Near to it: {', '.join(near)}." if near else " agmonitor drill --list names them."
        raise ScenarioError(f"There is no drill {word!r}.{hint}")
    return opened(shelf() / f"{word}{SUFFIX}")


def opened(path: Path) -> Scenario:
    """The scenario in a file.

    Raises:
        ScenarioError: it cannot be read, or is wrong; a line for each mistake: file, key, what is allowed.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise ScenarioError(f"{path}: is no file.")  # a device may have no end, a pipe no beginning
        if path.stat().st_size > LARGEST_BYTES:
            raise ScenarioError(f"{path}: is too large for a scenario.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: is no text in UTF-8.") from error
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{path}: {error}.") from error
    found, mistakes = read_scenario(path.stem, raw)
    if mistakes:
        raise ScenarioError("\n".join(_line(path, mistake) for mistake in mistakes))
    return found


def _line(path: Path, mistake: Mistake) -> str:
    return f"{path}: {mistake.key}: {mistake.sentence}"
