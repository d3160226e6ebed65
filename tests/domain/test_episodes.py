"""One failover or outage under one number: trigger, phases, expected and measured."""

from __future__ import annotations

from typing import Any

import pytest

from agmonitor.domain.anatomy import Part, anatomy_of
from agmonitor.domain.events import Episode, Event, EventKind, Trigger
from agmonitor.domain.facts import Facts
from agmonitor.domain.model import Answer, Role
from agmonitor.domain.observations import FailoverOrdered, GapReason, Input, Tick
from agmonitor.domain.phrases import how_primary
from agmonitor.domain.state import GroupState, Mode
from tests.builders import (
    T,
    call,
    clients,
    dns,
    dns_lost,
    failed,
    fold_all,
    gap,
    healthy_round,
    heard,
    hooks,
    initial,
    load,
)

NO_DATE: dict[str, Any] = {"http_date": None}


def primary(node: str, at: float) -> Input:
    return heard(node, Role.PRIMARY, at, probe=NO_DATE)


def secondary(node: str, at: float, beat_age_s: float = 5) -> Input:
    return heard(node, Role.SECONDARY, at, probe=NO_DATE, beat_age_s=beat_age_s)


START = (primary("gw-1", T), secondary("gw-2", T), dns(at=T), clients(T))
TAKEOVER = (
    failed("gw-1", at=T + 2),
    clients(T + 2, Answer.REFUSED),
    failed("gw-1", at=T + 4),
    clients(T + 4, Answer.REFUSED),
    secondary("gw-2", T + 60, 65),
    failed("gw-1", at=T + 62),
    primary("gw-2", T + 62),
    dns("gw-2", T + 63),
    hooks("gw-2", T + 63),
    hooks(
        "gw-2", T + 64, calls=(call(T - 99), call(T + 62, duration_ms=500), call(T + 61, duration_ms=None))
    ),
    clients(T + 65, names="gw-2"),
)
BACK = (
    secondary("gw-1", T + 100, 2),
    primary("gw-2", T + 100),
    dns("gw-2", T + 100),
)
SWAP = (
    secondary("gw-1", T + 10, 2),
    primary("gw-2", T + 10),
    dns("gw-2", T + 11),
)


def story(*inputs: Input, mode: Mode = Mode.WATCHING) -> tuple[GroupState, list[Event]]:
    return fold_all(initial(mode), *inputs)


def only(state: GroupState) -> Episode:
    (episode,) = state.episodes
    return episode


def test_an_automatic_takeover_is_one_episode() -> None:
    state, events = story(*START, *TAKEOVER, *BACK)

    episode = only(state)
    assert (episode.number, episode.trigger) == (1, Trigger.AUTOMATIC)
    assert episode.began_at == pytest.approx(T + 2, abs=0.02)
    assert episode.ended_at == T + 100
    assert (episode.old_primary, episode.new_primary) == ("gw-1", "gw-2")
    assert episode.cause == "gw-1 stopped answering (connection refused)"
    assert episode.expected_takeover_s == pytest.approx((60, 94))
    assert episode.measured_takeover_s == 67
    assert episode.clients_without_service_s == pytest.approx(63, abs=0.02)
    numbered = {event.episode for event in events if event.at > T + 2}
    assert numbered == {1}
    assert [e.kind for e in events if e.kind in {EventKind.EPISODE_BEGAN, EventKind.EPISODE_ENDED}] == [
        EventKind.EPISODE_BEGAN,
        EventKind.EPISODE_ENDED,
    ]


def test_its_phases_follow_one_another() -> None:
    state, _ = story(*START, *TAKEOVER, *BACK)

    phases = {
        phase.name: (round(phase.from_at - T), phase.until_at and round(phase.until_at - T))
        for phase in only(state).phases
    }

    assert phases == {
        "last heartbeat": (-5, 2),
        "silence": (2, 62),
        "promotion": (60, 62),
        "record moved": (62, 63),
        "hooks": (61, 62),
        "clients back": (2, 65),
        "standby back": (62, 100),
    }


def test_while_it_goes_on_the_last_phases_are_open() -> None:
    state, _ = story(*START, *TAKEOVER[:4])

    assert state.episode is not None
    assert [(phase.name, phase.until_at is None) for phase in state.episode.phases] == [
        ("last heartbeat", False),
        ("silence", True),
        ("clients back", True),
    ]


def test_overload_before_the_loss_is_named() -> None:
    state, _ = story(*START, load("gw-1", 0.91, T + 1), *TAKEOVER, *BACK)

    assert only(state).cause == "gw-1 overload: load score 0.91, then connection refused"


def test_an_order_of_ours_is_the_trigger() -> None:
    state, _ = story(*START, FailoverOrdered(T + 5, "gw-1", "patch day", "root"), *SWAP)

    episode = only(state)
    assert (episode.trigger, episode.cause) == (Trigger.ORDERED_HERE, "ordered on gw-1 by root: patch day")
    assert (episode.began_at, episode.old_primary, episode.new_primary) == (T + 5, "gw-1", "gw-2")
    assert (episode.measured_takeover_s, episode.expected_takeover_s) == (None, None)
    assert episode.clients_without_service_s == 0


def test_an_order_that_changes_nothing_is_over_after_a_minute() -> None:
    order = FailoverOrdered(T + 5, "gw-1", "patch day", "root")

    waiting, _ = story(*START, order, Tick(T + 65))
    over, _ = story(*START, order, Tick(T + 65.1))

    assert waiting.episode is not None
    assert only(over).new_primary is None


def test_a_swap_in_good_health_was_ordered_elsewhere() -> None:
    state, _ = story(*START[:3], *SWAP)

    episode = only(state)
    assert episode.trigger is Trigger.ORDERED_ELSEWHERE
    assert episode.cause == "gw-1 gave way to gw-2, in good health; ordered elsewhere"
    assert episode.clients_without_service_s is None


def test_a_swap_in_a_gap_has_no_known_trigger() -> None:
    state, _ = story(*START[:3], gap(T + 1, T + 5), *SWAP)

    assert (only(state).trigger, only(state).cause) == (Trigger.UNKNOWN, "it happened in a gap")


def test_a_takeover_from_a_living_primary_is_put_down_to_missing_heartbeats() -> None:
    state, _ = story(
        *START[:3],
        primary("gw-1", T + 60),
        secondary("gw-2", T + 60, 65),
        primary("gw-1", T + 64),
        primary("gw-2", T + 64),
        secondary("gw-1", T + 66),
        dns("gw-2", T + 66),
    )

    assert (only(state).trigger, only(state).cause) == (Trigger.AUTOMATIC, "heartbeats were missing")


def test_a_second_swap_before_the_all_clear_stays_in_the_episode() -> None:
    state, _ = story(
        *START, *TAKEOVER, primary("gw-1", T + 80), secondary("gw-2", T + 80, 3), dns("gw-1", T + 90)
    )

    episode = only(state)
    assert (episode.old_primary, episode.new_primary) == ("gw-1", "gw-2")


def test_an_outage_without_a_failover_is_an_episode_too() -> None:
    lost = (failed("gw-1", at=T + 2), failed("gw-1", at=T + 4))

    state, _ = story(*START[:3], *lost, *healthy_round(T + 10))

    episode = only(state)
    assert (episode.trigger, episode.new_primary) == (Trigger.AUTOMATIC, None)


def test_an_outage_seen_at_the_start_has_no_old_primary() -> None:
    state, events = story(
        failed("gw-1"), failed("gw-2"), failed("gw-1", at=T + 1), failed("gw-2", at=T + 1), dns_lost()
    )

    assert state.episode is not None
    assert (state.episode.trigger, state.episode.old_primary, state.episode.phases) == (
        Trigger.UNKNOWN,
        None,
        (),
    )
    began = next(event for event in events if event.kind is EventKind.EPISODE_BEGAN)
    assert began.sentence.startswith("Episode 1 began: gw-1 is not answering")


def test_clients_lost_for_a_while_count_each_time() -> None:
    state, _ = story(
        *START,
        *TAKEOVER,
        clients(T + 70, Answer.TIMEOUT),
        clients(T + 80, names="gw-2"),
        clients(T + 82, names="gw-2"),
        *BACK,
    )

    assert only(state).clients_without_service_s == pytest.approx(73, abs=0.1)


def test_episodes_are_numbered_on_and_kept_in_bounds() -> None:
    inputs: list[Input] = list(START)
    for number in range(60):
        at = T + 100 * number
        inputs += [FailoverOrdered(at + 5, "gw-1", "", "root"), Tick(at + 70)]
        inputs += [primary("gw-1", at + 71), secondary("gw-2", at + 71), dns(at=at + 71)]

    state, _ = story(*inputs)

    assert [episode.number for episode in state.episodes] == list(range(11, 61))


def test_a_single_look_has_no_story() -> None:
    state, _ = story(*START, *TAKEOVER, mode=Mode.SINGLE_LOOK)

    assert (state.episode, state.episodes) == (None, ())


def test_nothing_is_claimed_of_a_change_that_nobody_watched() -> None:
    state, _ = story(
        *START,
        gap(T + 1, T + 151),
        primary("gw-2", T + 152),
        dns("gw-2", T + 152),
        hooks("gw-2", T + 153, calls=(call(T - 99), call(T + 60, duration_ms=500))),
        clients(T + 153, names="gw-2"),
        failed("gw-1", at=T + 153),
    )

    episode = state.episode
    assert episode is not None
    assert episode.unwatched == gap(T + 1, T + 152)
    assert (episode.measured_takeover_s, episode.unseen_s) == (None, 151)
    phases = {phase.name: round(phase.from_at - T) for phase in episode.phases}
    assert phases == {"hooks": 60, "standby back": 152}  # neither a last heartbeat nor when the record moved
    assert how_primary(Facts(state), state.node("gw-2")) == (
        "gw-2 took over within 2 min 31 s that nobody watched."
    )


def test_a_silence_seen_before_the_gap_is_bounded_and_not_measured() -> None:
    state, _ = story(*START, *TAKEOVER[:4], gap(T + 10, T + 80), primary("gw-2", T + 81))

    episode = state.episode
    assert episode is not None
    assert (episode.measured_takeover_s, episode.unseen_s) == (None, 70)
    assert anatomy_of(episode, T + 82).promoted_within_s == (15, 86)


def test_a_takeover_watched_after_a_gap_is_measured() -> None:
    state, _ = story(*START, gap(T + 1, T + 5), secondary("gw-2", T + 6, 11), *TAKEOVER[4:8])

    episode = state.episode
    assert episode is not None
    assert episode.unwatched is None
    assert episode.measured_takeover_s == 67


def test_clients_lost_before_a_gap_are_counted_until_it_and_found_back_after_it() -> None:
    state, _ = story(*START, *TAKEOVER[:4], gap(T + 20, T + 60), clients(T + 61, names="gw-2"))

    episode = state.episode
    assert episode is not None
    (back,) = [phase for phase in episode.phases if phase.name == "clients back"]
    assert back.from_at == pytest.approx(T + 2, abs=0.02)
    assert back.until_at == pytest.approx(T + 61, abs=0.02)
    assert episode.clients_without_service_s == pytest.approx(18, abs=0.02)


def test_a_clock_that_was_set_is_no_time_unseen() -> None:
    state, _ = story(*START, *TAKEOVER[:4], gap(T + 5, T + 3605, GapReason.CLOCK_STEPPED))

    assert state.episode is not None
    assert state.episode.unseen_s == 0


def test_clients_still_lost_at_the_all_clear_were_lost_until_then_at_least() -> None:
    state, _ = story(
        *START, *TAKEOVER[:4], primary("gw-1", T + 20), secondary("gw-2", T + 20, 2), dns(at=T + 20)
    )

    bar = anatomy_of(only(state), T + 30).bar(Part.CLIENTS)
    assert bar.from_at == pytest.approx(T + 2, abs=0.02)
    assert bar.until_at == T + 20
