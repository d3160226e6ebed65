"""A sentence that can be said again is a text like any other: equal, stored and sent by its letters alone."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable

import pytest

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.group import initial
from agmonitor.domain.state import GroupState, Mode
from agmonitor.history.checkpoint import decode_state, encode_state
from agmonitor.history.codec import decode_event, encode_event
from agmonitor.said import Said, joined, phrase
from tests.builders import settings

SENTENCE = "gw-1 is not answering (no answer in time)"


def said() -> Said:
    return phrase("{node} is not answering ({why})", node="gw-1", why=phrase("no answer in time"))


def test_it_equals_and_hashes_as_its_letters() -> None:
    assert said() == SENTENCE
    assert {said()} == {SENTENCE}
    assert json.dumps([said()]) == json.dumps([SENTENCE])
    assert type(f"{said()}") is str


def through_pickle(one: Said) -> Said:
    again = pickle.loads(pickle.dumps(one))  # noqa: S301 - our own bytes
    assert isinstance(again, Said)
    return again


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, through_pickle])
def test_a_copy_knows_what_it_was_made_of(again: Callable[[Said], Said]) -> None:
    copied = again(said())

    assert (copied, copied.template, copied.values) == (SENTENCE, said().template, said().values)


def test_parts_are_joined_as_text_is_and_one_stays_itself() -> None:
    one = said()

    assert joined(", ", (one, "b")) == f"{SENTENCE}, b"
    assert joined(", ", (one,)) is one
    assert joined(", ", ()) == ""


def test_a_template_that_was_kept_is_filled_later() -> None:
    assert phrase("{a} of {b}").filled(a=1, b=2, c=3) == "1 of 2"


def test_the_history_keeps_the_letters_alone() -> None:
    row = encode_event(Event(1.0, EventKind.NODE_LOST, said()))

    assert (type(row[3]), decode_event(row).sentence) == (str, SENTENCE)


def test_a_checkpoint_keeps_the_letters_alone() -> None:
    state: GroupState = initial(settings(), Mode.WATCHING, 0.0)

    kept = decode_state(encode_state(state))

    assert isinstance(state.verdict.sentence, Said)
    assert type(kept.verdict.sentence) is str
    assert kept == state
