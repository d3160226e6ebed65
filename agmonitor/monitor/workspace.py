"""All watched groups: one monitor each in one TaskGroup, added and removed while running.

The window and the verbs speak to this alone. Wires monitors to their probers and accounts; judges nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from agmonitor.config.paths import paths
from agmonitor.config.secrets import Passwords, Where
from agmonitor.domain.events import Event
from agmonitor.domain.group import initial
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.observations import FailoverOrdered, Input
from agmonitor.domain.state import GroupState, Mode
from agmonitor.gateway.account import Account
from agmonitor.monitor.allowing import allowed_now
from agmonitor.monitor.engine import Monitor
from agmonitor.monitor.late_outcome import LateOutcome
from agmonitor.monitor.operation import Means
from agmonitor.monitor.ordering import Armed, Ordering, UnderWayError
from agmonitor.monitor.ports import (
    Archive,
    Clock,
    GroupChange,
    Prober,
    TellsEvidence,
)
from agmonitor.monitor.prober import GroupProber
from agmonitor.monitor.recent import Recent
from agmonitor.monitor.resuming import counting_from, resumed
from agmonitor.monitor.surveying import trail_of
from agmonitor.texts import t

MakeProber = Callable[[GroupSettings, Account, Callable[[], Instant]], Prober]


@dataclass(slots=True)
class _Watched:
    """One group being watched, or about to be."""

    settings: GroupSettings
    state: GroupState
    monitor: Monitor | None = None
    prober: Prober | None = None
    task: asyncio.Task[None] | None = None
    fresh: bool = True  # nothing of it has been watched in this run yet


class Workspace(Ordering):
    """Many groups and what may be done with them. Everything but ``run`` is called on ``run``'s loop."""

    def __init__(
        self,
        groups: Iterable[GroupSettings],
        *,
        passwords: Passwords,
        recorder: Archive,
        clock: Clock,
        make_prober: MakeProber = GroupProber,
    ) -> None:
        self.passwords = passwords
        super().__init__(recorder, clock)
        self._armed: dict[str, Armed] = {}
        self._withdrawn: list[Armed] = []
        self._unknown: dict[str, LateOutcome] = {}
        self._running: set[str] = set()
        self._resolved: set[str] = set()
        self._make_prober = make_prober
        self._watched: dict[str, _Watched] = {}
        self._accounts: dict[object, Account] = {}
        self._subscribers: list[Callable[[GroupChange], None]] = []
        self._tasks: asyncio.TaskGroup | None = None
        for group in groups:
            self.add(group)

    @property
    def groups(self) -> Mapping[str, GroupSettings]:
        return MappingProxyType({name: watched.settings for name, watched in self._watched.items()})

    def now(self) -> Instant:
        """Our instant, on the clock that everything is judged by; ages on screen count with it."""
        return self._clock.now()

    def state(self, name: str) -> GroupState:
        """The newest state.

        Raises:
            KeyError: no such group.
        """
        watched = self._watched[name]
        return watched.monitor.state if watched.monitor is not None else watched.state

    def paused(self, name: str) -> bool:
        monitor = self._watched[name].monitor
        return monitor is not None and monitor.paused

    def subscribe(self, callback: Callable[[GroupChange], None]) -> Callable[[], None]:
        """Call it for every change from now on; the function returned ends that."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    def add(self, settings: GroupSettings) -> None:
        """Watch one more group.

        Raises:
            ValueError: the name is taken.
        """
        if settings.name in self._watched:
            raise ValueError(t("There is a group {group} already.", group=settings.name))
        state = initial(settings, Mode.WATCHING, self._clock.now())
        self._unknown.pop(settings.name, None)  # of an earlier lab
        self._watched[settings.name] = watched = _Watched(settings, state)
        self._begin(watched)

    def remove(self, name: str) -> None:
        """Stop watching it; its history stays. What is armed is disarmed.

        Raises:
            UnderWayError: an order of it is running here; a lab's ends with its pair.
        """
        if name in self._running and not self._watched[name].settings.lab:
            raise UnderWayError(
                t("A failover of {group} is under way; remove it when that has ended.", group=name)
            )
        self._withdraw(name)
        self._recent.pop(name, None)
        self._unknown.pop(name, None)
        watched = self._watched.pop(name)
        if watched.task is not None:
            watched.task.cancel()

    def replace(self, settings: GroupSettings) -> None:
        """Watch the group of that name under changed settings. What is armed under the old is disarmed."""
        watched = self._watched[settings.name]
        if settings != watched.settings:
            self._withdraw(settings.name)
        before = self.state(settings.name)
        if watched.task is not None:
            watched.task.cancel()
        state = self._carried(before, settings)
        self._watched[settings.name] = renewed = _Watched(settings, state, fresh=watched.fresh)
        self._begin(renewed)

    async def rename(self, name: str, settings: GroupSettings, keep: Callable[[], Awaitable[None]]) -> None:
        """Watch a group under another name; ``keep`` renames what is kept of it while nobody watches it.

        Raises:
            ValueError: the name is taken.
            UnderWayError: a failover of it is running; one that is armed is disarmed.
            Exception: whatever ``keep`` raised; it is watched on under its old name.
        """
        if settings.name in self._watched:
            raise ValueError(t("There is a group {group} already.", group=settings.name))
        watched = self._watched[name]
        async with self.unordered(name):
            if watched.task is not None:
                watched.task.cancel()
                await asyncio.wait((watched.task,))
            before, after = self.state(name), settings
            try:
                await keep()
            except BaseException:
                after = watched.settings
                raise
            finally:
                self._go_on(name, before, after, fresh=watched.fresh)

    def _go_on(self, name: str, before: GroupState, settings: GroupSettings, *, fresh: bool) -> None:
        """Watch it from that state on, under the settings it has by now."""
        state = self._carried(before, settings)
        if name in self._unknown:
            self._unknown[settings.name] = self._unknown.pop(name)
        self._watched.pop(name)
        self._watched[settings.name] = renewed = _Watched(settings, state, fresh=fresh)
        self._begin(renewed)

    def _carried(self, before: GroupState, settings: GroupSettings) -> GroupState:
        """What was known, as far as it is of the same nodes."""
        if [node.name for node in before.settings.nodes] == [node.name for node in settings.nodes]:
            return replace(before, settings=settings)
        state = initial(settings, Mode.WATCHING, self._clock.now())
        return counting_from(state, before.memory.episode_count)

    def poll_now(self, name: str) -> None:
        monitor = self._watched[name].monitor
        if monitor is not None:
            monitor.poll_now()

    def pause(self, name: str) -> None:
        monitor = self._watched[name].monitor
        if monitor is not None:
            monitor.pause()

    def resume(self, name: str) -> None:
        monitor = self._watched[name].monitor
        if monitor is not None:
            monitor.resume()

    def retry_sign_in(self, name: str) -> None:
        """A person asked: try refused credentials once more."""
        prober = self._watched[name].prober
        if prober is not None:
            prober.retry_sign_in()
        self.poll_now(name)

    def set_password(self, name: str, password: str) -> None:
        """Use this password for the group until the program ends, and ask at once."""
        self.passwords.remember(name, password)
        self.replace(self._watched[name].settings)

    async def run(self) -> None:
        """Watch all groups until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                for watched in list(self._watched.values()):
                    self._begin(watched)
                tasks.create_task(self._look_for_ever())
                tasks.create_task(self._heed_for_ever())
                await self._take_in_for_ever()  # until cancelled
        finally:
            self._tasks = None
            await self._disarm_all()

    def _means(self, name: str) -> Means:
        settings = self._watched[name].settings
        prober = self._make_prober(settings, self._account(settings), self._clock.now)
        teller = _OrderTeller(self, name)
        return Means(
            settings,
            prober,
            self._clock,
            teller,
            trail_of(settings),
            paths().data,
            allowed=lambda: allowed_now(settings).failover_allowed,
        )

    def _beside(self, what: Coroutine[object, object, None]) -> asyncio.Task[None] | None:
        return _begun(self._tasks, what)

    def _begin(self, watched: _Watched) -> None:
        if self._tasks is not None:
            watched.task = self._tasks.create_task(self._watch(watched))

    async def _watch(self, watched: _Watched) -> None:
        settings = watched.settings
        await asyncio.to_thread(self.passwords.load, settings.name)  # a keyring may take its time
        state: GroupState | None = watched.state
        if watched.fresh:
            state = await resumed(self._recorder, settings, self._clock.now)
            watched.fresh = False
        prober = self._make_prober(settings, self._account(settings), self._clock.now)
        if settings.lab:
            self._recent[settings.name] = Recent()  # each lab is a new pair
        if isinstance(prober, TellsEvidence):
            prober.tell_evidence_to(functools.partial(self._keep, settings.name))
        watched.prober = prober
        watched.monitor = Monitor(settings, prober, self._recorder, self._clock, self._publish, state=state)
        await watched.monitor.run()

    def _account(self, settings: GroupSettings) -> Account:
        """One account for all that share user and password, so that a refusal stops them all."""
        where = self.passwords.where(settings.name)
        shared = where in {Where.FILE, Where.ENVIRONMENT} and not settings.lab
        key = (settings.user, settings.sign_in_extras, where if shared else settings.name)
        account = self._accounts.get(key)
        if account is None:
            name = settings.name
            fixed = self.passwords.get(name)  # a file or the environment is read once
            password = (lambda: fixed) if shared else (lambda: self.passwords.get(name))
            account = Account(settings.user, password, settings.sign_in_extras)
            self._accounts[key] = account
        return account

    def _publish(self, change: GroupChange) -> None:
        self._remember(change)
        self._resolve(change.group, change.state)
        for subscriber in list(self._subscribers):
            subscriber(change)

    def _is_watching(self, name: str) -> bool:
        return self._watched[name].monitor is not None

    async def _tell(self, name: str, item: Input) -> None:
        watched = self._watched.get(name)
        if self._tasks is None or watched is None or watched.monitor is None:
            await self._recorder.record(name, (item,), ())
        elif why_not := await watched.monitor.tell(item):
            await self._hand_over(name, item, why_not)


class _OrderTeller:
    """Lets the running monitor step and record our order; what was asked besides, it asks itself."""

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._workspace = workspace
        self._name = name

    async def record(
        self,
        group: str,  # noqa: ARG002
        inputs: Sequence[Input],
        events: Sequence[Event],  # noqa: ARG002
        before: GroupState | None = None,  # noqa: ARG002
        after: GroupState | None = None,  # noqa: ARG002
    ) -> None:
        for item in inputs:
            if isinstance(item, FailoverOrdered):
                await self._workspace._tell(self._name, item)  # noqa: SLF001 - its other half


def _begun(
    tasks: asyncio.TaskGroup | None, what: Coroutine[object, object, None]
) -> asyncio.Task[None] | None:
    """None where nothing runs yet, or all ends: what is open then is told by the next program."""
    with contextlib.suppress(RuntimeError):
        if tasks is not None:
            return tasks.create_task(what)
    what.close()
    return None
