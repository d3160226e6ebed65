"""The recorded past stepped again gives what was shown live, however it was recorded."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agmonitor.domain.observations import FailoverOrdered, Gap, GapReason, Input, instant_of
from agmonitor.history import replay
from agmonitor.history.faults import HistoryError
from agmonitor.history.replay import OURS, Check, check, moments
from agmonitor.history.writer import CHECKPOINT_INPUTS
from tests import builders as b
from tests.domain.streams import STREAMS
from tests.history.recorded import Change, changes, record, watched

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def checked(path: Path, since: float = -inf, until: float | None = None) -> Check:
    return check(moments(path, "g", since, until))


def edit(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def count_events(*sessions: Sequence[Change]) -> int:
    return sum(len(one.events) for session in sessions for one in session)


def later(item: Input, seconds: float) -> Input:
    """The same, our clock shifted by that much."""
    names = ("at", "from_at", "until_at", "sent_at", "received_at")
    return replace(item, **{name: getattr(item, name) + seconds for name in names if hasattr(item, name)})


@pytest.mark.parametrize("seeds", [range(1, 3), pytest.param(range(3, 150), marks=pytest.mark.long)])
def test_random_drills_replay_as_they_were(tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        path, session = tmp_path / f"{seed}.db", watched(seed)
        record(path, session)

        found = checked(path)

        assert (found.equal, found.different, found.unchecked) == (True, 0, []), seed
        assert (found.inputs, found.events) == (len(session), count_events(session))
        assert (found.sessions, found.rules) == (1, [OURS])


@settings(max_examples=25)
@given(st.lists(STREAMS, min_size=1, max_size=4))
def test_any_inputs_in_any_sessions_replay_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, streams: list[list[Input]]
) -> None:
    path = tmp_path_factory.mktemp("any") / "history.db"
    sessions = [changes(b.settings(), stream, b.initial()) for stream in streams]
    record(path, *sessions)

    found = checked(path)

    assert (found.different, found.unchecked) == (0, [])
    assert found.inputs == sum(map(len, sessions))
    assert found.sessions == sum(map(bool, sessions))


def test_edited_settings_pauses_and_orders_are_no_differences(path: Path) -> None:
    first = watched(2)
    end = first[-1].after
    edited = replace(end, settings=replace(end.settings, timeout_s=2.0, cadence_s=5.0))
    at = end.now
    order = FailoverOrdered(at + 61, "gw-1", "planned", "root")
    again = [later(one.input, at + 62 - instant_of(first[0].input)) for one in first[:500]]
    rest = [Gap(at, at + 60, GapReason.PAUSED), order, *again]
    session = [*first, *changes(end.settings, rest, edited)]

    record(path, session)

    found = checked(path)
    assert (found.different, found.unchecked, found.sessions) == (0, [], 2)
    assert found.inputs == len(session)


def test_a_clock_set_back_by_a_day_is_no_difference(path: Path) -> None:
    inputs = [one.input for one in watched(2)]
    at = instant_of(inputs[800])
    back = [Gap(at, at - 86_400, GapReason.CLOCK_STEPPED), *(later(one, -86_400) for one in inputs[801:1600])]
    session = changes(watched(2)[0].before.settings, [*inputs[:801], *back])

    record(path, session)

    assert (checked(path).different, checked(path).inputs) == (0, len(session))


def test_packed_minutes_and_the_checkpoints_within_are_compared_too(path: Path) -> None:
    inputs = [one.input for one in watched(1)]
    length = instant_of(inputs[-1]) - instant_of(inputs[0])
    stretched = [later(item, turn * (length + 2)) for turn in range(6) for item in inputs]
    session = changes(watched(1)[0].before.settings, stretched)
    record(path, session)

    found = checked(path)

    connection = sqlite3.connect(path)
    beginnings = connection.execute("SELECT begins, count(*) FROM checkpoints GROUP BY 1").fetchall()
    connection.close()
    assert beginnings == [(0, (len(session) - 1) // CHECKPOINT_INPUTS), (1, 1)]
    assert (found.different, found.inputs) == (0, len(session))


def test_a_part_is_checked_from_the_checkpoint_before(path: Path) -> None:
    session = watched(3)
    record(path, session)
    since, until = session[700].after.now, session[900].after.now

    found = checked(path, since, until)

    wanted = [one for one in session if since <= round(instant_of(one.input), 3) <= until]
    assert (found.different, found.inputs, found.events) == (0, len(wanted), count_events(wanted))


def test_a_changed_event_is_found_and_both_are_told(path: Path) -> None:
    session = watched(2)[:800]
    record(path, session)
    edit(path, "UPDATE events SET sentence = 'All was well.' WHERE id = 7")

    found = checked(path)

    (difference,) = found.differences
    assert (found.equal, found.different, difference.of) == (False, 1, "events")
    assert "All was well." in {event.sentence for event in difference.stored}
    assert "All was well." not in {event.sentence for event in difference.replayed}


def test_a_removed_event_and_one_too_many_are_found(path: Path) -> None:
    record(path, watched(2)[:800])
    edit(
        path,
        "DELETE FROM events WHERE id = 9",
        "INSERT INTO events (group_id, seq, at, kind, severity, sentence)"
        " VALUES (1, 500, 5.0, 'gap', 0, 'Nothing.')",
    )

    assert checked(path).different == 2


def test_a_changed_checkpoint_is_found_and_the_rest_starts_from_it(path: Path) -> None:
    session = watched(2)[:700]
    record(path, session)
    record(path, changes(session[0].before.settings, [one.input for one in session[:50]]))
    edit(path, "UPDATE checkpoints SET begins = 0 WHERE seq > 1")

    found = checked(path)

    assert [(one.of, one.seq) for one in found.differences] == [("state", len(session) + 1)]


def test_other_rules_are_told_as_such(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(path, watched(2)[:800])
    edit(path, "UPDATE checkpoints SET rules = '0'", "UPDATE events SET severity = 4 WHERE id = 3")

    found = checked(path)

    assert (found.rules, found.other_rules, found.different) == (["0"], True, 1)


def test_what_was_recorded_without_a_state_is_named_and_the_rest_checked(path: Path) -> None:
    session = watched(2)
    record(path, session[:100])
    edit(path, "UPDATE checkpoints SET body = x''")
    record(path, session[100:300])

    found = checked(path)

    assert (found.inputs, found.different) == (200, 0)
    assert [(one.inputs, one.why) for one in found.unchecked] == [(100, replay.NO_STATE)]


def test_without_any_checkpoint_nothing_is_claimed(path: Path) -> None:
    record(path, watched(2)[:100])
    edit(path, "DELETE FROM checkpoints")

    found = checked(path)

    assert (found.equal, found.inputs) == (False, 0)
    assert [(one.inputs, one.why) for one in found.unchecked] == [(100, replay.NO_CHECKPOINT)]


def test_damage_costs_no_more_than_until_the_next_checkpoint(path: Path) -> None:
    session = watched(2)
    record(path, session[:1000], session[1000:1200])
    edit(path, "UPDATE packs SET body = x'0102' WHERE seq = (SELECT min(seq) FROM packs WHERE seq > 300)")

    found = checked(path)

    assert found.different == 0
    assert {one.why for one in found.unchecked} == {replay.DAMAGED, replay.MISSING}
    assert found.inputs + sum(one.inputs for one in found.unchecked) == 1200
    assert found.inputs > 500


@pytest.mark.parametrize("body", ["00", "789c03000000000001"])
def test_a_checkpoint_that_cannot_be_read_is_named(path: Path, body: str) -> None:
    record(path, watched(2)[:100])
    connection = sqlite3.connect(path)
    connection.execute("UPDATE checkpoints SET body = ?", (bytes.fromhex(body),))
    connection.commit()
    connection.close()

    assert [one.why for one in checked(path).unchecked] == [replay.BAD_CHECKPOINT]


def test_missing_inputs_are_named(path: Path) -> None:
    record(path, watched(2)[:100])
    edit(path, "DELETE FROM tail WHERE seq = 50")

    found = checked(path)

    assert found.inputs == 49
    assert [(one.inputs, one.why) for one in found.unchecked] == [(50, replay.MISSING)]


def test_no_history_and_no_such_group_are_told(path: Path) -> None:
    with pytest.raises(HistoryError, match="no history"):
        checked(path)
    record(path, watched(2)[:5])
    assert list(moments(path, "nobody")) == []


WRITER = """
import asyncio, sys
from pathlib import Path
from agmonitor.history.store import Store
from tests.history.recorded import watched

async def main():
    store = Store.open(Path(sys.argv[1]))
    print("open", flush=True)
    for one in watched(5)[int(sys.argv[2]):]:
        await store.record("g", (one.input,), one.events, one.before, one.after)
        print(".", end="", flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("kills", [2, pytest.param(60, marks=pytest.mark.long)])
def test_through_kills_at_any_moment_it_replays_as_it_was(path: Path, kills: int) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for kill in range(kills):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(37 * (kill % 20))],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"open\n"
            assert len(writer.stdout.read(60 + 11 * (kill % 7))) >= 60
            writer.send_signal(signal.SIGKILL)

    found = checked(path)

    assert (found.different, found.unchecked) == (0, [])
    assert found.sessions == kills
    assert found.inputs >= 60 * kills
