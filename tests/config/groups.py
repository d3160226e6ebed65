"""Short constructors for the settings tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agmonitor.domain.model import GroupSettings, NodeAddress

PAIR = (NodeAddress("gw-1", "https://192.0.2.11"), NodeAddress("gw-2", "https://192.0.2.12"))


def group(**changes: Any) -> GroupSettings:
    return replace(GroupSettings("gw-prod", PAIR), **changes)


def at(*urls: str) -> tuple[NodeAddress, NodeAddress]:
    """Two nodes by their URLs."""
    first, second = (*urls, "https://192.0.2.12")[:2]
    return NodeAddress("gw-1", first), NodeAddress("gw-2", second)
