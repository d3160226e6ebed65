"""What the witnesses said, as the monitor got it: plain words and numbers, by witness, in order of arrival.

The oracle's own reading of raw answers, by the design's words for them; it shares none with ``domain``. One
lost answer is no event: the first failure of a series is only remembered, from the second on they count.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Any

from agmonitor.drill.oracle_spans import Spans, both, touches

Says = Callable[[Any], bool]
SILENT = frozenset({"refused", "closed", "timeout", "unreachable", "name"})
LOST = "lost"
CUT_S = 0.001  # the instants of questions are cut to the millisecond
UNREADABLE = "unreadable"
ROLES = frozenset({"primary", "secondary", "not_in_group"})


class Witness:
    """One witness' answers. A word tells what an answer says; ``details`` keeps the rest of it.

    Of a failure the detail is when the first of its series was sent.
    """

    __slots__ = ("_failing_since", "_runs", "details", "received", "refused", "sent", "words")

    def __init__(self) -> None:
        self.sent: list[float] = []
        self.received: list[float] = []
        self.words: list[Any] = []
        self.details: list[Any] = []
        self.refused: list[
            float
        ] = []  # when it refused, the first of a series included: nobody listened then
        self._failing_since: float | None = None
        self._runs: list[tuple[Any, int, int]] | None = None

    def took(self, sent_at: float, received_at: float, word: Any, detail: Any = None) -> None:
        self._failing_since = None
        self._add(sent_at, received_at, word, detail)

    def failed(self, sent_at: float, received_at: float, word: Any) -> None:
        if word == "refused":
            self.refused.append(received_at)
        if self._failing_since is None:
            self._failing_since = sent_at
        else:
            self._add(sent_at, received_at, word, self._failing_since)

    def _add(self, sent_at: float, received_at: float, word: Any, detail: Any) -> None:
        self.sent.append(sent_at)
        self.received.append(received_at)
        self.words.append(word)
        self.details.append(detail)

    def spans(self, says: Says, end: float) -> Spans:
        """When its newest word was such a one."""
        return [
            (self.received[first], self.received[behind] if behind < len(self.received) else end)
            for first, behind in self._series(says)
        ]

    def surely(self, says: Says) -> Spans:
        """When it surely was so: from a first answer's arrival to the sending of a later question."""
        spans = (
            (self.received[first], self.sent[behind - 1] + CUT_S) for first, behind in self._series(says)
        )
        return [(start, end) for start, end in spans if start < end]

    def asked(self, says: Says, end: float) -> Spans:
        """As ``spans``, from the first question on: it was so at some instant before its answer came."""
        return [
            (self.sent[first], self.received[behind] if behind < len(self.received) else end)
            for first, behind in self._series(says)
        ]

    def moments(self, says: Says) -> Spans:
        """Of each series the first answer: it was so at some instant between question and answer."""
        return [(self.sent[first], self.received[first]) for first, _ in self._series(says)]

    def newest(self, at: float, says: Says | None = None) -> int | None:
        """The place of the newest answer (with such a word) that had come by then."""
        place = bisect_right(self.received, at) - 1
        while place >= 0 and says is not None and not says(self.words[place]):
            place -= 1
        return None if place < 0 else place

    def asked_since(self, at: float) -> float | None:
        """When the first answer to a question sent at or after that instant came; of failures, the second."""
        place = bisect_left(self.sent, at)
        failing = place < len(self.sent) and self.words[place] in FAILURES
        if failing and self.details[place] < at:  # the first of two since then
            place += 1
        return self.received[place] if place < len(self.sent) else None

    def turns(self, among: frozenset[Any]) -> list[float]:
        """When its word became another than the one before it, of those among these."""
        found, last = [], None
        for word, first, _ in self._run_by_run():
            if word in among:
                if last is not None and word != last:
                    found.append(self.received[first])
                last = word
        return found

    def _series(self, says: Says) -> list[tuple[int, int]]:
        """Such words running: the first answer's place, and the place behind the last."""
        found: list[tuple[int, int]] = []
        for word, first, behind in self._run_by_run():
            if says(word):
                goes_on = bool(found) and found[-1][1] == first
                found.append((found.pop()[0] if goes_on else first, behind))
        return found

    def _run_by_run(self) -> list[tuple[Any, int, int]]:
        if self._runs is None:
            self._runs = list(self._equal_words())
        return self._runs

    def _equal_words(self) -> Iterator[tuple[Any, int, int]]:
        first, words = 0, self.words
        for place in range(1, len(words) + 1):
            if place == len(words) or words[place] != words[first]:
                yield words[first], first, place
                first = place


FAILURES = SILENT | {LOST}


class Testimony:
    """All witnesses of one run; give ``heard`` to whoever asks. ``now``: true time.

    What came first is told by true time: answers' own instants are cut to the millisecond.
    """

    def __init__(self, nodes: tuple[str, ...], now: Callable[[], float]) -> None:
        self._now = now
        self.nodes = {name: Witness() for name in nodes}
        self.loads = {name: Witness() for name in nodes}
        self.dns = Witness()
        self.clients = Witness()

    def heard(self, kind: str, node: str, answer: Any) -> None:
        """Take down one answer; ``answer`` has the fields of the monitor's observations."""
        now = self._now()
        if kind == "node":
            _node(self.nodes[node], answer, now)
        elif kind == "load":
            if answer.answer == "ok":
                self.loads[node].took(answer.sent_at, now, answer.load_score)
        elif kind == "dns":
            if answer.answer in {"ok", "nxdomain", "nodata"}:
                self.dns.took(answer.sent_at, now, answer.addresses, answer.heartbeat_at)
            else:
                self.dns.failed(answer.sent_at, now, LOST)
        elif kind == "clients":
            if answer.answer == "ok":
                self.clients.took(answer.sent_at, now, answer.address)
            else:
                self.clients.failed(answer.sent_at, now, LOST)


def _node(witness: Witness, answer: Any, received_at: float) -> None:
    said, sent_at = str(answer.answer), answer.sent_at
    if said == "ok":
        report = answer.report
        witness.took(
            sent_at, received_at, str(report.role), (report.last_heartbeat_at, report.last_updated_at)
        )
    elif said in SILENT:
        witness.failed(sent_at, received_at, said)
    else:
        witness.took(sent_at, received_at, UNREADABLE)


def shown_together(one: Witness, one_says: Says, other: Witness, other_says: Says, end: float) -> Spans:
    """While two witnesses' newest words say so, and their answers prove that both were so at one time.

    Proof: what one surely was and what the other surely was overlap, or one answer of the one was asked and
    given while the other surely was so.
    """
    pieces = both(one.spans(one_says, end), other.spans(other_says, end))
    if not pieces:
        return []
    sure_one, sure_other = one.surely(one_says), other.surely(other_says)
    proofs = both(sure_one, sure_other)
    proofs += _within(one.moments(one_says), sure_other) + _within(other.moments(other_says), sure_one)
    return [piece for piece in pieces if touches(proofs, *piece)]


def _within(moments: Spans, sure: Spans) -> Spans:
    return [m for m in moments if any(a <= m[0] and m[1] <= b for a, b in sure)]


def is_silent(word: Any) -> bool:
    return word in SILENT


def says(*words: str) -> Says:
    """Whether a word is one of these."""
    among = frozenset(words)
    return lambda word: word in among
