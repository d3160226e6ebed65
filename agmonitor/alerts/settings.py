"""What is set about alerts: when somebody is told, and by which doors. Values only; ``config`` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from agmonitor.domain.model import Severity


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

    def renamed(self, before: str, after: str) -> AlertSettings:
        """What held for a group, under its new name."""
        own = {after if name == before else name: limits for name, limits in self.groups.items()}
        return AlertSettings(self.thresholds, self.flapping, self.doors, MappingProxyType(own))
