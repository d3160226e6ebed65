"""What the numbers are counted from: the same from hours read and from hours known to be calm."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agmonitor.domain.model import Role
from agmonitor.domain.numbers import numbers_of
from agmonitor.domain.observations import Input
from agmonitor.history import numbers_of as reading
from agmonitor.history.numbers_of import read_seen
from agmonitor.history.store import Store
from tests.builders import T, gap, heard, initial
from tests.history.stories import GROUP, record

HOUR_S = 3600
START = T - T % HOUR_S + HOUR_S
STEP_S = 10
LOST = {HOUR_S + 1200, HOUR_S + 1220, 3 * HOUR_S + 600}
"""Beats that never came, counted from the start."""


def beat_at(at: int) -> int:
    last = at - at % 20
    while last in LOST:
        last -= 20
    return last


def rounds(hours: int) -> list[Input]:
    made: list[Input] = []
    for at in range(0, hours * HOUR_S, STEP_S):
        now = START + at
        made.append(heard("gw-1", Role.PRIMARY, now, probe={"http_date": None}))
        age_s = at - beat_at(at)
        made.append(heard("gw-2", Role.SECONDARY, now, probe={"http_date": None}, beat_age_s=age_s))
    return made


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("numbers") / "history.db"

    async def main() -> None:
        store = Store.open(path)
        state = await record(store, initial(at=START - 10), rounds(6))
        await record(store, state, [gap(START + 6 * HOUR_S, START + 7 * HOUR_S)])
        await store.close()

    asyncio.run(main())
    return path


@pytest.mark.parametrize("decoded_all", [48, 0])
def test_beats_are_counted_alike_however_they_are_read(
    path: Path, decoded_all: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "DECODED_ALL_HOURS", decoded_all)

    seen = read_seen(path, GROUP, START, START + 6 * HOUR_S)
    beats = numbers_of(seen).heartbeats

    assert (seen.calm_beats > 100) == (decoded_all == 0)
    assert beats.missed == len(LOST)
    assert [run.count for run in beats.runs] == [2, 1]
    assert beats.came == 6 * HOUR_S // 20 - len(LOST)
    assert seen.report_s == 20


def test_gaps_and_nodes_come_with_it(path: Path) -> None:
    found = numbers_of(read_seen(path, GROUP, START, START + 8 * HOUR_S))

    assert [node.name for node in found.nodes] == ["gw-1", "gw-2"]
    (asleep,) = found.gaps
    assert (asleep.reason, asleep.count) == ("asleep", 1)
    assert asleep.total_s == pytest.approx(HOUR_S, abs=20)
    assert found.watched.observed_s == pytest.approx(6 * HOUR_S, abs=20)
    assert found.watched.unasked_s == pytest.approx(HOUR_S, abs=40)
    assert found.service.share is None
    assert found.primary.share == 1


def test_nothing_is_known_of_nobody(path: Path) -> None:
    found = numbers_of(read_seen(path, "nobody", START, START + 10))
    assert (found.nodes, found.watched.observed_s, found.heartbeats.came) == ((), 0, 0)
