"""What is seldom seen together: a pair with all its lanes full, and rows that carry all a row can carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.model import DnsAnswer, HostPort, Instant
from agmonitor.domain.observations import ResolverObservation
from agmonitor.ui.beat_trace import SAMPLES, Trace
from agmonitor.ui.group_facts import GroupRow, group_row
from agmonitor.ui.watched import Watched
from tests.ui import staged
from tests.ui.golden.plays import BEGAN_AT, Play, Shot, changes_of

RESOLVERS = tuple(
    HostPort(host, 53) for host in ("192.0.2.21", "192.0.2.22", "resolver-campus-west.example.net")
)
ADDRESSES = ("192.0.2.11", "192.0.2.12")
KILLED_S, RECORD_MOVED_S = 100.0, 165.0  # after the play's begin
EVERY_S, TTL_S = 5.0, 30
FLICKERS_S = (30.0, 60.0)  # when the last resolver changes its mind
FLICKER_EVERY_S = 0.4
NOTE = "Cable pulled by the vendor, ticket 4711"
LATE_S, LIMIT_S = 12.0, 60.0
BAD_ROWS = 8
QUIET = "silenced until 04:00 by anna: disk is replaced"
TAGS = (("prod", "emea"), ("prod",), (), ("staging", "apac", "rack-12"))


def everything(play: Play) -> Shot:
    """The play with three resolvers, one of which flickers, a fault and a note."""
    changes = changes_of(play)
    settings = replace(changes[0].state.settings, resolvers=RESOLVERS)
    watched = Watched(replace(changes[0].state, settings=settings))
    told = _resolved(*ADDRESSES)
    waiting = next(told)
    for change in changes:
        state = replace(change.state, settings=settings)
        watched.take(replace(change, state=state))
        while waiting.received_at <= state.now:
            watched.history.feed(waiting, state)
            waiting = next(told)
    now = changes[-1].state.now
    broken = Mark(BEGAN_AT + KILLED_S, MarkKind.BROKEN, "lab", "gw-1: kill", BEGAN_AT + KILLED_S)
    note = Mark(BEGAN_AT + KILLED_S + 20, MarkKind.NOTE, "anna", NOTE, now)
    watched.take_marks([broken, note])
    watched.history.hold_faults(now)
    return Shot(watched, now)


def _resolved(old: str, new: str) -> Iterator[ResolverObservation]:
    """What the resolvers tell in turn, without end."""
    tenths = 0
    while True:
        after_s = tenths / 10
        for place, resolver in enumerate(RESOLVERS):
            flickers = place == 2 and FLICKERS_S[0] <= after_s < FLICKERS_S[1]
            step = round((FLICKER_EVERY_S if flickers else EVERY_S) * 10)
            if tenths % step == 0:
                moved = after_s > RECORD_MOVED_S + 10 * place or (flickers and tenths // step % 2)
                yield _answer(str(resolver), BEGAN_AT + after_s, new if moved else old)
        tenths += 1


def _answer(resolver: str, at: Instant, address: str) -> ResolverObservation:
    left_s = TTL_S - int(at - BEGAN_AT) % TTL_S
    return ResolverObservation(resolver, at, at, DnsAnswer.OK, addresses=(address,), ttl_s=left_s)


def full_rows(count: int) -> Iterator[GroupRow]:
    """Rows with traces, tags, and now and then with a lab's badge or quiet alerts."""
    states = (staged.two_primaries, staged.no_standby, staged.healthy, staged.primary_silent)
    for number in range(count):
        state = states[number % len(states) if number < BAD_ROWS else 2]
        lab = number % 5 == 3
        settings = staged.settings(f"gw-prod-emea-dc{number:02}", lab=lab)
        row = group_row(
            state(replace(settings, tags=TAGS[number % 3 if number % 2 else 3])),
            staged.NOW,
            staged.NOW - 130,
            _trace(late=number < 2, gap=number % 4 == 1),
        )
        yield replace(row, quiet=QUIET if number % 4 == 1 else "")


def _trace(*, late: bool, gap: bool) -> Trace:
    ages = [place % 4 * 2.5 + 1 for place in range(SAMPLES)]
    if late:
        ages[16:] = [LIMIT_S / 12 * place for place in range(SAMPLES - 16)]
    known = tuple(None if gap and 8 <= place < 12 else age for place, age in enumerate(ages))
    return Trace(known, LATE_S, LIMIT_S, 2.5)
