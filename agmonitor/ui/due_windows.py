"""Takeovers that were, or are, to be expected, as bands on the time axis. Knows no Qt."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from agmonitor.domain.events import Episode
from agmonitor.domain.model import Instant, Role
from agmonitor.domain.state import GroupState
from agmonitor.domain.unwatched import took_over_unwatched

CAP = 1_000
DUE = frozenset({"takeover_due", "takeover_overdue", "no_primary"})  # the last stands before the others
LAST_BEAT = "last heartbeat"  # an episode's first phase


@dataclass(frozen=True, slots=True)
class DueWindow:
    """A takeover that was, or is, to be expected: when it could begin and must have happened."""

    opens_at: Instant
    closes_at: Instant
    beat_at: Instant | None  # the heartbeat it counts from
    due_from: Instant
    due_until: Instant
    live: bool
    assumed: bool
    standby: str | None = None  # the node it is expected of
    took_over_at: Instant | None = None

    @property
    def ends_at(self) -> Instant:
        """As far as it is drawn: when it had happened, or was due no more, the rest of it never came."""
        return self.closes_at if self.live else min(self.closes_at, self.due_until)


class DueWindows:
    """All of one group that were watched, oldest first."""

    __slots__ = ("all",)

    def __init__(self) -> None:
        self.all: deque[DueWindow] = deque(maxlen=CAP)

    @property
    def live(self) -> DueWindow | None:
        """The takeover expected right now, if any."""
        return self.all[-1] if self.all and self.all[-1].live else None

    def forget_after(self, at: Instant) -> None:
        """Our clock was set back."""
        self.all = deque((window for window in self.all if window.due_until <= at), CAP)

    def feed(self, state: GroupState, at: Instant, patience_s: float) -> None:
        """The state after an input; ``patience_s``: a change of role told so late is another's."""
        live = self.live
        window = state.window
        if window is None or not any(finding.name in DUE for finding in state.verdict.findings):
            if live is not None:
                self.all[-1] = replace(
                    live, due_until=at, live=False, took_over_at=_took_over_at(live, state, at)
                )
            else:
                self._complete(state, at, patience_s)
            return
        if live is not None:
            self.all.pop()
        stamped_on_secondary = state.beat is not None and state.beat.source == "secondary"
        beat_at = state.beat.stamped_at - window.offset_s if state.beat and stamped_on_secondary else None
        self.all.append(
            DueWindow(
                window.opens_at - window.offset_s,
                window.closes_at - window.offset_s,
                beat_at,
                live.due_from if live is not None else at,
                at,
                live=True,
                assumed=window.assumed,
                standby=_standby(state) or (live.standby if live is not None else None),
            )
        )

    def _complete(self, state: GroupState, at: Instant, patience_s: float) -> None:
        """The record may name the new Primary a step before its own answer does."""
        last = self.all[-1] if self.all else None
        if last is None or last.took_over_at is not None or at - last.due_until > patience_s:
            return
        took_over_at = _took_over_at(last, state, at)
        if took_over_at is not None:
            ended_at = max(last.due_until, took_over_at)
            self.all[-1] = replace(last, took_over_at=took_over_at, due_until=ended_at)


def windows_of_past(episodes: Iterable[Episode]) -> Iterator[DueWindow]:
    """As far as the history tells them: of each takeover that was awaited, when it was expected."""
    for episode in episodes:
        beat_at = next((phase.from_at for phase in episode.phases if phase.name == LAST_BEAT), None)
        if beat_at is None or episode.expected_takeover_s is None:
            continue
        opens_at, closes_at = (beat_at + after_s for after_s in episode.expected_takeover_s)
        measured_s = episode.measured_takeover_s
        took_over_at = None if measured_s is None else beat_at + measured_s
        ends = (end for end in (took_over_at, episode.ended_at) if end is not None)
        due_until = min(ends, default=closes_at)
        yield DueWindow(
            opens_at,
            closes_at,
            beat_at,
            episode.began_at,
            due_until,
            live=False,
            assumed=False,
            standby=episode.new_primary,
            took_over_at=took_over_at,
        )


def _standby(state: GroupState) -> str | None:
    """None where both stand by: nobody knows which will be first."""
    names = [node.name for node in state.nodes if node.role is Role.SECONDARY]
    return names[0] if len(names) == 1 else None


def _took_over_at(window: DueWindow, state: GroupState, at: Instant) -> Instant | None:
    """When the standby became Primary, if that ended it; the other may still say that it is Primary too."""
    claiming = [node.name for node in state.nodes if node.role is Role.PRIMARY]
    heir = window.standby or (claiming[0] if len(claiming) == 1 else None)
    if heir is None or heir not in claiming or took_over_unwatched(state, heir) is not None:
        return None
    since = state.node(heir).role_since
    return since if since is not None and since >= window.due_from else at
