"""Groups renamed, erased, taken in: settings, history and keyring together, for window and verbs."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from agmonitor.cli import wiring
from agmonitor.cli.alerting import rename_quiet
from agmonitor.config.checks import Mistake
from agmonitor.config.comparing import Compared, compare
from agmonitor.config.group_list import read_list, write_list
from agmonitor.config.secrets import Passwords
from agmonitor.config.settings import ConfigError, write_whole
from agmonitor.domain.model import GroupSettings

if TYPE_CHECKING:
    from agmonitor.monitor.trials import GroupTrials

ELSEWHERE = (
    "Another copy of agmonitor is writing the history. {do} there, or close that one first;"
    " nothing was changed."
)


class Regroups(Protocol):
    """A history whose groups can be renamed and erased."""

    async def rename(self, group: str, after: str, meanwhile: Callable[[], None]) -> None: ...

    async def erase(self, group: str) -> None: ...


class Book:
    """Satisfies the window's ``GroupBook``; lives as long as the window."""

    def __init__(self, secrets: Passwords, history: Callable[[], Regroups]) -> None:
        """``history``: the one in use, once it is open."""
        self._secrets, self._history = secrets, history
        self._tries: GroupTrials | None = None

    @property
    def tries(self) -> GroupTrials:
        from agmonitor.monitor.trials import GroupTrials

        self._tries = self._tries or GroupTrials(wiring.now)
        return self._tries

    async def rename(self, name: str, settings: GroupSettings, password: str | None) -> str:
        """As ``rename_group``."""
        return await rename_group(self._history(), self._secrets, name, settings, password)

    async def erase_history(self, name: str) -> None:
        """As ``erase_history``."""
        await erase_history(self._history(), name)

    async def write_list(self, file: Path) -> int:
        """All kept groups as a list; how many they are."""
        groups = (await asyncio.to_thread(wiring.load_settings)).groups
        return await asyncio.to_thread(write_list, file, groups)

    async def compare_list(self, file: Path) -> tuple[Compared, ...]:
        """As ``compare_list``."""
        return await asyncio.to_thread(compare_list, file)

    async def take_in(self, shown: Sequence[Compared]) -> tuple[GroupSettings, ...]:
        """As ``take_in``."""
        return await asyncio.to_thread(take_in, shown)


async def rename_group(
    history: Regroups, secrets: Passwords, name: str, settings: GroupSettings, password: str | None = None
) -> str:
    """Rename a group in history and settings, both or neither, then its password; where that is now.

    Raises:
        ConfigError: the settings cannot be kept so.
        OSError: the history cannot be written, or another copy of the program writes it.
        ValueError: the history knows another group of that name.
    """
    await _unless_elsewhere(
        history.rename(name, settings.name, partial(_rename_in_settings, name, settings)), f"Rename {name}"
    )
    await asyncio.to_thread(rename_quiet, name, settings.name)
    kept = await asyncio.to_thread(secrets.rename, name, settings.name)
    if password is not None:
        kept = await asyncio.to_thread(secrets.keep, settings.name, password)
    return kept


async def erase_history(history: Regroups, name: str) -> None:
    """Everything that was recorded of a group.

    Raises:
        OSError: the history cannot be written, or another copy of the program writes it.
    """
    await _unless_elsewhere(history.erase(name), f"Erase the history of {name}")


async def _unless_elsewhere(change: Awaitable[None], do: str) -> None:
    from agmonitor.history.faults import Fault, HistoryError

    try:
        await change
    except HistoryError as error:
        if error.fault is not Fault.OWNED:
            raise
        raise HistoryError(Fault.OWNED, ELSEWHERE.format(do=do)) from error


def _rename_in_settings(name: str, settings: GroupSettings) -> None:
    """Put the group under its new name where the old one stood."""
    config = wiring.load_settings()
    before = config.group(name)
    if before is None:
        gone = Mistake(
            "name", f"There is no group {name!r} any more; another copy has removed or renamed it."
        )
        raise ConfigError(wiring.places().settings_file, (gone,))
    # It may have been forbidden there since this copy read it.
    after = replace(settings, failover_allowed=settings.failover_allowed and before.failover_allowed)
    groups = tuple(after if one is before else one for one in config.groups)
    alerts = config.alerts.renamed(name, settings.name)
    wiring.save_settings(replace(config, groups=groups, alerts=alerts))


def compare_list(file: Path) -> tuple[Compared, ...]:
    """A colleague's list beside the groups there are.

    Raises:
        ConfigError: every mistake in the list, or in our settings.
    """
    return compare(read_list(file), wiring.load_settings().groups)


def take_in(shown: Sequence[Compared]) -> tuple[GroupSettings, ...]:
    """Keep what is new and changed, all in one step, with the CA's certificates in files of ours.

    Raises:
        ConfigError: it cannot be written, or the groups here are others than when it was shown.
    """
    config = wiring.load_settings()
    if compare([one.listed for one in shown], config.groups) != tuple(shown):
        moved = Mistake("", "has been changed since this was shown; look at the list once more.")
        raise ConfigError(wiring.places().settings_file, (moved,))
    taken = {one.name: one.settings(_ca_file(one.listed.ca_pem)) for one in shown if one.taken_in}
    kept = [taken.get(group.name, group) for group in config.groups]
    there = {group.name for group in config.groups}
    new = [settings for name, settings in taken.items() if name not in there]
    wiring.save_settings(replace(config, groups=(*kept, *new)))
    return tuple(taken.values())


def _ca_file(pem: str | None) -> str | None:
    """Where those certificates are kept: a file named for what it holds."""
    if pem is None:
        return None
    name = hashlib.sha256(pem.encode()).hexdigest()[:16]
    file = wiring.places().config / "ca" / f"{name}.pem"
    write_whole(file, pem)
    return str(file)
