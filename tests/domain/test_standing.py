"""A verdict that is said to stand is the one that judging anew would give."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from agmonitor.domain import group
from agmonitor.domain.events import EventKind
from agmonitor.domain.findings import judge
from agmonitor.domain.model import DnsLink, Role
from agmonitor.domain.observations import Acknowledged, Input, Tick
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import GroupState, Mode
from agmonitor.drill.observer import Observer
from agmonitor.drill.random_run import run
from agmonitor.protocol.world.world import World
from tests import builders as b
from tests.builders import T, healthy_round, settings, watched
from tests.domain.streams import STREAMS, in_order

slow_start = effort(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=100)


class Anew:
    """Judges each state anew; counts those whose verdict was kept."""

    def __init__(self, state: GroupState) -> None:
        self.kept = 0
        self._before = state

    def told(self, _at: float, _item: Input, state: GroupState, _events: object) -> None:
        self.kept += state.verdict is self._before.verdict
        assert judge(state) == state.verdict
        self._before = state


def test_a_tick_on_a_healthy_pair_keeps_the_verdict() -> None:
    state = watched(*healthy_round())

    after, events = group.step(state, Tick(state.now + 1))

    assert after.verdict is state.verdict
    assert after.now == state.now + 1
    assert events == ()


def test_a_certificate_is_named_when_its_time_has_come() -> None:
    state = watched(*healthy_round())
    told = state.nodes[0].last
    assert told is not None
    soon = replace(told, certificate_expires_at=state.now + 30.5 * 86400)
    near = replace(state, nodes=(replace(state.nodes[0], last=soon, heard=soon), state.nodes[1]))

    after, events = group.step(near, Tick(state.now + 86400))

    assert 25 in {finding.number for finding in after.verdict.findings}
    assert EventKind.FINDING_RAISED in {event.kind for event in events}


@slow_start
@given(st.one_of(STREAMS.map(in_order), STREAMS), st.sampled_from(Mode))
def test_no_stream_keeps_a_verdict_that_is_another(stream: Iterable[Input], mode: Mode) -> None:
    state = group.initial(settings(judge_clients=True), mode, T - 100)
    anew = Anew(state)

    for item in stream:
        state, events = group.step(state, item)
        anew.told(state.now, item, state, events)


def test_no_random_drill_keeps_a_verdict_that_is_another() -> None:
    seen: list[Anew] = []

    def watch(_world: World, observer: Observer) -> None:
        anew = Anew(observer.state)
        observer.on_change(anew.told)
        seen.append(anew)

    for seed in (3, 7, 11, 20):
        run(seed, watch)
    assert sum(anew.kept for anew in seen) > 500


def test_a_record_asked_for_before_a_takeover_is_judged_when_it_is_told_again() -> None:
    cut = DnsLink.DISCONNECTED  # a warning that lasts, so that health need not be proven
    state = watched(*healthy_round())
    swapped = (
        b.heard("gw-2", Role.PRIMARY, T + 4, dns_link=cut),
        b.heard("gw-1", Role.SECONDARY, T + 5, dns_link=cut),
        b.heard("gw-2", Role.PRIMARY, T + 6, dns_link=cut),
    )
    state = b.fold(state, *swapped, Acknowledged(T + 6.5, None, "root", "seen"))
    assert [finding.number for finding in state.verdict.findings] == [10]

    after, _ = group.step(state, b.dns("gw-1", T + 7, txt_age_s=12.0))  # as before

    assert 6 in {finding.number for finding in after.verdict.findings}


def test_the_age_of_a_beat_that_moved_is_said_without_judging_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    state = watched(*healthy_round())
    monkeypatch.delattr(group, "judge")

    state, _ = group.step(state, b.heard("gw-2", at=T + 2, last_heartbeat_at=T - 4))

    assert "the last heartbeat is 6.5 s old" in state.verdict.sentence


@pytest.mark.parametrize(
    "told",
    [
        b.heard("gw-2", at=T + 200, last_heartbeat_at=T + 199, last_updated_at=T),
        b.heard("gw-2", at=T + 2, last_heartbeat_at=None),
        b.load("gw-1", at=T + 2, score=0.6),
        b.load("gw-1", at=T + 2, skew_s=90.0),
    ],
    ids=("no longer checks", "knows no beat", "is laden", "has another clock"),
)
def test_an_answer_that_tells_something_new_is_judged(told: Input) -> None:
    state = watched(*healthy_round())

    after, _ = group.step(state, told)

    assert after.verdict.findings != state.verdict.findings
    assert after.verdict == judge(after)


def test_a_clock_that_a_load_shows_to_be_right_again_is_off_no_longer() -> None:
    state = b.fold(watched(*healthy_round()), *(b.load("gw-1", at=T + at, skew_s=90.0) for at in (1, 2, 3)))
    assert 12 in {finding.number for finding in state.verdict.findings}

    state = b.fold(state, *(b.load("gw-1", at=T + at) for at in (61, 121)))

    assert state.verdict == judge(state)
    assert 12 not in {finding.number for finding in state.verdict.findings}
