"""The odds that a living Primary is taken for failed because exchanges get lost: worked out, not waited for.

A Secondary's knowledge is how many beats ago one arrived directly, the newest one known, the one that stands
in TXT, and whether it still waits for a lost answer about that. Beats and checks move it with known odds, and
the record's move is the exit. Following the whole distribution gives the mean time to that exit, however rare
it is. Assumes true clocks, and that exchanges get lost one by one; real losses come in bursts: that is worse.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from agmonitor.protocol.state import Timers
from agmonitor.protocol.world.dns_calls import LONGEST_CALL_S

GRAIN_S = 0.001  # intervals are taken to the millisecond
TXT_CUT_S = 0.5  # on average: a stamp in TXT is cut to whole seconds, so its beat looks older by 0 to 1 s
EVENTS_MAX = 4_000  # beats and checks until their pattern repeats
WORK_MAX = 3_000_000  # states moved, in all: a few seconds
NEGLIGIBLE = 1e-40  # less likely states are dropped
SETTLED = 1e-9  # relative change, from turn to turn, of the share that fails

Knowledge = tuple[int, int, int, bool]
"""Beats since a direct arrival, since the newest known, since the newest in TXT; whether the next beat comes
before a check that found nothing newer has given up its question to DNS, and may yet prove life."""
Odds = dict[Knowledge, float]
FRESH: Knowledge = (0, 0, 0, False)


@dataclass(frozen=True, slots=True)
class Loss:
    """The odds that an exchange of each kind leaves no effect."""

    beat: float
    txt_write: float
    txt_read: float
    update: float

    @classmethod
    def of_exchanges(cls, share: float) -> Loss:
        """Where that share of all exchanges is lost, half of them on the way back: those had their effect."""
        one_way = 1.0 - math.sqrt(1.0 - share)
        return cls(beat=one_way, txt_write=one_way, txt_read=share, update=one_way)


class TooMuchError(Exception):
    """The intervals share no short pattern, or the allowed absence spans very many beats."""


@dataclass(frozen=True, slots=True)
class Phase:
    """How the checks stand to the beats; ``weight`` is the share of groups that stand so."""

    offset_s: float
    weight: float


def phases(timers: Timers) -> list[Phase]:
    """The offsets that behave differently.

    Raises:
        TooMuchError: beats and checks take too long to fall into step again.
    """
    report, check, absence = (
        round(seconds / GRAIN_S) for seconds in (timers.report_s, timers.check_s, timers.absence_s)
    )
    grid = math.gcd(report, check)
    if (report + check) // grid > EVENTS_MAX:
        raise TooMuchError
    # On one side of a border a beat outlives one check more than on the other; read from TXT it has its own.
    in_txt = (absence - round(TXT_CUT_S / GRAIN_S)) % grid
    in_time = -round(_patience_s(timers) / GRAIN_S) % grid  # whether a beat comes while a check waits for DNS
    borders = sorted({0, absence % grid, in_txt, in_time, grid})
    return [Phase((a + b) / 2 * GRAIN_S, (b - a) / grid) for a, b in pairwise(borders)]


def mean_time_s(timers: Timers, loss: Loss, phase: Phase) -> float:
    """Mean seconds until a group that starts afresh fails over falsely; infinite where it never does.

    Raises:
        TooMuchError: see there.
    """
    chain = _Chain(timers, loss)
    turn_s = _turn_s(timers)
    events = _events(timers, phase.offset_s)
    event = next(events)
    odds: Odds = {FRESH: 1.0}
    alive, mean_s, share_before, turn = 1.0, 0.0, -1.0, 1
    while True:
        begun, lived_s, failed, last_s = alive, 0.0, 0.0, (turn - 1) * turn_s
        while event[0] <= turn * turn_s:
            lived_s += (begun - failed) * (event[0] - last_s)
            last_s = event[0]
            odds, lost = chain.moved(odds, event[1])
            failed += lost
            event = next(events)
        lived_s += (begun - failed) * (turn * turn_s - last_s)
        mean_s += lived_s
        share, alive = failed / begun, begun - failed
        if alive <= SETTLED:
            return mean_s
        if abs(share - share_before) <= SETTLED * share:
            # From here on every turn takes that share, so what is still to be lived is a geometric series.
            return math.inf if share == 0.0 else mean_s + alive * (lived_s / begun) / share
        share_before, turn = share, turn + 1


def survival(timers: Timers, loss: Loss, until_s: float) -> float:
    """The odds that a group that starts afresh, in a random phase, goes that long without a false failover.

    Raises:
        TooMuchError: see there.
    """
    chain, alive = _Chain(timers, loss), 0.0
    for phase in phases(timers):
        odds: Odds = {FRESH: 1.0}
        for at_s, gone_s in _events(timers, phase.offset_s):
            if at_s > until_s:
                break
            odds, _ = chain.moved(odds, gone_s)
        alive += phase.weight * sum(odds.values())
    return alive


def _patience_s(timers: Timers) -> float:
    """How long a check waits for DNS, as the simulated nodes do."""
    return min(LONGEST_CALL_S, timers.check_s, timers.report_s)


def _turn_s(timers: Timers) -> float:
    """Whole patterns of beats and checks, and long enough for everything known to grow old."""
    report, check = round(timers.report_s / GRAIN_S), round(timers.check_s / GRAIN_S)
    pattern_s = math.lcm(report, check) * GRAIN_S
    return math.ceil((timers.absence_s + timers.check_s) / pattern_s) * pattern_s


def _events(timers: Timers, offset_s: float) -> Iterator[tuple[float, float | None]]:
    """Beats and checks in turn, without end: when, and for a check the time since the newest beat."""
    beat, check = 1, 0
    while True:
        beat_at, check_at = beat * timers.report_s, offset_s + check * timers.check_s
        if beat_at <= check_at:
            yield beat_at, None
            beat += 1
        else:
            yield check_at, check_at - (beat - 1) * timers.report_s
            check += 1


class _Chain:
    """Moves a distribution over what the Secondary knows. Beats that no check could count are all alike."""

    def __init__(self, timers: Timers, loss: Loss) -> None:
        self._timers, self._loss = timers, loss
        self._known_most = math.ceil(timers.absence_s / timers.report_s)
        self._direct_most = max(math.ceil(timers.check_s / timers.report_s), self._known_most)
        self._work = 0

    def moved(self, odds: Odds, gone_s: float | None) -> tuple[Odds, float]:
        """After a beat (None), or after a check that comes so long after one; and the odds of the exit."""
        self._work += len(odds)
        if self._work > WORK_MAX:
            raise TooMuchError
        return self._beaten(odds) if gone_s is None else self._checked(odds, gone_s)

    def _beaten(self, odds: Odds) -> tuple[Odds, float]:
        lost, unwritten = self._loss.beat, self._loss.txt_write
        after: Odds = defaultdict(float)
        failed = 0.0
        for (direct, known, txt, waits), share in odds.items():
            if share < NEGLIGIBLE:
                continue
            silent = share * lost
            if waits:
                failed += silent * (1 - self._loss.update)
                silent *= self._loss.update
            older = min(direct + 1, self._direct_most), min(known + 1, self._known_most)
            old_txt = min(txt + 1, self._known_most)
            after[*older, old_txt, False] += silent * unwritten
            after[*older, 0, False] += silent * (1 - unwritten)
            after[0, 0, old_txt, False] += share * (1 - lost) * unwritten
            after[0, 0, 0, False] += share * (1 - lost) * (1 - unwritten)
        return after, failed

    def _checked(self, odds: Odds, gone_s: float) -> tuple[Odds, float]:
        timers, unread, unmoved = self._timers, self._loss.txt_read, self._loss.update
        beat_is_near = gone_s + _patience_s(timers) >= timers.report_s
        after: Odds = defaultdict(float)
        failed = 0.0
        for (direct, known, txt, _), share in odds.items():
            if gone_s + direct * timers.report_s <= timers.check_s:
                after[direct, known, txt, False] += share
                continue
            for was_read, newest, part in (
                (False, known, share * unread),
                (True, min(known, txt), share * (1 - unread)),
            ):
                if not self._is_absent(direct, newest, gone_s):
                    after[direct, newest, txt, False] += part
                elif beat_is_near and not was_read:
                    after[direct, newest, txt, True] += part
                else:
                    after[direct, newest, txt, False] += part * unmoved
                    failed += part * (1 - unmoved)
        return after, failed

    def _is_absent(self, direct: int, newest: int, gone_s: float) -> bool:
        cut_s = TXT_CUT_S if newest < direct else 0.0  # that one did not come directly
        return gone_s + newest * self._timers.report_s + cut_s > self._timers.absence_s
