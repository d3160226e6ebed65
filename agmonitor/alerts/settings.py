"""What is set about alerts: when somebody is told, and by which doors. Values only; ``config`` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TypeVar

from agmonitor.domain.model import Severity
from agmonitor.domain.replacing import replace


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How often running something must be seen, in rounds, and how bad it must be, to be told.

    Two Primaries are told the first time they are seen, whatever stands here.
    """

    bad_rounds: int = 2
    good_rounds: int = 3
    least: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Flapping:
    """More than so many messages of a group within so long, and it is only said that it flaps."""

    messages: int = 6
    within_s: float = 600.0
    steady_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways out. ``command`` gets the alert as JSON on its standard input; no shell is involved."""

    desktop: bool = True
    in_tray: bool = True  # a closed window goes on watching there
    sound: bool = False
    command: tuple[str, ...] = ()
    webhook: str | None = None
    webhook_ca_file: str | None = None
    webhook_allow_http: bool = False
    timeout_s: float = 10.0


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The whole table ``[alerts]``."""

    thresholds: Thresholds = Thresholds()
    flapping: Flapping = Flapping()
    doors: Doors = Doors()
    groups: Mapping[str, Thresholds] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, group: str) -> Thresholds:
        """What holds for one group."""
        return self.groups.get(group, self.thresholds)

    def following(self, general: Thresholds) -> AlertSettings:
        """With other limits for all; what a group's own did not say differently follows them."""
        own = {name: _merged(self.thresholds, limits, general) for name, limits in self.groups.items()}
        return AlertSettings(general, self.flapping, self.doors, MappingProxyType(own))

    def applied(self, after: AlertSettings, there: AlertSettings) -> AlertSettings:
        """What somebody changed from these to ``after``, done to ``there``, which others may have changed."""
        general = _merged(self.thresholds, after.thresholds, there.thresholds)
        own = dict(there.following(general).groups)
        for name in {*self.groups, *after.groups}:
            before, now = self.groups.get(name), after.groups.get(name)
            if now is None:
                own.pop(name, None)
            elif before is None or now != self.following(after.thresholds).groups[name]:
                own[name] = now
        return AlertSettings(
            general,
            _merged(self.flapping, after.flapping, there.flapping),
            _merged(self.doors, after.doors, there.doors),
            MappingProxyType(own),
        )

    def renamed(self, before: str, after: str) -> AlertSettings:
        """What held for a group, under its new name."""
        own = {after if name == before else name: limits for name, limits in self.groups.items()}
        return AlertSettings(self.thresholds, self.flapping, self.doors, MappingProxyType(own))


Values = TypeVar("Values", Thresholds, Flapping, Doors)


def _merged(before: Values, after: Values, there: Values) -> Values:
    """``there`` with what differs between the other two."""
    names = [one.name for one in fields(before) if getattr(before, one.name) != getattr(after, one.name)]
    return replace(there, **{name: getattr(after, name) for name in names})
