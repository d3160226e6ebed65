"""Whatever can be stepped can be stored and comes back the same."""

from __future__ import annotations

import json
import typing

from hypothesis import given

from agmonitor.domain import observations as o
from agmonitor.domain.events import Event
from agmonitor.domain.model import Answer, DnsAnswer, Role
from agmonitor.domain.observations import Input, NodeObservation, Tick
from agmonitor.history.codec import decode_event, decoder, encode, encode_event
from tests.fakes import EPOCH, report
from tests.history.anything import events, inputs
from tests.history.rows import event

DECODE = decoder()


@given(inputs)
def test_any_input_comes_back_the_same(item: Input) -> None:
    back = DECODE(*encode(item))

    assert back == item
    assert type(back) is type(item)


@given(events)
def test_any_event_comes_back_the_same(one: Event) -> None:
    assert decode_event(encode_event(one)) == one


def test_every_kind_of_input_is_known() -> None:
    kinds = {json.loads(encode(typing.cast("Input", item))[0])[0] for item in _one_of_each()}

    assert len(kinds) == len(typing.get_args(Input))


def test_a_round_that_only_differs_in_its_numbers_has_the_same_form() -> None:
    first = NodeObservation(
        "gw-1", EPOCH, EPOCH + 1, Answer.OK, "", 3.0, report(Role.PRIMARY, "gw-1", EPOCH), EPOCH, 200
    )
    second = NodeObservation(
        "gw-1",
        EPOCH + 2,
        EPOCH + 3,
        Answer.OK,
        "",
        4.0,
        report(Role.PRIMARY, "gw-1", EPOCH + 20),
        EPOCH + 2,
        200,
    )

    assert encode(first)[0] == encode(second)[0]
    assert len(encode(first)[2]) < 20


def test_half_a_character_does_not_cost_the_event() -> None:
    stored = encode_event(Event(EPOCH, event(0).kind, "odd \ud800 name"))

    assert stored[3] == "odd \\ud800 name"


def _one_of_each() -> list[object]:
    return [
        Tick(1.0),
        o.Gap(1.0, 2.0, o.GapReason.LATE),
        o.FailoverOrdered(1.0, "gw-1", "why", "who"),
        o.Acknowledged(1.0, 3, "who", "why"),
        o.Acknowledged(1.0, None, "who", "why"),
        NodeObservation("gw-1", 1.0, 2.0, Answer.OK),
        o.LoadObservation("gw-1", 1.0, 2.0, Answer.OK),
        o.HooksObservation("gw-1", 1.0, 2.0, Answer.OK),
        o.DnsObservation(1.0, 2.0, DnsAnswer.OK),
        o.ResolverObservation("system", 1.0, 2.0, DnsAnswer.OK),
        o.ClientObservation(1.0, 2.0, Answer.OK),
    ]
