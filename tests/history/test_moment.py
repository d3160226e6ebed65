"""The state at a past moment is the one that was live at that moment, or says what is missing."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from agmonitor.domain.moment import Sure
from agmonitor.domain.observations import Gap, GapReason, instant_of
from agmonitor.domain.state import GroupState
from agmonitor.history.moment import read_moment, read_neighbour
from agmonitor.history.store import Store
from agmonitor.history.writer import CHECKPOINT_INPUTS
from tests.builders import T, initial
from tests.history.recorded import Change, changes, record, watched
from tests.history.stories import GROUP, pair
from tests.history.stories import record as record_in
from tests.history.test_replay import later


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def live_at(session: Sequence[Change], at: float) -> GroupState:
    return next(one.after for one in reversed(session) if round(instant_of(one.input), 3) <= at)


def edit(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        for statement in statements:
            file.execute(statement)


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_any_moment_gives_the_state_that_was_live_then(path: Path, seed: int) -> None:
    session = watched(seed)
    record(path, session)
    begin, end = (round(instant_of(one.input), 3) for one in (session[0], session[-1]))
    picks = random.Random(seed)  # noqa: S311 - moments, not secrets
    at_inputs = [round(instant_of(one.input), 3) for one in picks.sample(session, 15)]
    between = [round(picks.uniform(begin, end), 3) for _ in range(15)]

    for at in (begin, end, *at_inputs, *between):
        then = read_moment(path, "g", at)

        assert then.state == live_at(session, at)
        assert then.known_at is not None
        assert then.known_at <= at


def test_so_it_does_while_the_newest_minute_is_not_packed_yet(path: Path) -> None:
    async def main() -> None:
        store = Store.open(path)
        state = initial()
        for number in range(30):
            state = await record_in(store, state, pair(T + 2 * number))
            then = await store.moment(GROUP, T + 2 * number + 1)
            assert (then.state, then.sure) == (state, Sure.OBSERVED)
        await store.close()

    asyncio.run(main())


def test_in_a_gap_the_last_state_before_is_told_with_the_reason(path: Path) -> None:
    before = [item for number in range(5) for item in pair(T + 2 * number)]
    gap = Gap(T + 9, T + 300, GapReason.ASLEEP)
    after = [item for number in range(5) for item in pair(T + 301 + 2 * number)]
    session = changes(initial().settings, [*before, gap, *after])
    record(path, session)

    then = read_moment(path, "g", T + 120)

    assert (then.sure, then.gap, then.state) == (Sure.IN_GAP, gap, session[len(before) - 1].after)
    assert then.known_at == round(instant_of(before[-1]), 3)
    assert read_moment(path, "g", T + 302).sure is Sure.OBSERVED
    assert read_moment(path, "g", T + 6).sure is Sure.OBSERVED


def test_long_after_the_last_input_nothing_is_said_to_be_observed(path: Path) -> None:
    session = changes(initial().settings, [item for number in range(5) for item in pair(T + 2 * number)])
    record(path, session)

    then = read_moment(path, "g", T + 3_600)

    assert (then.sure, then.state) == (Sure.UNRECORDED, session[-1].after)
    assert "Nothing was recorded" in then.why


def test_what_cannot_be_read_is_not_stepped_over(path: Path) -> None:
    rounds = (CHECKPOINT_INPUTS - 1) // len(pair(T))
    session = changes(initial().settings, [item for number in range(rounds) for item in pair(T + 6 * number)])
    record(path, session)
    edit(path, "UPDATE packs SET body = x'00' WHERE seq = (SELECT min(seq) FROM packs WHERE seq > 1)")
    at = round(instant_of(session[-1].input), 3)

    then = read_moment(path, "g", at)

    assert then.sure is Sure.UNRECORDED
    assert then.known_at is not None
    assert then.state == live_at(session, then.known_at)
    assert "cannot be read" in then.why


def test_where_the_inputs_are_gone_the_lanes_are_told(path: Path) -> None:
    session = watched(2)[:300]
    record(path, session)
    at = round(instant_of(session[100].input), 3)
    edit(path, "DELETE FROM packs", "DELETE FROM tail", "DELETE FROM checkpoints")

    then = read_moment(path, "g", at)

    assert (then.sure, then.state) == (Sure.LANES_ONLY, None)
    assert {lane for lane, _ in then.lanes} >= {"gw-1", "gw-2", "dns"}
    assert read_moment(path, "g", at - 1e6).sure is Sure.NOTHING
    assert read_moment(path, "another", at).sure is Sure.NOTHING


def test_the_neighbouring_events_are_found_on_both_sides(path: Path) -> None:
    session = watched(3)
    record(path, session)
    events = [event for one in session for event in one.events]
    middle = events[len(events) // 2]

    before = read_neighbour(path, "g", middle.at, later=False)
    after = read_neighbour(path, "g", middle.at, later=True)

    assert before is not None
    assert after is not None
    assert before.at == max(event.at for event in events if event.at < middle.at)
    assert after.at == min(event.at for event in events if event.at > middle.at)
    assert read_neighbour(path, "g", events[-1].at, later=True) is None
    edit(path, f"UPDATE events SET kind = 'unheard_of' WHERE at = {after.at!r}")  # noqa: S608 - ours
    beyond = read_neighbour(path, "g", middle.at, later=True)
    assert beyond is not None
    assert beyond.at > after.at


def test_where_our_clock_was_set_back_a_state_of_that_time_of_day_is_told(path: Path) -> None:
    inputs = [one.input for one in watched(2)]
    at = instant_of(inputs[500])
    back = [Gap(at, at - 600, GapReason.CLOCK_STEPPED), *(later(one, -600) for one in inputs[501:900])]
    session = changes(watched(2)[0].before.settings, [*inputs[:501], *back])
    record(path, session)

    for one in session[::29]:
        asked = round(instant_of(one.input), 3)
        then = read_moment(path, "g", asked)

        shown = [each.after for each in session if abs(instant_of(each.input) - asked) < 1]
        assert then.state in shown
