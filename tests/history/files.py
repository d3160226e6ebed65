"""A history with something in every table, made once and copied where it is to be damaged."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from agmonitor.domain.group import initial
from agmonitor.domain.model import Answer, Role
from agmonitor.domain.observations import Input, NodeObservation
from agmonitor.domain.state import Mode
from agmonitor.history.queries import Past, read_past
from agmonitor.history.store import Store
from tests.fakes import report
from tests.history.rows import START, event, tick
from tests.monitor.watching import settings

GROUPS = ("gw-prod", "gw-test")
INPUTS = 900


def item(number: int) -> Input:
    """The numberth input: now a tick, now a node's answer; no two alike."""
    if number % 3 == 0:
        return tick(number)
    at = START + number
    node, role = (("gw-1", Role.PRIMARY), ("gw-2", Role.SECONDARY))[number % 3 - 1]
    return NodeObservation(node, at - 0.012, at, Answer.OK, round_trip_ms=9.5, report=report(role, node, at))


async def filled(path: Path, inputs: int = INPUTS) -> None:
    """Two groups watched at once for some minutes, with states, events and what hangs on them."""
    store = Store.open(path)
    states = {group: initial(settings(name=group), Mode.WATCHING, START) for group in GROUPS}
    for number in range(0, inputs, 10):
        await asyncio.gather(
            *(
                store.record(group, [item(number + n)], [event(number + n)], states[group], states[group])
                for n in range(10)
                for group in GROUPS
            )
        )
    await store.close()
    with closing(sqlite3.connect(path)) as file, file:
        file.executemany(
            "INSERT INTO levels VALUES (?, ?, 60, ?, 1, 1.0, 2.0, 3.0)",
            [
                (group, series, bucket)
                for group in (1, 2)
                for series in ("rtt", "age")
                for bucket in range(500)
            ],
        )
        file.executemany(
            "INSERT INTO spans VALUES (1, ?, ?, 0, ?, 'k', 'l', 1)",
            [(lane, start, start + 1) for lane in ("a", "b") for start in range(300)],
        )


def copied(source: Path, to: Path) -> Path:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, to)
    return to


def told(path: Path, group: str) -> list[Past]:
    return read_past(path, group, 0, None)
