"""How long the history keeps what: the settings file says it, the store keeps to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retention:
    """Days of each tier, each at least as long as the one before.

    raw: the inputs themselves, which replay. minutes: curves by the minute. hours: coarser curves and events.
    kept: spans, heartbeats, episodes, notes and evidence.
    """

    raw_days: int = 7
    minutes_days: int = 90
    hours_days: int = 1095
    kept_days: int = 3650
