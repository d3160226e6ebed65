"""What no history keeps is remembered for a while: any moment of it, its events, and what failed."""

from __future__ import annotations

import random

from agmonitor.domain.evidence import Evidence
from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.moment import Sure
from agmonitor.domain.observations import instant_of
from agmonitor.monitor.recent import KEPT_EVERY, PastInput, Recent
from tests.builders import T
from tests.history.recorded import Change, watched


def remembered(session: list[Change], most: int | None = None) -> Recent:
    recent = Recent(most)
    for one in session:
        recent.take(PastInput(instant_of(one.input), one.input, one.events), one.before, one.after)
    return recent


def test_any_moment_is_the_state_that_was_live_then() -> None:
    session = list(watched(3))
    recent = remembered(session)

    for one in random.Random(3).sample(session, 30):  # noqa: S311 - moments, not secrets
        at = instant_of(one.input)
        live = next(each.after for each in reversed(session) if instant_of(each.input) <= at)
        then = recent.moment(at)
        assert then is not None
        assert (then.state, then.sure) == (live, Sure.OBSERVED)
    assert recent.moment(instant_of(session[0].input) - 1) is None


def test_the_oldest_is_forgotten_and_the_rest_stays_right() -> None:
    session = list(watched(3))[:1000]
    recent = remembered(session, most=500)

    assert 500 - KEPT_EVERY <= len(recent.inputs) <= 500
    assert recent.moment(instant_of(session[300].input)) is None
    then = recent.moment(instant_of(session[-1].input))
    assert then is not None
    assert then.state == session[-1].after


def test_the_same_failure_again_is_one_that_tells_how_often() -> None:
    recent = Recent()
    for at in (T, T + 2, T + 4, T + 900):
        recent.keep(Evidence(at, "gw-1", "group", "refused", "Nobody listens."))

    first, second = recent.evidence(T, None)

    assert (first.times, first.until_at, second.times) == (3, T + 4, 1)
    assert recent.evidence(T + 5, T + 800) == []


def test_episodes_and_notes_are_remembered_too() -> None:
    session = list(watched(3))
    recent = remembered(session)
    state = session[-1].after
    known = (*state.episodes, *((state.episode,) if state.episode is not None else ()))
    first = known[0]
    note = Mark(first.began_at, MarkKind.NOTE, "anna", "only practice", first.began_at + 5)
    recent.pin(note)

    told = recent.episodes(0, None)

    assert [one.episode for one in told] == list(known)
    assert note in told[0].marks
    assert recent.marks(first.began_at + 1, None) == []
    assert recent.episodes(0, first.began_at - 1) == []
    assert Recent().episodes(0, None) == []
