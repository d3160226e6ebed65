"""What must always be so, whatever befalls a pair, and what must come about once nothing befalls it any more.

Checkers that know only the truth and share nothing with the rules they judge. Feed each truth in order (say,
with ``world.truth.on_change(judge.feed)``); ``breaches`` stays empty, or the rules are wrong. What the design
is open to without breaking its word stands in ``weaknesses``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agmonitor.protocol.world.truth import NodeTruth, Truth
from agmonitor.protocol.world.weaknesses import (
    TSIG_FUDGE_S,
    Exposures,
    beats_late_s,
    clocks_apart,
    reads_record,
)

CALL_S = 2.0
"""The longest call of a node; what it learnt may be that old."""
SLACK_S = 3.0
START_S = 2.0


@dataclass(frozen=True, slots=True)
class Breach:
    """An invariant broken at a true instant."""

    at: float
    invariant: str
    sentence: str


class Judge:
    """All of them on one stream of truths."""

    def __init__(self) -> None:
        self.breaches: list[Breach] = []
        self.exposures = Exposures()
        self._checks = (PromotedByRecord(), YieldsToRecord(), SomebodyTakesOver(), SettlesDown())

    def feed(self, truth: Truth) -> None:
        """The next truth, in order."""
        self.exposures.feed(truth)
        for check in self._checks:
            self.breaches.extend(check.feed(truth))


class PromotedByRecord:
    """Safety: a node becomes Primary only when the record names it, or did while the answer travelled."""

    def __init__(self) -> None:
        self._before: Truth | None = None
        self._named_at: dict[str, float] = {}

    def feed(self, truth: Truth) -> Iterator[Breach]:
        before, self._before = self._before, truth
        for node in truth.nodes:
            was = before.node(node.name) if before is not None else node
            if truth.record == node.address or was.frozen:
                self._named_at[node.name] = truth.at
            if was.role == "primary" or node.role != "primary":
                continue
            since_s = truth.at - self._named_at.get(node.name, -1e18)
            if since_s > CALL_S + SLACK_S:
                yield Breach(
                    truth.at,
                    "promoted_by_record",
                    f"{node.name} became Primary while the record names {truth.record}.",
                )


class YieldsToRecord:
    """Safety: of two Primaries the one that the record does not name stays so no longer than one beat.

    As long as it runs and can read the record, that is; two that both hold the record there cannot be.
    """

    def __init__(self) -> None:
        self._could_since: dict[str, float] = {}

    def feed(self, truth: Truth) -> Iterator[Breach]:
        two = len(truth.primaries) == 2
        for node in truth.nodes:
            overridden = two and truth.holder is not None and truth.record != node.address
            if not (overridden and reads_record(node, truth)) or node.stalled:
                self._could_since.pop(node.name, None)
                continue
            since = self._could_since.setdefault(node.name, truth.at)
            if truth.at - since > node.report_s + CALL_S + SLACK_S:
                self._could_since[node.name] = truth.at
                yield Breach(
                    truth.at,
                    "yields_to_record",
                    f"{node.name} stays Primary though it could read that {truth.record} is it.",
                )


class SomebodyTakesOver:
    """Liveness: where nobody is Primary, a Secondary that can move the record is it within its window."""

    def __init__(self) -> None:
        self._could_since: dict[str, float] = {}
        self._late_until: dict[str, float] = {}  # beats under way may arrive until then

    def feed(self, truth: Truth) -> Iterator[Breach]:
        nobody = not any(node.runs for node in truth.primaries)
        for node in truth.nodes:
            late_s = beats_late_s(node, truth)
            if late_s:
                self._late_until[node.name] = truth.at + late_s
            waits = truth.at <= self._late_until.get(node.name, 0.0)
            if waits or not (nobody and _can_take_over(node, truth)):
                self._could_since.pop(node.name, None)
                continue
            since = self._could_since.setdefault(node.name, truth.at)
            window_s = max(node.absence_s, node.check_s) + 2 * node.check_s + 2 * CALL_S + SLACK_S
            if truth.at - since > window_s:
                self._could_since[node.name] = truth.at
                sentence = f"Nobody is Primary, and {node.name}, which could be, is not within its window."
                yield Breach(truth.at, "somebody_takes_over", sentence)


class SettlesDown:
    """Liveness: with nothing in the way there is one Primary within the window, and the record names it."""

    def __init__(self) -> None:
        self._unsettled_since: float | None = None
        self._late_until = 0.0

    def feed(self, truth: Truth) -> Iterator[Breach]:
        late_s = max(beats_late_s(node, truth) for node in truth.nodes)
        if late_s:
            self._late_until = max(self._late_until, truth.at + late_s)
        if truth.at <= self._late_until or not is_sound(truth) or is_settled(truth):
            self._unsettled_since = None
            return
        if self._unsettled_since is None:
            self._unsettled_since = truth.at
        if truth.at - self._unsettled_since > window_s(truth):
            self._unsettled_since = truth.at
            roles = " and ".join(f"{node.name} is {node.role}" for node in truth.nodes)
            yield Breach(truth.at, "settles_down", f"{roles}, and the record names {truth.record}.")


def window_s(truth: Truth) -> float:
    """Within which a pair that nothing befalls has one Primary that the record names."""
    return max(
        node.report_s + max(node.absence_s, node.check_s) + 2 * node.check_s + 3 * CALL_S + SLACK_S
        for node in truth.nodes
    )


def is_sound(truth: Truth) -> bool:
    """Nothing is broken and nobody has left; a record that names no member is none of the pair's making."""
    return (
        truth.name_server_up
        and truth.holder is not None
        and not clocks_apart(truth)
        and all(_is_well(node) for node in truth.nodes)
    )


def is_settled(truth: Truth) -> bool:
    """One Primary, which the record names, and one Secondary."""
    roles = sorted(node.role for node in truth.nodes)
    return roles == ["primary", "secondary"] and truth.holder in truth.primaries


def _is_well(node: NodeTruth) -> bool:
    links = (node.door, node.heartbeat, node.dns)
    return (
        node.runs
        and node.role != "not_in_group"
        and not node.stalled
        and node.certificate == "good"
        and all(link.clear for link in links)
        and abs(node.clock_offset_s) < TSIG_FUDGE_S / 2
    )


def _can_take_over(node: NodeTruth, truth: Truth) -> bool:
    return (
        node.role == "secondary"
        and not node.stalled
        and reads_record(node, truth)
        and not clocks_apart(truth)
        and abs(node.clock_offset_s) < TSIG_FUDGE_S / 2
    )
