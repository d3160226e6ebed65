"""What a replay of the history came to, as text and as JSON."""

from __future__ import annotations

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.history.exchange import Exchanged
from agmonitor.history.replay import OURS, Check, Difference, Unchecked
from agmonitor.report.words import calendar, local_time, plain, rfc3339

TOLD_MAX = 20


def day_of(at: Instant) -> str:
    """The day of an instant as the person's own calendar has it."""
    return f"{calendar(at).astimezone():%A, %d %B %Y}"


def date_of(at: Instant) -> str:
    """The day of an instant on the person's own calendar, as part of a name."""
    return f"{calendar(at).astimezone():%Y-%m-%d}"


def exchanged_text(told: Exchanged) -> str:
    """What went out or came in, in one line."""
    span = f"{rfc3339(told.from_at)} to {rfc3339(told.until_at)}"
    left = f", {_count(told.left_out, 'input')} left out that cannot be replayed" if told.left_out else ""
    return f"{_count(told.inputs, 'input')}, {_count(told.events, 'event')}, {span}{left}"


def check_text(group: str, found: Check) -> str:
    """A paragraph: how much was checked, what differs, what could not be checked."""
    lines = [f"{plain(group)}: {_verdict(found)}"]
    for difference in found.differences[:TOLD_MAX]:
        lines += _difference_lines(difference)
    if found.different > TOLD_MAX:
        lines.append(f"  and {found.different - TOLD_MAX} more; --json names up to a thousand")
    lines += [f"  {_unchecked_line(one)}" for one in found.unchecked]
    return "\n".join(lines)


def check_json(group: str, found: Check) -> dict[str, object]:
    """All keys always there. ``different`` counts all, ``differences`` names the first thousand."""
    return {
        "group": group,
        "equal": found.equal,
        "inputs": found.inputs,
        "events": found.events,
        "sessions": found.sessions,
        "rules": {"recorded": found.rules, "now": OURS},
        "different": found.different,
        "differences": [
            {
                "at": rfc3339(one.at),
                "input": one.seq,
                "of": one.of,
                "rules": one.rules,
                "stored": [_event(event) for event in one.stored],
                "replayed": [_event(event) for event in one.replayed],
            }
            for one in found.differences
        ],
        "unchecked": [
            {
                "from": rfc3339(one.from_at),
                "to": rfc3339(one.until_at),
                "inputs": one.inputs,
                "why": one.why,
            }
            for one in found.unchecked
        ],
    }


def _verdict(found: Check) -> str:
    checked = (
        f"{_count(found.inputs, 'input')} of {_count(found.sessions, 'session')} stepped again, "
        f"{_count(found.events, 'event')}"
    )
    if not found.inputs:
        return "nothing could be checked."
    if not found.different:
        return f"{checked}: all as stored."
    if found.other_rules:
        versions = ", ".join(found.rules)
        return f"{checked}: {found.different} judged differently by rules {OURS} than by rules {versions}."
    differences = _count(found.different, "difference")
    return f"{checked}: {differences}. The same rules must give the same; please report it."


def _difference_lines(difference: Difference) -> list[str]:
    head = f"  {day_of(difference.at)} {local_time(difference.at)}, input {difference.seq}"
    if difference.of == "state":
        return [f"{head}: the state reached is not the one stored"]
    stored = [f"    - stored   {plain(event.sentence)}" for event in difference.stored]
    replayed = [f"    + replayed {plain(event.sentence)}" for event in difference.replayed]
    same = {line[15:] for line in stored} & {line[15:] for line in replayed}
    return [head, *(line for line in (*stored, *replayed) if line[15:] not in same)]


def _unchecked_line(one: Unchecked) -> str:
    span = f"{day_of(one.from_at)} {local_time(one.from_at)}"
    return f"not checked: {_count(one.inputs, 'input')} from {span}: {one.why}"


def _event(event: Event) -> dict[str, object]:
    return {
        "event": event.kind.value,
        "sentence": event.sentence,
        "severity": event.severity.word,
        "finding": event.finding,
        "node": event.node,
        "episode": event.episode,
    }


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
