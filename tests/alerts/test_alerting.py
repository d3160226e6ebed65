"""Alerting at work: states in, alerts out by real doors, silences by their file, nothing blocked."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from agmonitor.alerts import kept, outcomes
from agmonitor.alerts.alerting import Alerting
from agmonitor.alerts.delivery import WAITING_MOST, Delivery
from agmonitor.alerts.kept import QuietFile
from agmonitor.alerts.model import Alert, AlertKind, Silence
from agmonitor.alerts.settings import AlertSettings, Doors, Thresholds
from agmonitor.domain.model import Answer, Role, Severity
from agmonitor.domain.observations import Input
from tests.alerts.stage import LONG_S, Stage
from tests.builders import T, dns_lost, failed, fold, healthy_round, heard, initial

BOTH_REFUSE = (failed("gw-1", Answer.REFUSED, at=T + 2), failed("gw-2", Answer.REFUSED, at=T + 2))


def test_states_of_a_group_become_alerts(tmp_path: Path) -> None:
    async def main() -> None:
        stage = Stage(tmp_path)
        stage.break_down()
        stage.recover()
        assert stage.heard == ["raised", "recovered"]

    asyncio.run(main())


def test_a_group_that_flaps_is_named_until_it_is_steady(tmp_path: Path) -> None:
    async def main() -> None:
        stage = Stage(tmp_path)
        for _ in range(5):
            stage.break_down()
            stage.recover()
        assert stage.heard[-1] == "flapping"
        assert stage.alerting.flapping == ("gw-prod",)
        for _ in range(40):
            stage.recover()
        assert stage.heard[-1] == "recovered"
        assert not stage.alerting.flapping

    asyncio.run(main())


def test_a_network_that_is_gone_gives_one_notice_for_all_groups_and_blames_nobody(tmp_path: Path) -> None:
    async def main() -> None:
        stage = Stage(tmp_path)
        groups = {name: fold(initial(name=name), *healthy_round()) for name in ("a", "b", "c")}
        for second in range(2, 20, 2):
            at = T + second
            lost: tuple[Input, ...] = (
                *(failed(n, Answer.TIMEOUT, at=at) for n in ("gw-1", "gw-2")),
                dns_lost(at),
            )
            for name, item in ((name, item) for item in lost for name in groups):
                groups[name] = fold(groups[name], item)
                stage.alerting.take(groups[name])
        assert stage.heard == ["isolated"]
        for second in range(20, 40, 2):
            for name, item in ((name, item) for item in healthy_round(T + second) for name in groups):
                groups[name] = fold(groups[name], item)
                stage.alerting.take(groups[name])
        assert stage.heard == ["isolated", "back"]

    asyncio.run(main())


def test_a_command_is_run_and_what_came_of_it_is_kept_for_others(tmp_path: Path) -> None:
    async def main() -> None:
        text = f"import sys; open({str(tmp_path / 'told')!r}, 'w').write(sys.stdin.read())"
        stage = Stage(tmp_path, Doors(command=(sys.executable, "-c", text)))
        async with stage.running():
            stage.changed.clear()
            stage.break_down()
            await stage.changed.wait()
        assert json.loads((tmp_path / "told").read_text())["findings"][0]["name"] == "group_down"
        assert outcomes.read(tmp_path / "alert-doors.json") == stage.alerting.doors
        assert stage.alerting.doors[0].works

    asyncio.run(main())


def test_a_silence_by_another_process_is_heeded_and_ends_with_the_trouble(tmp_path: Path) -> None:
    async def main() -> None:
        stage = Stage(tmp_path)
        file = QuietFile(tmp_path / "quiet.json")
        async with stage.running():
            file.change(kept.with_silence(Silence("s", "elsewhere", None, "root", "x", T, T + 9e9)), T)
            name = stage.state.settings.name
            file.change(kept.with_silence(Silence("t", name, None, "root", "x", T, T + 9e9)), T)
            await stage.turn()
            stage.break_down()
            assert stage.heard == []
            stage.recover()
            await stage.turn()
            assert [one.id for one in file.read().silences] == ["s"]
            stage.break_down()
            assert stage.heard == ["raised"]

    asyncio.run(main())


def test_a_damaged_file_is_told_and_silences_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        stage = Stage(tmp_path)
        async with stage.running():
            await stage.alerting.silence(stage.state.settings.name, None, T + 9e9, "root", "x")
            (tmp_path / "quiet.json").write_text("{")
            await stage.turn()
            assert "damaged" in stage.alerting.trouble
            stage.break_down()
            assert stage.heard == ["raised"]

    asyncio.run(main())


def test_a_test_goes_through_all_doors_and_tells_how_each_did(tmp_path: Path) -> None:
    async def main() -> None:
        doors = Doors(command=(sys.executable, "-c", "raise SystemExit(3)"), webhook="http://127.0.0.1:9/x")
        stage = Stage(tmp_path, doors)
        states = await stage.alerting.test("root")
        assert [(one.name, one.works) for one in states] == [("command", False), ("webhook", False)]
        assert stage.heard == ["test"]
        assert "exit code 3" in states[0].why_not

    asyncio.run(main())


def test_more_than_can_wait_at_a_door_is_told_by_and_by(tmp_path: Path) -> None:
    """All groups at once: what gives way in the queue is not taken for told."""

    async def main() -> None:
        stage = Stage(tmp_path, Doors(desktop=False, command=("true",)), Thresholds(1, 1))
        told: list[str] = []
        stage.alerting._delivery._workers[0]._door = Noting(told)
        groups = {
            f"gw-{number}": fold(initial(name=f"gw-{number}"), *healthy_round())
            for number in range(WAITING_MOST + 5)
        }
        async with stage.running():
            for second in range(2, 40):
                for name, state in groups.items():
                    down = (failed(node, Answer.REFUSED, at=T + second) for node in ("gw-1", "gw-2"))
                    stage.state = state
                    stage.take(*down)
                    groups[name] = stage.state
                await stage.turn()
        assert set(told) == set(groups)

    asyncio.run(main())


class Noting:
    """A door that works."""

    name, place = "command", "here"

    def __init__(self, told: list[str]) -> None:
        self._told = told

    async def send(self, alert: Alert) -> None:
        self._told.append(alert.group)


class Stuck:
    """A door that never lets anything out."""

    name, place = "stuck", "nowhere"

    async def send(self, _alert: Alert) -> None:
        await asyncio.Event().wait()


def test_a_door_that_is_stuck_holds_up_neither_the_others_nor_us() -> None:
    came = asyncio.Event()

    class Open:
        name, place = "open", "here"

        async def send(self, _alert: Alert) -> None:
            came.set()

    async def main() -> None:
        delivery = Delivery((Stuck(), Open()), lambda: T, lambda _door, _alert: None)
        async with asyncio.timeout(LONG_S), asyncio.TaskGroup() as tasks:
            task = tasks.create_task(delivery.run())
            gave_way = []
            for place in range(WAITING_MOST + 20):
                alert = Alert(T + place, AlertKind.RAISED, "gw", Severity.CRITICAL, "Down.")
                delivery.send(alert, "open")
                gave_way.append(delivery.send(alert, "stuck"))
            await came.wait()
            task.cancel()
        assert delivery.states[0].dropped == 20
        assert [one.at for one in gave_way if one is not None] == [T + place for place in range(20)]

    asyncio.run(main())


def test_answers_from_before_the_start_make_no_alarm(tmp_path: Path) -> None:
    """A resumed state holds what was recorded; each node must have been asked anew."""
    stage = Stage(tmp_path)
    stage.now = T + 5
    later = Alerting(AlertSettings(), QuietFile(tmp_path / "quiet.json"), lambda: stage.now, stage._rest)
    told: list[str] = []
    later.hear(lambda alert: told.append(alert.kind.value), lambda: None)
    both = fold(stage.state, heard("gw-2", Role.PRIMARY, T + 3))
    later.take(fold(both, heard("gw-1", Role.PRIMARY, T + 6)))
    assert told == [], "gw-2 has not been asked since the start"
    later.take(fold(both, heard("gw-1", Role.PRIMARY, T + 6), heard("gw-2", Role.PRIMARY, T + 7)))
    assert told == ["raised"]


def two_beside_each_other(folder: Path, elsewhere: Thresholds, asked_s_ago: float = 0.0) -> list[str]:
    """What the second of two programs tells of a breakdown that the first claims to tell of as well."""
    heard: list[str] = []

    async def main() -> None:
        first, second = Stage(folder, limits=elsewhere), Stage(folder)
        start = first.now = second.now = time.time()  # noqa: TID251 - files carry the system's own time
        for stage in (first, second):
            stage.state = fold(initial(), *healthy_round(start - (asked_s_ago if stage is first else 0.0)))
            stage.alerting.take(stage.state)
        second.now += 0.1
        async with first.running(), second.running():
            await second.turn()
            second.break_down()
            heard.extend(second.heard)

    asyncio.run(main())
    return heard


def test_what_another_program_tells_by_the_same_limits_is_left_to_it(tmp_path: Path) -> None:
    assert two_beside_each_other(tmp_path, Thresholds()) == []


def test_what_another_program_would_tell_by_other_limits_is_told_here_too(tmp_path: Path) -> None:
    assert two_beside_each_other(tmp_path, Thresholds(bad_rounds=1000)) == ["raised"]


def test_what_another_program_has_ceased_to_ask_is_told_here(tmp_path: Path) -> None:
    assert two_beside_each_other(tmp_path, Thresholds(), asked_s_ago=3600.0) == ["raised"]
