"""A past moment as it can be told: the state then, and how sure that is. Values only; reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Gap
from agmonitor.domain.state import GroupState


class Sure(StrEnum):
    """How well a moment is known."""

    OBSERVED = "observed"  # it was being watched: the state is the one that was shown then
    IN_GAP = "in_gap"  # nothing was observed then, for a known reason; the state is the last before
    UNRECORDED = "unrecorded"  # nothing is recorded of then; the state is the last before
    LANES_ONLY = "lanes_only"  # the inputs are kept no longer: only what the lanes say
    NOTHING = "nothing"  # nothing at all


@dataclass(frozen=True, slots=True)
class Then:
    """One group at one past moment. No state where ``sure`` is LANES_ONLY or NOTHING."""

    at: Instant
    sure: Sure
    state: GroupState | None = None
    known_at: Instant | None = None  # the newest input that the state rests on
    gap: Gap | None = None
    lanes: tuple[tuple[str, str], ...] = ()  # lane and what its bar says, where that is all
    why: str = ""  # a sentence on what is missing

    @property
    def live_then(self) -> bool:
        return self.sure is Sure.OBSERVED
