"""The story awaits what it expects, tells what it saw, and passes only if all of it came true."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from agmonitor.cli.story import Story, Told
from agmonitor.domain.model import Answer, GroupSettings, Role
from agmonitor.domain.observations import Hook, HookCall, HookOutcome, HooksObservation, Tick
from agmonitor.domain.state import Condition, GroupState
from agmonitor.failover.guards import Intent, Outcome
from agmonitor.monitor.operation import FailoverResult
from agmonitor.monitor.ports import GroupChange
from tests.report.states import AT, healthy

LIMIT_S = 0.2  # a fake world answers at once or never


@dataclass
class World:
    """A workspace and a lab in one, whose group changes as the lab is broken; ``stuck`` parts never do."""

    stuck: frozenset[str] = frozenset()
    outcome: Outcome = Outcome.SUCCEEDED
    now_state: GroupState = field(default_factory=healthy)
    subscribers: list[Callable[[GroupChange], None]] = field(default_factory=list)
    lost_s: float = 2.0
    pictures: list[str] = field(default_factory=list)

    @property
    def settings(self) -> GroupSettings:
        return self.now_state.settings

    def state(self, _name: str) -> GroupState:
        return self.now_state

    def subscribe(self, callback: Callable[[GroupChange], None]) -> object:
        self.subscribers.append(callback)
        self._later("heartbeats", self.beat)
        return None

    async def fault(self, name: str, node: str | None = None, for_s: float | None = None) -> str:
        assert (name, node) == ("kill", "gw-1")
        self._later("silence", lambda: self._node("gw-1", condition=Condition.SILENT, role=None))
        self._later("takeover", lambda: self._serve("gw-2"))
        self._later("hooks", lambda: self._node("gw-2", hooks=_inventory("gw-2", called=True)))
        return "gw-1 is killed."

    async def heal(self) -> None:
        self.lost_s += 5.5
        self._later("return", lambda: self._node("gw-1", condition=Condition.HEARD, role=Role.SECONDARY))

    async def fail_over(self, name: str, wish: Intent, progress: Callable[[str], None]) -> FailoverResult:
        progress("ordered")
        self._node("gw-2", role=Role.SECONDARY)
        self._serve("gw-1")
        return FailoverResult(self.outcome, "No.", None, self.now_state, self.now_state)

    async def take_picture(self, name: str) -> None:
        self.pictures.append(name)

    def _later(self, part: str, change: Callable[[], None]) -> None:
        if part not in self.stuck:
            asyncio.get_running_loop().call_soon(change)

    def beat(self) -> None:
        """Every node has heard the third heartbeat from now."""
        for node in self.now_state.nodes:
            if node.heard is not None and node.heard.report is not None and node.role is not None:
                report = replace(node.heard.report, last_heartbeat_at=AT + 41)
                self._node(node.name, heard=replace(node.heard, report=report))

    def _node(self, name: str, **changes: Any) -> None:
        nodes = tuple(
            replace(node, **changes) if node.name == name else node for node in self.now_state.nodes
        )
        self.now_state = replace(self.now_state, nodes=nodes)  # type: ignore[arg-type]  # still two
        for callback in self.subscribers:
            callback(GroupChange("lab", Tick(AT), self.now_state, ()))

    def _serve(self, name: str) -> None:
        address = {"gw-1": "192.0.2.11", "gw-2": "192.0.2.12"}[name]
        assert self.now_state.dns is not None
        assert self.now_state.clients is not None
        self.now_state = replace(
            self.now_state,
            dns=replace(self.now_state.dns, addresses=(address,)),
            clients=replace(self.now_state.clients, address=address),
        )
        self._node(name, role=Role.PRIMARY)


def _inventory(node: str, *, called: bool) -> HooksObservation:
    hook = Hook("zones", "zones.on_change", "zones.py:3")
    call = HookCall(
        "zones", "zones.on_change", Role.SECONDARY, Role.PRIMARY, AT + 1, 2.0, HookOutcome.RETURNED
    )
    return HooksObservation(node, AT, AT, Answer.OK, hooks=(hook,), calls=(call,) if called else ())


def play(world: World) -> Told:
    async def main() -> Told:
        story = Story(world, world, world.take_picture, lambda: AT, lambda: world.lost_s, lambda _line: None)
        return await story.play(LIMIT_S)

    return asyncio.run(main())


def test_a_story_that_comes_true_passes_with_a_picture_of_each_step() -> None:
    world = World()

    told = play(world)

    assert told.passed, told
    assert told.clients_without_service_s == 5.5
    assert world.pictures == [
        "01-healthy.png",
        "02-primary-killed.png",
        "03-takeover.png",
        "04-hooks.png",
        "05-old-primary-back.png",
        "06-planned-failover.png",
        "07-healthy-again.png",
    ]


@pytest.mark.parametrize(
    ("stuck", "failed"),
    [
        ("heartbeats", "healthy"),
        ("silence", "primary-killed"),
        ("takeover", "takeover"),
        ("hooks", "hooks"),
        ("return", "old-primary-back"),
    ],
)
def test_what_does_not_come_fails_and_the_rest_is_not_reached(stuck: str, failed: str) -> None:
    told = play(World(stuck=frozenset({stuck})))

    assert not told.passed
    after = [step for step in told.steps if not step.passed]
    assert after[0].name == failed
    assert all(step.seen == "not reached" for step in after[1:])
    assert len(told.steps) == 7


def test_a_refused_order_is_told_with_its_reason() -> None:
    told = play(World(outcome=Outcome.REFUSED_BY_NODE))

    order = told.steps[5]
    assert (order.passed, order.seen) == (False, "No.")


def test_the_summary_has_the_agreed_keys() -> None:
    document = play(World()).document()

    assert list(document) == ["passed", "clients_without_service_s", "steps"]
    steps = document["steps"]
    assert isinstance(steps, list)
    assert list(steps[0]) == ["name", "expected", "seen", "passed", "seconds"]
