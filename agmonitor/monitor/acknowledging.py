"""Acknowledges while nobody watches: the word is stepped and recorded where the last session ended."""

from __future__ import annotations

from agmonitor.domain.acknowledging import acknowledged, nothing_like
from agmonitor.domain.group import step
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Acknowledged
from agmonitor.domain.rounding import rounded
from agmonitor.monitor.ports import Archive, HandsOver
from agmonitor.monitor.resuming import going_on


async def acknowledge(
    archive: Archive, group: str, episode: int | None, who: str, why: str, at: Instant
) -> None:
    """Record it; a later session goes on from there.

    Raises:
        OSError: it could not be written.
        ValueError: there is nothing of the kind.
    """
    item = rounded(Acknowledged(at, episode, who, why))
    assert isinstance(item, Acknowledged)
    if isinstance(archive, HandsOver) and archive.elsewhere:
        await archive.hand_over(group, item)
        return
    state = await going_on(archive, group)
    if state is None or acknowledged(state, item) is None:
        raise ValueError(nothing_like(item))
    after, events = step(state, item)
    await archive.record(group, (item,), events, state, after)
