"""What a monitor watching a simulated pair would record: inputs, events and the states around them."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agmonitor.domain.events import Event
from agmonitor.domain.group import initial, step
from agmonitor.domain.model import GroupSettings
from agmonitor.domain.observations import Input, instant_of
from agmonitor.domain.rounding import rounded
from agmonitor.domain.state import GroupState, Mode
from agmonitor.drill.observer import Observer
from agmonitor.drill.random_run import run
from agmonitor.history.store import Store
from agmonitor.protocol.world.world import World

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One step as it was."""

    input: Input
    events: tuple[Event, ...]
    before: GroupState
    after: GroupState


@functools.cache
def watched(seed: int) -> tuple[Change, ...]:
    """A random drill of about fifteen minutes, every input rounded as the monitor does."""
    inputs: list[Input] = []
    settings: list[GroupSettings] = []

    def listen(_world: World, observer: Observer) -> None:
        settings.append(observer.state.settings)
        observer.on_change(lambda _at, item, _state, _events: inputs.append(item))

    run(seed, listen)
    return tuple(changes(settings[0], inputs))


def changes(
    settings: GroupSettings, inputs: Iterable[Input], state: GroupState | None = None
) -> list[Change]:
    """The inputs stepped as the monitor steps them, from ``state`` or from the beginning on."""
    made: list[Change] = []
    for one in inputs:
        item = rounded(one)
        if state is None:
            state = initial(settings, Mode.WATCHING, instant_of(item))
        after, events = step(state, item)
        made.append(Change(item, events, state, after))
        state = after
    return made


def record(path: Path, *sessions: Sequence[Change], group: str = "g") -> None:
    """Each session written by a program of its own."""

    async def write(session: Sequence[Change]) -> None:
        store = Store.open(path)
        try:
            for first in range(0, len(session), AT_ONCE):
                some = session[first : first + AT_ONCE]
                await asyncio.gather(
                    *(store.record(group, (one.input,), one.events, one.before, one.after) for one in some)
                )
        finally:
            await store.close()

    for session in sessions:
        asyncio.run(write(session))
