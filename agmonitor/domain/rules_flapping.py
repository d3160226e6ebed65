"""Finding 16: the pair changes places again and again.

"Three or more changes of Primary within ten windows" is taken by its words. Each change counts once, however
many answers show it: those ordered here too (their number is said), and both ways of a bounce, for a pair
that swaps three times in one window is what the finding is for. A change over a gap counts at the instant it
was found out.
"""

from __future__ import annotations

from agmonitor.domain.circumstances import something_past
from agmonitor.domain.conditions import Question, within
from agmonitor.domain.facts import Facts
from agmonitor.domain.memory import PrimaryChange
from agmonitor.domain.phrases import seconds, seen_both
from agmonitor.domain.window import window_s
from agmonitor.domain.words import ago, duration
from agmonitor.said import phrase

CHANGES = 3
WINDOWS = 10


def within_s(f: Facts) -> float:
    """How far back a change of Primary counts."""
    return WINDOWS * window_s(f.timers.absence_s, f.timers.check_s)


def _changes(f: Facts) -> list[PrimaryChange]:
    limit_s = within_s(f)
    return [change for change in f.memory.changes if f.now - change.at <= limit_s]


SWAPPED_OFTEN = Question(
    phrase("changes of Primary within {count} takeover windows", count=WINDOWS),
    lambda f: len(_changes(f)) >= CHANGES,
    lambda f: str(len(_changes(f))),
    lambda f: phrase("≥ {count} in {time}", count=CHANGES, time=seconds(within_s(f))),
    seen_both,
)
FLAPPING = within(something_past, within(lambda f: len(f.memory.changes) >= CHANGES, SWAPPED_OFTEN))


def say_flapping(f: Facts) -> str:
    changes = _changes(f)
    newest = changes[-1]
    ours = sum(change.ordered_here for change in changes)
    span = duration(max(0.0, newest.at - changes[0].at))
    told = phrase("The Primary has changed {count} times within {time}", count=len(changes), time=span)
    if ours:
        told = phrase("{changes}, {count} of them ordered here", changes=told, count=ours)
    return phrase(
        "{changes}; the last was to {node}, {when}. {least} within {limit} are called flapping.",
        changes=told,
        node=newest.new,
        when=ago(max(0.0, f.now - newest.at)),
        least=CHANGES,
        limit=duration(within_s(f)),
    )
