"""What of a workspace goes by the history: the past of its groups, and what people leave there."""

from __future__ import annotations

import contextlib
import getpass
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from agmonitor.domain.acknowledging import acknowledged, nothing_like
from agmonitor.domain.events import Episode, Event
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.kept import Around, KeptEpisode, Mark, MarkKind
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.moment import Sure, Then
from agmonitor.domain.observations import Acknowledged, FailoverOrdered, Gap, GapReason, Input, instant_of
from agmonitor.domain.state import GroupState
from agmonitor.monitor.handing import LOOK_S, ORDER_S, at_rest, take_in
from agmonitor.monitor.ports import (
    Archive,
    Chronicle,
    Clock,
    GroupChange,
    HandsOver,
    Recorded,
    TellsMoments,
    TellsRanges,
)
from agmonitor.monitor.recent import PastInput, Recent
from agmonitor.texts import t

if TYPE_CHECKING:
    from agmonitor.history.ranges import Range

NO_HISTORY = t("No history is kept here.")
BEFORE_S, AFTER_S, EVIDENCE_S = 600.0, 10.0, 60.0  # round an episode, what may have to do with it
WIDTH_PX = 400  # events and gaps are wanted, and no curve


class Remembering(ABC):
    """The part of ``Workspace`` that reads and marks the past."""

    def __init__(self, recorder: Archive, clock: Clock) -> None:
        self._recorder = recorder
        self._clock = clock
        self._recent: dict[str, Recent] = {}  # of groups that no history keeps

    @abstractmethod
    def state(self, name: str) -> GroupState:
        """The newest state."""

    @property
    @abstractmethod
    def groups(self) -> Mapping[str, GroupSettings]:
        """All that are watched, or about to be."""

    @abstractmethod
    def _is_watching(self, name: str) -> bool:
        """Whether its state is the newest there is, the recorded past included."""

    @abstractmethod
    async def _tell(self, name: str, item: Input) -> None:
        """Step and record an input that no probe brought.

        Raises:
            OSError: it is not recorded.
        """

    async def past(self, name: str, since: Instant) -> Sequence[Recorded]:
        """What the history holds of that group since then, oldest first.

        Raises:
            OSError: the history cannot be read.
        """
        return await self._recorder.past(name, since)

    async def range(self, name: str, from_at: Instant, until_at: Instant, width_px: int) -> Range | None:
        """What a window needs of a stretch of that group's past; None: no history is kept here.

        Raises:
            OSError: the history cannot be read.
        """
        if not isinstance(self._recorder, TellsRanges):
            return None
        return await self._recorder.range(name, from_at, until_at, width_px)

    async def moment(self, name: str, at: Instant) -> Then:
        """The state of that group at a past instant, and how sure it is.

        Raises:
            OSError: the history cannot be read.
        """
        recent = self._recent.get(name)
        mine = recent.moment(at) if recent is not None else None
        if not isinstance(self._recorder, TellsMoments):
            return mine or Then(at, Sure.NOTHING, why=NO_HISTORY)
        kept = await self._recorder.moment(name, at)
        return mine if mine is not None and _later(mine, kept) else kept

    async def neighbour(self, name: str, at: Instant, *, later: bool) -> Event | None:
        """The event nearest to an instant on that side of it; None: none is known.

        Raises:
            OSError: the history cannot be read.
        """
        recent = self._recent.get(name)
        mine = recent.neighbour(at, later=later) if recent is not None else None
        if not isinstance(self._recorder, TellsMoments):
            return mine
        kept = await self._recorder.neighbour(name, at, later=later)
        return min((one for one in (mine, kept) if one), key=lambda one: abs(one.at - at), default=None)

    async def episodes(
        self, name: str, since: Instant, until: Instant | None = None
    ) -> Sequence[KeptEpisode]:
        """Episodes of that group that touch the range, with marks, oldest first.

        Raises:
            OSError: the history cannot be read.
        """
        if (lab := self._of_lab(name)) is not None:
            return lab.episodes(since, until)
        return await self._chronicle().episodes(name, since, until)

    async def marks(self, name: str, since: Instant, until: Instant | None = None) -> Sequence[Mark]:
        """Notes and acknowledgements pinned within the range; none where none are kept.

        Raises:
            OSError: the history cannot be read.
        """
        if (lab := self._of_lab(name)) is not None:
            return lab.marks(since, until)
        if not isinstance(self._recorder, Chronicle):
            return ()
        return await self._recorder.marks(name, since, until)

    async def evidence(self, name: str, since: Instant, until: Instant | None = None) -> Sequence[Evidence]:
        """Failed probes within the range with what came back.

        Raises:
            OSError: the history cannot be read.
        """
        recent = self._recent.get(name)
        mine = recent.evidence(since, until) if recent is not None else []
        kept = (
            await self._recorder.evidence(name, since, until) if isinstance(self._recorder, Chronicle) else ()
        )
        return [*kept, *mine]

    async def around(self, name: str, episode: Episode) -> Around:
        """Events, gaps and evidence from shortly before an episode to shortly after it.

        Raises:
            OSError: the history cannot be read.
        """
        until_at = self._clock.now() if episode.ended_at is None else episode.ended_at + AFTER_S
        told = await self.range(name, episode.began_at - BEFORE_S, until_at, WIDTH_PX)
        first = episode.began_at - EVIDENCE_S, min(until_at, episode.began_at + EVIDENCE_S)
        evidence = await self.evidence(name, *first)
        if told is None:
            return Around(evidence=tuple(evidence))
        gaps = [Gap(gap.start, gap.end, GapReason(gap.key.removeprefix("gap:"))) for gap in told.gaps]
        return Around(told.events, tuple(gaps), tuple(evidence))

    async def note(self, name: str, at: Instant, text: str) -> None:
        """Pin a note of this user's to an instant.

        Raises:
            OSError: it could not be written.
        """
        note = Mark(at, MarkKind.NOTE, user_name(), text, self._clock.now())
        if (lab := self._of_lab(name)) is not None:
            lab.pin(note)
        else:
            await self._chronicle().mark(name, note)

    async def acknowledge(self, name: str, episode: int | None, who: str, why: str) -> None:
        """A person takes note of an episode; None: of the change of Primary that nothing explains.

        Raises:
            OSError: it could not be written.
            ValueError: there is nothing of the kind.
        """
        await self._acknowledge(name, Acknowledged(self._clock.now(), episode, who, why))

    async def _acknowledge(self, name: str, item: Acknowledged) -> None:
        if acknowledged(self.state(name), item) is None:
            raise ValueError(nothing_like(item))
        await self._tell(name, item)

    async def _take_in_for_ever(self) -> None:
        """See to it that what other programs leave for the history is in it at once."""
        while True:
            await take_in(self._recorder, self._take_in)
            await self._clock.sleep(LOOK_S)

    async def _take_in(self, name: str, item: Acknowledged | FailoverOrdered) -> None:
        if name not in self.groups:
            await at_rest(self._recorder, name, item)
        elif not self._is_watching(name):
            raise OSError(t("{group} is not watched yet.", group=name))
        elif isinstance(item, Acknowledged):
            await self._acknowledge(name, item)
        else:
            await self._tell(name, item)

    async def _hand_over(self, name: str, item: Input, why_not: str) -> None:
        """Leave a person's word for the copy of the program that writes the history.

        Raises:
            OSError: it is not in the history: ``why_not``, or no copy has taken it in.
        """
        recorder = self._recorder
        if not (
            isinstance(recorder, HandsOver)
            and recorder.elsewhere
            and isinstance(item, Acknowledged | FailoverOrdered)
        ):
            raise OSError(why_not)
        await recorder.hand_over(name, item, ORDER_S)

    def _remember(self, change: GroupChange) -> None:
        """Keep in memory what no history keeps: a lab's past, and what cannot be written."""
        if change.before is None or not (change.state.settings.lab or not change.recorded):
            return
        one = PastInput(instant_of(change.input), change.input, change.events)
        self._recent.setdefault(change.group, Recent()).take(one, change.before, change.state)

    def _keep(self, group: str, evidence: Evidence) -> None:
        """What a failed probe saw, where it can be looked up."""
        if isinstance(self._recorder, Chronicle):
            self._recorder.keep(group, evidence)
        if (recent := self._recent.get(group)) is not None:
            recent.keep(evidence)

    def _of_lab(self, name: str) -> Recent | None:
        """All that is remembered of a lab, which no history keeps; None: it is a real group."""
        settings = self.groups.get(name)
        return self._recent.get(name) if settings is not None and settings.lab else None

    def _chronicle(self) -> Chronicle:
        if not isinstance(self._recorder, Chronicle):
            raise OSError(NO_HISTORY)
        return self._recorder


def _later(one: Then, other: Then) -> bool:
    """Whether it rests on something newer."""
    return other.known_at is None or (one.known_at is not None and one.known_at >= other.known_at)


def user_name() -> str:
    """The account of the operating system that runs us, for the record."""
    with contextlib.suppress(OSError, KeyError):
        return getpass.getuser()
    return "unknown"
