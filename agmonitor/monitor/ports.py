"""What the monitor needs from the world, as Protocols; ``fakes`` in the tests satisfy the same ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from agmonitor.domain.events import Episode, Event
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.kept import Around, Handed, KeptEpisode, Left, Mark, Story
from agmonitor.domain.model import GroupSettings, Instant, NodeAddress
from agmonitor.domain.moment import Then
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    FailoverAnswer,
    HooksObservation,
    Input,
    LoadObservation,
    NodeObservation,
    ResolverObservation,
)
from agmonitor.domain.state import GroupState
from agmonitor.domain.trial import Asked, Reached, TrialRow

if TYPE_CHECKING:
    from agmonitor.history.audit_reading import Audit
    from agmonitor.history.ranges import Range


class Clock(Protocol):
    """Two clocks and a pause. ``now`` runs with the monotonic clock, anchored to the wall clock at start."""

    def now(self) -> Instant:
        """Our instant: anchored wall time plus monotonic time since, to the millisecond."""
        ...

    def wall(self) -> Instant:
        """The wall clock as it is, to find sleep and steps by comparing with ``now``."""
        ...

    def anchor(self) -> None:
        """Anchor ``now`` to the wall clock again, after a gap has been recorded."""
        ...

    def elapsed_s(self) -> float:
        """The monotonic clock, from some fixed moment; no anchor moves it."""
        ...

    def slept_s(self) -> float | None:
        """How long the machine has slept, from some fixed moment; None: this platform cannot tell."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Prober(Protocol):
    """Asks everything about one group. No method raises for anything the network may do."""

    async def ask_node(self, node: str) -> NodeObservation: ...

    async def ask_load(self, node: str) -> LoadObservation: ...

    async def ask_dns(self, fqdn: str) -> DnsObservation: ...

    async def ask_resolvers(self, fqdn: str) -> Sequence[ResolverObservation]:
        """The system's resolver and each configured one, asked side by side."""
        ...

    async def ask_clients(self, fqdn: str, scheme: str, port: int) -> ClientObservation: ...

    async def ask_hooks(self, node: str) -> HooksObservation: ...

    async def order_failover(self, node: str, objection: Callable[[], Awaitable[str]]) -> FailoverAnswer:
        """Send exactly one ``PUT /failover`` to that node; never repeated, whatever happens.

        ``objection`` is asked right before it leaves: why it must not any more, or nothing.
        """
        ...

    def retry_sign_in(self) -> None:
        """A person asked: forget that the credentials were refused."""
        ...

    async def close(self) -> None: ...


class Recorder(Protocol):
    """Keeps inputs and events; each call is one transaction."""

    async def record(
        self,
        group: str,
        inputs: Sequence[Input],
        events: Sequence[Event],
        before: GroupState | None = None,
        after: GroupState | None = None,
    ) -> None:
        """Store all or nothing; events belong to the last input. The states stand around the one input given.

        Raises:
            OSError: not written (disk full, read-only, damaged); watching goes on.
        """
        ...


class Recorded(Protocol):
    """One recorded input and the events it caused."""

    @property
    def input(self) -> Input: ...

    @property
    def events(self) -> tuple[Event, ...]: ...


@runtime_checkable
class TellsRanges(Protocol):
    """An archive that tells what a window needs of any range of time."""

    async def range(self, group: str, from_at: Instant, until_at: Instant, width_px: int) -> Range:
        """One group's past between two instants, fit for that many pixels.

        Raises:
            OSError: the history cannot be read.
        """
        ...


@runtime_checkable
class TellsMoments(Protocol):
    """An archive that tells what was known at any past moment."""

    async def moment(self, group: str, at: Instant) -> Then:
        """The state of a group at an instant, and how sure it is.

        Raises:
            OSError: the history cannot be read.
        """
        ...

    async def neighbour(self, group: str, at: Instant, *, later: bool) -> Event | None:
        """The event nearest to an instant on that side of it; None: there is none.

        Raises:
            OSError: the history cannot be read.
        """
        ...


class Archive(Recorder, Protocol):
    """A recorder that can be asked what it recorded."""

    async def past(self, group: str, since: Instant, until: Instant | None = None) -> Sequence[Recorded]:
        """What was recorded between two instants, in the order it was stepped.

        Raises:
            OSError: the history cannot be read.
        """
        ...

    async def last_at(self, group: str) -> Instant | None:
        """When the newest input of that group counts from.

        Raises:
            OSError: the history cannot be read.
        """
        ...


@runtime_checkable
class Chronicle(Protocol):
    """An archive that keeps what people leave, episodes and evidence too. All but ``keep`` raise OSError."""

    async def mark(self, group: str, mark: Mark) -> None:
        """Pin a note to an instant."""
        ...

    def keep(self, group: str, evidence: Evidence) -> None:
        """Keep what a failed probe saw, when there is time; never raises and never waits."""
        ...

    async def marks(self, group: str, since: Instant, until: Instant | None = None) -> Sequence[Mark]: ...

    async def evidence(
        self, group: str, since: Instant, until: Instant | None = None
    ) -> Sequence[Evidence]: ...

    async def episodes(
        self, group: str, since: Instant, until: Instant | None = None
    ) -> Sequence[KeptEpisode]: ...

    async def last_story(self, group: str) -> Story | None:
        """The state a new session goes on from, and the inputs since; None: there is none."""
        ...

    async def last_number(self, group: str) -> int:
        """The highest number an episode of the group ever had; 0: none."""
        ...


@runtime_checkable
class TellsEpisodes(Protocol):
    """A workspace whose groups have a stored story, and where a word can be left. All raise OSError."""

    async def episodes(
        self, name: str, since: Instant, until: Instant | None = None
    ) -> Sequence[KeptEpisode]: ...

    async def marks(self, name: str, since: Instant, until: Instant | None = None) -> Sequence[Mark]: ...

    async def around(self, name: str, episode: Episode) -> Around:
        """What was recorded of the time round an episode."""
        ...

    async def note(self, name: str, at: Instant, text: str) -> None:
        """Pin a note of this user's to an instant."""
        ...

    async def acknowledge(self, name: str, episode: int | None, who: str, why: str) -> None:
        """Take note of an episode; None: of the change of Primary that nothing explains.

        Raises:
            ValueError: there is nothing of the kind.
        """
        ...


@runtime_checkable
class TakesOver(Protocol):
    """The one archive that writes, which takes in what other programs leave. All raise OSError."""

    async def handed(self) -> Sequence[Handed]:
        """What waits, oldest first."""
        ...

    async def answer(self, handed: Handed, why_not: str) -> None:
        """It is in the history, or never will be and why; it no longer waits."""
        ...


@runtime_checkable
class HandsOver(Protocol):
    """An archive that may find another program writing the history."""

    @property
    def elsewhere(self) -> bool:
        """Whether that is so now."""
        ...

    async def hand_over(self, group: str, left: Left, answer_s: float | None = None) -> None:
        """Leave it for that program; returns once it is in the history.

        Raises:
            OSError: it is not, or not yet.
            ValueError: why it never will be.
        """


class TriesGroups(Protocol):
    """Tries settings before they are kept. Raises nothing for what the network may do."""

    async def reach(self, settings: GroupSettings, node: NodeAddress) -> Reached:
        """The way to a node and its certificate; nothing is sent. May be cancelled at any time."""
        ...

    async def ask(self, settings: GroupSettings, node: NodeAddress, password: str | None) -> Asked:
        """Sign in, once for each credential and node, and ask; better let it come to its end."""
        ...

    async def look_up(self, settings: GroupSettings, fqdn: str, members: Collection[str]) -> TrialRow:
        """The group's name, beside the addresses that its members tell."""
        ...

    def retry(self, settings: GroupSettings, password: str | None) -> None:
        """A person asked: send these credentials once more."""
        ...


class Trail(Protocol):
    """Where operations are written down for good: an entry is on the disk before the call returns."""

    async def append(self, entry: Mapping[str, Any]) -> str:
        """Write it down; its hash.

        Raises:
            OSError: it is not on the disk.
        """
        ...

    async def read(self) -> Audit:
        """All entries so far.

        Raises:
            OSError: it cannot be read.
        """
        ...

    async def fault(self) -> str:
        """Why it cannot be written now, a sentence; nothing where it can."""
        ...


EvidenceSink = Callable[[Evidence], None]
"""Where a prober leaves what a failed probe saw. Called on its loop; never raises."""


@runtime_checkable
class TellsEvidence(Protocol):
    """A prober that can tell more of a failure than the observation's sentence."""

    def tell_evidence_to(self, sink: EvidenceSink) -> None: ...


@runtime_checkable
class TellsResolved(Protocol):
    """A workspace that learns late what came of an order, perhaps of another program's."""

    def tell_resolved_to(self, sink: Callable[[str, str], None]) -> None:
        """``sink`` takes the group's name and the sentence."""
        ...


@dataclass(frozen=True, slots=True)
class GroupChange:
    """Published after each step. ``recorded`` False: history is not being written; ``why_not`` says why."""

    group: str
    input: Input
    state: GroupState
    events: tuple[Event, ...]
    recorded: bool = True
    why_not: str = ""
    before: GroupState | None = None  # the state the input met
