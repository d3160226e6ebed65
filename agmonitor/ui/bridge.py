"""The only meeting of the monitor and Qt: changes come out as one typed signal, orders go in through a queue.

Keeps for each group what the window shows. Judges nothing and paints nothing; slots stay short, and whatever
waits runs as a command in ``run``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.state import GroupState
from agmonitor.monitor.ports import GroupChange, Recorded
from agmonitor.texts import t
from agmonitor.ui.earlier import Wish
from agmonitor.ui.earlier_reading import EarlierReading
from agmonitor.ui.replay import Replay
from agmonitor.ui.watched import Watched

if TYPE_CHECKING:
    from agmonitor.failover.guards import Intent, Kind
    from agmonitor.failover.machine import Failover
    from agmonitor.failover.preflight import Plan
    from agmonitor.history.ranges import Range
    from agmonitor.monitor.operation import FailoverResult, Show, Tell
    from agmonitor.monitor.surveying import Survey

PAST_S = 3600.0  # what is read from history at start; replaying a round costs a few hundred microseconds


class Watching(Protocol):
    """The workspace, as the window needs it."""

    @property
    def groups(self) -> Mapping[str, GroupSettings]: ...

    def now(self) -> Instant: ...

    def state(self, name: str) -> GroupState: ...

    def subscribe(self, callback: Callable[[GroupChange], None]) -> Callable[[], None]: ...

    def add(self, settings: GroupSettings) -> None: ...

    def remove(self, name: str) -> None: ...

    def replace(self, settings: GroupSettings) -> None: ...

    def unordered(self, name: str) -> AbstractAsyncContextManager[None]: ...

    def poll_now(self, name: str) -> None: ...

    def pause(self, name: str) -> None: ...

    def resume(self, name: str) -> None: ...

    def retry_sign_in(self, name: str) -> None: ...

    def set_password(self, name: str, password: str) -> None: ...

    async def rename(
        self, name: str, settings: GroupSettings, keep: Callable[[], Awaitable[None]]
    ) -> None: ...

    async def run(self) -> None: ...

    async def past(self, name: str, since: Instant) -> Sequence[Recorded]: ...

    async def range(self, name: str, from_at: Instant, until_at: Instant, width_px: int) -> Range | None: ...

    async def survey(self, name: str, kind: Kind) -> Survey: ...

    async def proven_at(self, name: str) -> Instant | None: ...

    async def arm(
        self, name: str, wish: Intent, tell: Tell, show: Show | None = None, *, confirmed: Plan | None = None
    ) -> Failover: ...

    async def fire(self, name: str) -> FailoverResult: ...

    async def disarm(self, name: str) -> None: ...

    async def fail_over(
        self, name: str, wish: Intent, progress: Tell, *, confirmed: Plan | None = None
    ) -> FailoverResult: ...


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person asked for that takes time; ``failed`` tells it where it could not be done."""

    failed: str
    run: Callable[[], Awaitable[None]]


class Bridge(QObject):
    """Lives as long as the window."""

    group_changed = Signal(object)  # GroupChange
    group_added = Signal(str)
    group_removed = Signal(str)
    past_loaded = Signal(str)
    earlier_loaded = Signal(str)

    def __init__(self, workspace: Watching) -> None:
        super().__init__()
        self.workspace = workspace
        self._watched: dict[str, Watched] = {}
        self._replays: dict[str, Replay] = {}
        self._commands: asyncio.Queue[Command] = asyncio.Queue()
        self._reading = EarlierReading(workspace, self._watched, self.earlier_loaded.emit)

    def now(self) -> Instant:
        return self.workspace.now()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._watched)

    def watched(self, name: str) -> Watched:
        """What is known of that group.

        Raises:
            KeyError: no such group is watched.
        """
        return self._watched[name]

    def submit(self, failed: str, run: Callable[[], Awaitable[None]]) -> None:
        """Ask for something that takes time; it begins on the next turn of the loop."""
        self._commands.put_nowait(Command(failed, run))

    def want_past(self, name: str, wish: Wish) -> None:
        """Read what a view of that group needs from before the window's own memory."""
        self._reading.want(name, wish)

    async def run(self) -> None:
        """Listen to the workspace and obey commands until cancelled."""
        unsubscribe = self.workspace.subscribe(self._on_change)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._reading.run(), name="read the past")
                for name in self.workspace.groups:
                    self._show(name)
                while True:
                    command = await self._commands.get()
                    tasks.create_task(self._obey(command), name=command.failed)
        finally:
            unsubscribe()

    def add(self, settings: GroupSettings, password: str | None = None) -> None:
        """Watch one more group.

        Raises:
            ValueError: the name is taken.
        """
        self.workspace.add(settings)
        if password is not None:
            self.workspace.set_password(settings.name, password)
        self._show(settings.name)

    def replace(self, settings: GroupSettings, password: str | None = None) -> None:
        """Watch the group of that name under changed settings; another pair of nodes begins anew."""
        self.workspace.replace(settings)
        if password is not None:
            self.workspace.set_password(settings.name, password)
        state, watched = self.workspace.state(settings.name), self._watched[settings.name]
        if watched.same_nodes(state):
            watched.state = state
        else:
            self._watched[settings.name] = Watched(state)
            self._replays.pop(settings.name, None)
        self.past_loaded.emit(settings.name)

    async def rename(
        self, name: str, settings: GroupSettings, password: str | None, keep: Callable[[], Awaitable[None]]
    ) -> None:
        """Watch a group under another name; what was drawn of it stays, if its nodes do.

        Raises:
            Exception: whatever ``keep`` or the workspace raised; it is watched on as it was.
        """
        await self.workspace.rename(name, settings, keep)
        if password is not None:
            self.workspace.set_password(settings.name, password)
        state, watched = self.workspace.state(settings.name), self._watched.pop(name)
        self._replays.pop(name, None)
        if watched.same_nodes(state):
            watched.state = state
        else:
            watched = Watched(state)
        self._watched[settings.name] = watched
        self.group_added.emit(settings.name)
        self.group_removed.emit(name)

    def remove(self, name: str) -> None:
        """Watch that group no more."""
        self.workspace.remove(name)
        self._replays.pop(name, None)
        if self._watched.pop(name, None) is not None:
            self.group_removed.emit(name)

    def _show(self, name: str) -> None:
        """Show the group at once, then draw its past in."""
        self._replays[name] = Replay()
        self._watched[name] = Watched(self.workspace.state(name))
        since = self.workspace.now() - PAST_S
        self.group_added.emit(name)
        self.submit(
            t("Could not read the history of {group}", group=name), lambda: self._draw_past(name, since)
        )

    async def _draw_past(self, name: str, since: Instant) -> None:
        """What comes live meanwhile waits its turn; without a past it is drawn all the same."""
        replay, watched = self._replays[name], self._watched[name]
        try:
            past = await self.workspace.past(name, since)
            await replay.draw_in(watched, [(one.input, one.events) for one in past])
        finally:
            self._end_replay(name, replay, watched)

    def _end_replay(self, name: str, replay: Replay, watched: Watched) -> None:
        if self._replays.get(name) is replay:
            del self._replays[name]
            for change in replay.waiting:
                watched.take(change)
            self.past_loaded.emit(name)

    def _on_change(self, change: GroupChange) -> None:
        watched = self._watched.get(change.group)
        if watched is None:
            return
        if not watched.same_nodes(change.state):  # edited: what was drawn is another pair's
            watched = self._watched[change.group] = Watched(change.state)
            self._replays.pop(change.group, None)
            self.past_loaded.emit(change.group)
        replay = self._replays.get(change.group)
        if replay is None:
            watched.take(change)
        else:
            watched.state = change.state
            replay.waiting.append(change)
        self.group_changed.emit(change)

    @staticmethod
    async def _obey(command: Command) -> None:
        try:
            await command.run()
        except Exception as error:  # noqa: BLE001 - one failed order must not end the watching; the net shows it
            loop = asyncio.get_running_loop()
            loop.call_exception_handler({"message": command.failed, "exception": error})
