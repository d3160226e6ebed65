"""A program that records a made-up pair until somebody kills it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from agmonitor.domain import group
from agmonitor.domain.model import Role
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history.store import Store
from tests.builders import T, clients, dns, failed, heard, initial

NAME = "gw-prod"


def story() -> Iterator[Input]:
    """Twenty seconds a round, the roles swap every few rounds, now and then a node is silent."""
    number = 0
    while True:
        at = T + 20 * number
        swapped = number // 7 % 2
        roles = (Role.SECONDARY, Role.PRIMARY) if swapped else (Role.PRIMARY, Role.SECONDARY)
        yield heard("gw-1", roles[0], at, last_heartbeat_at=at - number % 4)
        yield heard("gw-2", roles[1], at) if number % 10 < 8 else failed("gw-2", at=at)
        yield dns("gw-2" if swapped else "gw-1", at=at)
        yield clients(at=at)
        number += 1


async def record(path: Path) -> None:
    """Each input printed once it is acknowledged."""
    store, state = Store.open(path), initial()
    for item in story():
        before, (state, events) = state, group.step(state, item)
        await store.record(NAME, (item,), events, before, state)
        sys.stdout.write(".\n")
        sys.stdout.flush()


def replayed(count: int) -> Iterator[tuple[Input, GroupState]]:
    """The first inputs of the story with the states after them."""
    state = initial()
    for _, item in zip(range(count), story(), strict=False):
        state, _ = group.step(state, item)
        yield item, state


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1])))
