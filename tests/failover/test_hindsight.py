"""What later evidence makes of an order that ended unknown: its doing is only what lies within its time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import Answer, DnsAnswer, Instant, Role
from agmonitor.domain.observations import (
    DnsObservation,
    FailoverAnswer,
    Gap,
    GapReason,
    NodeObservation,
    Tick,
)
from agmonitor.domain.state import GroupState, Mode
from agmonitor.failover.guards import Intent, Kind, Outcome, Surroundings
from agmonitor.failover.hindsight import UNWATCHED_S, WITHIN_S, resolve
from agmonitor.failover.machine import Failover, OutOfTurnError, Stage, answered, arm, check, fire, sent
from tests.failover.evidence import SETTINGS, Evidence
from tests.fakes import ADDRESSES, report

LOST = FailoverAnswer(accepted=None, http_status=None, detail="the connection broke")
FIRED_AT = Evidence().state().now
SWAPPED, AS_BEFORE = ("gw-2", "gw-1"), ("gw-1", "gw-2")


def unknown(answer: FailoverAnswer = LOST, *, emergency: bool = False) -> Failover:
    """An order whose program was ended before it saw anything."""
    state = Evidence(first_answer=Answer.TIMEOUT if emergency else Answer.OK).state()
    kind = Kind.EMERGENCY if emergency else Kind.PLANNED
    calm = Surroundings()
    overrides = frozenset({"takeover_due", "heartbeat_late"}) if emergency else frozenset()
    machine = arm(check(Failover(), state, kind, calm), state, Intent("why", kind, "g", overrides), calm)
    assert machine.stage is Stage.ARMED, machine.sentence
    machine = answered(sent(fire(machine, state, calm), FIRED_AT), answer, FIRED_AT)
    return replace(machine, stage=Stage.UNKNOWN, outcome=Outcome.UNKNOWN)


def own_time_s() -> float:
    plan = unknown().plan
    assert plan is not None
    return plan.watch_s


TIME_S = own_time_s()


class Watched:
    """A group as its watcher has seen it, answer by answer; instants are seconds after the order."""

    def __init__(self, state: GroupState | None = None) -> None:
        self.state = state or initial(SETTINGS, Mode.WATCHING, FIRED_AT - 100)

    def sees(self, after_s: float, pair: tuple[str, str] = AS_BEFORE, *, silent: str = "") -> Watched:
        """``pair``: who is Primary, who Secondary; and whom the record names goes with it."""
        at = FIRED_AT + after_s
        for name in ("gw-1", "gw-2"):
            role = Role.PRIMARY if name == pair[0] else Role.SECONDARY
            for _ in range(2 if name == silent else 1):
                self._takes(name, at, None if name == silent else role)
        found = DnsObservation(
            at, at + 0.1, DnsAnswer.OK, "", 1.0, "192.0.2.53:53", (ADDRESSES[pair[0]],), 30
        )
        self.state, _ = step(self.state, found)
        return self

    def _takes(self, name: str, at: Instant, role: Role | None) -> None:
        told = None if role is None else report(role, name, last_heartbeat_at=at, last_updated_at=at)
        answer = Answer.TIMEOUT if role is None else Answer.OK
        seen = NodeObservation(name, at, at + 0.1, answer, "", 1.0, told, float(int(at)), 200)
        self.state, _ = step(self.state, seen)

    def gap(self, from_s: float, until_s: float, reason: GapReason = GapReason.CLOSED) -> Watched:
        gap = Gap(FIRED_AT + from_s, FIRED_AT + until_s, reason)
        self.state, _ = step(self.state, gap)
        return self

    def makes(self, machine: Failover) -> Failover:
        return resolve(machine, self.state)


def test_a_swap_seen_in_its_time_is_its_outcome_and_only_then_measured() -> None:
    machine = unknown()
    watched = Watched().sees(-5).sees(1)
    assert watched.makes(machine) is machine, "nothing has come of it yet"

    known = watched.sees(7, SWAPPED).makes(machine)

    assert (known.stage, known.outcome) == (Stage.SUCCEEDED, Outcome.SUCCEEDED)
    assert known.sentence.startswith("Resolved: gw-2 is Primary and gw-1 Secondary after 7")
    assert dict(known.reached_s).keys() == {"promotion", "yielding", "record"}
    with pytest.raises(OutOfTurnError):
        resolve(known, watched.state)


def test_who_first_looks_within_its_time_has_seen_enough() -> None:
    assert Watched().sees(20, SWAPPED).makes(unknown()).outcome is Outcome.SUCCEEDED


def test_a_swap_seen_in_its_time_stays_proven_over_a_gap_but_the_rest_is_not_measured() -> None:
    watched = Watched().sees(-5).sees(7, SWAPPED).gap(8, 3 * 3600)
    machine = unknown()
    assert watched.makes(machine) is machine, "what the record named before the gap is not asked of now"

    known = watched.sees(3 * 3600, SWAPPED).makes(machine)

    assert known.outcome is Outcome.SUCCEEDED
    assert dict(known.reached_s).keys() == {"promotion"}
    assert "after 7" in known.sentence


def test_a_takeover_of_its_own_hours_later_is_not_its_success() -> None:
    machine = unknown()
    watched = Watched().sees(-5).sees(TIME_S - 1)
    assert watched.makes(machine) is machine, "its time is not over"

    given_up = watched.sees(TIME_S + 1).makes(machine)

    assert (given_up.stage, given_up.outcome) == (Stage.REFUSED, Outcome.NOT_TAKEN)
    assert given_up.sentence.startswith("Given up: gw-1 is Primary and gw-2 Secondary ")
    later = watched.sees(4 * 3600, SWAPPED).makes(machine)
    assert later.outcome is Outcome.NOT_TAKEN
    assert "was still Secondary when the order's time of" in later.sentence


def test_of_a_pair_that_was_half_heard_nothing_is_given_up() -> None:
    machine = unknown()

    assert Watched().sees(-5).sees(TIME_S + 9, silent="gw-1").makes(machine) is machine
    assert Watched().sees(-5).sees(TIME_S + 9, silent="gw-2").makes(machine) is machine


def test_a_swap_while_nobody_watched_is_never_known_and_never_proven() -> None:
    for watched in (
        Watched().sees(-5).gap(-4, 4 * 3600).sees(4 * 3600, SWAPPED),
        Watched().sees(4 * 3600, SWAPPED),
        Watched().sees(-5).sees(3, silent="gw-2").sees(TIME_S + 60, SWAPPED),
    ):
        known = watched.makes(unknown())

        assert (known.stage, known.outcome) == (Stage.UNKNOWN, Outcome.NEVER_KNOWN), known.sentence
        assert known.sentence.startswith("Stays unknown: gw-2 became Primary at some moment between ")


@pytest.mark.parametrize(
    ("seen_s", "outcome"), [(UNWATCHED_S - 60, Outcome.NOT_TAKEN), (UNWATCHED_S + 60, Outcome.NEVER_KNOWN)]
)
def test_roles_as_before_after_hours_unwatched_may_have_swapped_twice(
    seen_s: float, outcome: Outcome
) -> None:
    for watched in (Watched().sees(seen_s), Watched().sees(-5).gap(-4, seen_s).sees(seen_s)):
        assert watched.makes(unknown()).outcome is outcome
    through = Watched().sees(-5).sees(seen_s)
    assert through.makes(unknown()).outcome is Outcome.NOT_TAKEN, "watched all through"


def test_there_and_back_is_neither_proven_nor_given_up() -> None:
    watched = Watched().sees(-5).sees(7, SWAPPED).sees(TIME_S - 5).sees(TIME_S + 1)

    known = watched.makes(unknown())

    assert known.outcome is Outcome.NEVER_KNOWN
    assert "the roles have changed in between" in known.sentence
    over_a_gap = Watched().sees(-5).sees(7, SWAPPED).sees(9).gap(10, TIME_S + 5).sees(TIME_S + 5)
    assert over_a_gap.makes(unknown()).outcome is Outcome.NEVER_KNOWN


def test_of_a_clock_that_was_set_since_nothing_is_placed() -> None:
    watched = Watched().sees(-5).gap(1, 2, GapReason.CLOCK_STEPPED)

    assert watched.sees(7, SWAPPED).makes(unknown()).outcome is Outcome.UNKNOWN
    assert watched.sees(TIME_S + 9, SWAPPED).makes(unknown()).outcome is Outcome.NEVER_KNOWN
    assert watched.sees(TIME_S + 19).makes(unknown()).outcome is Outcome.NEVER_KNOWN


def test_a_swap_without_the_record_is_waited_for_a_day_and_then_never_known() -> None:
    machine = unknown()
    watched = Watched().sees(-5).sees(7, SWAPPED)
    elsewhere = DnsObservation(
        FIRED_AT + 8, FIRED_AT + 8, DnsAnswer.OK, "", 1.0, "192.0.2.53:53", (ADDRESSES["gw-1"],), 30
    )
    state, _ = step(watched.state, elsewhere)
    assert resolve(machine, state) is machine
    state, _ = step(state, Tick(FIRED_AT + WITHIN_S - 1))
    assert resolve(machine, state) is machine

    state, _ = step(state, Tick(FIRED_AT + WITHIN_S + 1))
    known = resolve(machine, state)

    assert known.outcome is Outcome.NEVER_KNOWN
    assert "the record names gw-1 as before" in known.sentence


def test_an_emergency_is_given_up_by_the_word_of_the_one_that_was_to_take_over() -> None:
    machine = unknown(emergency=True)
    assert machine.plan is not None
    over_s = machine.plan.watch_s + 1

    given_up = Watched().sees(-5, silent="gw-1").sees(over_s, silent="gw-1").makes(machine)
    taken = Watched().sees(-5, silent="gw-1").sees(7, SWAPPED, silent="gw-1").makes(machine)

    assert (given_up.outcome, taken.outcome) == (Outcome.NOT_TAKEN, Outcome.SUCCEEDED)
    assert given_up.sentence.startswith("Given up: gw-2 is still Secondary ")


def test_an_error_answer_that_stayed_unknown_resolves_to_a_refusal() -> None:
    machine = unknown(replace(LOST, accepted=False, http_status=409))

    assert Watched().sees(-5).makes(machine) is machine, "nobody was heard since"
    known = Watched().sees(-5).sees(11).makes(machine)

    assert (known.stage, known.outcome) == (Stage.REFUSED, Outcome.REFUSED_BY_NODE)
    assert known.sentence.startswith("Resolved: gw-1 refused with HTTP 409")


def test_a_refusal_rests_on_who_was_heard_since_the_answer() -> None:
    machine = unknown(replace(LOST, accepted=False, http_status=409))
    stale, _ = step(Watched().sees(-5).state, Tick(FIRED_AT + 20))

    assert resolve(machine, stale) is machine


def test_a_change_within_a_gap_is_as_late_as_the_first_answer_after_it() -> None:
    watched = Watched().sees(-5).gap(-4, TIME_S + 100).sees(TIME_S + 100, SWAPPED)
    assert watched.state.memory.change is not None
    assert watched.state.memory.change.unwatched is not None

    assert watched.makes(unknown()).outcome is Outcome.NEVER_KNOWN
