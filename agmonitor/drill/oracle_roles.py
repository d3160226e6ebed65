"""What the oracle knows of roles and the record: two Primaries, none, a record that points elsewhere."""

from __future__ import annotations

from functools import partial

from agmonitor.drill.oracle_case import Case, Claim, patient, seen
from agmonitor.drill.oracle_spans import Spans, both, either, split
from agmonitor.drill.oracle_testimony import ROLES, Says, says, shown_together
from agmonitor.protocol.world.truth import Truth

NATURAL_S = 5.0
"""No Primary, and a record that points elsewhere, are natural for so long in every failover."""
PRIMARY, SECONDARY, OUT = says("primary"), says("secondary"), says("not_in_group")


def two_primaries(case: Case) -> Claim:
    """Both hold themselves for Primary."""
    a, b = (case.node(name) for name in case.names)
    true = case.when(lambda truth: _primaries(truth) == 2)
    shown = shown_together(a, PRIMARY, b, PRIMARY, case.end)
    return Claim(1, true, shown, seen(case, true, [(a, PRIMARY), (b, PRIMARY)]))


def no_primary(case: Case) -> Claim:
    """Nobody is Primary: both stand by, or one does beside one that is in no group."""
    a, b = (case.node(name) for name in case.names)
    true = case.when(_nobody)
    shown: Spans = []
    visible: Spans = []
    for one, other, patience in (
        (SECONDARY, SECONDARY, True),
        (SECONDARY, OUT, False),
        (OUT, SECONDARY, False),
    ):
        shown = either(shown, shown_together(a, one, b, other, case.end))
        # Where asking again fails, the design has it said as not re-confirmed.
        shown = either(shown, patient(both(a.spans(one, case.end), b.spans(other, case.end)), NATURAL_S))
        found = seen(case, true, [(a, one), (b, other)])
        for span in found:
            waits_s = NATURAL_S + case.round_s(span) if patience else 0.0
            visible += patient([span], waits_s)
    return Claim(2, true, shown, sorted(visible))


def points_elsewhere(case: Case) -> Claim:
    """A Primary that the record does not name."""
    true, shown, visible = [], [], []
    one_primary = case.when(lambda truth: _primaries(truth) == 1)
    for name in case.names:
        address = case.address(name)
        elsewhere = _another_than(address)
        me, other, dns = case.node(name), case.node(case.other(name)), case.testimony.dns
        wrong = case.when(partial(_is_not_named, name=name, address=address))
        true.append(wrong)
        shown.append(shown_together(me, PRIMARY, dns, elsewhere, case.end))
        alone = both(wrong, one_primary)
        found = seen(case, alone, [(me, PRIMARY), (dns, elsewhere), (other, lambda word: word != "primary")])
        moved = [*me.turns(ROLES), *other.turns(ROLES)]
        moved += [start for start, _ in dns.spans(elsewhere, case.end)]
        for span in split(found, moved):
            visible += patient([span], max(NATURAL_S, 2 * case.cadence_s))
    return Claim(6, either(*true), either(*shown), sorted(visible))


def _is_not_named(truth: Truth, name: str, address: str) -> bool:
    node = truth.node(name)
    return node.alive and node.role == "primary" and truth.record != address


def _nobody(truth: Truth) -> bool:
    a, b = truth.nodes
    roles = (a.role, b.role)
    return a.alive and b.alive and "secondary" in roles and "primary" not in roles


def _primaries(truth: Truth) -> int:
    a, b = truth.nodes
    return (a.alive and a.role == "primary") + (b.alive and b.role == "primary")


def _another_than(address: str) -> Says:
    return lambda word: isinstance(word, tuple) and set(word) != {address}


def heard_as(case: Case, name: str, role: Says, alone: Says) -> Spans:
    """When a node said to have the role, and the other did not say what would make two of them."""
    other = case.node(case.other(name))
    mine = case.node(name).spans(role, case.end)
    return both(mine, other.spans(lambda word: not alone(word), case.end))
