"""Arming and firing through the workspace, as the window does: who else may act meanwhile, who may not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agmonitor.config.paths import paths
from agmonitor.config.settings import Config, save
from agmonitor.domain.model import Role
from agmonitor.failover.guards import Guard, Kind, Outcome
from agmonitor.failover.machine import Failover, Stage
from agmonitor.failover.preflight import preflight
from agmonitor.history.audit import AuditTrail
from agmonitor.monitor import ordering
from agmonitor.monitor.one_order import only_order
from tests.end_to_end.pair import ADDRESSES
from tests.end_to_end.test_workspace import PATIENCE_S, Desk, Pair, at_desk, servers, verdict, wish


def free(pair: Pair) -> bool:
    """Whether another copy of the program could arm now."""
    with only_order(pair.settings(), paths().data) as only:
        return only


def test_what_is_armed_holds_off_everybody_else_until_it_is_fired(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        stages: list[Stage] = []
        armed = await desk.workspace.arm("g", wish("g"), lambda _: None, lambda m: stages.append(m.stage))
        assert armed.stage is Stage.ARMED, armed.sentence
        assert not free(pair)
        beside = await desk.workspace.fail_over("g", wish("g"), lambda _: None)
        assert beside.guards == (Guard.UNDER_WAY,)

        result = await desk.workspace.fire("g")

        assert result.outcome is Outcome.SUCCEEDED, result.sentence
        assert stages[-1] is Stage.SUCCEEDED
        assert free(pair)

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == [ADDRESSES[0]]
    audit = AuditTrail(paths().audit_file).read()
    assert audit.faults == ()
    kinds = [(line.entry["what"], line.entry.get("outcome")) for line in audit.lines]
    assert kinds == [
        ("armed", None),
        ("ended", "refused_here"),
        ("firing", None),
        ("answered", None),
        ("ended", "succeeded"),
    ]


def test_a_foreign_hand_between_arming_and_firing_is_noticed(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        await desk.workspace.arm("g", wish("g"), lambda _: None)
        pair.swap()
        result = await desk.workspace.fire("g")
        assert Guard.ROLES_MOVED in result.guards

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == []


def test_what_a_person_confirmed_must_still_be_so_when_it_is_armed(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        shown = preflight(desk.workspace.state("g"), Kind.PLANNED).plan
        assert shown is not None
        pair.swap()
        await desk.until(lambda state: verdict("healthy")(state) and state.nodes[1].role is Role.PRIMARY)
        refused = await desk.workspace.arm("g", wish("g"), lambda _: None, confirmed=shown)
        assert refused.guards == (Guard.ROLES_MOVED,), refused.sentence

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == []


def test_what_is_disarmed_or_expires_lets_go_and_cannot_be_fired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        await desk.workspace.arm("g", wish("g"), lambda _: None)
        await desk.workspace.disarm("g")
        assert free(pair)
        with pytest.raises(KeyError):
            await desk.workspace.fire("g")
        assert told() == [("armed", None), ("disarmed", "taken back")]

        monkeypatch.setattr(ordering, "ARMED_S", 0.0)
        monkeypatch.setattr(ordering, "SPARE_S", 0.0)
        monkeypatch.setattr("agmonitor.failover.machine.ARMED_S", 0.0)
        await desk.workspace.arm("g", wish("g"), lambda _: None)
        await desk.until(lambda _: told()[2:] == [("armed", None), ("disarmed", "not fired in time")])
        assert free(pair)

    def told() -> list[tuple[object, object]]:
        lines = AuditTrail(paths().audit_file).read().lines
        return [(line.entry["what"], line.entry.get("why")) for line in lines]

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == []


def test_a_group_that_was_forbidden_while_the_window_ran_is_not_fired_at(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        forbidden = replace(pair.settings(), failover_allowed=False)
        save(paths().settings_file, Config((forbidden,)))
        refused = await desk.workspace.arm("g", wish("g"), lambda _: None)
        assert refused.guards == (Guard.NOT_ALLOWED,)

        save(paths().settings_file, Config((pair.settings(),)))
        survey = await desk.workspace.survey("g", Kind.PLANNED)
        assert survey.around.audit_fault == ""
        assert desk.workspace.state("g").settings.failover_allowed, "allowed again there, it is seen here"

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == []


def test_the_survey_tells_the_course_and_when_it_was_last_proven(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        before = await desk.workspace.survey("g", Kind.PLANNED)
        await desk.workspace.fail_over("g", wish("g"), lambda _: None)
        await desk.until(verdict("healthy"))
        after = await desk.workspace.survey("g", Kind.PLANNED)

        assert before.proven_at is None
        assert [one.name for one in before.course] == ["record", "promotion", "yielding"]
        assert after.proven_at is not None
        assert after.around.cools_until is not None

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())


def test_a_swap_there_and_back_while_it_is_armed_is_not_fired_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agmonitor.monitor.operation.HOLD_S", 0.1)
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        machines: list[Failover] = []
        await desk.workspace.arm("g", wish("g"), lambda _: None, machines.append)
        pair.swap()
        await desk.until(lambda _: machines[-1].ended)
        pair.swap()
        result = await desk.workspace.fire("g")
        assert Guard.ROLES_MOVED in result.guards

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == []


def test_a_group_that_is_forbidden_while_it_is_armed_is_disarmed_and_told(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        save(paths().settings_file, Config((pair.settings(),)))
        await desk.until(verdict("healthy"))
        machines: list[Failover] = []
        await desk.workspace.arm("g", wish("g"), lambda _: None, machines.append)
        save(paths().settings_file, Config((replace(pair.settings(), failover_allowed=False),)))
        await desk.until(lambda now: not now.settings.failover_allowed and machines[-1].ended)
        assert machines[-1].guards == (Guard.GROUP_CHANGED,)
        assert "forbidden in the settings while it was armed" in machines[-1].sentence
        with pytest.raises(KeyError):
            await desk.workspace.fire("g")
        assert free(pair)

        save(paths().settings_file, Config((pair.settings(),)))
        await desk.until(lambda now: now.settings.failover_allowed)

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == []
    assert disarmed_for() == ["Failover of the group was forbidden in the settings while it was armed"]


def test_a_group_that_is_forbidden_at_the_very_moment_is_not_fired_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "HEED_S", 1000.0)  # nobody notices by himself
    pair = Pair()

    async def story(desk: Desk) -> None:
        save(paths().settings_file, Config((pair.settings(),)))
        await desk.until(verdict("healthy"))
        await desk.workspace.arm("g", wish("g"), lambda _: None)
        save(paths().settings_file, Config((replace(pair.settings(), failover_allowed=False),)))
        result = await desk.workspace.fire("g")
        assert result.guards == (Guard.NOT_ALLOWED,)

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == []


@pytest.mark.parametrize("swapped", [True, False], ids=["swapped, record later", "nothing in its time"])
def test_an_order_that_stayed_unknown_is_resolved_by_what_is_watched_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, swapped: bool
) -> None:
    monkeypatch.setattr("agmonitor.failover.preflight.WATCH_MIN_S", 3.0 if swapped else 0.3)
    monkeypatch.setattr("agmonitor.failover.preflight.SPARE_S", -120.0)
    pair = Pair()
    swaps = pair.swap

    def roles_alone() -> None:
        if swapped:
            before = pair.zone.addresses
            swaps()
            pair.zone.addresses = before

    pair.swap = roles_alone  # type: ignore[method-assign]
    outcome = Outcome.SUCCEEDED if swapped else Outcome.NOT_TAKEN

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        machines: list[Failover] = []
        await desk.workspace.arm("g", wish("g"), lambda _: None, machines.append)
        assert (await desk.workspace.fire("g")).outcome is Outcome.UNKNOWN
        if swapped:
            pair.zone.addresses = [ADDRESSES[1]]
        await desk.until(lambda _: machines[-1].outcome is outcome)

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == [ADDRESSES[0]]
    lines = [line.entry for line in AuditTrail(paths().audit_file).read().lines]
    assert [one["what"] for one in lines] == ["armed", "firing", "answered", "ended", "resolved"]
    assert lines[-1]["outcome"] == outcome.name.lower()


def disarmed_for() -> list[object]:
    lines = AuditTrail(paths().audit_file).read().lines
    return [line.entry["why"] for line in lines if line.entry["what"] == "disarmed"]


async def removed(desk: Desk, pair: Pair) -> None:
    desk.workspace.remove("g")


async def edited(desk: Desk, pair: Pair) -> None:
    desk.workspace.replace(pair.settings(timeout_s=4.0))


async def renamed(desk: Desk, pair: Pair) -> None:
    async def keep() -> None:
        await desk.store.rename("g", "h", lambda: None)

    await desk.workspace.rename("g", pair.settings(name="h"), keep)


async def about_to_be_changed(desk: Desk, pair: Pair) -> None:
    async with desk.workspace.unordered("g"):
        assert not free(pair), "nobody may arm it meanwhile"


@pytest.mark.parametrize("change", [removed, edited, renamed, about_to_be_changed])
@pytest.mark.parametrize("still_arming", [False, True], ids=["armed", "being armed"])
def test_a_group_that_is_changed_or_removed_while_it_is_armed_is_disarmed_and_told(
    tmp_path: Path, change: Callable[[Desk, Pair], Awaitable[None]], *, still_arming: bool
) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        machines: list[Failover] = []
        reading, refused = asyncio.Event(), asyncio.Event()

        def show(machine: Failover) -> None:
            machines.append(machine)
            if machine.ended:
                refused.set()

        async with asyncio.TaskGroup() as tasks:
            arming = tasks.create_task(desk.workspace.arm("g", wish("g"), lambda _: reading.set(), show))
            await (reading.wait() if still_arming else arming)
            await change(desk, pair)
        await asyncio.wait_for(refused.wait(), PATIENCE_S)

        assert free(pair)
        assert machines[-1].guards == (Guard.GROUP_CHANGED,)
        assert "changed or removed" in machines[-1].sentence
        for name in ("g", "h"):
            with pytest.raises(KeyError):
                await desk.workspace.fire(name)

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == []
    assert disarmed_for() == ["The group was changed or removed while it was armed"]


def test_a_password_that_is_given_while_it_is_armed_disarms_nothing(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        await desk.workspace.arm("g", wish("g"), lambda _: None)
        desk.workspace.replace(desk.workspace.groups["g"])
        assert (await desk.workspace.fire("g")).outcome is Outcome.SUCCEEDED

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())


def test_a_group_with_a_running_order_is_neither_removed_nor_changed(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        refused: list[str] = []
        sending = asyncio.Event()

        def show(machine: Failover) -> None:
            if machine.stage is Stage.WATCHING:
                sending.set()

        await desk.workspace.arm("g", wish("g"), lambda _: None, show)
        async with asyncio.TaskGroup() as tasks:
            firing = tasks.create_task(desk.workspace.fire("g"))
            await asyncio.wait_for(sending.wait(), PATIENCE_S)
            for change in (removed, renamed, about_to_be_changed):
                with pytest.raises(OSError, match="A failover of g is under way") as told:
                    await change(desk, pair)
                refused.append(str(told.value))

        assert firing.result().outcome is Outcome.SUCCEEDED
        assert len(refused) == 3
        await removed(desk, pair)
        assert list(desk.workspace.groups) == []

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == [ADDRESSES[0]]


def test_an_order_from_elsewhere_keeps_a_group_as_it_is(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        with only_order(pair.settings(), paths().data), pytest.raises(OSError, match="is under way"):
            await about_to_be_changed(desk, pair)

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())
