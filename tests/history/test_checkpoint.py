"""A state kept in the file is the state that was, and goes on as it would have."""

from __future__ import annotations

import pytest
from hypothesis import given

from agmonitor.domain import group
from agmonitor.domain.observations import Input
from agmonitor.history.checkpoint import decode_state, encode_state
from tests import builders as b
from tests.domain.streams import STREAMS, in_order


@given(STREAMS.map(in_order))
def test_any_state_comes_back_the_same(stream: list[Input]) -> None:
    state = b.initial()
    for item in stream:
        state, _ = group.step(state, item)

        assert decode_state(encode_state(state)) == state


@pytest.mark.parametrize("body", [b"", b"x", encode_state(b.initial())[:-3]])
def test_damage_is_an_error_of_its_own(body: bytes) -> None:
    with pytest.raises(ValueError, match="checkpoint"):
        decode_state(body)
