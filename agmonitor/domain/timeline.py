"""Inputs folded into spans on lanes: a node's role, where DNS points, whom clients reach.

A bar ends at the last answer, not where the next one begins: what was not asked was not seen. Gaps are spans
of their own, with their reason. A client path that is not judged is no lane: it may never have been meant to
work from here. Keeps spans only; draws nothing and judges nothing.

Keys: ``primary secondary not_in_group unreadable silent`` (a node), ``dns:<node> dns:none dns:stranger
silent`` (lane ``dns``, and a lane ``resolver:<resolver>`` of each), ``clients:<node> clients:stranger
clients:lost`` (lane ``clients``), ``gap:<reason>`` (all of them).
"""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.domain.addresses import owner_of
from agmonitor.domain.model import SILENT, Answer, DnsAnswer, Instant
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    Gap,
    Input,
    NodeObservation,
    ResolverObservation,
)
from agmonitor.domain.outside import clients_judged
from agmonitor.domain.soundness import sound
from agmonitor.domain.state import Condition, GroupState
from agmonitor.domain.words import ANSWERS, DNS_ANSWERS, ROLES

DNS = "dns"
CLIENTS = "clients"
RESOLVER = "resolver:"
BROKEN_AFTER_DEADLINES = 10
"""An answer that comes later than this many deadlines or rounds after the last begins a new bar."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one lane. ``key`` chooses the colour, ``label`` is what stands on it."""

    start: Instant
    end: Instant
    key: str
    label: str


class Lanes:
    """Folds what ``group.step`` was fed, and the state it gave, into spans."""

    __slots__ = ("_keep", "_spans")

    def __init__(self, keep: int | None = None) -> None:
        """``keep``: only so many newest spans a lane, for a reader that takes them over as they grow."""
        self._keep = keep
        self._spans: dict[str, list[Span]] = {}

    def names(self) -> list[str]:
        """The lanes that hold anything, in the order they first did."""
        return list(self._spans)

    def spans(self, lane: str) -> list[Span]:
        """All spans of a lane in order of time; the last one grows while its answer repeats."""
        return list(self._spans.get(lane, ()))

    def last(self, lane: str) -> Span | None:
        """The newest span of a lane, without copying the others."""
        spans = self._spans.get(lane)
        return spans[-1] if spans else None

    def resume(self, lane: str, span: Span) -> None:
        """Go on from the newest span of a lane, as it was kept somewhere."""
        self._spans[lane] = [span]

    def forget_settled(self) -> None:
        """Keep the newest span of each lane alone: no other can grow."""
        for spans in self._spans.values():
            del spans[:-1]

    def feed(self, item: Input, state: GroupState) -> None:
        """One input, with the state after it."""
        if not sound(item):
            return
        match item:
            case NodeObservation():
                self._feed_node(item, state)
            case DnsObservation():
                key, label = _dns_key(item, state)
                begins = item.sent_at if key == "silent" else item.received_at
                self._extend(DNS, key, label, begins, item.received_at, state)
            case ResolverObservation():
                key, label = _dns_key(item, state)
                begins = item.sent_at if key == "silent" else item.received_at
                self._extend(f"{RESOLVER}{item.resolver}", key, label, begins, item.received_at, state)
            case ClientObservation() if clients_judged(state):
                key, label = _client_key(item, state)
                begins = item.sent_at if key == "clients:lost" else item.received_at
                self._extend(CLIENTS, key, label, begins, item.received_at, state)
            case Gap():
                self._break(item, state)
            case _:
                pass

    def _feed_node(self, item: NodeObservation, state: GroupState) -> None:
        node = next((node for node in state.nodes if node.name == item.node), None)
        if node is None or node.last is not item:
            return  # a stranger, or an answer overtaken by a later one
        if node.condition is Condition.HEARD:
            if item.answer is Answer.OK and node.role is not None:
                self._extend(
                    node.name, node.role.value, ROLES[node.role], item.received_at, item.received_at, state
                )
            return  # one lost probe is no event; the bar just has not grown
        if node.condition is Condition.UNKNOWN:
            return
        silent = item.answer in SILENT
        begins = item.sent_at
        if node.failures == 2 and node.first_failed_at is not None and silent:
            begins = node.first_failed_at  # the lost probe that was no event alone
        self._extend(node.name, node.condition.value, ANSWERS[item.answer], begins, item.received_at, state)

    def _extend(
        self, lane: str, key: str, label: str, start: Instant, end: Instant, state: GroupState
    ) -> None:
        spans = self._spans.setdefault(lane, [])
        patience_s = BROKEN_AFTER_DEADLINES * max(state.settings.timeout_s, state.settings.cadence_s)
        last = spans[-1] if spans else None
        start = min(start, end)  # our clock may have been set while the answer was on its way
        if last is not None and last.end > end:
            return  # the past is settled
        if last is not None and last.key == key and last.label == label and start - last.end <= patience_s:
            spans[-1] = Span(last.start, end, key, label)
            return
        spans.append(Span(max(start, last.end) if last is not None else start, end, key, label))
        if self._keep is not None:
            del spans[: -self._keep]

    def _break(self, gap: Gap, state: GroupState) -> None:
        resolvers = [lane for lane in self._spans if lane.startswith(RESOLVER)]
        for lane in (*(node.name for node in state.nodes), DNS, *resolvers, CLIENTS):
            spans = self._spans.setdefault(lane, [])
            if gap.until_at < gap.from_at:  # our clock was set back: what it called the future is cut off
                spans[:] = [_cut(span, gap.until_at) for span in spans if span.start < gap.until_at]
            start = min(gap.from_at, gap.until_at)
            if spans:
                start = max(start, spans[-1].end)
            if start <= gap.until_at:  # one without length still keeps the bars beside it apart
                spans.append(Span(start, gap.until_at, f"gap:{gap.reason.value}", gap.reason.value))


def _cut(span: Span, end: Instant) -> Span:
    return span if span.end <= end else Span(span.start, end, span.key, span.label)


def _dns_key(item: DnsObservation | ResolverObservation, state: GroupState) -> tuple[str, str]:
    if item.answer in {DnsAnswer.NXDOMAIN, DnsAnswer.NODATA} or (
        item.answer is DnsAnswer.OK and not item.addresses
    ):
        return "dns:none", DNS_ANSWERS[item.answer if item.answer is not DnsAnswer.OK else DnsAnswer.NODATA]
    if item.answer is not DnsAnswer.OK:
        return "silent", DNS_ANSWERS[item.answer]
    owner = owner_of(state.nodes, item.addresses[0]) if len(item.addresses) == 1 else None
    return (f"dns:{owner}", owner) if owner else ("dns:stranger", ", ".join(item.addresses))


def _client_key(item: ClientObservation, state: GroupState) -> tuple[str, str]:
    if item.answer is not Answer.OK:
        return "clients:lost", ANSWERS[item.answer]
    owner = owner_of(state.nodes, item.address)
    return (f"clients:{owner}", owner) if owner else ("clients:stranger", item.address or "")
