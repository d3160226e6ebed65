"""What a person should know before a failover is armed: what stands around the group, and what was proven.

Asks the audit, the history and the lock; judges nothing and orders nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agmonitor.config.paths import paths
from agmonitor.domain.events import Episode
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.state import GroupState
from agmonitor.failover.course import PhaseCourse, course
from agmonitor.failover.guards import Kind, Surroundings
from agmonitor.failover.preflight import preflight
from agmonitor.history.audit import AuditTrail
from agmonitor.monitor.auditing import InThread, pair_of, past_of, surroundings
from agmonitor.monitor.one_order import only_order
from agmonitor.monitor.operation import cool_s, in_thread
from agmonitor.monitor.ports import Chronicle, Trail


@dataclass(frozen=True, slots=True)
class Survey:
    """What a person should know before arming, beside the state itself."""

    around: Surroundings
    course: tuple[PhaseCourse, ...]  # predicted; empty where nobody could say what would be sent
    proven_at: Instant | None  # when a failover of this group last came true; None: not within what is kept


def trail_of(settings: GroupSettings) -> Trail:
    """The audit that this group's operations are written to."""
    return InThread(AuditTrail(audit_file(lab=settings.lab)))


def audit_file(*, lab: bool) -> Path:
    places = paths()
    return places.lab_audit_file if lab else places.audit_file


async def survey(state: GroupState, kind: Kind, recorder: object) -> Survey:
    """What stands around the group, the predicted course, and when a failover was last proven."""
    settings = state.settings
    trail = trail_of(settings)
    with only_order(settings, paths().data) as only:
        free = only
    around = await surroundings(trail, settings, cool_s(state), under_way=not free)
    plan = preflight(state, kind, around).plan
    phases = course(await in_thread(state.timers, kind), plan) if plan is not None else ()
    return Survey(around, phases, await proven_at(state, recorder))


async def proven_at(state: GroupState, recorder: object) -> Instant | None:
    """When a failover was last seen to come true: by the audit, or by an episode, ordered or not."""
    episodes = list(state.episodes)
    if isinstance(recorder, Chronicle):
        with contextlib.suppress(OSError):  # what cannot be read proves nothing; what was read still does
            episodes += [one.episode for one in await recorder.episodes(state.settings.name, 0.0)]
    return await newest_proof(state.settings, episodes)


async def newest_proof(settings: GroupSettings, episodes: Iterable[Episode]) -> Instant | None:
    """The newest failover that came true, of these episodes and of the audit."""
    found = [one.ended_at for one in episodes if came_true(one)]
    with contextlib.suppress(OSError):
        audit = await trail_of(settings).read()
        found.append(past_of((line.entry for line in audit.lines), pair_of(settings)).last_proven_at)
    return max((at for at in found if at is not None), default=None)


def came_true(episode: Episode) -> bool:
    """Whether it was a failover that is over: somebody else is Primary since."""
    return episode.new_primary is not None and episode.new_primary != episode.old_primary
