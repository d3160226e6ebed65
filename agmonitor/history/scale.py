"""Instants as the tables have them."""

from __future__ import annotations

from agmonitor.domain.model import Instant

FOREVER_MS = 1 << 62


def ms(at: Instant) -> int:
    """Whole milliseconds; an instant no calendar holds becomes the farthest there is."""
    return round(max(-FOREVER_MS / 1000, min(FOREVER_MS / 1000, at)) * 1000)


def limits_ms(since: Instant, until: Instant | None) -> tuple[int, int]:
    return ms(since), FOREVER_MS if until is None else ms(until)
