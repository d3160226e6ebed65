"""How a new session takes up what the last one recorded: roles, doubts and episodes go on as they were.

From the newest kept state and the inputs since; where that cannot be, the newest minutes are stepped again.
Reads, and judges nothing itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.observations import Input
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import GroupState, Mode
from agmonitor.monitor.ports import Archive, Chronicle

RESUME_S = 600.0
"""How much of the recorded past is stepped again where no kept state can be gone on from."""
_STEPS_AT_A_TIME = 50


async def resumed(archive: Archive, settings: GroupSettings, now: Callable[[], Instant]) -> GroupState | None:
    """The state to go on from; None where nothing (readable) was recorded."""
    try:
        state = await _going_on(archive, settings, now)
        count = await archive.last_number(settings.name) if isinstance(archive, Chronicle) else 0
    except OSError:
        return None  # recording will fail as well, and that is shown
    if count == 0:
        return state
    return counting_from(state or initial(settings, Mode.WATCHING, now()), count)


async def going_on(archive: Archive, group: str) -> GroupState | None:
    """The state at the end of what was recorded of a group, under the settings of then.

    Raises:
        OSError: the history cannot be read.
    """
    story = await archive.last_story(group) if isinstance(archive, Chronicle) else None
    return None if story is None else await _stepped(story.state, story.inputs)


async def _going_on(
    archive: Archive, settings: GroupSettings, now: Callable[[], Instant]
) -> GroupState | None:
    if settings.lab:
        return None  # each lab is a new pair under the old name
    names = [node.name for node in settings.nodes]
    state = await going_on(archive, settings.name)
    if state is not None and [node.name for node in state.nodes] == names:
        state = replace(state, settings=settings)
    else:
        state = await _again(archive, settings)
    return state if state is not None and state.now <= now() else None


async def _again(archive: Archive, settings: GroupSettings) -> GroupState | None:
    newest = await archive.last_at(settings.name)
    past = [] if newest is None else await archive.past(settings.name, newest - RESUME_S)
    names = {None, *(node.name for node in settings.nodes)}
    inputs = [item for item in (row.input for row in past) if getattr(item, "node", None) in names]
    if not inputs or newest is None:
        return None
    return await _stepped(initial(settings, Mode.WATCHING, newest - RESUME_S), inputs)


async def _stepped(state: GroupState, inputs: Iterable[Input]) -> GroupState:
    for number, item in enumerate(inputs):
        state, _ = step(state, item)
        if number % _STEPS_AT_A_TIME == 0:
            await asyncio.sleep(0)
    return state


def counting_from(state: GroupState, count: int) -> GroupState:
    """Numbers of episodes are never given twice."""
    if state.memory.episode_count >= count:
        return state
    return replace(state, memory=replace(state.memory, episode_count=count))
