"""The most likely cause of an episode, from what was recorded round it; unknown where nothing speaks for one.

Worked out when it is asked for: what ``step`` wrote down is one of its grounds and is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agmonitor.domain.events import Episode, Event, EventKind, Trigger
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.model import Answer, Instant
from agmonitor.domain.observations import Gap
from agmonitor.domain.words import ANSWERS, duration
from agmonitor.said import phrase

CUT_OFF = phrase("we were cut off: nothing came back to us from anybody")
BEFORE_S = 600.0
"""An overload or an alarm so long before the first sign may still have led to it."""
FIRST_FAILURES_S = 30.0
"""Failed probes so soon after the first sign tell what kind of failure it began with."""
ORDERED = frozenset({Trigger.ORDERED_HERE, Trigger.ORDERED_ELSEWHERE})
_MEANING: dict[Answer, str] = {
    Answer.REFUSED: phrase("its machine is up, the Gateway is not"),
    Answer.CLOSED: phrase("the Gateway is failing or starting"),
    Answer.TIMEOUT: phrase("it hangs, or its network is cut"),
    Answer.UNREACHABLE: phrase("its machine or the way to it is gone"),
    Answer.NAME: phrase("its name no longer resolves from here"),
    Answer.TLS: phrase("its certificate is not accepted"),
    Answer.HTTP_STATUS: phrase("it answers with errors"),
    Answer.MALFORMED: phrase("something else answers at its address"),
}
FIRST_FAILURES = phrase("the first failed probes")


@dataclass(frozen=True, slots=True)
class Cause:
    """In words, and what it rests on. Not ``known``: nothing that was recorded supports one."""

    text: str
    grounds: tuple[str, ...] = ()
    known: bool = True


def likely_cause(
    episode: Episode,
    events: Iterable[Event] = (),
    gaps: Iterable[Gap] = (),
    evidence: Sequence[Evidence] = (),
) -> Cause:
    """The first that something speaks for: an order, overload, how the node failed, the path, a gap."""
    told = [event for event in events if event.at >= episode.began_at - BEFORE_S]
    for cause in _candidates(episode, told, evidence):
        return cause
    for gap in (*((episode.unwatched,) if episode.unwatched is not None else ()), *gaps):
        if gap.from_at <= _until(episode) and gap.until_at >= episode.began_at:
            length = duration(max(0.0, gap.until_at - gap.from_at))
            unseen = phrase("unknown: nothing was observed for {time} while it happened", time=length)
            return Cause(unseen, known=False)
    return Cause(phrase("unknown: nothing that was recorded points to one"), known=False)


def _candidates(episode: Episode, events: list[Event], evidence: Sequence[Evidence]) -> Iterator[Cause]:
    if episode.cause == CUT_OFF:
        yield Cause(CUT_OFF, (phrase("no witness answered us"),))
    if episode.trigger in ORDERED:
        told = episode.cause or phrase("a failover was ordered")
        yield Cause(told, (phrase("the order is recorded"),))
    if "overload" in episode.cause:
        yield Cause(episode.cause, (phrase("its load score when it was last heard"),))
    lost = episode.old_primary
    if lost is not None:
        yield from _overload(episode, lost, events)
        yield from _failure(episode, lost, evidence)
    if episode.trigger is Trigger.AUTOMATIC and episode.cause == "heartbeats were missing":
        yield Cause(
            phrase(
                "heartbeats from {node} no longer arrived while {node} answered us:"
                " the path between the nodes",
                node=lost or phrase("the Primary"),
            ),
            (phrase("the heartbeat was late, and no probe of the old Primary failed"),),
        )
    if episode.cause and episode.cause != "it happened in a gap":
        yield Cause(episode.cause, (FIRST_FAILURES,))


def _overload(episode: Episode, lost: str, events: list[Event]) -> Iterator[Cause]:
    """Raised before the first sign and not cleared until then."""
    overloads = [
        event
        for event in events
        if event.finding == "overloaded" and event.at <= episode.began_at and lost in event.sentence
    ]
    if overloads and overloads[-1].kind is EventKind.FINDING_RAISED:
        last = overloads[-1]
        before = duration(episode.began_at - last.at)
        told = phrase("{node} overload: {sentence}", node=lost, sentence=_without_stop(last.sentence))
        yield Cause(told, (phrase("raised {time} before", time=before),))


def _failure(episode: Episode, lost: str, evidence: Sequence[Evidence]) -> Iterator[Cause]:
    answer, ground = _first_answer(episode, lost, evidence)
    if answer is not None and answer in _MEANING:
        told = phrase(
            "{node} stopped answering ({why}): {meaning}",
            node=lost,
            why=ANSWERS[answer],
            meaning=_MEANING[answer],
        )
        yield Cause(told, (ground,))


def _first_answer(episode: Episode, lost: str, evidence: Sequence[Evidence]) -> tuple[Answer | None, str]:
    """How the first probes of the lost node failed: by the raw evidence, else by what the episode says."""
    for one in sorted(evidence, key=lambda one: one.at):
        near = -FIRST_FAILURES_S <= one.at - episode.began_at <= FIRST_FAILURES_S
        if near and one.subject == lost and one.answer in set(Answer):
            return Answer(one.answer), one.detail or phrase("the first failed probe")
    if episode.cause.startswith(f"{lost} stopped answering"):
        for answer, words in ANSWERS.items():
            if f"({words})" in episode.cause:
                return answer, FIRST_FAILURES
    return None, ""


def _until(episode: Episode) -> Instant:
    return float("inf") if episode.ended_at is None else episode.ended_at


def _without_stop(sentence: str) -> str:
    return sentence.rstrip(".")
