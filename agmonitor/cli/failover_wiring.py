"""Puts together what one failover from the command line needs, and runs it."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from agmonitor.cli import wiring
from agmonitor.config.secrets import Passwords
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.state import GroupState
from agmonitor.failover.guards import Intent, Kind
from agmonitor.failover.preflight import Plan, Preflight
from agmonitor.monitor.allowing import allowed_now
from agmonitor.monitor.handing import order_book
from agmonitor.monitor.operation import FailoverResult, Means, Operation, Show, Tell, fail_over
from agmonitor.monitor.surveying import Survey, newest_proof, survey, trail_of

if TYPE_CHECKING:
    from agmonitor.domain.kept import KeptEpisode
    from agmonitor.monitor.ports import Prober


async def survey_of(
    group: GroupSettings, secrets: Passwords, kind: Kind, note: Intent | None
) -> tuple[GroupState, Preflight, Survey]:
    """What a person should know before ordering. ``note``: a dry run to be written down."""
    async with wiring.Probers([group], secrets, wiring.clock()) as (asking,), wiring.recording() as recorder:
        operation = Operation(_means(group, asking, recorder), lambda _line: None)
        checked = await operation.check(kind)
        around = await survey(operation.state, kind, recorder)
        if note is not None:
            await operation.note_dry_run(replace(note, who=wiring.who()))
        assert checked.preflight is not None
        return operation.state, checked.preflight, around


async def order_failover(
    group: GroupSettings, secrets: Passwords, wish: Intent, confirmed: Plan, tell: Tell, show: Show
) -> FailoverResult:
    """The one order: checked, armed, compared, sent, recorded and watched by the monitor's operation."""
    async with wiring.Probers([group], secrets, wiring.clock()) as (asking,), wiring.recording() as recorder:
        means = _means(group, asking, recorder)
        return await fail_over(Operation(means, tell, show), replace(wish, who=wiring.who()), confirmed)


async def proven_at(group: GroupSettings) -> Instant | None:
    """When a failover of it last came true, by the audit and by what the history keeps; nobody is asked."""
    from agmonitor.history.episodes import read_episodes

    history = wiring.places().history_file
    kept: list[KeptEpisode] = []
    if history.exists():
        with contextlib.suppress(OSError):  # what cannot be read proves nothing
            kept = await asyncio.to_thread(read_episodes, history, group.name, 0.0, None)
    return await newest_proof(group, [one.episode for one in kept])


def _means(group: GroupSettings, asking: Prober, recorder: wiring.History) -> Means:
    return Means(
        group,
        asking,
        wiring.clock(),
        order_book(recorder),
        trail_of(group),
        wiring.places().data,
        allowed=lambda: allowed_now(group).failover_allowed,
    )
