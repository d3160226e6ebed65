"""What a kill took from the drawn tables is drawn again at the next opening."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from agmonitor.domain.timeline import Lanes
from agmonitor.history.drawn import Drawing
from agmonitor.history.opening import connect, run_all
from agmonitor.history.schema import TABLES
from agmonitor.history.store import Store
from tests.history.drawn_until_killed import NAME, replayed
from tests.history.test_drawn import beats_of, spans_of

ROOT = Path(__file__).parents[2]
LIMIT_S = 60.0


def killed(path: Path, acknowledgements: int) -> None:
    program = [sys.executable, "-m", "tests.history.drawn_until_killed", str(path)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        for _ in range(acknowledgements):
            assert writer.stdout.readline()
        writer.kill()


def lag(path: Path) -> int:
    with sqlite3.connect(path) as file:
        found = file.execute("SELECT next_seq - drawn_seq FROM groups").fetchone()
    file.close()
    return int(found[0])


async def opened_until_drawn(path: Path) -> None:
    store = Store.open(path)
    async with asyncio.timeout(LIMIT_S):
        while await asyncio.to_thread(lag, path):  # noqa: ASYNC110 - the file alone tells
            await asyncio.sleep(0.02)
    await store.close()


@pytest.mark.parametrize("acknowledgements", [3, 61, 150, pytest.param(2_000, marks=pytest.mark.long)])
def test_after_a_kill_all_that_was_recorded_is_drawn(tmp_path: Path, acknowledgements: int) -> None:
    path = tmp_path / "history.db"
    killed(path, acknowledgements)

    asyncio.run(opened_until_drawn(path))

    connection = connect(path)
    count = connection.execute("SELECT next_seq - 1 FROM groups").fetchone()[0]
    assert count >= acknowledgements
    plain, lanes, drawing = sqlite3.connect(":memory:", isolation_level=None), Lanes(), Drawing(1)
    run_all(plain, TABLES)
    plain.execute("INSERT INTO groups (id, name) VALUES (1, ?)", (NAME,))
    for item, state in replayed(count):
        lanes.feed(item, state)
        drawing.feed(item, state)
    drawing.write(plain, 1)
    assert spans_of(connection) == {lane: lanes.spans(lane) for lane in lanes.names()}
    assert beats_of(connection) == beats_of(plain)
    told = "SELECT series, level, bucket, count, low, high FROM levels ORDER BY 1, 2, 3"
    assert connection.execute(told).fetchall() == plain.execute(told).fetchall()
    connection.close()
    plain.close()
