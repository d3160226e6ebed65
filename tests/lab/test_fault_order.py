"""Orders of faults: what may be said of each, and the sentence for what may not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agmonitor.lab.errors import LabError
from agmonitor.lab.fault_order import order_of
from agmonitor.lab.fault_words import in_words
from agmonitor.lab.status import FaultRecord
from agmonitor.protocol.faults import FAULTS, Link


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_be_ordered_without_a_further_word(name: str) -> None:
    order = order_of(name, "gw-1", None, None, None)

    assert order.parameters == {p.name: p.default for p in FAULTS[name].parameters}
    assert order.link is (Link.DOOR if FAULTS[name].takes_link else None)
    assert "gw-1" in order.sentence
    assert "{" not in order.sentence


def test_a_sentence_names_target_link_and_length() -> None:
    order = order_of("blackhole", None, 12.0, "dns", {})

    assert order.sentence == "The way to DNS of both nodes swallows everything. It heals in 12 s."


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if not fault.needs_node])
def test_a_sentence_is_one_of_both_nodes_too(name: str) -> None:
    assert not FAULTS[name].sentence.startswith("{node}"), "both nodes is broken"
    assert "both nodes" in order_of(name, None, None, None, None).sentence


def test_dashes_are_taken_for_underscores() -> None:
    assert order_of("cut-both", None, None, None, None).fault is FAULTS["cut_both"]


@pytest.mark.parametrize(
    ("name", "link", "parameters", "sentence"),
    [
        ("kill", "door", {}, "Kill takes no link."),
        ("kil", None, {}, "There is no fault 'kil'. Near to it: kill. agmonitor lab fault --list names all."),
        ("slow", "moon", {}, "There is no link 'moon'; there are door, heartbeat, dns, watch."),
        ("slow", None, {"loss_share": 1}, "Slow knows no 'loss_share'; it takes delay_s."),
        ("kill", None, {"delay_s": 1}, "Kill knows no 'delay_s'; it takes no numbers."),
        ("slow", None, {"delay_s": -1}, "delay_s is a number from 0 to 60, not -1."),
        ("slow", None, {"delay_s": float("nan")}, "delay_s is a number from 0 to 60, not nan."),
        ("slow", None, {"delay_s": "2"}, "delay_s is a number from 0 to 60, not '2'."),
    ],
)
def test_what_a_fault_does_not_take_is_refused(
    name: str, link: str | None, parameters: Mapping[str, float], sentence: str
) -> None:
    with pytest.raises(LabError) as refused:
        order_of(name, "gw-1", None, link, parameters)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (FaultRecord("kill", "gw-1", 0.0), "gw-1: kill"),
        (FaultRecord("cut_dns", None, 0.0, 30.0), "both: cut from DNS, 20 s left"),
        (FaultRecord("slow", "gw-1", 0.0, 310.0, None, "watch", {"delay_s": 2}), "5 min left"),
        (FaultRecord("lossy", "gw-1", 0.0, 5.0, None, "door", {"loss_share": 0.3}), "(door, 30 %), 0 s left"),
        (FaultRecord("unknown", "gw-1", 0.0), "gw-1: unknown"),
    ],
)
def test_what_is_on_is_said_with_the_time_left(record: FaultRecord, words: str) -> None:
    assert in_words(record, 10.0).endswith(words)
