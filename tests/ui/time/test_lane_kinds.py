"""Lanes beside roles, DNS and clients: resolvers with times to live, the lab's faults, people's marks."""

from __future__ import annotations

from dataclasses import replace

from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.model import DnsAnswer, Role
from agmonitor.domain.observations import Acknowledged, FailoverOrdered, ResolverObservation
from agmonitor.ui.axis import Zone
from agmonitor.ui.crosshair import read
from agmonitor.ui.lane_slots import slots
from agmonitor.ui.lane_tracks import FAULTS_LANE
from agmonitor.ui.pins import PinKind, summary
from agmonitor.ui.spans import BarKind
from agmonitor.ui.ttls import CAP, Ttls
from tests.ui.time.scenes import ADDRESSES, ONE, T0, TWO, Scene, healthy

UTC = Zone(utc=True)


def test_a_time_to_live_runs_out_and_never_below_nought() -> None:
    ttls = Ttls()
    ttls.put("system", T0, 30)
    ttls.put("system", T0 + 10, 20)

    assert ttls.told_at("system", T0 - 1) is None
    assert ttls.told_at("system", T0 + 4) == (30, 26)
    assert ttls.told_at("system", T0 + 12) == (20, 18)
    assert ttls.told_at("system", T0 + 99) == (20, 0)
    assert ttls.told_at("another", T0) is None
    ttls.forget_after(T0 + 5)
    assert ttls.told_at("system", T0 + 12) == (30, 18)


def test_of_a_server_only_the_newest_answers_are_kept() -> None:
    ttls = Ttls()
    for number in range(CAP + 10):
        ttls.put("system", T0 + number, 30)

    assert ttls.told_at("system", T0 + 5) is None
    assert ttls.told_at("system", T0 + CAP) == (30, 30)


def _resolved(scene: Scene, at: float, answer: DnsAnswer, *addresses: str) -> None:
    scene.feed(ResolverObservation("system", at - 0.01, at, answer, "", addresses, 20))


def test_a_resolver_that_names_nobody_is_no_alarm() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 20)
    _resolved(scene, T0 + 22, DnsAnswer.NXDOMAIN)
    _resolved(scene, T0 + 32, DnsAnswer.NXDOMAIN)
    _resolved(scene, T0 + 42, DnsAnswer.OK, ADDRESSES[ONE])
    _resolved(scene, T0 + 52, DnsAnswer.OK, ADDRESSES[ONE])

    track = dict(scene.history.lanes())["Resolver system"]

    nobody, named = track.at(T0 + 30), track.at(T0 + 50)
    assert nobody is not None
    assert named is not None
    assert (nobody.value.kind, named.value.kind) == (BarKind.IDLE, BarKind.POINTS)
    assert "nobody" in nobody.value.words
    assert track.around(T0 + 37) is not None, "asked in some rounds only: watched all the same"


def test_a_resolver_that_never_knew_a_labs_private_name_has_no_lane() -> None:
    scene = Scene()
    scene.state = replace(scene.state, settings=replace(scene.state.settings, lab=True))
    healthy(scene, T0, T0 + 20)
    _resolved(scene, T0 + 22, DnsAnswer.NXDOMAIN)

    assert "Resolver system" not in dict(scene.history.lanes())

    _resolved(scene, T0 + 32, DnsAnswer.OK, ADDRESSES[ONE])

    assert "Resolver system" in dict(scene.history.lanes())


def test_a_fault_lasts_until_the_lab_says_otherwise() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 20)
    history = scene.history
    assert FAULTS_LANE not in [slot.label for slot in slots(history, compact=False)]
    history.take_faults("gw-tor-1: kill", T0 + 5)
    history.hold_faults(T0 + 9)
    history.take_faults("gw-tor-1: kill + both: slow", T0 + 10)
    history.take_faults("", T0 + 15)
    history.hold_faults(T0 + 18)

    told = {at: read(history, T0 + at, UTC).text for at in (3, 8, 12, 17)}

    assert "Faults" not in told[3]
    assert "Faults: gw-tor-1: kill." in told[8]
    assert "Faults: gw-tor-1: kill + both: slow." in told[12]
    assert "Faults" not in told[17]
    assert FAULTS_LANE in [slot.label for slot in slots(history, compact=False)]


def test_what_people_did_is_marked_once_whoever_tells_of_it() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 20)
    scene.feed(Acknowledged(T0 + 21, 1, "bob", "seen"))
    scene.feed(FailoverOrdered(T0 + 22, TWO, "drill", "ann"))
    scene.history.pin(Mark(T0 + 21, MarkKind.ACKNOWLEDGED, "bob", "seen", T0 + 21, 1))
    scene.history.pin(Mark(T0 + 3, MarkKind.NOTE, "ann", "rack 4", T0 + 30))

    pins = scene.history.pins_between(T0, T0 + 60)

    kinds = [pin.kind for pin in pins]
    assert kinds == [PinKind.NOTE, PinKind.ACKNOWLEDGED, PinKind.ORDERED]
    assert summary(pins[:1]) == "note by ann: rack 4"
    assert summary(pins) == "note, acknowledged, failover ordered"


def test_in_a_gap_only_what_people_and_hooks_did_is_told() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 20)
    scene.gap(T0 + 21, T0 + 60)
    scene.see_role(ONE, T0 + 61, Role.PRIMARY)
    scene.history.pin(Mark(T0 + 40, MarkKind.NOTE, "ann", "laptop closed", T0 + 70))

    text = read(scene.history, T0 + 40, UTC).text

    assert "Not observed: asleep for 39 s." in text
    assert "Notes: note by ann: laptop closed." in text
    assert "gw-tor-1" not in text
