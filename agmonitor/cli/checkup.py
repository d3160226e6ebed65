"""The facts and checks of ``diagnose``. Reads; changes nothing, asks no network, and names no secret."""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agmonitor import __version__
from agmonitor.alerts import outcomes
from agmonitor.alerts.kept import QuietError
from agmonitor.cli.alerting import quiet_file
from agmonitor.cli.display import has_display
from agmonitor.cli.wiring import keyring_box, lab_place, places, resource
from agmonitor.config.secrets import PASSWORD_VARIABLE
from agmonitor.config.settings import ConfigError, load

PACKAGES = (
    "PySide6-Essentials", "qasync", "numpy", "httpx", "aiohttp", "dnspython",
    "keyring", "platformdirs", "click", "flask", "cheroot",
)  # fmt: skip
QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
X_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-shape.so.0": "libxcb-shape0",
}
VARIABLES = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "AGMONITOR_HOME", "NO_COLOR", "LANG", "TZ")

Facts = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing this program needs, or (``passed`` None) can do without."""

    name: str
    passed: bool | None
    detail: str


def facts() -> Facts:
    """Versions, paths and the environment."""
    where = places()
    return {
        "versions": {
            "agmonitor": __version__,
            "python": f"{platform.python_version()} ({platform.python_implementation()})",
            "system": platform.platform(),
            **{name: _version(name) for name in PACKAGES},
        },
        "paths": {
            "program": str(Path(__file__).parent.parent),
            "settings": _file(where.settings_file),
            "history": _file(where.history_file),
            "log": _file(where.log_file),
            "lab": lab_place(),
            "resources": str(resource("")),
        },
        "environment": {
            "python executable": sys.executable,
            **{name: os.environ.get(name, "not set") for name in VARIABLES},
            PASSWORD_VARIABLE: "set" if os.environ.get(PASSWORD_VARIABLE) else "not set",
        },
    }


def checks() -> list[Check]:
    """Every check, in the order a person would look."""
    return list(_checks())


def _checks() -> Iterator[Check]:
    yield _settings()
    where = places()
    for name, folder in (("settings folder", where.config), ("history folder", where.data)):
        yield _writable(name, folder)
    problem = keyring_box().read("diagnose").problem
    without = f"{problem} Passwords are asked for each time, or read from a file."
    yield Check("keyring", None if problem else True, without if problem else "answers")
    missing = [package for package in PACKAGES if _version(package) == "not installed"]
    yield Check("packages", not missing, f"missing: {', '.join(missing)}" if missing else "all installed")
    if sys.platform == "linux":
        yield _libraries("libraries of the window", QT_LIBRARIES)
        if os.environ.get("DISPLAY"):
            yield _libraries("libraries of X", X_LIBRARIES)
    yield from _alert_doors()
    display = "there is one" if has_display() else "none: the window cannot open; everything else works"
    yield Check("display", has_display() or None, display)


def _settings() -> Check:
    try:
        groups = load(places().settings_file).groups
    except ConfigError as error:
        return Check("settings", passed=False, detail=str(error).replace("\n", " | "))
    return Check("settings", passed=True, detail=f"{len(groups)} groups")


def _alert_doors() -> Iterator[Check]:
    """How each way out for alerts did last, and whether what is silenced can be read."""
    file = quiet_file()
    try:
        quiet = file.read()
    except QuietError as error:
        yield Check("silences", passed=False, detail=str(error))
    else:
        told = f"{len(quiet.silences)} silences, {len(quiet.maintenance)} maintenance"
        yield Check("silences", passed=True, detail=told)
    for door in outcomes.read(file.path.with_name(outcomes.NAME)):
        if door.at is None:
            continue
        yield Check(
            f"alerts by {door.name}", door.works, door.why_not or f"the last one went to {door.place}"
        )


def _writable(name: str, folder: Path) -> Check:
    """The folder, or the nearest one above it that is there, lets us write."""
    existing = next(one for one in (folder, *folder.parents) if one.exists())
    passed = existing.is_dir() and os.access(existing, os.W_OK)
    return Check(name, passed, f"{folder} {'can' if passed else 'cannot'} be written")


def _libraries(name: str, wanted: dict[str, str]) -> Check:
    missing = [package for file, package in wanted.items() if not _loads(file)]
    return Check(name, not missing, f"apt install {' '.join(missing)}" if missing else "all there")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _file(path: Path) -> str:
    try:
        return f"{path} ({path.stat().st_size} bytes)"
    except OSError:
        return f"{path} (not there)"
