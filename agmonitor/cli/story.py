"""The story that ``demo --unattended`` plays: a takeover and a planned failover, each expectation awaited.

Knows a workspace, a lab and a way to take pictures, and no window. Nothing here sleeps: an expectation is
looked at whenever the group's state changes, until it holds or its deadline has passed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Protocol

from agmonitor.domain.model import GroupSettings, Instant, Role
from agmonitor.domain.observations import HookCall
from agmonitor.domain.rules_health import pair_is_well
from agmonitor.domain.state import Condition, GroupState
from agmonitor.failover.guards import Guard, Intent, Outcome
from agmonitor.monitor.operation import FailoverResult
from agmonitor.monitor.ports import GroupChange
from agmonitor.report.record import clients_judged, node_named_by
from agmonitor.report.words import took

REASON = "The demo's planned failover"
OVERRIDES = frozenset({Guard.HOOK_TROUBLE})  # an example hook raises at each takeover, on purpose
ROUNDS_S = 20.0  # rounds, hook inventories and a busy machine, beside what the group's timers need


class Watched(Protocol):
    """What the story needs of the monitor's workspace."""

    def state(self, name: str) -> GroupState: ...

    def subscribe(self, callback: Callable[[GroupChange], None]) -> object: ...

    async def fail_over(self, name: str, wish: Intent, progress: Callable[[str], None]) -> FailoverResult: ...


class Pair(Protocol):
    """What the story needs of the lab."""

    @property
    def settings(self) -> GroupSettings: ...

    async def fault(self, name: str, node: str | None = None, for_s: float | None = None) -> str: ...

    async def heal(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it went; ``seconds`` on the wall."""

    name: str
    expected: str
    seen: str
    passed: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Told:
    """The whole story as it went."""

    passed: bool
    clients_without_service_s: float
    steps: tuple[Step, ...]

    def document(self) -> dict[str, object]:
        """``summary.json``."""
        return {
            "passed": self.passed,
            "clients_without_service_s": round(self.clients_without_service_s, 1),
            "steps": [asdict(step) for step in self.steps],
        }


Expectation = Callable[[GroupState], bool]
TakePicture = Callable[[str], Awaitable[None]]


class Story:
    """Plays the story once. ``without_service_s`` tells what the lab's own client has lost so far."""

    def __init__(
        self,
        watched: Watched,
        pair: Pair,
        take_picture: TakePicture,
        now: Callable[[], Instant],
        without_service_s: Callable[[], float],
        tell: Callable[[str], None],
    ) -> None:
        self._watched = watched
        self._pair = pair
        self._take_picture = take_picture
        self._now = now
        self._without_service_s = without_service_s
        self._tell = tell
        self._changed = asyncio.Event()
        self._steps: list[Step] = []
        self._step_began_at: Instant = 0.0

    async def play(self, deadline_s: float | None = None) -> Told:
        """All steps in order; after one that failed the others are told as not reached."""
        self._watched.subscribe(lambda _change: self._changed.set())
        lost_before_s = self._without_service_s()
        first, second = (node.name for node in self._pair.settings.nodes)
        limit_s = deadline_s
        began_at = self._now()

        await self._step(
            "healthy",
            f"{first} is Primary, {second} stands by and hears three heartbeats",
            self._pair_up(first, second, beats=3),
            limit_s,
        )
        await self._step(
            "primary-killed",
            f"{first} is seen to be gone",
            lambda state: state.node(first).condition is Condition.SILENT,
            limit_s,
            act=lambda: self._fault("kill", first),
        )
        await self._step(
            "takeover", f"{second} becomes Primary and DNS names it", _served_by(second), limit_s
        )
        await self._step(
            "hooks",
            f"the hooks of {second} were called",
            _hooks_called(second, began_at),
            limit_s,
            seen=lambda state: _calls_seen(state, second, began_at),
        )
        await self._step(
            "old-primary-back",
            f"{first} comes back as Secondary and hears heartbeats",
            self._pair_up(second, first),
            limit_s,
            act=self._heal,
        )
        await self._step(
            "planned-failover",
            f"the order succeeds: {first} is Primary again and DNS names it",
            _served_by(first),
            limit_s,
            act=self._order,
        )
        await self._step(
            "healthy-again",
            f"{first} is Primary, {second} stands by and hears three heartbeats",
            self._pair_up(first, second, beats=3),
            limit_s,
        )
        lost_s = self._without_service_s() - lost_before_s
        return Told(all(step.passed for step in self._steps), lost_s, tuple(self._steps))

    def _pair_up(self, primary: str, secondary: str, beats: int = 1) -> Expectation:
        """The pair well with these roles, clients served, and so many heartbeats since the step began.

        The lab's clocks are ours, so stamps compare. A hook that raised at the takeover is part of the story.
        """

        def holds(state: GroupState) -> bool:
            roles = (state.node(primary).role, state.node(secondary).role)
            if roles != (Role.PRIMARY, Role.SECONDARY) or not pair_is_well(state):
                return False
            heard = state.node(secondary).heard
            beat_at = heard.report.last_heartbeat_at if heard is not None and heard.report else None
            newest_due_at = self._step_began_at + (beats - 1) * state.timers.report_s
            return beat_at is not None and beat_at >= newest_due_at and _clients_at(state, primary)

        return holds

    def _takeover_s(self) -> float:
        """What a takeover may take by the group's own timers, and then some."""
        timers = self._watched.state(self._pair.settings.name).timers
        return max(timers.absence_s, timers.check_s) + timers.check_s + timers.ttl_s + ROUNDS_S

    async def _step(
        self,
        name: str,
        expected: str,
        holds: Expectation,
        limit_s: float | None,
        act: Callable[[], Awaitable[str]] | None = None,
        seen: Callable[[GroupState], str] | None = None,
    ) -> None:
        number = len(self._steps) + 1
        if any(not step.passed for step in self._steps):
            self._steps.append(Step(name, expected, "not reached", passed=False, seconds=0.0))
            return
        self._tell(f"{number}. {expected} …")
        self._step_began_at = began_at = self._now()
        trouble = "" if act is None else await act()
        passed = not trouble and await self._await(holds, limit_s or self._takeover_s())
        took_s = self._now() - began_at
        what = trouble or (seen or _seen)(self._state())
        self._steps.append(Step(name, expected, what, passed, round(took_s, 3)))
        self._tell(f"   {'seen' if passed else 'NOT SEEN'} after {took(took_s)}: {what}")
        await self._take_picture(f"{number:02d}-{name}.png")

    async def _await(self, holds: Expectation, limit_s: float) -> bool:
        try:
            async with asyncio.timeout(limit_s):
                while not holds(self._state()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return holds(self._state())
        return True

    def _state(self) -> GroupState:
        return self._watched.state(self._pair.settings.name)

    async def _fault(self, name: str, node: str) -> str:
        self._tell(f"   {await self._pair.fault(name, node)}")
        return ""

    async def _heal(self) -> str:
        await self._pair.heal()
        return ""

    async def _order(self) -> str:
        """The planned failover; what went wrong with it, else nothing."""
        name = self._pair.settings.name
        result = await self._watched.fail_over(
            name,
            Intent(REASON, confirmed_name=name, overrides=OVERRIDES),
            lambda line: self._tell(f"   {line}"),
        )
        return "" if result.outcome is Outcome.SUCCEEDED else result.sentence


def _served_by(primary: str) -> Expectation:
    def holds(state: GroupState) -> bool:
        named = node_named_by(state, state.dns.addresses) if state.dns is not None else None
        return state.node(primary).role is Role.PRIMARY and named == primary and _clients_at(state, primary)

    return holds


def _clients_at(state: GroupState, node: str) -> bool:
    if not clients_judged(state):
        return True
    clients = state.clients
    return (
        clients is not None
        and clients.address is not None
        and (node_named_by(state, (clients.address,)) == node and clients.answer.value == "ok")
    )


def _hooks_called(node: str, since: Instant) -> Expectation:
    """Every hook of that node was called when it became Primary (the lab's clocks are ours)."""

    def holds(state: GroupState) -> bool:
        seen = state.node(node).hooks
        if seen is None or not seen.hooks:
            return False
        called = {(call.workflow, call.callback) for call in seen.calls if _became_primary(call, since)}
        return {(hook.workflow, hook.callback) for hook in seen.hooks} <= called

    return holds


def _became_primary(call: HookCall, since: Instant) -> bool:
    return call.new is Role.PRIMARY and call.started_at >= since


def _seen(state: GroupState) -> str:
    """What each witness says, in one line."""
    nodes = [f"{n.name} {n.role.value if n.role else n.condition.value}" for n in state.nodes]
    named = node_named_by(state, state.dns.addresses) if state.dns is not None else None
    return ", ".join([*nodes, f"DNS names {named or 'nobody we know'}", state.verdict.name])


def _calls_seen(state: GroupState, node: str, since: Instant) -> str:
    """How the hooks of a node went when it became Primary."""
    seen = state.node(node).hooks
    calls = [call for call in seen.calls if _became_primary(call, since)] if seen is not None else []
    return ", ".join(f"{call.callback} {call.outcome.value}" for call in calls) or "no calls"
