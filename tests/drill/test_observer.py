"""The virtual observer sees what the real monitor would have seen."""

from __future__ import annotations

from itertools import pairwise

import pytest

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.observations import FailoverAnswer
from agmonitor.drill.observer import Observer, world_settings
from agmonitor.drill.random_run import built
from agmonitor.drill.schedule import plan
from tests.drill.world_loop import watched

FOR_S = 900.0
FEW_MS = 0.0021  # the loop's arithmetic on instants differs in the last bit, and they are cut to milliseconds


def _by_monitor(seed: int) -> list[tuple[float, Event]]:
    drawn = plan(seed)
    world = built(drawn)
    return watched(world, world_settings(world, drawn.cadence_s, drawn.deadline_s), seed, FOR_S)


def _by_observer(seed: int) -> list[tuple[float, Event]]:
    drawn = plan(seed)
    world = built(drawn)
    observer = Observer(world, world_settings(world, drawn.cadence_s, drawn.deadline_s), seed)
    told: list[tuple[float, Event]] = []
    observer.on_change(lambda _at, _item, _state, events: told.extend((event.at, event) for event in events))
    observer.start()
    world.run(world.now + FOR_S)
    return told


@pytest.mark.parametrize("seed", [1, 11, 62, 141, 214, 363])
def test_the_real_monitor_tells_the_same_events_of_the_same_world(seed: int) -> None:
    real, virtual = _by_monitor(seed), _by_observer(seed)

    assert len(real) > 5
    assert [event.sentence for _, event in virtual] == [event.sentence for _, event in real]
    assert all(abs(a - b) <= FEW_MS for (a, _), (b, _) in zip(virtual, real, strict=True))


def test_nothing_is_left_unasked_for_longer_than_a_round_and_a_deadline() -> None:
    drawn = plan(11)
    world = built(drawn)
    observer = Observer(world, world_settings(world, drawn.cadence_s, drawn.deadline_s), 11)
    asked: dict[str, list[float]] = {}
    observer.asker.on_answer(
        lambda kind, node, answer: asked.setdefault(f"{kind} {node}", []).append(answer.sent_at)
    )
    observer.start()
    began = world.now
    world.run(began + FOR_S)

    for subject in ("node gw-1", "node gw-2", "dns "):
        sent = [began, *asked[subject], world.now]
        longest_s = max(later - earlier for earlier, later in pairwise(sent))
        assert longest_s <= 4 * drawn.cadence_s + drawn.deadline_s


def test_an_order_of_ours_is_stepped_and_told() -> None:
    drawn = plan(1)
    world = built(drawn)
    observer = Observer(world, world_settings(world, drawn.cadence_s), 1)
    kinds: list[EventKind] = []
    observer.on_change(lambda _at, _item, _state, events: kinds.extend(event.kind for event in events))
    observer.start()
    answers: list[FailoverAnswer] = []
    world.at(world.now + 20, lambda: world.order_failover("gw-2", 5.0, answers.append))
    world.run(world.now + 40)

    assert [answer.accepted for answer in answers] == [True]
    assert EventKind.ROLE_CHANGED in kinds
