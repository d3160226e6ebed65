"""Every row of the findings table on both sides of its limit."""

from __future__ import annotations

import pytest

from agmonitor.domain import findings
from agmonitor.domain.model import Severity
from agmonitor.domain.state import GroupState
from tests.builders import healthy_round, watched
from tests.domain.cases import CASES, Case


def severity_of(state: GroupState, number: int) -> Severity | None:
    """How bad a finding is in a state; rows 0 and 29 are read off the verdict."""
    if state.verdict.number == number:
        return state.verdict.severity
    found = [finding.severity for finding in state.verdict.findings if finding.number == number]
    return found[0] if found else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}: {case.id}")
def test_a_row_holds_on_one_side_of_its_limit(case: Case) -> None:
    state = case.state()

    assert severity_of(state, case.number) is case.severity, state.verdict


def test_every_row_is_reached_and_missed() -> None:
    reached = {case.number for case in CASES if case.severity is not None}
    missed = {case.number for case in CASES if case.severity is None}

    numbers = {row.number for row in findings.TABLE}

    assert reached == numbers
    assert missed == numbers


def test_the_table_is_numbered_and_named_once() -> None:
    names = [row.name for row in findings.TABLE]
    numbers = [row.number for row in findings.TABLE]

    assert len(set(names)) == len(names)
    assert sorted(set(numbers)) == sorted(range(31))
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("case", [case for case in CASES if case.severity], ids=lambda case: case.id)
def test_a_sentence_is_a_sentence(case: Case) -> None:
    state = case.state()

    for finding in state.verdict.findings:
        text = finding.sentence
        assert text[0].isupper() or text.startswith(("gw-", "192.0.2.", "system"))
        assert text.endswith(".")
        assert "None" not in text
        assert "  " not in text


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}: {case.id}")
def test_the_ledger_tells_what_the_verdict_says(case: Case) -> None:
    state = case.state()

    rows = findings.ledger(state)

    assert {row.number for row in rows} == {row.number for row in findings.TABLE}
    assert rows == findings.ledger(state)
    for finding in state.verdict.findings:
        told = [row for row in rows if row.finding == finding.name]
        assert any(row.passed for row in told), finding
    assert all(row.condition and row.value and row.limit and row.evidence for row in rows)


def test_the_verdict_is_the_worst_finding_and_the_lowest_number() -> None:
    for case in CASES:
        verdict = case.state().verdict
        ranks = [(-finding.severity, finding.number) for finding in verdict.findings]
        assert ranks == sorted(ranks)
        if ranks and ranks[0][0] <= -Severity.WARNING:
            assert (verdict.number, verdict.severity) == (
                verdict.findings[0].number,
                verdict.findings[0].severity,
            )


def test_judging_again_gives_the_same() -> None:
    state = watched(*healthy_round())

    assert findings.judge(state) == state.verdict
