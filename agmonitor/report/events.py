"""Events as ``watch`` prints them: one line for a person, one JSON object a line for a script."""

from __future__ import annotations

from agmonitor.domain.events import Event
from agmonitor.report.words import SYMBOLS, Ink, local_time, no_ink, plain, rfc3339


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
