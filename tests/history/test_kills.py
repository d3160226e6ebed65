"""kill -9 at random moments of opening, migrating, recording, packing and pruning: no promise is broken."""

from __future__ import annotations

import asyncio
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from agmonitor.domain.observations import Tick
from agmonitor.history import replay
from agmonitor.history.queries import read_past
from agmonitor.history.store import Store
from tests.history.filled import of_every_kind
from tests.history.test_migrations import stored
from tests.history.written_until_killed import RETENTION, instant

ROOT = Path(__file__).parents[2]
DAY_S = 86_400.0
LONGEST_S = 0.6  # until a kill; the shortest hit the opening


@pytest.fixture
def writers() -> Iterator[subprocess.Popen[str]]:
    program = [sys.executable, "-m", "tests.history.written_until_killed"]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=ROOT
    ) as parent:
        yield parent
        assert parent.stdin is not None
        parent.stdin.close()


def killed(writers: subprocess.Popen[str], path: Path, first: int, after_s: float) -> int:
    """One writer, killed after that time; the number up to which it acknowledged."""
    assert writers.stdin is not None
    assert writers.stdout is not None
    writers.stdin.write(f"{path} {first}\n")
    pid = acknowledged = 0
    while not pid:
        word, number = writers.stdout.readline().split()
        pid, acknowledged = (int(number), acknowledged) if word == "pid" else (0, int(number))
    select.select([], [], [], after_s)
    os.kill(pid, signal.SIGKILL)
    while (line := writers.stdout.readline().split()) != ["gone", "0"]:
        acknowledged = int(line[1])
    return max(first, acknowledged)


def check(path: Path, promised: set[int], newest: int) -> None:
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        spans = file.execute(
            "SELECT group_id, seq, count FROM packs UNION ALL SELECT group_id, seq, 1 FROM tail ORDER BY 1, 2"
        ).fetchall()
    for (group, seq, count), (other, following, _) in pairwise(spans):
        assert other != group or following >= seq + count
    past = read_past(path, "g", 0, None)
    found = {one.input.at for one in past if isinstance(one.input, Tick)}
    assert len(found) == len(past)
    young = {number for number in promised if instant(number) > instant(newest) - DAY_S}
    assert {instant(number) for number in young} <= found
    replayed = replay.check(replay.moments(path, "g"))
    assert replayed.different == 0
    assert replayed.inputs >= len(young)


@pytest.mark.parametrize("kills", [20, pytest.param(1_000, marks=pytest.mark.long)])
def test_nothing_acknowledged_is_lost_when_killed(
    tmp_path: Path, writers: subprocess.Popen[str], kills: int
) -> None:
    chance = random.Random(kills)  # noqa: S311 - no secret
    path = stored(1, tmp_path)  # the first of them have to migrate it
    first, promised = 1, set[int]()
    for kill in range(kills):
        until = killed(writers, path, first, chance.random() ** 2 * LONGEST_S)
        promised.update(range(first, until))
        if kill % 100 == 99 and kill + 1 < kills:
            check(path, promised, until)
        first = until + 10  # some may have been written, and not acknowledged
    asyncio.run(Store.open(path, RETENTION).close())

    check(path, promised, max(promised))
    if kills == 20:
        assert [one.input for one in read_past(path, "gw-prod", 0, None)] in ([], of_every_kind())
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM packs").fetchone()[0] > 5
