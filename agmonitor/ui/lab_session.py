"""The lab as the window uses it: started, shown as a group, broken and healed, ended with the window.

While it runs, ``agmonitor lab status|fault|heal|stop`` reach it from another terminal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.lab.fault_words import in_short, in_words, title_of
from agmonitor.lab.status import FaultRecord, LabStatus
from agmonitor.texts import t, tn

if TYPE_CHECKING:
    from agmonitor.drill.live import Caller
    from agmonitor.ui.bridge import Bridge


@dataclass(frozen=True, slots=True)
class FaultWish:
    """What a person wants broken, as ``Pair.fault`` takes it."""

    name: str
    node: str | None  # None: both
    for_s: float | None = None
    link: str | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    after_s: float = 0.0


class Pair(Protocol):
    """The lab's supervisor, as the window needs it."""

    @property
    def settings(self) -> GroupSettings: ...

    @property
    def password(self) -> str: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def fault(
        self,
        name: str,
        node: str | None = None,
        for_s: float | None = None,
        *,
        link: str | None = None,
        parameters: Mapping[str, float] | None = None,
        after_s: float = 0.0,
    ) -> str: ...

    async def keep_schedule(self) -> None: ...

    async def heal(self) -> None: ...

    async def api_of(self, node: str) -> Caller: ...

    @property
    def folder(self) -> Path: ...

    def status(self) -> LabStatus: ...

    def on_change(self, callback: Callable[[LabStatus], None]) -> Callable[[], None]: ...


class _Reached:
    """The pair as it is reached from outside: before it is stopped there, it leaves the window."""

    def __init__(self, pair: Pair, before_stop: Callable[[], None]) -> None:
        self._pair, self._before_stop = pair, before_stop
        self.folder, self.status, self.fault, self.heal = pair.folder, pair.status, pair.fault, pair.heal
        self.keep_schedule = pair.keep_schedule

    async def stop(self) -> None:
        self._before_stop()
        await self._pair.stop()


class LabSession:
    """At most one lab a window at a time."""

    def __init__(self, make: Callable[[], Pair] | None) -> None:
        self._make = make
        self._pair: Pair | None = None
        self._starting = False
        self._serving: asyncio.Task[object] | None = None
        self._listeners: list[Callable[[LabStatus], None]] = []
        self._on_stopped: Callable[[], None] = lambda: None

    @property
    def possible(self) -> bool:
        return self._make is not None

    @property
    def starting(self) -> bool:
        return self._starting

    @property
    def group(self) -> str | None:
        """The name of the lab's group while the lab runs."""
        return self._pair.settings.name if self._pair is not None else None

    @property
    def pair(self) -> Pair | None:
        """The pair that runs."""
        return self._pair

    async def open(self, bridge: Bridge) -> str:
        """Start the pair, unless it runs, and watch it; its group's name."""
        if self._pair is not None:
            return self._pair.settings.name
        assert self._make is not None, "the window was wired without a lab"
        return await self._start(self._make(), bridge, lambda settings: settings)

    async def renew(
        self, pair: Pair, bridge: Bridge, watched_as: Callable[[GroupSettings], GroupSettings]
    ) -> str:
        """End the pair that runs, if one does, and have that one in its place, watched as told."""
        self._starting = True  # nobody else starts one meanwhile
        try:
            await self._end(bridge)
        finally:
            self._starting = False
        return await self._start(pair, bridge, watched_as)

    async def _start(
        self, pair: Pair, bridge: Bridge, watched_as: Callable[[GroupSettings], GroupSettings]
    ) -> str:
        self._starting = True
        try:
            await pair.start()
        except BaseException:
            await pair.stop()
            raise
        finally:
            self._starting = False
        self._pair = pair
        pair.on_change(self._on_status)
        self._on_status(pair.status())
        settings = watched_as(pair.settings)
        bridge.add(settings, pair.password)
        bridge.submit(t("Could not let the lab be reached from outside"), lambda: self._serve(pair, bridge))
        return settings.name

    async def _end(self, bridge: Bridge) -> None:
        pair, self._pair = self._pair, None
        if pair is None:
            return
        bridge.remove(pair.settings.name)
        if self._serving is not None:
            self._serving.cancel()
        await pair.stop()

    async def _serve(self, pair: Pair, bridge: Bridge) -> None:
        # The lab's control needs what Linux alone has; the window runs elsewhere too.
        from agmonitor.lab import control  # noqa: PLC0415 - see above

        self._serving = asyncio.current_task()
        await control.serve(_Reached(pair, lambda: self._stopped_outside(pair, bridge)))

    def _stopped_outside(self, pair: Pair, bridge: Bridge) -> None:
        if self._pair is not pair:
            return  # another has taken its place
        name, self._pair = pair.settings.name, None
        bridge.remove(name)
        self._on_stopped()

    def listen(self, callback: Callable[[LabStatus], None], stopped: Callable[[], None]) -> None:
        """Have every new status of the lab; ``stopped``: somebody else has ended it."""
        self._listeners.append(callback)
        self._on_stopped = stopped

    def draw_faults(self, bridge: Bridge) -> None:
        """From now on what is broken stands on the lab's time axis, as a lane of its own."""

        def draw(status: LabStatus) -> None:
            if self.group is not None and self.group in bridge.names:
                words = in_short(status.active_faults)
                bridge.watched(self.group).history.take_faults(words, bridge.now())

        self._listeners.append(draw)

    def _on_status(self, status: LabStatus) -> None:
        for listener in self._listeners:
            listener(status)

    @property
    def faults(self) -> tuple[FaultRecord, ...]:
        """What is broken now, and after it what will be."""
        status = self._pair.status() if self._pair is not None else None
        return (*status.active_faults, *status.coming) if status is not None else ()

    async def fault(self, wish: FaultWish) -> str:
        """Break something; the sentence says what."""
        assert self._pair is not None, "faults are offered while the lab runs"
        return await self._pair.fault(
            wish.name,
            wish.node,
            wish.for_s,
            link=wish.link,
            parameters=wish.parameters,
            after_s=wish.after_s,
        )

    async def heal(self) -> None:
        if self._pair is not None:
            await self._pair.heal()

    async def close(self) -> None:
        """End the lab with the window."""
        pair, self._pair = self._pair, None
        if pair is not None:
            await pair.stop()


def faults_in_words(status: LabStatus, now: Instant) -> str:
    """``gw-1: kill, 12 s left``, or ``2 faults: kill, slow``, and what begins next; else empty."""
    faults = status.active_faults
    told = [in_words(fault, now) for fault in faults]
    if len(faults) > 1:
        titles = ", ".join(title_of(fault.name) for fault in faults)
        told = [tn("{n} fault: {faults}", "{n} faults: {faults}", len(faults), faults=titles)]
    return "; ".join([*told, *(in_words(fault, now) for fault in status.coming[:1])])


def faults_in_lines(status: LabStatus, now: Instant) -> str:
    """All that can be said of them, a line each."""
    return "\n".join(in_words(fault, now) for fault in (*status.active_faults, *status.coming))
