"""Alerts shared out among programs: whenever one of them is stopped or killed, nothing stays untold."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from agmonitor.alerts.claims import STALE_LOOKS
from agmonitor.alerts.damping import Damping
from agmonitor.alerts.deciding import GroupMemory, Memory
from agmonitor.alerts.model import Alert, AlertKind
from agmonitor.alerts.sending import Sender
from agmonitor.alerts.settings import Thresholds
from agmonitor.alerts.sharing import UNTOLD_S, Sharing
from agmonitor.alerts.troubles import Trouble
from agmonitor.domain.model import Severity
from agmonitor.domain.state import Finding
from tests.alerts.stage import Stage
from tests.builders import fold, healthy_round, initial

RAISED, RECOVERED, FLAPPING = AlertKind.RAISED, AlertKind.RECOVERED, AlertKind.FLAPPING
DOWN = Finding(3, "group_down", Severity.CRITICAL, "Both nodes are silent.")
TROUBLED = GroupMemory((Trouble(DOWN, told=Severity.CRITICAL),), alarmed=Severity.CRITICAL)
TAKES_S = 20.0
FOR_EVER = 1_000_000


class Program:
    """One of those that watch ``gw`` and have one door. What it sends gets out when it is told to."""

    start = 0.0  # of the test: files carry the system's own time

    def __init__(self, folder: Path, began_s: float) -> None:
        self._sender = Sender(folder)
        self._sharing = Sharing(self._sender, self._send, lambda group: group, lambda door: door)
        self.under_way: list[Alert] = []
        self.sent: list[str] = []
        self.group = GroupMemory()
        self.look(began_s)

    def _send(self, alert: Alert, _door: str) -> None:
        self.under_way.append(alert)

    def decide(self, kind: AlertKind, at_s: float) -> None:
        well = kind is RECOVERED
        findings = () if well else (DOWN,)
        alert = Alert(
            self.start + at_s, kind, "gw", Severity.OK if well else Severity.CRITICAL, "x", findings
        )
        self.group = GroupMemory() if well else TROUBLED
        self._sharing.post(alert, "page", self.start + at_s)

    def see(self, at_s: float, *, wrong: bool) -> None:
        if wrong != (self.group is TROUBLED):
            self.decide(RAISED if wrong else RECOVERED, at_s)

    def get_out(self, at_s: float, *, works: bool = True, told: bool = True) -> None:
        """The door is done with what is on its way; not ``told``: we were stopped before that was noted."""
        for alert in self.under_way:
            self.sent += [alert.kind.value] if works else []
            if told:
                self._sharing.came_of(alert, "page", self.start + at_s, works=works)
        self.under_way = []
        self._sharing.publish()

    def look(self, at_s: float) -> None:
        now = self.start + at_s
        self._sharing.look(["gw"], ["page"], now)
        self._sharing.send_what_is_left(now)
        self._sharing.set_right(Memory({"gw": self.group}), "gw", TAKES_S, ["page"], now)
        self._sharing.publish()

    def go_on(self, from_s: float, to_s: float) -> None:
        """Look each second, with a door that works at once."""
        for second in range(int(from_s), int(to_s)):
            self.look(second)
            self.get_out(second)

    def be_killed(self) -> None:
        self._sender._files.end()


@pytest.fixture(autouse=True)
def starts_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Program, "start", time.time())  # noqa: TID251 - as above


@pytest.fixture
def two(tmp_path: Path) -> tuple[Program, Program]:
    return Program(tmp_path, -2), Program(tmp_path, -1)


def told(first: Program, at_s: float) -> None:
    """All that the first one has decided gets out."""
    first.get_out(at_s)


def test_what_came_after_the_last_word_of_who_was_killed_is_sent(two: tuple[Program, Program]) -> None:
    first, second = two
    for at_s, kind in ((1.0, RAISED), (5.0, RECOVERED)):
        first.decide(kind, at_s)
        second.decide(kind, at_s + 0.5)
        told(first, at_s + 0.2)
        second.look(at_s + 1)
    second.decide(RAISED, 10)  # the first one was stopped before
    second.look(11)
    assert (first.sent, second.under_way) == (["raised", "recovered"], [])
    first.be_killed()
    second.go_on(12, 60)
    assert second.sent == ["raised"]


def test_what_was_sent_and_not_written_down_is_sent_again_in_its_order(two: tuple[Program, Program]) -> None:
    """The lesser evil."""
    first, second = two
    for at_s, kind in ((1.0, RAISED), (5.0, RECOVERED)):
        first.decide(kind, at_s)
        second.decide(kind, at_s + 0.5)
        first.get_out(at_s + 0.2, told=kind is RAISED)
        second.look(at_s + 1)
    second.decide(RAISED, 10)
    second.look(11)
    first.be_killed()
    second.go_on(12, 60)
    assert first.sent == ["raised", "recovered"]
    assert second.sent == ["recovered", "raised"]


def test_a_word_stands_for_one_alert(two: tuple[Program, Program]) -> None:
    """The same thing came, went and came again, and of that only the first was heard of."""
    first, second = two
    first.decide(RAISED, 1)
    second.decide(RAISED, 1.5)
    told(first, 2)
    second.look(3)
    first.decide(RECOVERED, 5)
    first.be_killed()
    second.decide(RECOVERED, 5.5)
    second.decide(RAISED, 10)
    second.go_on(11, 60)
    assert second.sent == ["recovered", "raised"]


def test_one_who_was_stopped_sends_nothing_and_nothing_twice_when_it_goes_on(
    two: tuple[Program, Program],
) -> None:
    first, second = two
    second.decide(RAISED, 1)
    second.go_on(2, STALE_LOOKS - 2)
    assert second.sent == []
    second.go_on(STALE_LOOKS - 2, STALE_LOOKS + 5)
    assert second.sent == ["raised"]
    first.decide(RAISED, 40)
    first.go_on(41, 45)
    second.go_on(45, 50)
    assert (first.sent, second.sent) == ([], ["raised"])
    second.decide(RECOVERED, 50)
    first.decide(RECOVERED, 51)
    first.go_on(51, 53)
    second.go_on(51, 53)
    assert (first.sent, second.sent) == (["recovered"], ["raised"])


def test_who_took_one_trouble_for_what_the_other_saw_end_tells_that_it_stands(
    two: tuple[Program, Program],
) -> None:
    """It decides nothing more: for it the trouble never ended."""
    first, second = two
    first.decide(RAISED, 1)
    second.decide(RAISED, 1.5)
    told(first, 2)
    first.decide(RECOVERED, 5)
    told(first, 6)
    second.go_on(6, 9)
    first.be_killed()
    second.go_on(9, 9 + TAKES_S / 2)
    assert second.sent == [], "it may be about to see it end too"
    second.go_on(9 + TAKES_S / 2, 60)
    assert second.sent == ["raised"]


@pytest.mark.parametrize("noted", [True, False], ids=["told", "may have been told"])
def test_who_never_saw_a_trouble_tells_that_it_is_over(two: tuple[Program, Program], *, noted: bool) -> None:
    first, second = two
    first.decide(RAISED, 1)
    first.get_out(2, told=noted)
    second.go_on(2, 4)
    first.be_killed()
    second.go_on(4, 60)
    assert second.sent == ["recovered"]


def test_one_who_lives_and_judges_otherwise_is_believed_for_a_while_only(
    two: tuple[Program, Program],
) -> None:
    first, second = two
    second.decide(RAISED, 1)
    for at_s in range(2, int(UNTOLD_S)):
        first.look(at_s)
        second.look(at_s)
    assert second.under_way == []
    for at_s in range(int(UNTOLD_S), int(UNTOLD_S) + 10):
        first.look(at_s)
        second.look(at_s)
        second.get_out(at_s)
    assert second.sent == ["raised"]


def test_what_is_on_its_way_or_was_told_is_not_sent_again(two: tuple[Program, Program]) -> None:
    first, second = two
    first.decide(RAISED, 1)
    second.decide(RAISED, 2)
    for at_s in range(3, 100):
        first.look(at_s)
        second.look(at_s)
    assert (len(first.under_way), second.under_way) == (1, []), "a slow door"
    told(first, 100)
    second.look(101)
    first.be_killed()
    for program in two[1:]:
        program.go_on(101, 400)
    assert (first.sent, second.sent) == (["raised"], [])


def test_what_the_slower_one_decides_after_the_quicker_one_told_it_and_ended_is_not_sent(
    two: tuple[Program, Program],
) -> None:
    first, second = two
    first.decide(RAISED, 1)
    told(first, 1)
    first.be_killed()
    second.look(2)
    second.decide(RAISED, 3)
    second.go_on(3, 60)
    assert second.sent == []
    second.decide(RECOVERED, 60)
    second.decide(RAISED, 70)
    second.go_on(70, 80)
    assert second.sent == ["recovered", "raised"]


def test_what_one_door_does_not_let_out_another_program_sends(two: tuple[Program, Program]) -> None:
    first, second = two
    first.decide(RAISED, 1)
    second.decide(RAISED, 1)
    first.get_out(2, works=False)
    first.look(3)
    second.look(4)
    assert len(second.under_way) == 1
    second.get_out(4)
    for at_s in range(5, 300):
        first.look(at_s)
        second.look(at_s)
    assert (first.under_way, second.under_way) == ([], [])
    assert (first.sent, second.sent) == ([], ["raised"])
    first.decide(RECOVERED, 300)
    second.decide(RECOVERED, 300)
    assert (len(first.under_way), len(second.under_way)) == (0, 1), "whose door works sends"


def test_a_door_that_works_for_nobody_is_tried_by_each_and_then_seldom(two: tuple[Program, Program]) -> None:
    tries = 0
    for program in two:
        program.decide(RAISED, 1)
    for at_s in range(2, 602):
        for program in two:
            program.look(at_s)
            tries += len(program.under_way)
            program.get_out(at_s, works=False)
    assert 3 <= tries <= 16
    two[0].go_on(602, 1500)
    assert two[0].sent == ["raised"], "and gets out when it works again"


def test_nothing_is_set_right_while_a_group_flaps(two: tuple[Program, Program]) -> None:
    first, second = two
    first.decide(RAISED, 1)
    told(first, 1)
    second.group = GroupMemory(damping=Damping(flapping=True))
    for at_s in range(2, 300):
        first.look(at_s)
        second.look(at_s)
        second.get_out(at_s)
    first.decide(FLAPPING, 300)
    told(first, 300)
    second.group = GroupMemory()
    second.go_on(300, 600)
    assert second.sent == []


class Life:
    """One program of a random course: sees the truth late or in part; is stopped a while, or killed."""

    def __init__(self, folder: Path, chance: random.Random, told: list[str], *, lasting: bool) -> None:
        self._folder, self._chance, self._told = folder, chance, told
        self._late_s, self._takes_s = chance.choice((0.2, 1.0, 2.5, 6.0)), chance.choice((0, 3, 9))
        self.begins_s = chance.randrange(0, 110)
        self._ends_s = FOR_EVER if lasting else self.begins_s + chance.randrange(1, 120)
        stopped_s = FOR_EVER if lasting or chance.random() < 0.5 else self.begins_s + chance.randrange(1, 60)
        self._stopped = range(stopped_s, stopped_s + chance.randrange(1, 60))
        self._program: Program | None = None

    def second(self, at_s: int, changes: list[int]) -> None:
        if not self.begins_s <= at_s <= self._ends_s or at_s in self._stopped:
            return
        program = self._program = self._program or Program(self._folder, at_s)
        steps: list[Callable[[], None]] = [
            lambda: self._see(program, at_s, changes),
            lambda: program.look(at_s),
            lambda: self._deliver(program, at_s),
        ]
        self._chance.shuffle(steps)
        for step in steps[: self._chance.randrange(4) if at_s == self._ends_s else 3]:
            step()
        if at_s == self._ends_s:
            if self._chance.random() < 0.5:
                self._deliver(program, at_s, told=False)
            program.be_killed()

    def _see(self, program: Program, at_s: int, changes: list[int]) -> None:
        before = [change for change in changes if change <= at_s - self._late_s]
        if not before or before[-1] <= at_s - self._late_s - self._takes_s:
            program.see(at_s, wrong=len(before) % 2 == 1)

    def _deliver(self, program: Program, at_s: int, *, told: bool = True) -> None:
        if self._chance.random() < 0.7:
            program.get_out(at_s, told=told)
            self._told += program.sent
            program.sent = []


def course(folder: Path, seed: int, *, disturbed: bool) -> tuple[bool, list[str]]:
    """A random course of three programs: whether it ends with something wrong, and all that was told."""
    chance = random.Random(seed)  # noqa: S311 - a course that can be played again
    changes = sorted(chance.sample(range(5, 120), chance.randrange(1, 8)))
    told: list[str] = []
    lives = [Life(folder, chance, told, lasting=one == 0 or not disturbed) for one in range(3)]
    for at_s in range(220):
        for life in lives:
            life.second(at_s, changes)
    return len(changes) % 2 == 1, told


TELLING = (25, 88, 0, 1, 2, 3)
"""In the first two, alerts alone would leave a word standing that does not hold."""


@pytest.mark.parametrize("seeds", [TELLING, pytest.param(range(300), marks=pytest.mark.long)])
def test_whatever_happens_to_them_the_last_word_is_how_it_stands(
    tmp_path: Path, seeds: Sequence[int]
) -> None:
    for seed in seeds:
        wrong, told = course(tmp_path / str(seed), seed, disturbed=True)
        assert told[-1:] == (["raised"] if wrong else ["recovered"]) or (not wrong and not told), (seed, told)


def test_undisturbed_each_word_is_told_once(tmp_path: Path) -> None:
    for seed in range(4):
        _, told = course(tmp_path / str(seed), seed, disturbed=False)
        assert all(one != other for one, other in pairwise(told)), (seed, told)


def test_a_desktop_that_shows_nothing_leaves_it_to_one_that_does(tmp_path: Path) -> None:
    """Two windows and, through them, the whole way from a state to what is shown."""

    async def main() -> None:
        first, second, third = (Stage(tmp_path, limits=Thresholds(1, 1)) for _ in range(3))
        first.why_not = "This desktop has no notification service."
        start = time.time()  # noqa: TID251 - files carry the system's own time
        for place, stage in enumerate((first, second, third)):
            stage.now = start + place * 0.1
            stage.state = fold(initial(), *healthy_round(start))
            stage.alerting.take(stage.state)
        async with first.running(), second.running(), third.running():
            for stage in (third, second, first, third, second):
                await stage.turn()
            for stage in (first, second, third):
                stage.break_down()
            assert (first.heard, second.heard, third.heard) == ([], [], [])
            for stage in (first, third, second, third, second, first):
                await stage.turn()
            assert (first.heard, second.heard, third.heard) == ([], ["raised"], [])
            assert second.alerting.other is None
            assert first.alerting.other is not None

    asyncio.run(main())
