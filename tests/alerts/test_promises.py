"""What alerting promises, for any course of events: nothing critical is missed, nothing is told twice."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from agmonitor.alerts.model import Alert, AlertKind
from agmonitor.alerts.settings import AlertSettings, Flapping, Thresholds
from agmonitor.domain.model import Severity
from agmonitor.domain.state import Finding
from tests.alerts.looks import BAD_SKEW, CALM, GROUP_DOWN, NO_STANDBY, SKEW, TWO_PRIMARIES, UNPROVEN, Watch

BAD_KINDS = {AlertKind.RAISED, AlertKind.WORSE, AlertKind.STEADY, AlertKind.FLAPPING}
FINDINGS = (TWO_PRIMARIES, GROUP_DOWN, NO_STANDBY, SKEW, BAD_SKEW, UNPROVEN)
ONE_SKEW = st.lists(st.sampled_from(FINDINGS), max_size=3, unique_by=lambda one: one.name)
STRETCH = st.tuples(ONE_SKEW, st.integers(1, 6), st.booleans())  # what holds, how many looks, whole rounds
QUIET = st.sampled_from([None, None, None, "group", "group_down", "two_primaries", "maintenance"])
COURSE = st.lists(st.tuples(STRETCH, QUIET, st.sampled_from([3.0, 9.0, 30.0])), max_size=25)
LIMITS = st.builds(Thresholds, st.integers(1, 4), st.integers(1, 4), st.just(Severity.WARNING))


@dataclass
class Ledger:
    """What a person who reads all alerts and sees all looks would hold against the one who sends them."""

    limits: Thresholds
    running: dict[str, int] = field(default_factory=dict)  # rounds running as critical
    absent: dict[str, int] = field(default_factory=dict)
    known: dict[str, Severity] = field(default_factory=dict)
    open: bool = False

    def look(self, watch: Watch, findings: list[Finding], came: list[Alert], *, whole: bool) -> None:
        held = {one.name: one for one in findings}
        self._read(watch, held, came)
        sure = judged(findings)
        for name in {finding.name for finding in FINDINGS}:
            self._count(name, held.get(name), whole=whole, sure=sure)
            self._must_be_known(watch, name, held.get(name))

    def _read(self, watch: Watch, held: dict[str, Finding], came: list[Alert]) -> None:
        for name in [name for name in self.known if self._quiet(watch, name)]:
            del self.known[name]
        for alert in came:
            if alert.kind is AlertKind.RECOVERED:
                assert self.open, "recovered from nothing"
                self.known.clear()
            elif alert.kind in {AlertKind.RAISED, AlertKind.WORSE}:
                new = [f for f in alert.findings if f.severity > self.known.get(f.name, Severity.OK)]
                assert new, "told twice"
                assert any(f.name in held for f in new), "told what does not hold"
                assert not any(self._quiet(watch, f.name) for f in new), "told what is silenced"
            if alert.kind in BAD_KINDS:
                self.known |= {f.name: f.severity for f in alert.findings}
                # Said to be less, in the midst of a round: it has to last anew to be called critical.
                less = {f.name: 0 for f in alert.findings if f.severity < Severity.CRITICAL}
                self.running |= less
            self.open = alert.kind is not AlertKind.RECOVERED

    def _count(self, name: str, held: Finding | None, *, whole: bool, sure: bool) -> None:
        critical = held is not None and held.severity is Severity.CRITICAL
        if whole:
            self.running[name] = self.running.get(name, 0) + 1 if critical else 0
            less = held is None or held.severity < self.known.get(name, Severity.OK)
            counts = sure or held is not None
            self.absent[name] = self.absent.get(name, 0) + counts if less else 0
        elif critical or (held is not None and held.severity >= self.known.get(name, Severity.OK)):
            self.absent[name] = 0
        if self.absent.get(name, 0) >= self.limits.good_rounds:
            self.known.pop(name, None)
            if held is not None:
                self.known[name] = held.severity
            self.absent[name] = 0

    def _must_be_known(self, watch: Watch, name: str, held: Finding | None) -> None:
        if held is None or held.severity is not Severity.CRITICAL or self._quiet(watch, name):
            return
        if name == "two_primaries" or self.running.get(name, 0) >= self.limits.bad_rounds:
            assert self.known.get(name) is Severity.CRITICAL, f"{name} was not told"

    @staticmethod
    def _quiet(watch: Watch, name: str) -> bool:
        silenced = any(
            one.finding == name or (one.finding is None and name != "two_primaries")
            for one in watch.quiet.silences
            if watch.now < one.until
        )
        at_work = any(one.from_at <= watch.now < one.until for one in watch.quiet.maintenance)
        return silenced or (at_work and name != "two_primaries")


def judged(findings: list[Finding]) -> bool:
    """Whether what is not among them is over: the verdict is not that nothing is known."""
    return UNPROVEN not in findings or any(one.severity is Severity.CRITICAL for one in findings)


def ordered(watch: Watch, what: str | None, for_s: float) -> None:
    if what == "maintenance":
        watch.maintain(for_s)
    elif what is not None:
        watch.silence(None if what == "group" else what, for_s)


@settings(max_examples=150, deadline=None)
@given(LIMITS, COURSE)
def test_nothing_critical_is_missed_and_nothing_told_twice(
    limits: Thresholds, course: list[tuple[tuple[list[Finding], int, bool], str | None, float]]
) -> None:
    watch, ledger = Watch(settings=AlertSettings(limits, CALM)), Ledger(limits)
    for (findings, looks, whole), quiet, for_s in course:
        ordered(watch, quiet, for_s)
        for _ in range(looks):
            came = watch.look(*findings, round_over=whole)
            ledger.look(watch, findings, came, whole=whole)


@settings(max_examples=100, deadline=None)
@given(LIMITS, COURSE)
def test_two_primaries_are_told_at_once_even_of_a_group_that_flaps(
    limits: Thresholds, course: list[tuple[tuple[list[Finding], int, bool], str | None, float]]
) -> None:
    watch = Watch(settings=AlertSettings(limits, Flapping(messages=2)))
    told, absent = False, 0
    for (findings, looks, whole), _, _ in course:
        for _ in range(looks):
            came = watch.look(*findings, round_over=whole)
            told = told or any(TWO_PRIMARIES in alert.findings for alert in came)
            if TWO_PRIMARIES in findings:
                assert told
                absent = 0
            else:
                absent += whole and judged(findings)
                told = told and absent < limits.good_rounds


@settings(max_examples=100, deadline=None)
@given(COURSE)
def test_a_group_that_flaps_is_soon_quiet_and_says_in_the_end_how_it_is(
    course: list[tuple[tuple[list[Finding], int, bool], str | None, float]],
) -> None:
    limits = Flapping(messages=3, within_s=1e9, steady_s=100.0)
    watch = Watch(settings=AlertSettings(Thresholds(1, 1), limits))
    for (findings, looks, whole), _, _ in course:
        watch.look(*[one for one in findings if one is not TWO_PRIMARIES], rounds=looks, round_over=whole)
    of_criticals = 2  # each kind breaks through once
    assert len(watch.alerts) <= limits.messages + 1 + of_criticals

    before = len(watch.alerts)
    watch.look(GROUP_DOWN, rounds=200)

    assert GROUP_DOWN in next(one for one in reversed(watch.alerts) if one.findings).findings
    assert len(watch.alerts) - before <= 2
