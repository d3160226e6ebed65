"""Inputs go only once they are drawn: roles and heartbeats survive exactly, whatever was interrupted."""

from __future__ import annotations

import sqlite3
from itertools import count

from hypothesis import example, given
from hypothesis import strategies as st

from agmonitor.domain import group
from agmonitor.domain.retention import Retention
from agmonitor.domain.timeline import Lanes
from agmonitor.history.forms import KnownForms
from agmonitor.history.housekeeping import pack_oldest
from agmonitor.history.lived import Lived
from agmonitor.history.pruning import MS_A_DAY, pruning
from agmonitor.history.writer import Entry, Writer
from tests.builders import T, healthy_round, initial
from tests.history.test_drawn import (
    NAME,
    STEPS,
    Stream,
    as_recorded,
    beats_of,
    caught_up,
    file,
    plausible,
    spans_of,
)

NOW_MS = round(T * 1000)
STREAMS = STEPS.flatmap(
    lambda steps: st.lists(
        st.sampled_from(["", "", "prune", "prune", "write", "crash", "lag", "pack"]),
        min_size=len(steps),
        max_size=len(steps),
    ).map(lambda moves: plausible(steps, moves))
)


def grown_old(connection: sqlite3.Connection, period: int) -> None:
    """Everything so far counts as two days old, though no clock shows it: then prune."""
    connection.execute(
        "INSERT OR IGNORE INTO periods SELECT id, next_seq, ?, ?, 0 FROM groups", (period, NOW_MS + period)
    )
    lived = Lived(NOW_MS + period + 2 * MS_A_DAY, NOW_MS, NOW_MS)
    for _ in pruning(connection, Retention(raw_days=1), lived):
        pass


def written(stream: Stream, connection: sqlite3.Connection, *, prune: bool) -> Lanes:
    """The stream written with what each move says between; the lanes of a plain fold."""
    writer, lanes, state, periods = Writer(connection), Lanes(), initial(), count(1)
    for item, move in stream:
        before, (state, events) = state, group.step(state, item)
        lanes.feed(item, state)
        writer.put(Entry(NAME, (item,), events, before, state))
        if move == "write":
            writer.drawings.write_all()
        elif move == "crash":
            writer = Writer(connection)
        elif move == "lag" and writer.drawings.lag:
            writer.drawings.catch_up()
        elif move == "pack" and pack_oldest(connection, 1, 0, KnownForms(connection)):
            writer.drawings.write_all()
        elif move == "prune" and prune:
            grown_old(connection, next(periods))
    caught_up(writer)
    return lanes


def drawn(stream: Stream, *, prune: bool) -> tuple[object, object, int]:
    connection = file()
    lanes = written(stream, connection, prune=prune)
    spans = spans_of(connection)
    assert spans == {name: list(lanes.spans(name)) for name in lanes.names()}
    if prune:
        grown_old(connection, 1_000)
    left = connection.execute("SELECT (SELECT count(*) FROM tail) + (SELECT count(*) FROM packs)").fetchone()
    return spans, beats_of(connection), int(left[0])


@given(STREAMS)
@example(plausible([("primary", 1.0)] * 3, ["crash", "prune", ""]))
def test_pruning_costs_no_role_and_no_heartbeat(stream: Stream) -> None:
    recorded = as_recorded(stream)

    whole, pruned = drawn(recorded, prune=False), drawn(recorded, prune=True)

    assert pruned[:2] == whole[:2]
    assert pruned[2] == 0  # in the end all was drawn, and so all could go


def test_what_is_not_drawn_stays_however_old() -> None:
    connection, state = file(), initial()
    writer = Writer(connection)
    items = [item for number in range(5) for item in healthy_round(T + number * 2)]
    for item in items:
        before, (state, events) = state, group.step(state, item)
        writer.put(Entry(NAME, (item,), events, before, state))

    grown_old(connection, 1)
    assert connection.execute("SELECT count(*) FROM tail").fetchone() == (len(items),)

    writer.drawings.write_all()
    grown_old(connection, 2)
    assert connection.execute("SELECT count(*) FROM tail").fetchone() == (0,)
