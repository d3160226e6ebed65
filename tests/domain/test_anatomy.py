"""Where each part of an episode stands: live, over, ordered, without a takeover, unobserved."""

from __future__ import annotations

from dataclasses import replace

from agmonitor.domain.anatomy import Absent, Part, anatomy_of, hooks_called
from agmonitor.domain.events import Episode, Event, EventKind, Phase, Trigger
from agmonitor.domain.model import Severity
from agmonitor.domain.observations import Gap, GapReason

BEGAN = 1000.0
TAKEOVER = Episode(
    number=4,
    began_at=BEGAN,
    ended_at=BEGAN + 200,
    trigger=Trigger.AUTOMATIC,
    old_primary="gw-1",
    new_primary="gw-2",
    phases=(
        Phase("last heartbeat", BEGAN - 3, BEGAN),
        Phase("silence", BEGAN, BEGAN + 62),
        Phase("promotion", BEGAN + 60, BEGAN + 62),
        Phase("record moved", BEGAN + 62, BEGAN + 63),
        Phase("hooks", BEGAN + 62, BEGAN + 62.5),
        Phase("clients back", BEGAN + 1, BEGAN + 80),
        Phase("standby back", BEGAN + 62, BEGAN + 200),
    ),
    expected_takeover_s=(60.0, 94.0),
    measured_takeover_s=65.0,
    clients_without_service_s=79.0,
)


def hook(at: float, severity: Severity = Severity.OK, episode: int | None = 4) -> Event:
    return Event(at, EventKind.HOOK_CALLED, "gw-2 called a hook.", severity, node="gw-2", episode=episode)


def test_every_part_stands_where_its_phase_ran() -> None:
    shown = anatomy_of(TAKEOVER, BEGAN + 500)

    assert [bar.part for bar in shown.bars] == list(Part)
    assert {bar.part.value: (bar.from_at, bar.until_at) for bar in shown.bars} == {
        phase.name: (phase.from_at, phase.until_at) for phase in TAKEOVER.phases
    }
    assert not any(bar.running or bar.absent for bar in shown.bars)
    assert shown.begin_at == BEGAN - 3
    assert shown.due == (BEGAN + 57, BEGAN + 91)


def test_a_standby_that_stays_away_for_days_does_not_press_the_takeover_flat() -> None:
    phases = (*TAKEOVER.phases[:-1], Phase("standby back", BEGAN + 62, BEGAN + 300_000))

    shown = anatomy_of(replace(TAKEOVER, ended_at=BEGAN + 300_000, phases=phases), BEGAN + 300_001)

    takeover_s = 63 + 3
    assert shown.end_at - shown.begin_at < 1.5 * takeover_s
    assert shown.bar(Part.STANDBY).until_at == BEGAN + 300_000  # its words still tell all of it


def test_a_running_episode_grows_and_says_what_is_still_waited_for() -> None:
    phases = (Phase("last heartbeat", BEGAN - 3, BEGAN), Phase("silence", BEGAN, None))
    running = replace(TAKEOVER, ended_at=None, new_primary=None, phases=phases, measured_takeover_s=None)

    early, late = anatomy_of(running, BEGAN + 10), anatomy_of(running, BEGAN + 20)

    assert (early.bar(Part.SILENCE).length_s, late.bar(Part.SILENCE).length_s) == (10, 20)
    assert early.bar(Part.SILENCE).running
    assert early.bar(Part.PROMOTION).absent is Absent.WAITED_FOR
    assert early.end_at >= BEGAN + 91  # the time in which the takeover is due is in sight


def test_no_takeover_is_due_while_heartbeats_go_on() -> None:
    """The record was edited, say: the pair itself is well."""
    phases = (Phase("last heartbeat", BEGAN - 3, None),)
    running = replace(TAKEOVER, ended_at=None, new_primary=None, phases=phases, measured_takeover_s=None)

    assert anatomy_of(running, BEGAN + 10).due is None
    assert anatomy_of(running, BEGAN + 40).due == (BEGAN + 57, BEGAN + 91)  # nothing came for so long


def test_no_takeover_is_due_where_nobody_is_heard_who_could() -> None:
    phases = (Phase("last heartbeat", BEGAN - 3, BEGAN), Phase("silence", BEGAN, None))
    down = replace(TAKEOVER, ended_at=None, new_primary=None, phases=phases, measured_takeover_s=None)

    assert anatomy_of(down, BEGAN + 10, heir=False).due is None
    assert anatomy_of(TAKEOVER, BEGAN + 500, heir=False).due is not None  # it came, in its time or not


def test_what_was_not_observed_is_no_zero() -> None:
    gap = Gap(BEGAN + 20, BEGAN + 70, GapReason.ASLEEP)
    phases = (
        Phase("last heartbeat", BEGAN - 3, BEGAN),
        Phase("silence", BEGAN, BEGAN + 75),
        Phase("record moved", BEGAN + 75, BEGAN + 75),
    )

    shown = anatomy_of(replace(TAKEOVER, phases=phases), BEGAN + 500, gaps=[gap])

    assert shown.bar(Part.SILENCE).unseen == (gap,)
    assert shown.bar(Part.PROMOTION).absent is Absent.IN_A_GAP
    assert shown.bar(Part.PROMOTION).unseen == (gap,)
    assert shown.bar(Part.RECORD).unseen == ()


def test_a_gap_of_another_day_is_left_aside() -> None:
    shown = anatomy_of(TAKEOVER, BEGAN + 500, gaps=[Gap(BEGAN + 300, BEGAN + 400, GapReason.PAUSED)])

    assert not any(bar.unseen for bar in shown.bars)


def test_an_ordered_one_has_no_silence_and_counts_from_the_order() -> None:
    ordered = replace(
        TAKEOVER,
        trigger=Trigger.ORDERED_HERE,
        measured_takeover_s=None,
        expected_takeover_s=None,
        phases=(Phase("record moved", BEGAN + 1.7, BEGAN + 2), Phase("standby back", BEGAN + 1.7, BEGAN + 3)),
        clients_without_service_s=0.0,
    )

    shown = anatomy_of(ordered, BEGAN + 500)

    assert shown.bar(Part.SILENCE).absent is Absent.NO_SILENCE
    assert shown.bar(Part.CLIENTS).absent is Absent.NO_LOSS
    assert shown.promoted_after_s == 1.7000000000000455


def test_an_outage_without_a_takeover_says_so() -> None:
    phases = (Phase("last heartbeat", BEGAN - 3, BEGAN), Phase("silence", BEGAN, None))
    outage = replace(
        TAKEOVER, new_primary=None, phases=phases, clients_without_service_s=None, measured_takeover_s=None
    )

    shown = anatomy_of(outage, BEGAN + 500)

    assert shown.bar(Part.PROMOTION).absent is Absent.NO_CHANGE
    assert shown.bar(Part.CLIENTS).absent is Absent.NOT_JUDGED
    assert shown.bar(Part.SILENCE).until_at == outage.ended_at
    assert shown.promoted_after_s is None


def test_only_its_own_hooks_are_counted_and_those_of_the_standby_that_came_back() -> None:
    told = [
        hook(BEGAN - 50),
        hook(BEGAN + 62),
        hook(BEGAN + 62, Severity.WARNING),
        hook(BEGAN + 201, episode=None),
        hook(BEGAN + 203, episode=5),
        hook(BEGAN + 260, episode=None),
    ]

    counted = hooks_called(TAKEOVER, told)

    assert (counted.called, counted.raised) == (3, 1)
