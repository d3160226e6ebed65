"""Finding 17 in words, beside the verdicts of the pair; and the bounce, told apart from a failover."""

from __future__ import annotations

from itertools import product

import pytest

from agmonitor.domain import findings
from agmonitor.domain.events import EventKind
from agmonitor.domain.model import Answer, Role, Severity
from agmonitor.domain.observations import FailoverOrdered, Input
from agmonitor.domain.state import GroupState, Verdict
from tests.builders import T, dns, failed, fold, fold_all, gap, healthy_round, heard, initial, watched
from tests.domain.hook_cases import CHANGED_AT, HOOK, OTHER, inventory, raised, ran, running, swapped

DID = "gw-2 became Primary, and dhcp_export: dhcp_export.on_role"
NO_INVENTORY = "{} has no hook inventory: what its hooks do at a role change cannot be seen."


def said(state: GroupState) -> str:
    return next(finding.sentence for finding in state.verdict.findings if finding.number == 17)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            inventory(raised(duration_ms=9.0)),
            f"{DID} raised KeyError: 'zone' after 9 ms.",
        ),
        (
            inventory(),
            f"{DID} was not called within 10 s.",
        ),
        (
            inventory(ran(), ran(), ran(), hooks=(HOOK, HOOK)),
            f"{DID} ran 3 times (it is registered 2 times).",
        ),
        (
            inventory(ran(beside=1)),
            f"{DID} began while an earlier call of it was still running.",
        ),
        (
            inventory(ran(duration_ms=95_000.0)),
            f"{DID} took 95 s, and the takeover window is 94 s long.",
        ),
        (
            inventory(running(so_far_ms=130_000.0)),
            f"{DID} was still running after 2 min 10 s, and the takeover window is 94 s long.",
        ),
        (
            inventory(hooks=(), answer=Answer.FORBIDDEN),
            "gw-2 does not let us see its hooks: the permission hook_inventory_page is missing.",
        ),
        (inventory(hooks=(), answer=Answer.HTTP_STATUS), NO_INVENTORY.format("gw-2")),
    ],
)
def test_what_went_wrong_is_said_with_node_workflow_callback_and_values(told: Input, sentence: str) -> None:
    assert said(swapped(told)()) == sentence


def test_many_troubles_are_counted() -> None:
    calls = [raised(workflow=f"w{number}") for number in range(5)]

    text = said(swapped(inventory(*calls, hooks=()))())

    assert text.count("KeyError") == 3
    assert text.endswith(" 2 more are told in the list of hooks.")


def test_the_ledger_says_unknown_before_an_inventory_has_told() -> None:
    rows = [row for row in findings.ledger(watched(*healthy_round())) if row.number == 17]

    assert {row.value for row in rows if row.condition.startswith("at the last")} == {"unknown"}
    assert not any(row.passed for row in rows)


ROLES: list[Role | Answer] = [Role.PRIMARY, Role.SECONDARY, Role.NOT_IN_GROUP, Answer.REFUSED, Answer.TLS]
HOOK_WORDS = ["not asked", "well", "raised", "missed", "twice", "running", "none", "silent"]


def _hooks_say(node: str, word: str, at: float, role: Role) -> list[Input]:
    change = {"new": role, "previous": next(other for other in Role if other is not role)}
    calls = {
        "well": (ran(at - 6, **change),),
        "raised": (raised(at - 6, **change), raised(at - 6, workflow="zone_sync", **change)),
        "missed": (),
        "twice": (ran(at - 6, **change), ran(at - 6, **change)),
        "running": (running(at - 6, so_far_ms=5_000.0, **change),),
    }
    if word == "not asked":
        return []
    if word in {"none", "silent"}:
        answer = Answer.HTTP_STATUS if word == "none" else Answer.TIMEOUT
        return [inventory(node=node, at=at, hooks=(), answer=answer)]
    return [inventory(*calls[word], node=node, at=at, hooks=(HOOK, OTHER) if word == "raised" else (HOOK,))]


def _says(node: str, word: Role | Answer, at: float) -> Input:
    return heard(node, word, at) if isinstance(word, Role) else failed(node, word, at)


@pytest.mark.parametrize("first", ROLES, ids=str)
def test_hooks_change_no_verdict_but_that_of_a_pair_that_is_well(first: Role | Answer) -> None:
    """The whole product of roles and inventories: one verdict each, hooks never hide what is worse."""
    for second in ROLES:
        rounds = [
            item
            for at in (T + 10, T + 16, T + 22)
            for item in (_says("gw-1", first, at), _says("gw-2", second, at + 0.02), dns("gw-2", at + 0.04))
        ]
        state = watched(*healthy_round(), *healthy_round(T + 8), *rounds)
        for words in product(HOOK_WORDS, HOOK_WORDS):
            told = [
                item
                for node, role, word in zip(("gw-1", "gw-2"), (first, second), words, strict=True)
                if isinstance(role, Role)
                for item in _hooks_say(node, word, T + 23, role)
            ]
            _hooks_give_way(state.verdict, fold(state, *told).verdict)


def _hooks_give_way(bare: Verdict, full: Verdict) -> None:
    """Beside all that held without them; the verdict only where nothing as bad stands before them."""
    names = [finding.name for finding in full.findings]
    assert len(set(names)) == len(names)
    assert {f.name for f in full.findings if f.number not in {17, 29}} == {
        f.name for f in bare.findings if f.number != 29
    }
    trouble = Severity.WARNING in {f.severity for f in full.findings if f.number == 17}
    gives_way = bare.number in {0, 19, 29} or (bare.severity is Severity.WARNING and bare.number > 17)
    assert full.name == ("hook_trouble" if trouble and gives_way else bare.name)


# -- the bounce ---------------------------------------------------------------------------------------------


def roles(primary: str, at: float) -> tuple[Input, ...]:
    other = "gw-2" if primary == "gw-1" else "gw-1"
    return (
        heard(other, Role.SECONDARY, at, beat_age_s=1),
        heard(primary, Role.PRIMARY, at + 0.02),
        dns(primary, at + 0.04),
    )


def bounced(back_at: float, *between: Input) -> tuple[GroupState, list[str]]:
    state, events = fold_all(
        initial(), *healthy_round(), *roles("gw-2", CHANGED_AT), *between, *roles("gw-1", back_at)
    )
    return state, [event.sentence for event in events if event.kind is EventKind.PRIMARY_BOUNCED]


def test_a_role_that_goes_back_within_a_window_is_a_bounce_and_one_failover() -> None:
    state, told = bounced(CHANGED_AT + 4)

    (sentence,) = told
    assert sentence == (
        "gw-1 was Primary again 4 s after gw-2 had taken over:"
        " a bounce within one takeover window (94 s), no second failover."
    )
    (episode,) = state.episodes
    assert (episode.number, episode.old_primary, episode.new_primary) == (1, "gw-1", "gw-2")
    assert episode.bounce_s == pytest.approx(4)
    assert episode.ended_at == pytest.approx(CHANGED_AT + 4, abs=0.1)
    assert "gw-1 was Primary again 4 s after gw-2 had taken over" in next(
        finding.sentence for finding in state.verdict.findings if finding.number == 18
    )


@pytest.mark.parametrize(("back_s", "bounces"), [(93.9, 1), (94.1, 0)])
def test_the_window_is_the_limit_of_a_bounce(back_s: float, bounces: int) -> None:
    state, told = bounced(CHANGED_AT + back_s)

    assert len(told) == bounces
    assert len(state.episodes) == 2 - bounces
    assert state.episodes[-1].bounce_s == (None if not bounces else pytest.approx(back_s))


def test_nothing_is_called_a_bounce_over_a_gap() -> None:
    assert bounced(CHANGED_AT + 30, gap(CHANGED_AT + 2, CHANGED_AT + 20))[1] == []


def test_what_follows_a_bounce_stands_for_itself() -> None:
    _, events = fold_all(
        initial(),
        *healthy_round(),
        *roles("gw-2", T + 10),
        *roles("gw-1", T + 14),
        *roles("gw-2", T + 18),
        *roles("gw-1", T + 22),
    )

    kinds = [event.kind for event in events]
    assert kinds.count(EventKind.PRIMARY_BOUNCED) == 2


@pytest.mark.parametrize(("ordered_at", "bounces"), [(CHANGED_AT - 1, 1), (CHANGED_AT + 1, 0)])
def test_an_order_of_ours_explains_the_way_there_or_the_way_back(ordered_at: float, bounces: int) -> None:
    order = FailoverOrdered(ordered_at, "gw-1", "patch day", "root")
    inputs = [*healthy_round(), *roles("gw-2", CHANGED_AT), *roles("gw-1", CHANGED_AT + 4)]
    place = 3 if ordered_at < CHANGED_AT else 6

    _, events = fold_all(initial(), *inputs[:place], order, *inputs[place:])

    assert [event.kind for event in events].count(EventKind.PRIMARY_BOUNCED) == bounces
