"""Who is told what: thresholds, silences, maintenance, flapping, and the case that it is us."""

from __future__ import annotations

from agmonitor.alerts.settings import AlertSettings, Flapping, Thresholds
from tests.alerts.looks import (
    BAD_SKEW,
    CALM,
    GROUP_DOWN,
    ISOLATED,
    LIMITS,
    NO_STANDBY,
    SKEW,
    TWO_PRIMARIES,
    UNPROVEN,
    C,
    Watch,
    kinds,
)


def test_a_trouble_is_told_after_its_bad_rounds_and_once() -> None:
    watch = Watch()

    assert watch.look(GROUP_DOWN) == []
    (alert,) = watch.look(GROUP_DOWN)
    assert (alert.kind.value, alert.group, alert.severity) == ("raised", "gw", C)
    assert alert.sentence == "Neither node answers."
    assert watch.look(GROUP_DOWN, rounds=500) == []


def test_a_lost_round_alarms_nobody() -> None:
    watch = Watch()

    for _ in range(20):
        watch.look(GROUP_DOWN)
        watch.look()

    assert watch.alerts == []


def test_recovery_is_told_after_its_good_rounds_and_only_after_an_alert() -> None:
    watch = Watch()
    watch.look(rounds=10)
    assert watch.alerts == []
    watch.look(GROUP_DOWN, rounds=2)

    assert watch.look(rounds=2) == []
    assert kinds(watch.look(rounds=5)) == ["recovered"]


def test_two_primaries_are_told_at_once_whatever_the_thresholds() -> None:
    patient = Thresholds(bad_rounds=1000, least=C)
    watch = Watch(settings=AlertSettings(patient, CALM))

    assert kinds(watch.look(TWO_PRIMARIES, round_over=False)) == ["raised"]


def test_what_is_worse_or_other_is_told_again_and_what_eases_is_too() -> None:
    watch = Watch()
    watch.look(SKEW, rounds=3)

    assert kinds(watch.look(BAD_SKEW, rounds=9)) == ["worse"]
    (other,) = watch.look(BAD_SKEW, NO_STANDBY, rounds=9)
    assert "Beside it: Clock skew." in other.sentence
    assert other.sentence.startswith("gw-2 is not answering.")
    assert kinds(watch.look(NO_STANDBY, rounds=9)) == ["eased"]
    assert kinds(watch.look(BAD_SKEW, NO_STANDBY, rounds=9)) == ["raised"]
    assert kinds(watch.look(rounds=9)) == ["recovered"]


def test_thresholds_are_of_the_group() -> None:
    settings = AlertSettings(LIMITS, CALM, groups={"slow": Thresholds(bad_rounds=5, least=C)})
    watch = Watch(settings=settings)

    assert watch.look(NO_STANDBY, group="slow", rounds=50) == []
    assert watch.look(GROUP_DOWN, group="slow", rounds=4) == []
    assert kinds(watch.look(GROUP_DOWN, group="slow")) == ["raised"]
    assert kinds(watch.look(NO_STANDBY, group="other", rounds=2)) == ["raised"]


def test_not_enough_evidence_neither_alarms_at_once_nor_ends_an_alarm() -> None:
    watch = Watch()
    assert watch.look(UNPROVEN, rounds=14) == []
    assert kinds(watch.look(UNPROVEN)) == ["raised"]
    watch.look(rounds=3)
    watch.look(GROUP_DOWN, rounds=2)

    assert watch.look(UNPROVEN, rounds=10) == []
    assert kinds(watch.look(rounds=3)) == ["recovered"]


# -- silences -----------------------------------------------------------------------------------------------


def test_a_silenced_trouble_is_told_when_the_silence_ends_and_it_still_holds() -> None:
    watch = Watch()
    watch.look(GROUP_DOWN, rounds=2)
    watch.silence(for_s=20.0)

    assert watch.look(GROUP_DOWN, rounds=9) == []
    assert kinds(watch.look(GROUP_DOWN)) == ["raised"]


def test_a_silence_ends_with_the_trouble_and_the_next_one_is_told() -> None:
    watch = Watch()
    watch.look(GROUP_DOWN, rounds=2)
    silence = watch.silence()
    watch.look(GROUP_DOWN, rounds=5)

    assert watch.look(rounds=2) == []
    assert kinds(watch.look()) == ["recovered"]
    assert watch.ended == [silence]
    assert kinds(watch.look(GROUP_DOWN, rounds=2)) == ["raised"]


def test_a_silence_of_one_finding_leaves_the_others_loud() -> None:
    watch = Watch()
    watch.silence("no_standby")
    assert watch.look(NO_STANDBY, rounds=9) == []

    (alert,) = watch.look(NO_STANDBY, SKEW, rounds=9)

    assert [finding.name for finding in alert.findings] == ["clock_skew"]


def test_a_silence_made_before_any_trouble_waits_for_it() -> None:
    watch = Watch()
    watch.silence()

    watch.look(rounds=9)
    assert watch.look(GROUP_DOWN, rounds=9) == []
    assert watch.ended == []


def test_a_silence_of_another_group_silences_nothing_here() -> None:
    watch = Watch()
    watch.silence(group="other")

    assert kinds(watch.look(GROUP_DOWN, rounds=2)) == ["raised"]


def test_two_primaries_are_silenced_by_name_alone() -> None:
    watch = Watch()
    watch.silence()
    watch.maintain(3600.0)
    assert kinds(watch.look(TWO_PRIMARIES)) == ["raised"]

    named = Watch()
    named.silence("two_primaries")
    assert named.look(TWO_PRIMARIES, rounds=9) == []


# -- maintenance --------------------------------------------------------------------------------------------


def test_maintenance_keeps_quiet_and_what_is_left_broken_is_told_after_it() -> None:
    watch = Watch()
    watch.maintain(60.0)

    assert watch.look(GROUP_DOWN, rounds=20) == []
    assert watch.look(rounds=5) == []
    assert watch.look(NO_STANDBY, rounds=4) == []
    assert kinds(watch.look(NO_STANDBY)) == ["raised"]


def test_a_recovery_in_maintenance_is_told_after_it() -> None:
    watch = Watch()
    watch.look(GROUP_DOWN, rounds=2)
    watch.maintain(20.0)

    assert watch.look(rounds=9) == []
    assert kinds(watch.look()) == ["recovered"]


# -- flapping -----------------------------------------------------------------------------------------------

FLAPS = Flapping(messages=4, within_s=600.0, steady_s=60.0)


def flapping() -> Watch:
    """Comes and goes until it is said to flap."""
    watch = Watch(settings=AlertSettings(Thresholds(1, 1), FLAPS))
    for _ in range(3):
        watch.look(NO_STANDBY)
        watch.look()
    assert kinds(watch.alerts) == ["raised", "recovered", "raised", "recovered", "flapping"]
    return watch


def test_what_flaps_is_told_once_and_then_when_it_is_steady() -> None:
    watch = flapping()
    for _ in range(50):
        assert watch.look(NO_STANDBY) == []
        assert watch.look() == []

    assert kinds(watch.look(NO_STANDBY, rounds=40)) == ["steady"]
    assert kinds(watch.look(rounds=1)) == ["recovered"]


def test_what_flapped_and_is_well_says_so() -> None:
    assert kinds(flapping().look(rounds=40)) == ["recovered"]


def test_flapping_hides_neither_two_primaries_nor_a_new_critical_trouble() -> None:
    watch = flapping()

    assert kinds(watch.look(GROUP_DOWN)) == ["raised"]
    watch.look()
    assert watch.look(GROUP_DOWN) == []
    watch.look()
    for _ in range(3):
        assert kinds(watch.look(TWO_PRIMARIES)) == ["raised"]
        watch.look()


# -- us -----------------------------------------------------------------------------------------------------


def test_when_it_is_us_there_is_one_notice_and_no_node_is_blamed() -> None:
    watch = Watch()
    for _ in range(9):
        for group in ("a", "b", "c"):
            watch.look(ISOLATED, NO_STANDBY, group=group, cut_off=True)
        watch.look(GROUP_DOWN, group="without-dns", cut_off=True) if watch.alerts else None

    (alert,) = watch.alerts
    assert (alert.kind.value, alert.group) == ("isolated", "")


def test_when_we_are_back_that_is_told_once_and_what_is_wrong_then_too() -> None:
    watch = Watch()
    for group in ("a", "b"):
        watch.look(ISOLATED, group=group, rounds=5, cut_off=True)
    for group in ("a", "b"):
        watch.look(GROUP_DOWN, group=group, rounds=9)

    assert kinds(watch.alerts) == ["isolated", "raised", "raised", "back"]


def test_a_group_that_still_answers_is_judged_while_another_is_cut_off() -> None:
    watch = Watch()
    watch.look(ISOLATED, group="far", rounds=5, cut_off=True)

    assert kinds(watch.look(GROUP_DOWN, group="near", rounds=2)) == ["raised"]
