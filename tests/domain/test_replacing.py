"""``replace`` makes what the library's makes."""

from __future__ import annotations

import dataclasses

import pytest

from agmonitor.domain.replacing import replace, replacer
from agmonitor.domain.state import GroupState
from tests import builders as b


def test_a_replaced_field_is_the_only_difference() -> None:
    state = b.watched(*b.healthy_round())

    assert replace(state, now=state.now + 1) == dataclasses.replace(state, now=state.now + 1)
    assert replace(state) == state
    assert replace(state) is not state


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(AttributeError, match="colour"):
        replace(b.initial(), colour="blue")  # type: ignore[call-arg]


def test_what_is_made_is_of_the_class_and_frozen() -> None:
    made = replace(b.initial(), now=1.0)

    assert type(made) is type(b.initial())
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.now = 2.0  # type: ignore[misc]


def test_a_class_that_checks_itself_is_refused() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Positive:
        number: int

        def __post_init__(self) -> None:
            assert self.number > 0

    with pytest.raises(AssertionError, match="Positive"):
        replace(Positive(1), number=-1)


def test_a_replacer_of_its_fields_makes_the_same() -> None:
    state = b.watched(*b.healthy_round())
    made = replacer(GroupState, "beat", "now")(state, None, 1.0)

    assert made == dataclasses.replace(state, now=1.0, beat=None)
    assert type(made) is GroupState
    with pytest.raises(AttributeError, match="colour"):
        replacer(GroupState, "colour")
