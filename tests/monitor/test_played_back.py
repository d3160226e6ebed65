"""A recording in the place of a workspace: each moment as it was, and nothing ever happens."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agmonitor.domain.moment import Sure
from agmonitor.failover.guards import Intent, Outcome
from agmonitor.history.replay import Moment, moments
from agmonitor.monitor.played_back import PlayedBack
from agmonitor.monitor.recent import KEPT_EVERY
from tests.history.recorded import record, watched


@pytest.fixture
def told(tmp_path: Path) -> list[Moment]:
    session = watched(2)
    record(tmp_path / "h.db", session[:450], session[450:900])
    return list(moments(tmp_path / "h.db", "g"))


def test_any_moment_is_told_as_it_was(told: list[Moment]) -> None:
    recording = PlayedBack(iter(told))
    assert recording.now() == max(moment.at for moment in told)

    for place in (0, 1, KEPT_EVERY, 449, 450, 451, 777, 899):
        last = max(n for n, moment in enumerate(told) if moment.at <= told[place].at)
        wanted = told[last].after
        assert wanted is not None
        state = asyncio.run(recording.moment("g", told[place].at)).state
        assert state is not None
        assert (state.verdict, state.nodes, state.now) == (wanted.verdict, wanted.nodes, wanted.now)


def test_before_the_first_nothing_is_known_and_after_the_last_the_end_is(told: list[Moment]) -> None:
    recording = PlayedBack(iter(told))

    assert asyncio.run(recording.moment("g", 0.0)).sure is Sure.NOTHING
    assert told[-1].after is not None
    assert recording.state("g").now == told[-1].after.now
    beyond = asyncio.run(recording.moment("g", recording.until_at + 1e6))
    assert (beyond.sure, beyond.state) == (Sure.UNRECORDED, recording.state("g"))


def test_nothing_is_ordered_changed_or_asked(told: list[Moment]) -> None:
    recording = PlayedBack(iter(told))
    (settings,) = recording.groups.values()

    assert not settings.failover_allowed
    result = asyncio.run(recording.fail_over(settings.name, Intent("x"), lambda _line: None))
    assert (result.outcome, "recording" in result.sentence) == (Outcome.REFUSED_HERE, True)
    for change in (recording.add, recording.replace):
        with pytest.raises(ValueError, match="recording"):
            change(settings)
    with pytest.raises(ValueError, match="recording"):
        recording.remove(settings.name)


def test_all_of_the_past_is_given_however_long_ago(told: list[Moment]) -> None:
    recording = PlayedBack(iter(told))

    past = asyncio.run(recording.past(recording.name, recording.now()))

    assert [(one.input, one.events) for one in past] == [(moment.input, moment.stored) for moment in told]


def test_without_anything_to_show_there_is_no_recording() -> None:
    with pytest.raises(ValueError, match="nothing"):
        PlayedBack(iter(()))
