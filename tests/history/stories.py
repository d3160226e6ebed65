"""Inputs stepped and recorded as the monitor does it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from agmonitor.domain.group import step
from agmonitor.domain.model import Role
from agmonitor.domain.observations import Input
from agmonitor.domain.rounding import rounded
from agmonitor.domain.state import GroupState
from agmonitor.history.store import Store
from tests.builders import T, dns, failed, heard

GROUP = "gw-prod"


async def record(store: Store, state: GroupState, inputs: Iterable[Input], group: str = GROUP) -> GroupState:
    waiting = []
    for given in inputs:
        item, before = rounded(given), state
        state, events = step(before, item)
        waiting.append(store.record(group, (item,), events, before, state))
    await asyncio.gather(*waiting)
    return state


def pair(at: float, primary: str = "gw-1") -> tuple[Input, ...]:
    """A healthy round."""
    other = "gw-2" if primary == "gw-1" else "gw-1"
    return (
        heard(primary, Role.PRIMARY, at, probe={"http_date": None}),
        heard(other, Role.SECONDARY, at, probe={"http_date": None}, beat_age_s=2),
        dns(primary, at),
    )


OUTAGE = (
    failed("gw-1", at=T + 2),
    failed("gw-1", at=T + 4),
    failed("gw-1", at=T + 60),
    heard("gw-2", Role.PRIMARY, T + 62, probe={"http_date": None}),
    dns("gw-2", T + 63),
)
