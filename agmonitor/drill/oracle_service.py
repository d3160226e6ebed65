"""What the oracle knows of service: a group that is down, and clients that get none although it is up."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from agmonitor.drill.oracle_case import Case, Claim, age_of, seen
from agmonitor.drill.oracle_spans import Spans, both, either
from agmonitor.drill.oracle_testimony import LOST, ROLES, Witness, is_silent, says
from agmonitor.protocol.world.truth import NodeTruth

SLACK_S = 4.0
"""On TXT's age: whole-second stamps, delivery, and a clock known to a second or two."""
FAILED = says(LOST)
PRIMARY = says("primary")


def group_down(case: Case) -> Claim:
    """Neither node serves anybody; the witnesses: both silent, and nothing shows that either lives."""
    a, b = (case.node(name) for name in case.names)
    true = case.when(lambda truth: all(_gone(node) for node in truth.nodes))
    silent = both(a.spans(is_silent, case.end), b.spans(is_silent, case.end))
    looks = list(_looks(case, silent))
    shown = [(look.at, look.until) for look in looks if look.supports(case, 0.0)]
    seen_down = held_looks(looks, case)
    visible = both(seen(case, true, [(a, is_silent), (b, is_silent)]), seen_down)
    return Claim(3, true, either(shown), visible)


def client_path_broken(case: Case) -> Claim:
    """A Primary is there, and clients get no service."""
    clients = case.testimony.clients
    true = case.when(lambda truth: bool(truth.primaries) and bool(truth.served) and not truth.served[0])
    shown: Spans = []
    visible: Spans = []
    worked = [] if case.judges_clients is False else clients.spans(lambda word: word != LOST, case.end)
    judged_from = case.end if not worked else worked[0][0]
    if case.judges_clients:
        judged_from = case.history[0][0]
    for name in case.names:
        serving = case.when_node(name, lambda node: node.runs and node.role == "primary")
        me, other = case.node(name), case.node(case.other(name))
        shown += _told_broken(case, me, serving)
        broken = both(serving, true)
        for start, end in seen(
            case, broken, [(me, PRIMARY), (other, lambda word: word != "primary"), (clients, FAILED)]
        ):
            from_at = max(start, *_lost_beside(case, name, start))
            if from_at < end:
                visible.append((from_at, end))
    visible = both(sorted(visible), [(judged_from, case.end)])
    return Claim(23, true, sorted(shown), visible, age_of((clients, FAILED)))


def _told_broken(case: Case, primary: Witness, serving: Spans) -> Spans:
    """When clients had failed twice since a node was Primary, and it had said so since they began to."""
    clients = case.testimony.clients
    spans: Spans = []
    for start, end in both(clients.spans(FAILED, case.end), primary.spans(PRIMARY, case.end)):
        place = clients.newest(start)
        began = [since for since, _ in serving if since <= start]
        if place is None or not began:
            continue
        told = primary.asked_since(max(began[-1], clients.details[place]))
        failed = clients.asked_since(began[-1])
        if told is not None and failed is not None and max(start, told, failed) < end:
            spans.append((max(start, told, failed), end))
    return spans


def _lost_beside(case: Case, name: str, at: float) -> Iterator[float]:
    """When two visits had failed since the Primary was known as such, and one since it was heard again."""
    clients = case.testimony.clients
    twice = clients.asked_since(_told_to_serve(case, name, at))
    yield case.end if twice is None else twice
    heard = [start for start, end in case.node(name).asked(PRIMARY, case.end) if start <= at < end]
    sent, received = clients.sent, clients.received
    place = bisect_left(sent, heard[-1]) if heard else len(sent)
    yield received[place] if place < len(sent) else case.end


def _told_to_serve(case: Case, name: str, at: float) -> float:
    """Since when clients were known to be its own: it said so, or the record moved to it.

    What they lost before may be what the failover was for.
    """
    me, dns = case.node(name), case.testimony.dns
    turns = [turn for turn in me.turns(ROLES) if turn <= at]
    place = me.newest(at, says(*ROLES - {"primary"}))
    if not turns or place is None:
        return case.history[0][0]
    named = [
        start
        for start, end in dns.spans(lambda word: word == (case.address(name),), case.end)
        if start <= at < end and start > me.sent[place]
    ]
    return min([turns[-1], *named])


def _gone(node: NodeTruth) -> bool:
    """It serves nobody: dead, frozen, or behind a door that lets nothing through."""
    return not node.runs or node.door.blackhole or node.door.reset


Written = dict[float | None, list[float]]
"""By stamp, the instants from which it stood in TXT."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the witnesses say of a pair that is silent twice running, until the next of them speaks.

    ``failing_since``: when the later of both began to fail. ``written_at``: when the newest TXT beat we
    were shown was written, in true time; ``read_at``: when we read it.
    """

    at: float
    until: float
    failing_since: float
    first_failure: float
    refusing: int
    newest_failure: float
    written_at: float | None
    read_at: float
    served_since: bool

    def supports(self, case: Case, slack_s: float, life_since: float | None = None) -> bool:
        """Whether it can be said that nobody is there."""
        if self.served_since:
            return False
        since = self.failing_since if life_since is None else life_since
        alive_at = max(self.failing_since, self.written_at or 0.0)
        lives = self.written_at is not None and self.written_at > since
        stale = self.written_at is not None and self.read_at - self.written_at > case.absence_s + slack_s
        lifeless = self.newest_failure - alive_at > case.absence_s + case.check_s + slack_s
        return (self.refusing == 2 and not lives) or stale or (self.refusing > 0 and lifeless)


def held_looks(looks: list[Look], case: Case) -> Spans:
    """When it must have been clear to anybody."""
    return either(
        [(look.at, look.until) for look in looks if look.supports(case, SLACK_S, look.first_failure)]
    )


def _looks(case: Case, silent: Spans) -> Iterator[Look]:
    """The looks within these spans, one after each answer of anybody."""
    if not silent:
        return
    written = _written(case)
    witnesses = [*(case.node(name) for name in case.names), case.testimony.dns, case.testimony.clients]
    for start, end in silent:
        moments = {start}
        for witness in witnesses:
            first, last = witness.newest(start), witness.newest(end)
            begin = 0 if first is None else first
            moments.update(at for at in witness.received[begin : (last or 0) + 1] if start <= at < end)
        edges = [*sorted(moments), end]
        for at, until in pairwise(edges):
            yield _look(case, at, until, written)


def _look(case: Case, at: float, until: float, written: Written) -> Look:
    a, b = (case.node(name) for name in case.names)
    i, j = a.newest(at), b.newest(at)
    assert i is not None
    assert j is not None
    failing = (a.details[i], b.details[j])
    written_at, read_at = _txt(case, at, written)
    clients = case.testimony.clients
    served = clients.newest(at)
    works = served is not None and clients.words[served] != LOST
    return Look(
        at,
        until,
        max(failing),
        min(failing),
        (a.words[i], b.words[j]).count("refused"),
        min(a.received[i], b.received[j]),
        written_at,
        read_at,
        served_since=works and served is not None and clients.sent[served] > max(failing),
    )


def _txt(case: Case, at: float, written: Written) -> tuple[float | None, float]:
    """When the TXT beat that DNS told last was truly written, and when we read it."""
    dns = case.testimony.dns
    place = dns.newest(at, lambda word: word != LOST)
    if place is None:
        return None, at
    asked_at = dns.received[place]
    before = [start for start in written.get(dns.details[place], ()) if start <= asked_at]
    return (before[-1] if before else None), asked_at


def _written(case: Case) -> Written:
    """When each stamp came to stand in TXT; what was written over at once was never there."""
    changes: list[tuple[float, float | None]] = []
    for at, truth in case.history:
        if not changes or truth.txt != changes[-1][1]:
            changes.append((at, truth.txt))
    written: Written = {}
    for (at, stamp), (until, _) in pairwise([*changes, (case.end, None)]):
        if at < until and stamp is not None:
            written.setdefault(stamp, []).append(at)
    return written
