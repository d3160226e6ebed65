"""The table ``[alerts]`` of the settings file: read with every mistake, checked, and written back.

Never repeats an address: a webhook's path is as good as a password.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from agmonitor.alerts.settings import AlertSettings, Doors, Flapping, Thresholds
from agmonitor.config.checks import LAB_NAME, Mistake, is_loopback
from agmonitor.config.paths import expanded
from agmonitor.domain.model import Severity
from agmonitor.domain.replacing import replace
from agmonitor.texts import t

LEAST = {one.word: one for one in (Severity.WARNING, Severity.UNKNOWN, Severity.CRITICAL)}
ROUNDS = (1, 1000)
RANGES = {
    "bad_rounds": ROUNDS,
    "good_rounds": ROUNDS,
    "timeout_s": (0.5, 120.0),
    "flapping_messages": (2, 1000),
    "flapping_within_s": (10.0, 86_400.0),
    "flapping_steady_s": (10.0, 86_400.0),
}
_WHOLE = ("bad_rounds", "good_rounds", "flapping_messages")
_FLAGS = ("desktop", "in_tray", "sound", "webhook_allow_http")
_TEXTS = ("webhook", "webhook_ca_file")
_OF_A_GROUP = ("bad_rounds", "good_rounds", "least")
_KEYS = (*RANGES, *_FLAGS, *_TEXTS, "command", "least", "groups")


def read_alerts(raw: object, groups: Sequence[str], mistakes: list[Mistake]) -> AlertSettings:
    """What ``[alerts]`` says; what is wrong in it goes to ``mistakes``."""
    if not isinstance(raw, dict):
        mistakes.append(Mistake("alerts", "must be a table that begins with [alerts]."))
        return AlertSettings()
    reader = _Reader(mistakes)
    values = reader.values("alerts", raw, _KEYS)
    thresholds = Thresholds(**_of(values, _OF_A_GROUP))
    flaps = {key.removeprefix("flapping_"): one for key, one in values.items() if key.startswith("flapping_")}
    doors = Doors(**_of(values, [field.name for field in fields(Doors)]))
    own = reader.groups(raw.get("groups", {}), groups, thresholds)
    settings = AlertSettings(thresholds, Flapping(**flaps), doors, own)
    mistakes += [one for one in check_alerts(settings) if one not in mistakes]
    return settings


def check_alerts(settings: AlertSettings) -> tuple[Mistake, ...]:
    """Everything wrong with values of the right kind."""
    return tuple(_wrong_values(settings))


def plain_alerts(settings: AlertSettings, groups: Sequence[str]) -> dict[str, Any]:
    """Only what differs from the default; of groups, those that are there."""
    default = AlertSettings()
    table = _flat(settings, default)
    own = {
        name: told
        for name, limits in settings.groups.items()
        if name in {*groups, LAB_NAME} and (told := _differing(limits, settings.thresholds))
    }
    return {**table, "groups": own} if own else table


def _of(values: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: values[key] for key in keys if key in values}


def _flat(settings: AlertSettings, default: AlertSettings) -> dict[str, Any]:
    flaps = _differing(settings.flapping, default.flapping)
    return {
        **_differing(settings.doors, default.doors),
        **_differing(settings.thresholds, default.thresholds),
        **{f"flapping_{key}": value for key, value in flaps.items()},
    }


def _differing(one: Doors | Thresholds | Flapping, default: Doors | Thresholds | Flapping) -> dict[str, Any]:
    names = [field.name for field in fields(one) if getattr(one, field.name) != getattr(default, field.name)]
    return {name: _written(getattr(one, name)) for name in names}


def _written(value: object) -> object:
    if isinstance(value, Severity):
        return value.word
    return list(value) if isinstance(value, tuple) else value


def _wrong_values(settings: AlertSettings) -> Iterator[Mistake]:
    limits = {"": settings.thresholds, **{f"groups.{name}.": one for name, one in settings.groups.items()}}
    for where, one in limits.items():
        yield from _out_of_range(where, {"bad_rounds": one.bad_rounds, "good_rounds": one.good_rounds})
    flaps = {f"flapping_{f.name}": getattr(settings.flapping, f.name) for f in fields(Flapping)}
    yield from _out_of_range("", {"timeout_s": settings.doors.timeout_s, **flaps})
    doors = settings.doors
    if doors.command and not all(part and "\0" not in part for part in doors.command):
        yield Mistake("alerts.command", t("must be a list of texts, none of them empty; no shell reads it."))
    if doors.webhook is not None and (sentence := _webhook_mistake(doors)):
        yield Mistake("alerts.webhook", sentence)
    if doors.webhook_ca_file is not None and not expanded(doors.webhook_ca_file).is_file():
        told = t(
            "There is no file {file}; allowed is a file of PEM certificates.",
            file=repr(doors.webhook_ca_file),
        )
        yield Mistake("alerts.webhook_ca_file", told)


def _out_of_range(where: str, values: Mapping[str, float]) -> Iterator[Mistake]:
    for key, value in values.items():
        low, high = RANGES[key]
        if not low <= value <= high:  # catches not-a-number as well
            limits = (f"{value:g}", f"{low:g}", f"{high:g}")
            sentence = _seconds_out_of_range(*limits) if key.endswith("_s") else _number_out_of_range(*limits)
            yield Mistake(f"alerts.{where}{key}", sentence)


def _seconds_out_of_range(value: str, low: str, high: str) -> str:
    return t("{value} is out of range; allowed are {low} to {high} seconds.", value=value, low=low, high=high)


def _number_out_of_range(value: str, low: str, high: str) -> str:
    return t("{value} is out of range; allowed are {low} to {high}.", value=value, low=low, high=high)


def _webhook_mistake(doors: Doors) -> str:
    try:
        parts = urlsplit(doors.webhook or "")
        readable = parts.port != 0 and bool(parts.hostname)
    except ValueError:
        readable = False
    if not readable or parts.scheme not in {"http", "https"} or any(s.isspace() for s in doors.webhook or ""):
        return t("is no address; allowed is https://HOST[:PORT]/PATH.")
    if "@" in parts.netloc:
        return t("must hold no user or password before its host.")
    if parts.scheme == "http" and not doors.webhook_allow_http and not is_loopback(parts.hostname or ""):
        return t(
            "begins with http://, so anybody in between can read and forge alerts; use https, or set "
            "webhook_allow_http."
        )
    return ""


@dataclass(slots=True)
class _Reader:
    """Reads plain TOML values and gathers what is wrong with their kind."""

    mistakes: list[Mistake]

    def groups(self, raw: object, known: Sequence[str], general: Thresholds) -> Mapping[str, Thresholds]:
        if not isinstance(raw, dict):
            self._wrong("alerts.groups", "must hold a table for each group, such as [alerts.groups.gw-prod]")
            return MappingProxyType({})
        found = {}
        for name, table in raw.items():
            where = f"alerts.groups.{name}"
            if name not in {*known, LAB_NAME}:
                self._wrong(where, "there is no group of that name")
            elif not isinstance(table, dict):
                self._wrong(where, "must be a table")
            else:
                found[name] = replace(general, **self.values(where, table, _OF_A_GROUP))
        return MappingProxyType(found)

    def values(self, where: str, raw: Mapping[str, Any], allowed: Sequence[str]) -> dict[str, Any]:
        """The values of the right kind, by key."""
        for key in sorted(raw.keys() - set(allowed)):
            self._wrong(f"{where}.{key}", f"unknown key; allowed are {', '.join(sorted(allowed))}")
        read = {key: self._value(f"{where}.{key}", key, raw[key]) for key in allowed if key in raw}
        return {key: value for key, value in read.items() if value is not None}

    def _value(self, where: str, key: str, value: object) -> object:
        wanted, given = "", value
        if key == "groups":
            return None
        if key == "least":
            given = LEAST.get(value) if isinstance(value, str) else None
            wanted = "" if given is not None else f"one of {', '.join(LEAST)}"
        elif key == "command":
            parts = value if isinstance(value, list) else [None]
            given = tuple(parts)
            wanted = "" if all(isinstance(p, str) for p in parts) else "a list of texts, the program first"
        elif key in _FLAGS:
            wanted = "" if isinstance(value, bool) else "true or false"
        elif key in _TEXTS:
            wanted = "" if isinstance(value, str) else "a text in quotes"
        elif key in _WHOLE:
            wanted = "" if type(value) is int else "a whole number"
        else:
            wanted = "" if type(value) in {int, float} else "a number of seconds"
        if wanted:
            self._wrong(where, f"must be {wanted}")
            return None
        return given

    def _wrong(self, key: str, sentence: str) -> None:
        self.mistakes.append(Mistake(key, sentence + "."))
