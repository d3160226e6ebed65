"""Instants as the API and the TXT record write them: ISO 8601, offset +00:00, whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime

from agmonitor.domain.model import Instant


def written(instant: Instant | None) -> str | None:
    """Truncated, never rounded up: a stamp must not lie in the future."""
    return None if instant is None else datetime.fromtimestamp(int(instant), UTC).isoformat()


def read(text: str) -> Instant | None:
    """The instant, or None for a text that is none."""
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    return stamp.timestamp() if stamp.tzinfo is not None else None
