"""The settings file: TOML in, frozen ``GroupSettings`` out, and back.

The file is checked as a whole: every mistake is reported with its key and what is allowed, unknown keys too.
Saving writes a new file and puts it in place at once. Comments, order and layout stay as a person wrote them,
where the text can be changed in parts and says afterwards, read again, just what is to be kept.
Holds no secret: a password in here is a mistake like any other unknown key.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from agmonitor.alerts.settings import AlertSettings
from agmonitor.config.alerting import check_alerts, plain_alerts, read_alerts
from agmonitor.config.checks import Mistake, check_group, check_names, check_retention
from agmonitor.config.kept_text import changed_text
from agmonitor.config.reading import DAYS, FLAGS, SECONDS, TEXTS, Reader
from agmonitor.domain.model import GroupSettings
from agmonitor.domain.retention import Retention

KEPT_BYTES = 1_000_000  # no person has written more


class ConfigError(Exception):
    """The settings cannot be used; ``mistakes`` names each, ``str()`` is ready to print."""

    def __init__(self, file: Path, mistakes: tuple[Mistake, ...]) -> None:
        self.file = file
        self.mistakes = mistakes
        super().__init__(
            "\n".join(
                f"{file}: {m.key}: {m.sentence}" if m.key else f"{file}: {m.sentence}" for m in mistakes
            )
        )


@dataclass(frozen=True, slots=True)
class Config:
    """All that is kept between runs."""

    groups: tuple[GroupSettings, ...] = ()
    history: Retention = field(default_factory=Retention)
    alerts: AlertSettings = field(default_factory=AlertSettings)

    def group(self, name: str) -> GroupSettings | None:
        return next((group for group in self.groups if group.name == name), None)


def load(path: Path) -> Config:
    """Read and check the settings; a file that is not there is an empty one.

    Raises:
        ConfigError: with every mistake in it.
    """
    try:
        return _read(path, path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise ConfigError(path, (Mistake("", f"cannot be read: {error.strerror}."),)) from error
    except UnicodeDecodeError as error:
        raise ConfigError(path, (Mistake("", f"is not UTF-8 text at byte {error.start}."),)) from error


def _read(path: Path, text: str) -> Config:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, (Mistake("", f"is not TOML: {error}."),)) from error
    except RecursionError as error:
        raise ConfigError(path, (Mistake("", "is nested too deeply to be settings."),)) from error
    reader = Reader()
    groups, history = reader.groups(raw), reader.history(raw)
    alerts = read_alerts(raw.get("alerts", {}), [group.name for group in groups], reader.mistakes)
    reader.mistakes += [Mistake("groups." + m.key, m.sentence) for m in check_names(groups)]
    if reader.mistakes:
        raise ConfigError(path, tuple(reader.mistakes))
    return Config(groups, history, alerts)


def save(path: Path, config: Config) -> None:
    """Write the settings so that a reader sees the old file or the new one, never a half.

    Raises:
        ConfigError: a group is not fit to be kept, or the file cannot be written.
    """
    mistakes = [Mistake(f"{g.name}.{m.key}", m.sentence) for g in config.groups for m in check_group(g)]
    mistakes += [*check_names(config.groups), *check_retention(config.history), *check_alerts(config.alerts)]
    mistakes += [
        Mistake(g.name, "The lab's group is made anew each time and never saved.")
        for g in config.groups
        if g.lab
    ]
    if mistakes:
        raise ConfigError(path, tuple(mistakes))
    plain = _plain(config)
    write_whole(path, _kept(path, plain) or tomli_w.dumps(plain))


def _plain(config: Config) -> dict[str, Any]:
    """Only what differs from the defaults, as it is read again."""
    documented = Retention()
    days = {key: value for key in DAYS if (value := getattr(config.history, key)) != getattr(documented, key)}
    table: dict[str, Any] = {"history": days} if days else {}
    if alerts := plain_alerts(config.alerts, [group.name for group in config.groups]):
        table["alerts"] = alerts
    return {**table, "groups": [plain_group(group) for group in config.groups]}


def _kept(path: Path, plain: dict[str, Any]) -> str:
    """What a person wrote, changed where the settings have; nothing where that cannot be vouched for."""
    try:
        if path.stat().st_size > KEPT_BYTES:
            return ""
        text = path.read_bytes().decode("utf-8-sig")
        changed = changed_text(text, _plain(_read(path, text)), plain)
        return changed if _plain(_read(path, changed)) == plain else ""
    except Exception:  # noqa: BLE001 - settings are saved, whatever stands in the way of keeping a comment
        return ""


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one.

    Raises:
        ConfigError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    except OSError as error:
        raise ConfigError(path, (Mistake("", f"cannot be written: {error.strerror}."),)) from error


def _replace(path: Path, text: str) -> None:
    target = path.resolve()  # a link in place of the file stays a link
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".settings-", suffix=".toml")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def plain_group(group: GroupSettings) -> dict[str, Any]:
    """Only what differs from the default, so that the file stays short."""
    plain: dict[str, Any] = {"name": group.name}
    default = GroupSettings(group.name, group.nodes)
    for key in (*TEXTS, *FLAGS, "judge_clients", *SECONDS):
        value = getattr(group, key)
        if value != getattr(default, key):
            plain[key] = value
    if group.dns_server is not None:
        plain["dns_server"] = str(group.dns_server)
    if group.resolvers:
        plain["resolvers"] = [str(resolver) for resolver in group.resolvers]
    if group.tags:
        plain["tags"] = list(group.tags)
    if group.sign_in_extras:
        plain["sign_in_extras"] = dict(group.sign_in_extras)
    plain["nodes"] = [{"name": node.name, "url": node.url} for node in group.nodes]
    return plain
