"""A history with something in every table, made once and copied where it is to be damaged."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from agmonitor.domain.group import initial
from agmonitor.domain.model import Answer, DnsAnswer, Role
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    FailoverOrdered,
    Gap,
    GapReason,
    Input,
    LoadObservation,
    NodeObservation,
    ResolverObservation,
    Tick,
)
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


def of_every_kind() -> list[Input]:
    """Some minutes of inputs with one of each kind among them, as every version could store it."""
    at = START + 200
    others: list[Input] = [
        NodeObservation("gw-1", at, at + 1, Answer.TIMEOUT, "No answer within 1 s."),
        LoadObservation("gw-1", at, at + 0.004, Answer.OK, load_score=0.1234, current_time=at - 0.5),
        DnsObservation(at, at + 0.003, DnsAnswer.OK, "", 2.5, "192.0.2.53:53", ("192.0.2.11",), 30, at - 7),
        ResolverObservation("system", at, at + 0.002, DnsAnswer.NXDOMAIN),
        ClientObservation(at, at + 0.02, Answer.REFUSED, "refused", round_trip_ms=1.5),
        Gap(at + 1, at + 61.5, GapReason.ASLEEP),
        FailoverOrdered(at + 70, "gw-1", "anna", "drill"),
    ]
    return [*(item(number) for number in range(120)), *others, Tick(at + 100.123)]


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
