"""Notifications over a real session bus: what is asked for, clicks, and desktops that show none."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agmonitor.alerts.bus import BusError, places
from agmonitor.alerts.bus_wire import Field, Kind, Message
from agmonitor.alerts.model import Alert, AlertKind
from agmonitor.alerts.notifications import (
    SHOWN_MS,
    STAYS_MS,
    Note,
    Notifications,
    Picture,
    Urgency,
    note_of,
    shown_once,
)
from agmonitor.domain.model import Severity
from tests.session_bus import Desktop, needs_bus, session_bus

pytestmark = needs_bus
LIMIT_S = 40.0
ACTIONS = (("default", "Open"), ("silence", "Silence…"))
DOWN = Note("gw", "gw: Group down", "a & b <both>", Urgency.CRITICAL, ACTIONS, Picture(2, 1, bytes(8)))
BACK = Note("gw", "gw: recovered", "Nothing is wrong any more.", Urgency.NORMAL)


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with session_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@contextlib.asynccontextmanager
async def running(chosen: Callable[[str, str], None] = lambda _s, _a: None) -> AsyncIterator[Notifications]:
    notifications = Notifications(chosen)
    async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(notifications.run())
        await asyncio.sleep(0)
        yield notifications
        task.cancel()


async def until(what: Callable[[], object]) -> None:
    for _ in range(4000):
        if what():
            return
        await asyncio.sleep(0.01)
    assert what()


def test_what_is_critical_stays_and_a_newer_word_of_the_group_takes_its_place(bus: str) -> None:
    async def main() -> None:
        with Desktop(bus) as desktop:
            async with running() as notifications:
                await notifications.show(DOWN)
                await notifications.show(BACK)
            down, back = desktop.shown
            await until(lambda: desktop.closed == [down.number])
        assert down.signature == "susssasa{sv}i"
        assert (down.title, down.text) == ("gw: Group down", "a &amp; b &lt;both&gt;")
        assert down.actions == ["default", "Open", "silence", "Silence…"]
        assert (down.hints["urgency"], down.stays_ms) == (("y", 2), STAYS_MS)
        assert down.hints["image-data"] == ("(iiibiiay)", (2, 1, 8, 1, 8, 4, bytes(8)))
        assert down.hints["desktop-entry"] == ("s", "agmonitor")
        assert (back.replaces, back.hints["urgency"], back.stays_ms) == (down.number, ("y", 1), SHOWN_MS)

    asyncio.run(main())


def test_plain_text_stays_plain_where_the_desktop_reads_no_markup(bus: str) -> None:
    async def main() -> None:
        with Desktop(bus, markup=False) as desktop:
            async with running() as notifications:
                await notifications.show(DOWN)
        assert desktop.shown[0].text == "a & b <both>"

    asyncio.run(main())


def test_a_click_is_told_with_its_subject_and_one_taken_away_is_not_replaced(bus: str) -> None:
    clicked: list[tuple[str, str]] = []

    async def main() -> None:
        with Desktop(bus) as desktop:
            async with running(lambda subject, action: clicked.append((subject, action))) as notifications:
                await notifications.show(DOWN)
                number = desktop.shown[0].number
                desktop.click(99)  # somebody else's
                desktop.click(number)
                desktop.click(number, "silence")
                await until(lambda: len(clicked) == 2)
                desktop.take_away(number)
                desktop.click(number)
                await notifications.show(Note("oslo", "oslo: No standby", "", Urgency.NORMAL))
                await notifications.show(DOWN)
        assert clicked == [("gw", "default"), ("gw", "silence")]
        assert desktop.shown[-1].replaces == 0

    asyncio.run(main())


def test_a_bus_without_a_service_and_a_machine_without_a_bus_are_told(
    bus: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def why_not(notifications: Notifications) -> str:
        with pytest.raises(BusError) as told:
            await notifications.show(DOWN)
        return str(told.value)

    async def main() -> None:
        async with running() as notifications:
            assert await why_not(notifications) == "This desktop has no notification service."
            with Desktop(bus) as desktop:  # it comes later
                await notifications.probe()
                await notifications.show(DOWN)
                assert len(desktop.shown) == 1
            assert await why_not(notifications) == "This desktop has no notification service.", "it ended"
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nobody'}")
        async with running() as notifications:
            assert "cannot be reached" in await why_not(notifications)
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        async with running() as notifications:
            assert "no session bus is named" in await why_not(notifications)

    asyncio.run(main())


def test_what_others_say_on_the_bus_ends_nothing(bus: str) -> None:
    chosen: list[tuple[str, str]] = []

    async def main() -> None:
        with Desktop(bus) as desktop:
            async with running(lambda *what: chosen.append(what)) as notifications:
                await notifications.show(DOWN)
                for member in ("ActionInvoked", "NotificationClosed"):
                    desktop._signal(member, "ass", (["1"], "default"))
                    desktop._signal(member, "", ())
                desktop.click(1)
                await until(lambda: chosen)

    asyncio.run(main())
    assert chosen == [("gw", "default")]


@pytest.mark.parametrize(
    ("signature", "answer"), [("", ()), ("as", (["x"],)), ("u", (7,)), ("uu", (1, 2))], ids=repr
)
def test_a_service_that_answers_rubbish_is_told(
    bus: str, monkeypatch: pytest.MonkeyPatch, signature: str, answer: tuple[Any, ...]
) -> None:
    def rubbish(desktop: Desktop, call: Message) -> None:
        fields = {Field.REPLY_TO: call.serial, Field.DESTINATION: call.fields[Field.SENDER]}
        desktop._send(Kind.REPLY, fields, signature, answer)

    async def main() -> None:
        async with running() as notifications:
            with pytest.raises(BusError, match="gives no usable answer"):
                await notifications.show(DOWN)

    monkeypatch.setattr(Desktop, "_answer", rubbish)
    with Desktop(bus):
        asyncio.run(main())


def test_a_test_from_the_command_line_stays_when_that_has_ended(bus: str) -> None:
    with Desktop(bus) as desktop:
        asyncio.run(shown_once(Alert(0.0, AlertKind.TEST, "", Severity.NOTICE, "Nothing is wrong.")))
        assert [one.title for one in desktop.shown] == ["A test alert"]
        assert desktop.closed == []


def test_the_bus_is_found_by_its_address_in_any_form() -> None:
    assert places({"DBUS_SESSION_BUS_ADDRESS": "unix:abstract=/tmp/x,guid=1;unix:path=/run/a%20b"}) == [
        "\0/tmp/x",
        "/run/a b",
    ]
    assert places({"XDG_RUNTIME_DIR": "/run/user/7"}) == ["/run/user/7/bus"]
    assert places({"DBUS_SESSION_BUS_ADDRESS": "tcp:host=x"}) == []
    assert note_of(Alert(0.0, AlertKind.RAISED, "gw", Severity.UNKNOWN, "")).urgency is Urgency.NORMAL
