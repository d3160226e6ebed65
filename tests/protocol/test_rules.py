"""Each rule by itself: what it does, and on the other side of its limit, that it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.domain.model import DnsLink, HeartbeatMethod, Role
from agmonitor.protocol import effects as e
from agmonitor.protocol import inputs as i
from agmonitor.protocol.machine import NodeMachine, Step, step
from agmonitor.protocol.state import NodeState, Order, Timers, in_role
from agmonitor.protocol.table import RULES, Source, choices

P, S, N = Role.PRIMARY, Role.SECONDARY, Role.NOT_IN_GROUP
A, B = "192.0.2.11", "192.0.2.12"
DEMO = Timers(2, 3, 6)
T = 1000.0


def node(role: Role, **memory: object) -> NodeState:
    """A node that took its role at T."""
    outside = NodeState(address=A, timers=DEMO, peer=None if role is N else B)
    state = in_role(replace(outside, dns_link=DnsLink.CONNECTED), role, T)
    return replace(state, **memory)  # type: ignore[arg-type]  # the test names real fields


def after(state: NodeState, *happened: i.Input) -> Step:
    done = Step(state, (), ())
    for item in happened:
        done = step(done.state, item)
    return done


def has(done: Step, kind: type[e.Effect]) -> bool:
    return any(isinstance(effect, kind) for effect in done.effects)


def test_numbers_are_unique_and_ascending_and_words_are_sentences() -> None:
    numbers = [rule.number for rule in RULES]

    assert numbers == sorted(set(numbers))
    assert all(rule.words.endswith(".") and len(rule.words) > 40 for rule in RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_choices_are_the_rules_in_which_the_contract_is_silent() -> None:
    assert {rule.number for rule in choices()} == {r.number for r in RULES if r.source is Source.CHOICE}
    assert {10, 29, 47, 61} <= {rule.number for rule in choices()}


@pytest.mark.parametrize(("member", "role"), [(False, N), (True, S)])
def test_a_start_is_outside_or_waits_for_the_record(member: bool, role: Role) -> None:
    done = after(NodeState(address=A, timers=DEMO), i.Restarted(T, member=member, peer=B))

    assert done.state.role is role
    assert done.effects == ((e.ReadRecord(),) if member else (e.CallHooks(None, N),))


@pytest.mark.parametrize(
    ("read", "role", "hooks"),
    [
        (i.RecordRead(T + 1, T, ok=True, address=A), P, (e.CallHooks(None, P),)),
        (i.RecordRead(T + 1, T, ok=True, address=B), S, (e.CallHooks(None, S),)),
        (i.RecordRead(T + 1, T, ok=True, address=None), S, (e.CallHooks(None, S),)),
        (i.RecordRead(T + 1, T, ok=False), S, (e.CallHooks(None, S),)),
    ],
)
def test_the_record_decides_a_return(read: i.RecordRead, role: Role, hooks: tuple[e.Effect, ...]) -> None:
    back = after(NodeState(address=A, timers=DEMO), i.Restarted(T, member=True, peer=B)).state
    done = after(back, read)

    assert (done.state.role, done.effects) == (role, hooks)


def test_a_return_without_dns_is_decided_when_dns_is_back() -> None:
    back = after(
        NodeState(address=A, timers=DEMO),
        i.Restarted(T, member=True, peer=B),
        i.RecordRead(T + 1, T, ok=False),
    ).state
    done = after(back, i.RecordRead(T + 4, T + 3, ok=True, address=A))

    assert done.state.role is P
    assert done.effects == (e.CallHooks(S, P),)


@pytest.mark.parametrize("role", [P, S])
def test_a_node_in_a_group_neither_creates_nor_joins(role: Role) -> None:
    created = after(node(role), i.CreateOrdered(T + 1))
    joined = after(node(role), i.JoinOrdered(T + 1, B, DEMO))

    assert created.effects == (e.Answer(Order.CREATE, e.Refusal.ALREADY_IN_GROUP),)
    assert joined.effects == (e.Answer(Order.JOIN, e.Refusal.ALREADY_IN_GROUP),)


@pytest.mark.parametrize("ok", [True, False])
def test_creating_is_the_records_update(ok: bool) -> None:
    asked = after(node(N), i.CreateOrdered(T + 1))
    done = after(asked.state, i.RecordUpdated(T + 2, ok=ok))

    assert asked.effects == (e.UpdateRecord(),)
    assert done.state.role is (P if ok else N)
    assert done.effects[-1] == e.Answer(Order.CREATE, None if ok else e.Refusal.RECORD_NOT_UPDATED)


def test_a_second_order_is_refused_while_one_is_under_way() -> None:
    busy = node(P, order=Order.FAILOVER)
    for order, happened in (
        (Order.CREATE, i.CreateOrdered(T + 1)),
        (Order.JOIN, i.JoinOrdered(T + 1, B, DEMO)),
        (Order.LEAVE, i.LeaveOrdered(T + 1)),
        (Order.FAILOVER, i.FailoverOrdered(T + 1)),
    ):
        assert after(busy, happened).effects == (e.Answer(order, e.Refusal.BUSY),)
    asked = after(node(S, order=Order.FAILOVER), i.TakeOverAsked(T + 1))
    assert asked.effects == (e.Answer(Order.TAKE_OVER, e.Refusal.BUSY),)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [(node(N), e.Refusal.NOT_IN_GROUP), (node(P, peer=None), e.Refusal.NO_SECONDARY)],
)
def test_failover_is_refused_where_it_cannot_work(state: NodeState, refusal: e.Refusal) -> None:
    assert after(state, i.FailoverOrdered(T + 1)).effects == (e.Answer(Order.FAILOVER, refusal),)


def test_a_beat_goes_both_ways_and_the_next_is_one_interval_later() -> None:
    early = after(node(P, due_at=T + 10), i.Tick(T + 9.999))
    beat = after(node(P, due_at=T + 10), i.Tick(T + 10.1))

    assert early.effects == ()
    assert beat.effects == (e.SendHeartbeat(T + 10.1), e.WriteTxt(T + 10.1), e.ReadRecord())
    assert beat.state.due_at == T + 12


def test_beats_missed_are_not_made_up_for() -> None:
    assert after(node(P, due_at=T + 10), i.Tick(T + 15)).state.due_at == T + 17


def test_without_a_secondary_the_beat_goes_into_txt_alone() -> None:
    done = after(node(P, peer=None), i.Tick(T), i.TxtWritten(T + 1, T, ok=True))

    assert not has(after(node(P, peer=None), i.Tick(T)), e.SendHeartbeat)
    assert (done.state.method, done.state.last_beat_at) == (HeartbeatMethod.DNS, T)


@pytest.mark.parametrize(("late_s", "beats"), [(6.0, True), (6.001, False)])
def test_a_primary_that_overslept_the_absence_looks_before_it_beats(late_s: float, beats: bool) -> None:
    done = after(node(P, due_at=T), i.Tick(T + late_s))

    assert has(done, e.SendHeartbeat) is beats
    assert has(done, e.ReadRecord)


@pytest.mark.parametrize(
    ("delivered", "stored", "method", "beat_at", "link"),
    [
        (True, True, HeartbeatMethod.DIRECT, T + 1, DnsLink.CONNECTED),
        (True, False, HeartbeatMethod.DIRECT, T + 1, DnsLink.DISCONNECTED),
        (False, True, HeartbeatMethod.DNS, T + 1, DnsLink.CONNECTED),
        (False, False, HeartbeatMethod.DNS, None, DnsLink.DISCONNECTED),
    ],
)
def test_the_primary_reports_what_got_out(
    delivered: bool, stored: bool, method: HeartbeatMethod, beat_at: float | None, link: DnsLink
) -> None:
    results = (i.HeartbeatSent(T + 2, T + 1, delivered, S), i.TxtWritten(T + 2, T + 1, stored))
    for order in (results, results[::-1]):
        state = after(node(P), *order).state
        assert (state.method, state.last_beat_at, state.dns_link) == (method, beat_at, link)


def test_two_primaries_ask_the_record_whoever_notices() -> None:
    by_answer = after(node(P), i.HeartbeatSent(T + 2, T + 1, delivered=True, peer_role=P))
    by_beat = after(node(P), i.HeartbeatReceived(T + 2, T + 1, B))

    assert by_answer.effects == by_beat.effects == (e.ReadRecord(),)


@pytest.mark.parametrize(
    ("read", "role"),
    [
        (i.RecordRead(T + 2, T + 1, ok=True, address=B), S),
        (i.RecordRead(T + 2, T + 1, ok=True, address=A), P),
        (i.RecordRead(T + 2, T + 1, ok=True, address=None), P),
        (i.RecordRead(T + 2, T + 1, ok=True, address="198.51.100.1"), P),
        (i.RecordRead(T + 2, T + 1, ok=False), P),
        (i.RecordRead(T + 2, T, ok=True, address=B), P),  # asked before it took the role
    ],
)
def test_only_the_peers_address_in_a_fresh_answer_overrides(read: i.RecordRead, role: Role) -> None:
    done = after(node(P), read)

    assert done.state.role is role
    assert done.effects == ((e.CallHooks(P, S),) if role is S else ())


@pytest.mark.parametrize(("age_s", "direct"), [(3.0, True), (3.001, False)])
def test_a_beat_within_the_past_check_interval_is_direct(age_s: float, direct: bool) -> None:
    heard = after(node(S), i.HeartbeatReceived(T + 10, T + 9.9, B)).state
    at = T + 10 + age_s
    done = after(replace(heard, due_at=at), i.Tick(at))

    assert has(done, e.ReadTxt) is not direct
    assert has(done, e.ReadRecord)
    assert done.state.last_check_at == (at if direct else None)


@pytest.mark.parametrize(("age_s", "promotes"), [(6.0, False), (6.001, True)])
def test_absence_is_a_beat_older_than_allowed(age_s: float, promotes: bool) -> None:
    heard = after(node(S), i.HeartbeatReceived(T + 10, T + 10, B)).state
    at = T + 10 + age_s
    done = after(replace(heard, due_at=at), i.Tick(at), i.TxtRead(at + 0.01, ok=True, stamp=T + 10))

    assert has(done, e.UpdateRecord) is promotes
    assert done.state.role is S
    assert done.state.method is HeartbeatMethod.DNS


def test_a_fresh_stamp_in_txt_keeps_the_peace() -> None:
    heard = after(node(S), i.HeartbeatReceived(T + 10, T + 10, B)).state
    done = after(replace(heard, due_at=T + 30), i.Tick(T + 30), i.TxtRead(T + 30, ok=True, stamp=T + 25))

    assert done.effects == ()
    assert done.state.last_beat_at == T + 25


def test_absence_never_counts_from_before_the_role() -> None:
    fresh = node(S)
    early = after(replace(fresh, due_at=T + 6), i.Tick(T + 6), i.TxtRead(T + 6, ok=True, stamp=T - 500))
    late = after(replace(fresh, due_at=T + 7), i.Tick(T + 7), i.TxtRead(T + 7, ok=True, stamp=T - 500))

    assert not has(early, e.UpdateRecord)
    assert has(late, e.UpdateRecord)


def test_a_txt_that_cannot_be_read_leaves_the_method_and_counts_as_nothing() -> None:
    heard = after(node(S), i.HeartbeatReceived(T + 10, T + 10, B)).state
    done = after(replace(heard, due_at=T + 20), i.Tick(T + 20), i.TxtRead(T + 21, ok=False))

    assert has(done, e.UpdateRecord)
    assert (done.state.method, done.state.dns_link) == (HeartbeatMethod.DIRECT, DnsLink.DISCONNECTED)


def test_a_promotion_is_tried_again_at_each_check_and_not_in_between() -> None:
    silent = replace(node(S), due_at=T + 20)
    trying = after(silent, i.Tick(T + 20), i.TxtRead(T + 20, ok=True)).state
    meanwhile = after(trying, i.Tick(T + 23), i.TxtRead(T + 23, ok=True))
    failed = after(trying, i.RecordUpdated(T + 22, ok=False))
    again = after(failed.state, i.Tick(T + 23), i.TxtRead(T + 23, ok=True))

    assert not has(meanwhile, e.UpdateRecord)
    assert failed.effects == ()
    assert failed.state.role is S
    assert has(again, e.UpdateRecord)


def test_taking_over_calls_the_hooks_and_tells_the_peer() -> None:
    done = after(replace(node(S), updating=True), i.RecordUpdated(T + 9, ok=True))

    assert done.state.role is P
    assert done.effects == (e.CallHooks(S, P), e.TellPeer(e.PeerMessage.I_AM_PRIMARY, since=T + 9))


@pytest.mark.parametrize(("since", "role"), [(T + 1, S), (T, P), (T - 1, P)])
def test_a_claim_counts_only_if_it_is_later_than_ones_own_role(since: float, role: Role) -> None:
    assert after(node(P), i.PeerClaims(T + 5, since)).state.role is role


def test_a_stale_answer_of_the_peer_changes_nothing() -> None:
    answer = i.PeerAnswered(T + 2, e.PeerMessage.TAKE_OVER, ok=True)

    assert after(node(P), answer).effects == ()
    assert after(node(S, order=Order.FAILOVER), answer).effects == ()


def test_the_peer_is_said_yes_to_when_it_asks_for_what_already_is() -> None:
    assert after(node(P), i.TakeOverAsked(T + 1)).effects == (e.Answer(Order.TAKE_OVER),)
    refused = after(node(N), i.TakeOverAsked(T + 1))
    assert refused.effects == (e.Answer(Order.TAKE_OVER, e.Refusal.NOT_IN_GROUP),)


def test_seats_are_the_primarys_business() -> None:
    joined = after(node(P, peer=None), i.PeerJoined(T + 1, B))
    assert joined.state.peer == B
    assert after(joined.state, i.PeerLeft(T + 2)).state.peer is None
    assert after(node(S), i.PeerLeft(T + 2)).rules == ()
    assert after(node(N), i.LeaveOrdered(T)).effects == (e.Answer(Order.LEAVE, e.Refusal.NOT_IN_GROUP),)


def test_the_machine_wakes_when_something_is_due() -> None:
    machine = NodeMachine(A, DEMO)
    machine.handle(i.Restarted(T))
    assert machine.wake_at is None
    machine.handle(i.JoinOrdered(T, B, Timers(5, 7, 20)))
    assert machine.wake_at == T + 7


def test_intervals_must_be_positive() -> None:
    with pytest.raises(AssertionError):
        Timers(0, 1, 1)


def test_one_input_is_judged_in_one_role_only() -> None:
    overridden = after(node(P), i.RecordRead(T + 2, T + 1, ok=True, address=B))

    assert overridden.state.role is S
    assert overridden.rules == (29,)
