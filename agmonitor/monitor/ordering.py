"""What of a workspace goes by failovers: a survey before one, arming, firing, or all of it in one go.

Every way leads through ``Operation``; nothing here sends anything itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field, replace

from agmonitor.config.paths import paths
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.state import GroupState
from agmonitor.failover.guards import Intent, Kind
from agmonitor.failover.machine import ARMED_S, Failover, NotArmedError
from agmonitor.failover.preflight import Plan
from agmonitor.monitor.allowing import SettingsSaved, allowed_by, allowed_now
from agmonitor.monitor.auditing import Auditing
from agmonitor.monitor.late_outcome import LateOutcome
from agmonitor.monitor.left_open import LOOK_S, LeftOpen
from agmonitor.monitor.one_order import only_order
from agmonitor.monitor.open_orders import OpenOrder
from agmonitor.monitor.operation import (
    PROGRAM_ENDED,
    TAKEN_BACK,
    FailoverResult,
    Means,
    Operation,
    Show,
    Tell,
    fail_over,
)
from agmonitor.monitor.remembering import Remembering, user_name
from agmonitor.monitor.surveying import Survey, audit_file, proven_at, survey, trail_of
from agmonitor.texts import t

SPARE_S = 1.0
CHANGED = t("The group was changed or removed while it was armed")
FORBIDDEN = t("Failover of the group was forbidden in the settings while it was armed")
HEED_S = 1.0


class UnderWayError(OSError):
    """An order of that group is running, here or in another copy of the program; the sentence says so."""


@dataclass(slots=True)
class Armed:
    """What waits to be fired, or is being armed. ``holding`` goes on looking meanwhile, once it is armed."""

    operation: Operation
    means: Means
    holding: asyncio.Task[None] | None = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)  # arming is over
    changed: str = ""  # what became of the group while it was being armed

    async def still(self) -> None:
        """Stop looking."""
        if self.holding is not None:
            self.holding.cancel()
            await asyncio.wait((self.holding,))

    async def put_down(self, changed: str = "", *, why: str = TAKEN_BACK) -> None:
        """Let go of it for good. What is still being armed is let go of by whoever arms it."""
        if not self.settled.is_set():
            self.changed = changed or t("It was taken back while it was being armed")
            await self.settled.wait()
            return
        try:  # the program may end meanwhile
            await self.still()
        finally:
            try:
                await self.operation.let_go(changed, why=why)
            finally:
                await self.means.prober.close()


class Ordering(Remembering):
    """The part of ``Workspace`` that orders failovers. One operation of a group at a time."""

    _armed: dict[str, Armed]
    _withdrawn: list[Armed]  # can be fired no more, and are about to be let go of
    _unknown: dict[str, LateOutcome]
    _running: set[str]  # orders that were fired here and have not ended
    _resolved: set[str]  # in the audit's words, the orders whose outcome became known here later
    _resolved_sink: Callable[[str, str], None] | None = None

    @abstractmethod
    def replace(self, settings: GroupSettings) -> None:
        """Watch the group of that name under changed settings."""

    @abstractmethod
    def _means(self, name: str) -> Means:
        """What an operation of that group needs, with a prober of its own."""

    @abstractmethod
    def _beside(self, what: Coroutine[object, object, None]) -> asyncio.Task[None] | None:
        """Have it done beside everything else, for as long as the workspace runs; None: it does not."""

    async def survey(self, name: str, kind: Kind) -> Survey:
        """What a person should know before arming."""
        self._heed_settings(name)
        return await survey(self.state(name), kind, self._recorder)

    async def proven_at(self, name: str) -> Instant | None:
        """When a failover of that group last came true; None: not within what is kept."""
        return await proven_at(self.state(name), self._recorder)

    async def arm(
        self, name: str, wish: Intent, tell: Tell, show: Show | None = None, *, confirmed: Plan | None = None
    ) -> Failover:
        """Look at everything and arm, or refuse; what is armed waits for ``fire`` for half a minute.

        ``confirmed`` is what the person was shown: where the roles have moved since, it is refused.
        """
        await self.disarm(name)
        self._heed_settings(name)
        means = self._means(name)
        operation = Operation(means, tell, show)
        self._armed[name] = mine = Armed(operation, means)
        try:
            await operation.check(wish.kind)
            machine = await operation.arm(replace(wish, who=user_name()), confirmed)
        except BaseException:
            await self._not_armed(name, mine)
            raise
        if machine.ended or self._armed.get(name) is not mine:
            await self._not_armed(name, mine)
        else:
            mine.holding = self._beside(operation.hold())
            mine.settled.set()
            self._beside(self._expire(name, operation))
        return operation.machine

    async def _not_armed(self, name: str, mine: Armed) -> None:
        """It came to nothing, or was taken back while it was being armed."""
        mine.settled.set()
        if self._armed.get(name) is mine:
            del self._armed[name]
        await mine.put_down(mine.changed)

    async def fire(self, name: str) -> FailoverResult:
        """Compare, send the one PUT, and watch what really happens.

        Raises:
            NotArmedError: nothing is armed there, or no longer.
        """
        armed = self._armed.pop(name, None)
        if armed is None:
            raise NotArmedError(name)
        self._running.add(name)
        try:
            try:
                await armed.still()
            except asyncio.CancelledError:
                await armed.operation.let_go(why=PROGRAM_ENDED)
                raise
            return self._ended(name, armed.operation, await armed.operation.fire())
        finally:
            self._running.discard(name)
            armed.operation.close()
            await armed.means.prober.close()

    async def disarm(self, name: str, changed: str = "") -> None:
        """Let go of what is armed there, if anything is. ``changed``: what has become of the group."""
        there = self._armed.pop(name, None)
        if there is not None:
            await there.put_down(changed)

    @contextlib.asynccontextmanager
    async def unordered(self, name: str) -> AsyncIterator[None]:
        """While it lasts nobody orders a failover of that group: it may be changed, renamed or removed.

        What is armed here is disarmed.

        Raises:
            UnderWayError: an order of it is running, here or in another copy of the program.
        """
        under_way = UnderWayError(
            t("A failover of {group} is under way; try again when it has ended.", group=name)
        )
        if name in self._running:
            raise under_way
        await self.disarm(name, CHANGED)
        with only_order(self.state(name).settings, paths().data) as only:
            if not only:
                raise under_way
            yield

    async def fail_over(
        self, name: str, wish: Intent, progress: Tell, *, confirmed: Plan | None = None
    ) -> FailoverResult:
        """All of it in one go, for whoever was asked before or needs no asking."""
        self._heed_settings(name)
        means = self._means(name)
        operation = Operation(means, progress)
        self._running.add(name)
        try:
            result = await fail_over(operation, replace(wish, who=user_name()), confirmed=confirmed)
            return self._ended(name, operation, result)
        finally:
            self._running.discard(name)
            await means.prober.close()

    def _withdraw(self, name: str, changed: str = CHANGED) -> None:
        """Whatever is armed there cannot be fired from now on; letting go of it takes its moment."""
        there = self._armed.pop(name, None)
        if there is not None:
            there.operation.close()
            self._withdrawn.append(there)
            self._beside(self._put_withdrawn(there, changed))

    async def _put_withdrawn(self, there: Armed, changed: str) -> None:
        try:
            await there.put_down(changed)
        finally:
            self._withdrawn.remove(there)

    async def _disarm_all(self) -> None:
        """The program ends: nothing stays armed in the audit, nor in anybody's memory.

        What is still being armed finds that nobody wants it any more, and is let go of where that ends.
        """
        left = [(there, CHANGED) for there in self._withdrawn] + [(one, "") for one in self._armed.values()]
        self._withdrawn.clear()
        self._armed.clear()
        for there, changed in left:
            if there.settled.is_set():
                await there.put_down(changed, why=PROGRAM_ENDED)

    def _ended(self, name: str, operation: Operation, result: FailoverResult) -> FailoverResult:
        """From now on evidence speaks of this order; where it is unknown yet, it is waited for."""
        if operation.machine.fired_at is not None:
            self._unknown.pop(name, None)
        late = operation.late()
        if late is not None:
            self._unknown[name] = late
        return result

    def tell_resolved_to(self, sink: Callable[[str, str], None]) -> None:
        """Have the group and the sentence when it becomes known what came of another program's order."""
        self._resolved_sink = sink

    async def _look_for_ever(self) -> None:
        """Whoever watches a group sees what came of the orders that others left open."""
        places = paths()
        audits = {lab: LeftOpen(audit_file(lab=lab), places.data) for lab in (False, True)}
        while True:
            for lab, audit in audits.items():
                groups = [one for one in self.groups.values() if one.lab is lab]
                for settings, order in await audit.found(groups, self._clock.now()):
                    if settings.name in self._running:
                        audit.look_again()  # when our own has ended
                    elif self._is_news(settings, order):
                        self._wait_for(settings, order)
            await self._clock.sleep(LOOK_S)

    def _is_news(self, settings: GroupSettings, order: OpenOrder) -> bool:
        """Whether nobody waits for it here, nor has told it."""
        late = self._unknown.get(settings.name)
        waits = late is not None and late.operation == order.operation and late.is_of(settings)
        return not waits and order.operation not in self._resolved

    def _wait_for(self, settings: GroupSettings, order: OpenOrder) -> None:
        """Its outcome may be told by what is watched from now on."""

        def show(machine: Failover) -> None:
            if self._resolved_sink is not None:
                self._resolved_sink(settings.name, machine.sentence)

        auditing = Auditing(trail_of(settings), settings, order.who, order.operation)
        self._unknown[settings.name] = LateOutcome(order.machine, settings, (), auditing, show)

    def _resolve(self, name: str, state: GroupState) -> None:
        """See whether that state tells what came of an order that ended unknown."""
        late = self._unknown.get(name)
        if late is not None and late.known_by(state):
            del self._unknown[name]
            self._resolved.add(late.operation)
            self._beside(self._settle(name, late, state))

    async def _settle(self, name: str, late: LateOutcome, state: GroupState) -> None:
        if not await late.settle(state, paths().data):
            self._resolved.discard(late.operation)
            self._unknown.setdefault(name, late)

    async def _heed_for_ever(self) -> None:
        """Who allows or forbids failover by another program is heeded here as soon as it is saved."""
        file = SettingsSaved(paths().settings_file)
        while True:
            config = await file.now()
            if config is not None:
                for settings in list(self.groups.values()):
                    if settings.name in self._running:
                        file.look_again()  # an order that is on its way is not disturbed
                    else:
                        self._heed(settings, allowed_by(config, settings))
            await self._clock.sleep(HEED_S)

    def _heed_settings(self, name: str) -> None:
        before = self.state(name).settings
        self._heed(before, allowed_now(before))

    def _heed(self, before: GroupSettings, now: GroupSettings) -> None:
        if now == before:
            return
        if not now.failover_allowed:
            self._withdraw(now.name, FORBIDDEN)
        self.replace(now)

    async def _expire(self, name: str, operation: Operation) -> None:
        await self._clock.sleep(ARMED_S + SPARE_S)
        there = self._armed.get(name)
        if there is not None and there.operation is operation:
            await self.disarm(name)
