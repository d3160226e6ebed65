"""The whole product of answer class, role, TXT and DNS: one verdict each, and no health without proof."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from agmonitor.domain import findings
from agmonitor.domain.model import Answer, DnsAnswer, Role, Severity
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState, Mode
from tests.builders import T, dns, dns_lost, failed, fold, heard, initial

NODE_WORDS = [*Role, *(answer for answer in Answer if answer is not Answer.OK), None]
TXT_AGES = [None, 5.0, 40.0, 400.0]
RECORDS: list[str] = ["gw-1", "gw-2", "198.51.100.7", "several", "nobody", "lost", "not found", "not asked"]
VERDICTS = {row.name for row in findings.TABLE}


def says(node: str, word: Role | Answer | None, at: float) -> Iterator[Input]:
    """Two answers of one kind; None: never asked."""
    if isinstance(word, Role):
        yield heard(node, word, at)
    elif word is not None:
        yield failed(node, word, at)


def record(name: str, txt_age_s: float | None, at: float) -> Iterator[Input]:
    match name:
        case "lost":
            yield dns_lost(at)
        case "not found":
            yield dns_lost(at, server=None)
        case "nobody":
            yield dns(at=at, answer=DnsAnswer.NXDOMAIN, txt_age_s=txt_age_s)
        case "several":
            yield dns(["gw-1", "gw-2"], at, txt_age_s=txt_age_s)
        case "not asked":
            return
        case _:
            yield dns(name, at, txt_age_s=txt_age_s)


def rounds(a: Role | Answer | None, b: Role | Answer | None, name: str, txt: float | None) -> list[Input]:
    """Three rounds, six seconds apart, so that every second look has had its answer."""
    return [
        item
        for at in (T, T + 6, T + 12)
        for item in (*says("gw-1", a, at), *says("gw-2", b, at + 0.02), *record(name, txt, at + 0.04))
    ]


def proven(state: GroupState, name: str) -> bool:
    """Health as the table has it, told in other words."""
    roles = {node.role: node.name for node in state.nodes}
    if set(roles) != {Role.PRIMARY, Role.SECONDARY}:
        return False
    return name == "not found" or name == roles[Role.PRIMARY]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("first", NODE_WORDS, ids=str)
def test_every_situation_has_one_verdict_and_none_is_healthy_without_proof(
    first: Role | Answer | None, mode: Mode
) -> None:
    for second, txt, name in product(NODE_WORDS, TXT_AGES, RECORDS):
        state = fold(initial(mode, at=T - 0.1), *rounds(first, second, name, txt))
        verdict = state.verdict
        told = (first, second, txt, name, verdict)

        assert verdict.name in VERDICTS, told
        names = [finding.name for finding in verdict.findings]
        assert len(set(names)) == len(names), told
        if verdict.severity <= Severity.NOTICE:
            assert verdict.name in {"healthy", "not_in_group"}, told
        if verdict.name == "healthy":
            assert proven(state, name), told
        assert not {3, 20} <= {finding.number for finding in verdict.findings}, told


NEVER_BESIDE = [
    (2, {4, 5, 19}),
    (3, {20, 21}),
    (6, {1, 2, 19, 26}),
    (26, {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 22}),
]


def test_what_never_stands_beside_never_does() -> None:
    for first, second, name in product(NODE_WORDS, NODE_WORDS, RECORDS):
        state = fold(initial(), *rounds(first, second, name, 400.0))
        held = {finding.number for finding in state.verdict.findings}

        for number, beside in NEVER_BESIDE:
            assert number not in held or not held & beside, (first, second, name, held)
