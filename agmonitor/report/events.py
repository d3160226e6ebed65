"""Events as ``watch`` prints them: one line for a person, one JSON object a line for a script."""

from __future__ import annotations

from dataclasses import replace

from agmonitor.domain.events import Event, EventKind
from agmonitor.report.words import SYMBOLS, Ink, local_time, no_ink, plain, rfc3339


def folded(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The same events for a person, without what the new verdict's sentence says already.

    A finding that became the verdict has its sentence, and an episode that begins gives it as cause.
    """
    said = {event.sentence for event in events if event.kind is EventKind.VERDICT_CHANGED}
    return tuple(
        _without_cause(event, said)
        for event in events
        if event.kind is not EventKind.FINDING_RAISED or event.sentence not in said
    )


def _without_cause(event: Event, said: set[str]) -> Event:
    head, colon, cause = event.sentence.partition(": ")
    repeats = event.kind is EventKind.EPISODE_BEGAN and colon and cause in said
    return replace(event, sentence=f"{head}.") if repeats else event


def event_line(group: str, event: Event, ink: Ink = no_ink) -> str:
    mark = ink(f"{SYMBOLS[event.severity]} {event.severity.word:<8}", event.severity)
    return f"{local_time(event.at)}  {plain(group)}  {mark}  {plain(event.sentence)}"


def event_json(group: str, event: Event) -> dict[str, object]:
    """All keys always there; ``finding``, ``node`` and ``episode`` null where none belongs to the event."""
    return {
        "at": rfc3339(event.at),
        "group": group,
        "event": event.kind.value,
        "finding": event.finding,
        "sentence": event.sentence,
        "severity": event.severity.word,
        "node": event.node,
        "episode": event.episode,
    }
