"""Which groups this program judges, since when, and how long a judgement takes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from agmonitor.alerts.seeing import Seen
from agmonitor.alerts.settings import AlertSettings
from agmonitor.domain.model import Answer, Instant
from agmonitor.domain.observations import NodeObservation
from agmonitor.domain.state import GroupState

SOON_S = 20.0
ROUNDS = 4
"""Without an answer, good or bad, for so many rounds a group is not judged here any more."""
NEVER: Instant = -inf


@dataclass(frozen=True, slots=True)
class Judged:
    """Until when, since when without a break, and how long it takes to judge what has changed."""

    until: Instant
    since: Instant | None
    takes_s: float


class Judging:
    """All groups of this program."""

    def __init__(self) -> None:
        self._judged: dict[str, Judged] = {}

    def take(self, state: GroupState, seen: Seen | None, settings: AlertSettings) -> None:
        """One more state of a group; ``seen`` None: it tells of the session before."""
        name = state.settings.name
        limits, before = settings.of(name), self._judged.get(name)
        since = None
        if seen is not None and seen.judged:
            since = before.since if before is not None and before.since is not None else seen.at
        rounds = max(ROUNDS, limits.bad_rounds + 1, limits.good_rounds + 1)
        takes_s = max(SOON_S, rounds * state.settings.cadence_s)
        self._judged[name] = Judged(_judged_until(state), since, takes_s)

    def forget(self, group: str) -> None:
        """It is watched no more."""
        self._judged.pop(group, None)

    def groups(self, now: Instant) -> list[str]:
        """Those that are judged here now."""
        return [name for name, judged in self._judged.items() if now <= judged.until]

    def takes_s(self, group: str) -> float | None:
        """How long it takes to judge what has changed in it; None: nothing can be judged of it now."""
        judged = self._judged.get(group)
        return judged.takes_s if judged is not None and judged.since is not None else None


def _judged_until(state: GroupState) -> Instant:
    """As long as it goes on being asked: one that is paused, or does not let us in, is judged by nobody."""
    if any(_locked_out(node.last) for node in state.nodes):
        return NEVER
    asked = [node.last.received_at for node in state.nodes if node.last is not None]
    return max(asked, default=NEVER) + max(SOON_S, ROUNDS * state.settings.cadence_s)


def _locked_out(last: NodeObservation | None) -> bool:
    """A node that is not read here may be read by somebody else, who judges it better."""
    return last is not None and last.answer in {Answer.SIGN_IN_REFUSED, Answer.FORBIDDEN}
