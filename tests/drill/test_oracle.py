"""The judge itself: silent on an honest monitor, and loud on one that lies, sleeps or dawdles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from agmonitor.domain import findings, group, rules_answers, rules_roles
from agmonitor.domain.conditions import Condition, Question, all_of
from agmonitor.domain.facts import Facts
from agmonitor.domain.model import Severity
from agmonitor.domain.verdict import in_order
from agmonitor.drill.oracle import Fault, worst_first
from agmonitor.drill.oracle_testimony import Witness
from agmonitor.drill.random_run import carried_out, run
from agmonitor.drill.schedule import Plan, PlannedFault
from agmonitor.protocol.faults import Link
from agmonitor.protocol.state import Timers

TIMERS = Timers(10, 15, 30)


def planned(*faults: PlannedFault, length_s: float = 300.0) -> Plan:
    """A calm pair to which only this happens."""
    return Plan(
        seed=3,
        timers=TIMERS,
        ttl_s=30.0,
        cadence_s=2.0,
        deadline_s=5.0,
        phase_s=1.0,
        latency_s=0.005,
        loss_share=0.0,
        resolvers=1,
        judge_clients=None,
        length_s=length_s,
        faults=faults,
        orders=(),
    )


def fault(
    name: str,
    node: str | None = None,
    at_s: float = 60.0,
    for_s: float | None = None,
    link: Link | None = None,
    **parameters: float,
) -> PlannedFault:
    return PlannedFault(at_s, name, node, link, for_s, tuple(parameters.items()))


CUT = (fault("cut_heartbeat"), fault("cut_dns", "gw-1"))  # a split brain: gw-2 alone reaches DNS
BOTH_DEAD = (fault("kill", "gw-1"), fault("kill", "gw-2"))
BOTH_FROZEN = (fault("freeze", "gw-1"), fault("freeze", "gw-2"))
OVERDUE = (fault("cut_dns", "gw-2"), fault("kill", "gw-1"))
ELSEWHERE = (*CUT, fault("kill", "gw-2", at_s=150.0))  # gw-1 is Primary still, the record names the dead one
NOBODY = (fault("cut_dns"), fault("restart", "gw-1", at_s=70.0))  # it cannot learn that it was Primary
SKEWED = (fault("skew_clock", "gw-2", offset_s=900.0),)
LADEN = (fault("overload", "gw-2", at_s=10.0, climb_s=300.0),)
CUT_OFF = (fault("kill", "gw-1"),)  # until their resolver asks anew, clients go to the dead one
HIDDEN = (fault("hide"),)


def never(_: Facts) -> bool:
    return False


def broken(number: int, when: Condition, severity: Severity | None = None) -> Callable[[], object]:
    """The table with another condition in one row."""
    rows = [
        replace(row, when=when, severity=row.severity if severity is None else severity)
        if row.number == number and row.name != "our_clock_off"
        else row
        for row in findings.TABLE
    ]
    return lambda: in_order(rows)


def asks(holds: Callable[[Facts], bool | None]) -> Question:
    return Question("broken on purpose", holds, lambda _: "", "", lambda _: "")


NEVER = asks(never)
TAKEN_DOWN_TOO_SOON = all_of(rules_answers.BOTH_SILENT)
OVERDUE_TOO_SOON = all_of(rules_roles.SECONDARY_HEARD, asks(lambda f: (f.age_s or 0.0) > TIMERS.report_s / 2))


@pytest.mark.parametrize(
    ("faults", "number"),
    [
        pytest.param(CUT, 1, id="two primaries"),
        pytest.param(NOBODY, 2, id="no primary"),
        pytest.param(BOTH_DEAD, 3, id="both dead"),
        pytest.param(BOTH_FROZEN, 3, id="both frozen"),
        pytest.param(OVERDUE, 5, id="a Secondary that cannot take over"),
        pytest.param(ELSEWHERE, 6, id="the record names the dead one"),
        pytest.param(SKEWED, 12, id="clocks apart"),
        pytest.param(LADEN, 13, id="near its end"),
        pytest.param(CUT_OFF, 23, id="clients go to the dead one"),
    ],
)
class TestEachCriticalState:
    def test_is_seen_by_the_monitor_and_by_the_judge(
        self, faults: tuple[PlannedFault, ...], number: int
    ) -> None:
        outcome = carried_out(planned(*faults))

        finding = next(one for one in outcome.findings if one.number == number)
        assert finding.visible
        assert finding.raised
        assert worst_first(outcome.findings) == []

    def test_is_missed_by_a_monitor_that_never_says_it(
        self, faults: tuple[PlannedFault, ...], number: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(findings, "_ORDERED", broken(number, NEVER)())

        charges = worst_first(carried_out(planned(*faults)).findings)

        assert (Fault.MISSED, number) in {(charge.fault, charge.number) for charge in charges}


@pytest.mark.parametrize(
    ("faults", "number", "when"),
    [
        pytest.param(HIDDEN, 3, TAKEN_DOWN_TOO_SOON, id="a hidden pair is not down"),
        pytest.param((), 5, OVERDUE_TOO_SOON, id="a beat on time"),
        pytest.param((), 1, asks(lambda f: f.primary is not None), id="one Primary is not two"),
        pytest.param((), 6, asks(lambda f: f.primary is not None), id="a record that is right"),
        pytest.param(
            (),
            23,
            asks(lambda f: f.primary is not None and f.state.clients is not None),
            id="clients that are served",
        ),
        pytest.param((), 12, asks(lambda f: len(f.heard) == 2), id="clocks that agree"),
    ],
)
def test_what_is_not_so_is_a_false_alarm(
    faults: tuple[PlannedFault, ...], number: int, when: Condition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "_ORDERED", broken(number, when, Severity.CRITICAL)())
    monkeypatch.setattr(group, "standing", lambda *_: None)  # else not asked in each step

    charges = worst_first(carried_out(planned(*faults, length_s=150.0)).findings)

    assert (Fault.FALSE, number) in {(charge.fault, charge.number) for charge in charges}


def test_what_is_said_too_late_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    began: list[float] = []

    def dawdles(f: Facts) -> bool:
        if len(f.silent) < 2:
            return False
        began.append(f.now)
        return f.now - began[0] > 7.05

    monkeypatch.setattr(findings, "_ORDERED", broken(3, asks(dawdles))())

    charges = worst_first(carried_out(planned(*BOTH_DEAD)).findings)

    assert [(charge.fault, charge.number) for charge in charges] == [(Fault.LATE, 3)]
    assert 7.0 < charges[0].lateness_s < 9.0


def test_an_honest_monitor_of_a_calm_pair_is_charged_with_nothing() -> None:
    outcome = carried_out(planned())

    assert worst_first(outcome.findings) == []
    assert sum(finding.raised for finding in outcome.findings) == 0


def test_a_pair_that_is_only_hidden_is_charged_to_nobody() -> None:
    assert worst_first(carried_out(planned(*HIDDEN)).findings) == []


DISAGREED = (
    pytest.param(535, id="visits failed since the record moved, the node told of it later"),
    pytest.param(974, id="the last answer of a load that was over as it came"),
    pytest.param(1683, id="the last answer of a node that died of its load"),
    pytest.param(2983, id="one refusal told of a restart before a clock was set"),
    pytest.param(3317, id="a clock set, and the other out of sight since"),
    pytest.param(11006, id="a visit under way as the Primary was heard again"),
    pytest.param(11112, id="a beat yet to be read, held against a clock far ahead"),
    pytest.param(21405, id="both clocks set alike between two answers of one round"),
)
"""Drills in which judge and monitor once disagreed: a seed's course may change, what it tells may not."""


@pytest.mark.parametrize("seed", DISAGREED)
def test_where_judge_and_monitor_once_disagreed_they_agree(seed: int) -> None:
    assert worst_first(run(seed).findings) == []


def test_a_refusal_is_remembered_though_one_lost_answer_is_no_event() -> None:
    node = Witness()
    node.took(1.0, 1.1, "secondary")
    node.failed(3.0, 3.1, "refused")
    node.took(5.0, 5.1, "secondary")

    assert node.words == ["secondary", "secondary"]
    assert node.refused == [3.1]


def test_what_an_answer_tells_was_so_before_it_came() -> None:
    node = Witness()
    node.took(1.0, 1.5, 0.5)
    node.took(3.0, 3.5, 0.9)
    node.took(5.0, 5.5, 0.1)

    assert node.asked(lambda score: score > 0.8, 9.0) == [(3.0, 5.5)]
    assert node.spans(lambda score: score > 0.8, 9.0) == [(3.5, 5.5)]
