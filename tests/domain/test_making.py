"""What is quickly made is what the library would have made."""

from __future__ import annotations

import dataclasses
import inspect
import pickle

import pytest

from agmonitor.domain.making import quickly_made
from agmonitor.domain.model import Severity
from agmonitor.domain.observations import Tick
from agmonitor.domain.state import Finding


@dataclasses.dataclass(frozen=True, slots=True)
class Slowly:
    first: int
    second: tuple[int, ...] = ()
    third: str = dataclasses.field(default="c", kw_only=True)


@quickly_made
@dataclasses.dataclass(frozen=True, slots=True)
class Quickly:
    first: int
    second: tuple[int, ...] = ()
    third: str = dataclasses.field(default="c", kw_only=True)


def test_it_takes_the_same_arguments() -> None:
    assert inspect.signature(Quickly) == inspect.signature(Slowly)
    assert Quickly.__init__.__annotations__ == Slowly.__init__.__annotations__
    assert dataclasses.astuple(Quickly(1, third="x")) == dataclasses.astuple(Slowly(1, third="x"))
    with pytest.raises(TypeError, match="first"):
        Quickly()  # type: ignore[call-arg]


def test_it_is_frozen_and_can_be_compared_copied_and_sent() -> None:
    finding = Finding(1, "two_primaries", Severity.CRITICAL, "Both.")

    assert type(finding) is Finding
    assert pickle.loads(pickle.dumps(finding)) == finding  # noqa: S301 - our own
    assert dataclasses.replace(finding, number=2) != finding
    assert len({finding, dataclasses.replace(finding)}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.number = 3  # type: ignore[misc]


def test_a_class_that_needs_more_than_its_fields_is_refused() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Listed:
        items: list[Tick] = dataclasses.field(default_factory=list)

    with pytest.raises(AssertionError, match="factory"):
        quickly_made(Listed)
