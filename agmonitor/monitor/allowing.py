"""Whether failover of a group is allowed, as the settings file has it now: any program may have changed that.

Reads the file; who heeds it is ``ordering``.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from agmonitor.config.paths import paths
from agmonitor.config.settings import Config, ConfigError, load
from agmonitor.domain.model import GroupSettings


def allowed_now(settings: GroupSettings) -> GroupSettings:
    """As the settings file has it now: failover may have been allowed or forbidden there meanwhile.

    A group that is not kept there, a lab's above all, is as it is; so is each while the file has mistakes.
    """
    if settings.lab:
        return settings
    try:
        return allowed_by(load(paths().settings_file), settings)
    except ConfigError:
        return settings


def allowed_by(config: Config, settings: GroupSettings) -> GroupSettings:
    kept = None if settings.lab else config.group(settings.name)
    if kept is None or kept.nodes != settings.nodes:
        return settings
    return replace(settings, failover_allowed=kept.failover_allowed)


class SettingsSaved:
    """One settings file, read again whenever it was saved."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: object = ()

    async def now(self) -> Config | None:
        """As it is; None where it was not saved since, or has mistakes that somebody is about to mend."""
        stamp = await asyncio.to_thread(self._stamp)
        if stamp == self._seen:
            return None
        self._seen = stamp
        try:
            return await asyncio.to_thread(load, self._file)
        except ConfigError:
            return None

    def look_again(self) -> None:
        """What it says could not be heeded yet."""
        self._seen = ()

    def _stamp(self) -> object:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
