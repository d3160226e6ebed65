"""The one way to a failover, for window and command line alike: check, arm, fire, watch, prove.

The rules are ``agmonitor.failover``; this is their course in time, and the only caller of the prober's
``order_failover``. The answer to the PUT never decides, and no second PUT ever goes out.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from agmonitor.domain.group import step
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.observations import FailoverAnswer, FailoverOrdered, Input
from agmonitor.domain.rounding import rounded
from agmonitor.domain.state import GroupState, Timers
from agmonitor.failover import machine as machines
from agmonitor.failover.course import PhaseCourse, course, measured, predicted
from agmonitor.failover.guards import Guard, Intent, Kind, Objection, Outcome, Surroundings
from agmonitor.failover.machine import Failover
from agmonitor.failover.preflight import Plan
from agmonitor.monitor.auditing import (
    ANSWERED,
    ARMED,
    DISARMED,
    ENDED,
    FIRING,
    INTERRUPTED,
    Auditing,
    answer_words,
    end_words,
    phase_words,
    surroundings,
    wish_words,
)
from agmonitor.monitor.late_outcome import LateOutcome, left_of
from agmonitor.monitor.look import look
from agmonitor.monitor.one_order import only_order, taken
from agmonitor.monitor.ports import Clock, Prober, Recorder, Trail
from agmonitor.monitor.rereading import everything, reread, witnesses
from agmonitor.monitor.subjects import Subject
from agmonitor.protocol.prediction import Prediction
from agmonitor.texts import t

ROUND_S = 0.5
TAKEN_BACK, EXPIRED, PROGRAM_ENDED = "taken back", "not fired in time", "the program ended"
HOLD_S = 1.0  # between two looks while it is armed
STALE_S = 1.0  # what is fired on was read no longer ago than this
READINGS_MAX = 3
RECORD_S = 2.0  # the history may take so long before it is left behind

Tell = Callable[[str], None]
Show = Callable[[Failover], None]


async def in_thread(timers: Timers, kind: Kind) -> Prediction:
    """The prediction, beside whatever the loop has to do."""
    return await asyncio.to_thread(predicted, timers, kind)


@dataclass(frozen=True, slots=True)
class FailoverResult:
    """How it ended, on what evidence. ``target`` None: it never came to a plan; ``guards``: which refused."""

    outcome: Outcome
    sentence: str
    target: str | None
    before: GroupState
    after: GroupState
    guards: tuple[Guard, ...] = ()
    course: tuple[PhaseCourse, ...] = ()  # predicted beside measured
    left: tuple[str, ...] = ()  # what is left changed


@dataclass(frozen=True, slots=True)
class Means:
    """What an operation needs of the world."""

    settings: GroupSettings
    prober: Prober
    clock: Clock
    recorder: Recorder
    trail: Trail
    folder: Path  # where the lock lies
    predict: Callable[[Timers, Kind], Awaitable[Prediction]] = in_thread
    allowed: Callable[[], bool] = lambda: True  # as the settings are kept now, whatever they were


def cool_s(state: GroupState) -> float:
    """After an order: until everybody has followed it, by the group's own timers."""
    return state.timers.absence_s + state.timers.check_s + state.timers.ttl_s


class Operation:
    """One failover of one group. ``check``, ``arm`` and ``fire`` in that order, then ``close``.

    Does not close the prober. Cancelling after the order leaves the group to finish by itself.
    """

    def __init__(self, means: Means, tell: Tell, show: Show | None = None) -> None:
        self._means = means
        self._tell = tell
        self._show = show or (lambda _machine: None)
        self.machine = Failover()
        self.phases: tuple[PhaseCourse, ...] = ()
        self._state: GroupState | None = None
        self._held = contextlib.ExitStack()
        self._auditing: Auditing | None = None
        self._ordered = self._history_failed = False
        self._read_at: Instant = 0.0  # when everything had been read again

    @property
    def state(self) -> GroupState:
        """As it was last read."""
        assert self._state is not None
        return self._state

    async def check(self, kind: Kind) -> Failover:
        """Look at everything, and judge the table."""
        self._tell(t("Reading both nodes and DNS."))
        means = self._means
        self._state = await look(means.settings, means.prober, means.clock, hooks=True)
        around = await self._around(under_way=not self._free())
        return self._at(machines.check(self.machine, self.state, kind, around))

    async def arm(self, wish: Intent, confirmed: Plan | None = None) -> Failover:
        """Take the lock and the snapshot, or refuse; what was looked at just now is what is armed."""
        means = self._means
        self._auditing = Auditing(means.trail, means.settings, wish.who, secrets.token_hex(8))
        only = await taken(means.settings, means.folder, means.clock, self._held)
        around = await self._around(under_way=not only)
        await self._predict(wish.kind)
        machine = self._at(machines.arm(self.machine, self.state, wish, around, confirmed))
        if machine.plan is not None:
            self.phases = course(self._predicted, machine.plan)
        if machine.ended or not await self._written(ARMED):
            await self._end()
        return self.machine

    async def hold(self) -> None:
        """Go on looking for as long as it is armed: what moves there and back would not be seen at firing."""
        armed = self.machine
        while not self.machine.ended:
            await self._means.clock.sleep(HOLD_S)
            await self._read(witnesses(self.state, clients=False))
            machine = machines.hold(armed, self.state)
            if machine.ended:
                self._at(machine)
                await self._end()
                self.close()

    async def let_go(self, changed: str = "", *, why: str = TAKEN_BACK) -> None:
        """It will not be fired: written down with why, and told where that is what the group became."""
        self.close()
        if self.machine.stage is machines.Stage.ARMED:
            expired = self._means.clock.now() >= self.machine.expires_at()
            await self._write(DISARMED, {"why": changed or (EXPIRED if expired else why)})
        if changed and not self.machine.ended:
            self._at(machines.refused(self.machine, Objection(Guard.GROUP_CHANGED, f"{changed}.")))

    def late(self) -> LateOutcome | None:
        """Where its outcome is not known: what may still become known of it."""
        if self.machine.outcome is not Outcome.UNKNOWN or self._auditing is None:
            return None
        return LateOutcome(self.machine, self._means.settings, self.phases, self._auditing, self._show)

    async def fire(self) -> FailoverResult:
        """Read everything again, compare, and send the one PUT; then watch until it is proven, or is not."""
        before, armed = self.state, self.machine
        if not armed.ended:
            try:
                await self._fire(armed)
            except asyncio.CancelledError:
                await self._write(INTERRUPTED, {"sent": self.machine.sending})
                raise
        machine = self.machine
        assert machine.outcome is not None
        plan = machine.plan
        return FailoverResult(
            machine.outcome,
            machine.sentence,
            plan.target if plan is not None else None,
            before,
            self.state,
            machine.guards,
            measured(self.phases, machine.reached_s),
            left_of(machine, self.state),
        )

    async def note_dry_run(self, wish: Intent) -> None:
        """Write down what would have happened; an audit that cannot be written is told."""
        means = self._means
        self._auditing = Auditing(means.trail, means.settings, wish.who, secrets.token_hex(8))
        await self._predict(wish.kind)
        flight = self.machine.preflight
        machine = Failover(preflight=flight, wish=wish, plan=flight.plan if flight is not None else None)
        if machine.plan is not None:
            self.phases = course(self._predicted, machine.plan)
        more = {**wish_words(machine), "predicted": phase_words(self.phases)}
        await self._write("dry_run", more)

    def close(self) -> None:
        """Let go of the lock."""
        self._held.close()

    # -- one step each --------------------------------------------------------------------------------------

    async def _fire(self, armed: Failover) -> None:
        wish = armed.wish
        assert wish is not None
        fired = await self._compared(armed)
        if fired.ended:
            return await self._end()
        plan = fired.plan
        assert plan is not None
        self._tell(plan.sentence)
        if not await self._written(FIRING):
            return await self._end()
        await self._order_recorded(plan, wish)
        for _ in range(READINGS_MAX):
            if not self._stale:
                break
            fired = await self._compared(armed)  # writing took its time: what is fired on is read now
            if fired.ended:
                return await self._end()
        return await self._send(armed, fired, plan)

    async def _compared(self, armed: Failover) -> Failover:
        return self._at(await self._judged(armed))

    async def _judged(self, armed: Failover) -> Failover:
        """Everything read again, and compared with what was armed."""
        await self._read(everything(self.state, clients=armed.plan is not None and armed.plan.clients))
        self._read_at = self._means.clock.now()
        return machines.fire(armed, self.state, await self._around(under_way=False))

    @property
    def _stale(self) -> bool:
        return self._means.clock.now() - self._read_at > STALE_S

    async def _written(self, what: str) -> bool:
        """Whether the audit holds it, or the person has named the audit as what may be missing."""
        machine = self.machine
        assert machine.wish is not None
        more = {**wish_words(machine), "predicted": phase_words(self.phases)}
        fault = await self._write(what, more)
        if not fault or Guard.NO_AUDIT in machine.wish.overrides:
            return True
        self._at(machines.refused(machine, _unwritten(fault)))
        return False

    async def _order_recorded(self, plan: Plan, wish: Intent) -> None:
        ordered = FailoverOrdered(self._means.clock.now(), plan.target, wish.reason, wish.who)
        self._ordered = True
        try:
            async with asyncio.timeout(RECORD_S):
                await self._admit(ordered)
        except TimeoutError:
            self._not_recorded(t("the history does not answer."))

    async def _send(self, armed: Failover, fired: Failover, plan: Plan) -> None:
        """The one PUT, and beside it a look at the witnesses every moment until the outcome is certain."""
        self._at(machines.sent(fired, self._means.clock.now()))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._order(armed, plan))
            while not self.machine.ended:
                await self._read(witnesses(self.state, clients=plan.clients))
                if not self.machine.ended:
                    self._at(machines.watch(self.machine, self.state))
                if not self.machine.ended:
                    await self._means.clock.sleep(ROUND_S)
        await self._end()

    async def _order(self, armed: Failover, plan: Plan) -> None:
        async def objection() -> str:
            """Signing in took its time: what is fired on is read now."""
            return (await self._judged(armed)).sentence if self._stale else ""

        answer = await self._means.prober.order_failover(plan.target, objection)
        machine = self._at(machines.answered(self.machine, answer, self._means.clock.now()))
        await self._write(ANSWERED, answer_words(answer))
        if not machine.ended:
            self._tell(_answered(plan, answer))

    async def _end(self) -> None:
        """Write down how it ended."""
        machine = self.machine
        wish = {} if machine.fired_at is not None else wish_words(machine)
        phases = measured(self.phases, machine.reached_s)
        await self._write(ENDED, {**wish, **end_words(machine, phases, left_of(machine, self.state))})

    # -- reading and writing --------------------------------------------------------------------------------

    def _at(self, machine: Failover) -> Failover:
        self.machine = machine
        self._show(machine)
        return machine

    async def _predict(self, kind: Kind) -> None:
        self._predicted = await self._means.predict(self.state.timers, kind)

    async def _around(self, *, under_way: bool) -> Surroundings:
        means = self._means
        cools_s = cool_s(self.state)
        ours = self._auditing.operation if self._auditing is not None else ""
        around = await surroundings(means.trail, means.settings, cools_s, under_way=under_way, but=ours)
        return replace(around, forbidden=not means.allowed())

    def _free(self) -> bool:
        """Whether no other operation of this group holds the lock."""
        with only_order(self._means.settings, self._means.folder) as only:
            return only

    async def _read(self, subjects: list[Subject]) -> None:
        await reread(self._means.prober, self._means.clock, self.state, subjects, self._admit)

    async def _admit(self, item: Input) -> None:
        """Step it; from the order on, record it too. A history that fails does not stop an admin in need."""
        item, before = rounded(item), self.state
        self._state, events = step(before, item)
        if not self._ordered:
            return
        try:
            await self._means.recorder.record(before.settings.name, (item,), events, before, self._state)
        except OSError as error:
            self._not_recorded(str(error))

    def _not_recorded(self, why: str) -> None:
        if not self._history_failed:
            self._tell(t("Not in the history: {why}", why=why))
        self._history_failed = True

    async def _write(self, what: str, more: dict[str, object]) -> str:
        """Into the audit; why it is not there, or nothing."""
        assert self._auditing is not None
        at: Instant = self._means.clock.now()
        try:
            await self._auditing.write(what, at, more)
        except OSError as error:
            fault = error.strerror or str(error)
            self._tell(t("Not in the audit: {fault}.", fault=fault))
            return f"{fault}."
        return ""


async def fail_over(operation: Operation, wish: Intent, confirmed: Plan | None = None) -> FailoverResult:
    """Check, arm and fire in one go, for whoever was asked before or needs no asking."""
    try:
        try:
            await operation.check(wish.kind)
            await operation.arm(wish, confirmed)
        except asyncio.CancelledError:
            await operation.let_go(why=PROGRAM_ENDED)
            raise
        return await operation.fire()
    finally:
        operation.close()


def _unwritten(fault: str) -> Objection:
    return Objection(Guard.NO_AUDIT, t("Not in the audit: {fault}", fault=fault))


def _answered(plan: Plan, answer: FailoverAnswer) -> str:
    detail = answer.detail.rstrip(".")
    if answer.accepted is None:
        words = t("{node} gave no usable answer: unknown, still watching.", node=plan.target)
    elif answer.accepted:
        words = t("{node} accepted the order; watching what happens.", node=plan.target)
    else:
        words = t("{node} answered with an error; watching what happens.", node=plan.target)
    return f"{words} {detail}."
