"""Where the program keeps its files: settings, history and log, each in the platform's own folder.

Names folders only; creates none. ``AGMONITOR_HOME`` puts everything under one folder (tests, portable use).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "AGMONITOR_HOME"
_APP = "agmonitor"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders and the files in them."""

    config: Path
    data: Path
    logs: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"

    @property
    def history_file(self) -> Path:
        return self.data / "history.db"

    @property
    def audit_file(self) -> Path:
        """The failovers of real groups; kept whatever becomes of the history."""
        return self.data / "audit.jsonl"

    @property
    def lab_audit_file(self) -> Path:
        """Those of labs: of the same form, and apart."""
        return self.data / "audit-lab.jsonl"

    @property
    def log_file(self) -> Path:
        return self.logs / "agmonitor.log"


def expanded(text: str) -> Path:
    """That path with its ``~`` resolved; where nobody has such a home it is taken as it is written."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def paths(environ: Mapping[str, str] | None = None) -> Paths:
    """The folders for this user, or those under ``AGMONITOR_HOME``."""
    home = (os.environ if environ is None else environ).get(HOME_VARIABLE)
    if home:
        root = expanded(home).absolute()
        return Paths(root / "config", root / "data", root / "logs")
    dirs = platformdirs.PlatformDirs(_APP, appauthor=False)
    return Paths(Path(dirs.user_config_dir), Path(dirs.user_data_dir), Path(dirs.user_log_dir))
