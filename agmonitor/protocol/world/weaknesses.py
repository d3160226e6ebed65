"""What a pair of this design is open to, by name: no breach of its rules, and nothing to be hidden.

Reads only the truth. An exposure is a time during which a weakness showed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from agmonitor.protocol.world.truth import NodeTruth, Truth

TSIG_FUDGE_S = 300.0


class Weakness(StrEnum):
    """See ``SENTENCES``."""

    TWO_PRIMARIES_BOTH_PATHS_CUT = "two_primaries_both_paths_cut"
    OVERRIDDEN_WITHOUT_DNS = "overridden_without_dns"
    OVERRIDDEN_UNTIL_NEXT_BEAT = "overridden_until_next_beat"
    OVERRIDDEN_WHILE_FROZEN = "overridden_while_frozen"
    HANDOVER = "handover"
    NOBODY_WHILE_DNS_IS_CUT = "nobody_while_dns_is_cut"
    NOBODY_FOR_A_WRONG_CLOCK = "nobody_for_a_wrong_clock"
    NOBODY_WHILE_BEATS_ARE_LATE = "nobody_while_beats_are_late"
    NOBODY_UNTIL_ABSENCE = "nobody_until_absence"
    TWO_SECONDARIES = "two_secondaries"
    RECORD_NAMES_SECONDARY = "record_names_secondary"
    RECORD_NAMES_NO_MEMBER = "record_names_no_member"
    TAKEN_FOR_DEAD = "taken_for_dead"
    TAKEN_FOR_DEAD_BY_THE_CLOCK = "taken_for_dead_by_the_clock"


_W = Weakness
SENTENCES: Mapping[Weakness, str] = MappingProxyType(
    {
        _W.TWO_PRIMARIES_BOTH_PATHS_CUT: "With its heartbeat path and its way to DNS cut, an overridden"
        " Primary goes on as one: there are two until one of the paths is back.",
        _W.OVERRIDDEN_WITHOUT_DNS: "An overridden Primary that cannot read the record stays Primary, though"
        " its peer could tell it.",
        _W.OVERRIDDEN_UNTIL_NEXT_BEAT: "An overridden Primary that its successor could not tell stays"
        " Primary until its next beat, on which it reads the record.",
        _W.OVERRIDDEN_WHILE_FROZEN: "A frozen Primary does not learn that it was replaced; waking up it"
        " serves as Primary until it has read the record.",
        _W.HANDOVER: "While roles change hands both nodes are Primary for the time of one answer.",
        _W.NOBODY_WHILE_DNS_IS_CUT: "A Secondary that cannot move the record does not take over, though"
        " nobody is Primary.",
        _W.NOBODY_FOR_A_WRONG_CLOCK: "A Secondary whose clock is more than 300 s off cannot sign an update"
        " and does not take over, though nobody is Primary.",
        _W.NOBODY_WHILE_BEATS_ARE_LATE: "A beat that a slow path delivers late counts as of its arrival: the"
        " takeover is late by as much.",
        _W.NOBODY_UNTIL_ABSENCE: "From a Primary's death until the takeover nobody is Primary: silence must"
        " first exceed the allowed absence.",
        _W.TWO_SECONDARIES: "Both nodes run and none is Primary, as after a takeover whose answer got lost or"
        " a restart without DNS, until one has seen the absence pass.",
        _W.RECORD_NAMES_SECONDARY: "The record names the Secondary: its update was done and the answer got"
        " lost, or its promotion is on the way.",
        _W.RECORD_NAMES_NO_MEMBER: "The record names neither node, and no rule writes it again before a"
        " takeover.",
        _W.TAKEN_FOR_DEAD: "A Primary that runs is replaced because neither of its ways to tell of itself was"
        " sound.",
        _W.TAKEN_FOR_DEAD_BY_THE_CLOCK: "A Primary that runs is replaced because the clocks are apart or were"
        " set: the age of a beat is the difference of two clocks.",
    }
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """A weakness showed from one true instant to another; ``ended_at`` None: it does still."""

    weakness: Weakness
    began_at: float
    ended_at: float | None = None


class Exposures:
    """Feed it each truth; ``all`` has what showed, in the order of beginning."""

    def __init__(self) -> None:
        self.all: list[Exposure] = []
        self._open: dict[Weakness, int] = {}
        self._before: Truth | None = None
        self._clock_moved_at: dict[str, float] = {}
        self._impaired_at: dict[str, float] = {}

    def feed(self, truth: Truth) -> None:
        """The next truth, in order."""
        self._remember(truth)
        showing = set(shown(truth))
        for weakness in [each for each in self._open if each not in showing]:
            index = self._open.pop(weakness)
            self.all[index] = Exposure(weakness, self.all[index].began_at, truth.at)
        for weakness in sorted(showing - self._open.keys()):
            self._open[weakness] = len(self.all)
            self.all.append(Exposure(weakness, truth.at))
        for weakness in self._moments(truth):
            self.all.append(Exposure(weakness, truth.at, truth.at))
        self._before = truth

    @property
    def names(self) -> frozenset[Weakness]:
        """Which ones showed at all."""
        return frozenset(each.weakness for each in self.all)

    def _remember(self, truth: Truth) -> None:
        """What a false takeover may be put down to: it may have been mended just before."""
        for node in truth.nodes:
            before = self._before.node(node.name) if self._before is not None else node
            if abs(node.clock_offset_s - before.clock_offset_s) > 1.0 or clocks_apart(truth):
                self._clock_moved_at[node.name] = truth.at
            if not says_of_itself(node, truth) or not _is_sound(before, self._before or truth):
                self._impaired_at[node.name] = truth.at

    def _moments(self, truth: Truth) -> Iterator[Weakness]:
        """A takeover from a Primary that runs and was not asked to yield."""
        if self._before is None or self._before.record == truth.record:
            return
        old = next((node for node in truth.nodes if node.address == self._before.record), None)
        new = truth.holder
        if old is None or new is None or not (old.runs and old.role == "primary"):
            return
        window_s = 2 * (new.absence_s + new.check_s + new.report_s)
        if truth.at - max(self._clock_moved_at.values(), default=-1e18) <= window_s:
            yield Weakness.TAKEN_FOR_DEAD_BY_THE_CLOCK
        elif truth.at - max(self._impaired_at.values(), default=-1e18) <= window_s:
            yield Weakness.TAKEN_FOR_DEAD


def shown(truth: Truth) -> Iterator[Weakness]:
    """What shows in one picture."""
    primaries, holder = truth.primaries, truth.holder
    running = [node for node in primaries if node.runs]
    if len(primaries) == 2:
        yield from (_overridden(node, truth) for node in primaries if node is not holder)
    elif not running:
        yield from _nobody(truth)
    if len(running) == 1 and holder is not running[0]:
        named = Weakness.RECORD_NAMES_NO_MEMBER if holder is None else Weakness.RECORD_NAMES_SECONDARY
        yield named


def clocks_apart(truth: Truth) -> bool:
    """So far that the age of a beat is doubtful."""
    first, second = truth.nodes
    apart_s = abs(first.clock_offset_s - second.clock_offset_s)
    return apart_s > max(1.0, min(node.absence_s for node in truth.nodes) / 10)


def reads_record(node: NodeTruth, truth: Truth) -> bool:
    """Whether nothing is between it and the name server."""
    return node.runs and node.dns.clear and truth.name_server_up


def says_of_itself(node: NodeTruth, truth: Truth) -> bool:
    """Whether its beats get out by both ways."""
    peer = next(each for each in truth.nodes if each is not node)
    return reads_record(node, truth) and node.heartbeat.clear and peer.door.clear


def beats_late_s(node: NodeTruth, truth: Truth) -> float:
    """How much later than sent the peer's beats reach it."""
    peer = next(each for each in truth.nodes if each is not node)
    return peer.heartbeat.delay_s + node.door.delay_s


def _is_sound(node: NodeTruth, truth: Truth) -> bool:
    return says_of_itself(node, truth) and not node.stalled and reads_record_of_peer(node, truth)


def reads_record_of_peer(node: NodeTruth, truth: Truth) -> bool:
    """Whether the other node, if it runs, reads DNS."""
    peer = next(each for each in truth.nodes if each is not node)
    return not peer.runs or reads_record(peer, truth)


def _overridden(node: NodeTruth, truth: Truth) -> Weakness:
    peer = next(each for each in truth.nodes if each is not node)
    talks = node.heartbeat.clear and node.door.clear and peer.heartbeat.clear and peer.door.clear
    if node.frozen:
        return Weakness.OVERRIDDEN_WHILE_FROZEN
    if not reads_record(node, truth):
        return Weakness.OVERRIDDEN_WITHOUT_DNS if talks else Weakness.TWO_PRIMARIES_BOTH_PATHS_CUT
    return Weakness.HANDOVER if talks else Weakness.OVERRIDDEN_UNTIL_NEXT_BEAT


def _nobody(truth: Truth) -> Iterator[Weakness]:
    watching = [node for node in truth.nodes if node.runs and node.role == "secondary"]
    if not watching:
        return
    if not any(reads_record(node, truth) for node in watching):
        yield Weakness.NOBODY_WHILE_DNS_IS_CUT
    elif all(abs(node.clock_offset_s) > TSIG_FUDGE_S for node in watching):
        yield Weakness.NOBODY_FOR_A_WRONG_CLOCK
    elif any(beats_late_s(node, truth) for node in watching):
        yield Weakness.NOBODY_WHILE_BEATS_ARE_LATE
    elif len(watching) == 2:
        yield Weakness.TWO_SECONDARIES
    else:
        yield Weakness.NOBODY_UNTIL_ABSENCE
