"""What an acknowledgement would be about: the episode on show, the newest, an odd change, nothing."""

from __future__ import annotations

from dataclasses import replace

from agmonitor.domain.attention import Subject, waiting
from agmonitor.domain.events import Acknowledgement, Episode
from agmonitor.domain.memory import PrimaryChange
from tests.builders import T, initial

WORD = Acknowledgement(T + 50, "ann", "patched")
FIRST, SECOND = Episode(1, T, T + 10), Episode(2, T + 20, T + 30)
CHANGE = PrimaryChange(T + 25, "gw-1", "gw-2", ordered_here=False, explained=False)


def test_the_newest_that_nobody_took_note_of_waits() -> None:
    state = replace(initial(), episodes=(FIRST, SECOND))

    assert waiting(state) == Subject(SECOND)
    assert waiting(replace(state, episodes=(FIRST, replace(SECOND, acknowledged=WORD)))) == Subject(FIRST)


def test_the_one_on_show_comes_first_as_long_as_it_waits() -> None:
    state = replace(initial(), episodes=(FIRST, SECOND))

    assert waiting(state, FIRST) == Subject(FIRST)
    noted = replace(state, episodes=(replace(FIRST, acknowledged=WORD), SECOND))
    assert waiting(noted, FIRST) == Subject(SECOND)


def test_a_running_one_can_be_acknowledged() -> None:
    running = replace(SECOND, ended_at=None)

    assert waiting(replace(initial(), episodes=(FIRST,), episode=running)) == Subject(running)


def test_without_an_episode_the_unexplained_change_waits_until_it_is_noted() -> None:
    state = initial()
    unexplained = replace(state, memory=replace(state.memory, change=CHANGE))
    assert waiting(unexplained) == Subject()

    noted = replace(unexplained.memory, acknowledged_change=CHANGE)
    assert waiting(replace(unexplained, memory=noted)) is None


def test_nothing_waits_in_a_group_where_nothing_happened() -> None:
    assert waiting(initial()) is None
