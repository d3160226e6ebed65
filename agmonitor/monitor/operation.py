"""A planned failover from reading to proof: look, plan, record the order, one PUT, watch what really happens.

The rules are ``agmonitor.failover``; this is their course in time. The answer to the PUT never decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from agmonitor.domain.group import step
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.observations import FailoverAnswer, FailoverOrdered, Input
from agmonitor.domain.rounding import rounded
from agmonitor.domain.state import GroupState
from agmonitor.domain.words import duration
from agmonitor.failover import Guard, Outcome, Plan, Refusal, names_only, outcome, permitted, plan
from agmonitor.monitor.look import look
from agmonitor.monitor.ports import Clock, Prober, Recorder
from agmonitor.monitor.subjects import Kind, Subject, ask, group_name

ROUND_S = 1.0
AT_ONCE_S = 0.05


@dataclass(frozen=True, slots=True)
class FailoverResult:
    """How it ended, on what evidence. ``target`` None: it never came to a plan; ``guards``: which refused."""

    outcome: Outcome
    sentence: str
    target: str | None
    before: GroupState
    after: GroupState
    guards: tuple[Guard, ...] = ()


async def fail_over(
    settings: GroupSettings,
    prober: Prober,
    clock: Clock,
    recorder: Recorder,
    *,
    reason: str,
    who: str,
    progress: Callable[[str], None],
    confirmed: Plan | None = None,
) -> FailoverResult:
    """Order a planned failover of that group and prove it, or refuse with every reason.

    ``confirmed`` is what a person was told and agreed to: where the roles have moved since, nothing is sent.
    Does not close the prober. Cancelling after the order leaves the group to finish by itself.
    """
    progress("Reading both nodes and DNS.")
    state = await look(settings, prober, clock)
    operation = _Operation(state, prober, clock, recorder, progress)
    if not isinstance(plan(state), Refusal):
        await operation.read()  # a look may have taken seconds: what is fired on is read now
    return await operation.run(reason, who, confirmed)


class _Operation:
    def __init__(
        self,
        state: GroupState,
        prober: Prober,
        clock: Clock,
        recorder: Recorder,
        progress: Callable[[str], None],
    ) -> None:
        self._state = state
        self._prober = prober
        self._clock = clock
        self._recorder = recorder
        self._progress = progress
        self._ordered = False
        self._history_failed = False

    async def run(self, reason: str, who: str, confirmed: Plan | None) -> FailoverResult:
        before = self._state
        made = permitted(plan(before), reason, confirmed)
        if isinstance(made, Refusal):
            return FailoverResult(Outcome.REFUSED_HERE, made.sentence, None, before, before, made.guards)
        self._progress(made.sentence)
        await self._admit(FailoverOrdered(self._clock.now(), made.target, reason, who))
        self._ordered = True
        answer = await self._prober.order_failover(made.target)
        if not answer.sent:
            unsent = (Guard.NOT_SENT,)
            return FailoverResult(
                Outcome.REFUSED_HERE, answer.detail, made.target, before, self._state, unsent
            )
        self._progress(_answered(made, answer))
        ended, took_s = await self._watch(made, answer)
        sentence = _ending(made, answer, ended, took_s, self._state)
        return FailoverResult(ended, sentence, made.target, before, self._state)

    async def read(self) -> None:
        """Ask both nodes and the record, side by side."""
        subjects = [Subject(Kind.NODE, node.name) for node in self._state.nodes]
        async with asyncio.TaskGroup() as tasks:
            for subject in (*subjects, Subject(Kind.DNS)):
                tasks.create_task(self._ask(subject))

    async def _watch(self, made: Plan, answer: FailoverAnswer) -> tuple[Outcome, float]:
        began_at: Instant = self._clock.now()
        while True:
            await self.read()
            waited_s = self._clock.now() - began_at
            ended = outcome(made, self._state, accepted=answer.accepted, waited_s=waited_s)
            if ended is not None:
                return ended, waited_s
            await self._clock.sleep(ROUND_S)

    async def _ask(self, subject: Subject) -> None:
        for observation in await ask(self._prober, subject, group_name(self._state)):
            await self._admit(observation)

    async def _admit(self, item: Input) -> None:
        """Step it; from the order on, record it too. A history that fails does not stop an admin in need."""
        item, before = rounded(item), self._state
        self._state, events = step(before, item)
        if not self._ordered and not isinstance(item, FailoverOrdered):
            return
        try:
            await self._recorder.record(before.settings.name, (item,), events, before, self._state)
        except OSError as error:
            if not self._history_failed:
                self._progress(f"Not in the history: {error}")
            self._history_failed = True


def _answered(made: Plan, answer: FailoverAnswer) -> str:
    detail = answer.detail.rstrip(".")
    if answer.accepted is None:
        return f"{made.target} gave no usable answer; watching what happens. {detail}."
    word = "accepted the order" if answer.accepted else "answered with an error"
    return f"{made.target} {word}; watching what happens. {detail}."


def _after(took_s: float) -> str:
    return "at once" if took_s < AT_ONCE_S else f"after {duration(took_s)}"


def _ending(made: Plan, answer: FailoverAnswer, ended: Outcome, took_s: float, state: GroupState) -> str:
    old, new = made.old_primary, made.new_primary
    if ended is Outcome.SUCCEEDED:
        return f"{new} is Primary and {old} Secondary {_after(took_s)}; the record names {new}."
    status = f"HTTP {answer.http_status}" if answer.http_status is not None else "an error"
    if ended is Outcome.REFUSED_BY_NODE:
        return f"{made.target} refused with {status}; {old} is still Primary and {new} still Secondary."
    said = ", ".join(f"{node.name} says {node.role or 'nothing'}" for node in state.nodes)
    places = {made.new_address: new, made.old_address: f"{old} as before"}
    named = next((name for address, name in places.items() if names_only(state, address)), None)
    record = named or "somebody else or nobody"
    return (
        f"Unknown after {took_s:.0f} s: {said}; the record names {record}. Keep watching before acting again."
    )
