"""Notifications of the desktop, through its own service (``org.freedesktop.Notifications``).

What is critical stays until somebody takes it away. Of each subject there is one notification: a newer one
takes the place of the one before.
"""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from agmonitor.alerts.bus import Bus, BusError, NobodyThereError
from agmonitor.alerts.model import Alert
from agmonitor.alerts.wording import heading
from agmonitor.domain.model import Severity
from agmonitor.texts import t, worded

SERVICE = (
    "org.freedesktop.Notifications",
    "/org/freedesktop/Notifications",
    "org.freedesktop.Notifications",
)
SHOWN_MS = 10_000
STAYS_MS = 0
TEXT_MOST = 1000
FOR_ALL = "agmonitor"  # the subject of what is about no group


class Urgency(IntEnum):
    """As the service has it."""

    LOW = 0
    NORMAL = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels beside the text: rows of red, green, blue and alpha, a byte each."""

    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """One notification. ``actions``: a name and a label each; the first is what a click means."""

    subject: str
    title: str
    sentence: str
    urgency: Urgency
    actions: tuple[tuple[str, str], ...] = ()
    picture: Picture | None = None


class Notifications:
    """All methods are called on one loop. ``chosen`` gets the subject and the action's name."""

    def __init__(self, chosen: Callable[[str, str], None]) -> None:
        self._chosen = chosen
        self._bus: Bus | None = None
        self._reading: asyncio.Task[None] | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._numbers: dict[str, int] = {}  # by subject: what the service calls its notification
        self._markup = False
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """Hear what is clicked, until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                try:
                    await asyncio.get_running_loop().create_future()
                finally:  # while the bus is still read
                    self._tasks = None
                    self._withdraw()
        finally:
            self._bus = None

    async def probe(self) -> None:
        """Whether notifications would be shown.

        Raises:
            BusError: they would not; the sentence says why.
        """
        async with self._one_at_a_time:
            await self._reached()

    async def show(self, note: Note) -> None:
        """Show it, in place of that subject's one before.

        Raises:
            BusError: this desktop shows no notifications; the sentence says why.
        """
        async with self._one_at_a_time:
            bus = await self._reached()
            text = note.sentence[:TEXT_MOST]
            told = (
                "agmonitor",
                self._numbers.get(note.subject, 0),
                "",
                note.title,
                html.escape(text, quote=False) if self._markup else text,
                [word for action in note.actions for word in action],
                _hints(note),
                STAYS_MS if note.urgency is Urgency.CRITICAL else SHOWN_MS,
            )
            try:
                (number,) = await bus.call(SERVICE, "Notify", "susssasa{sv}i", told, "u")
            except NobodyThereError as error:
                raise self._without_service(bus) from error
            self._numbers[note.subject] = number

    def leave(self) -> None:
        """What stands shall stay when this ends."""
        self._numbers.clear()

    def _withdraw(self) -> None:
        """Take away what still stands: nobody would answer a click on it."""
        for number in self._numbers.values():
            if self._bus is not None:
                self._bus.tell(SERVICE, "CloseNotification", "u", (number,))

    async def _reached(self) -> Bus:
        if self._bus is not None and not self._bus.broken:
            return self._bus
        if self._tasks is None:
            raise BusError("Notifications are not running.")
        self._numbers.clear()
        bus = await Bus.connected(self._heard)
        self._tasks.create_task(bus.read(), name="the desktop's bus")
        try:
            await bus.hello()
            await bus.hear(SERVICE[0])
            (capabilities,) = await bus.call(SERVICE, "GetCapabilities", "", (), "as")
        except NobodyThereError as error:
            raise self._without_service(bus) from error
        except BaseException:
            bus.end()
            raise
        self._markup = "body-markup" in capabilities
        self._bus = bus
        return bus

    def _without_service(self, bus: Bus) -> BusError:
        """It may come later, and know other things."""
        bus.end()
        self._bus = None
        return BusError(t("This desktop has no notification service."))

    def _heard(self, member: str, body: tuple[Any, ...]) -> None:
        if not body or not isinstance(body[0], int):  # anybody on the bus may say anything
            return
        subject = next((one for one, number in self._numbers.items() if number == body[0]), None)
        if subject is None:
            return
        if member == "ActionInvoked" and len(body) == 2:
            self._chosen(subject, str(body[1]))
        elif member == "NotificationClosed":
            del self._numbers[subject]


def note_of(alert: Alert, actions: tuple[tuple[str, str], ...] = (), picture: Picture | None = None) -> Note:
    """The alert as a notification, of its group."""
    urgency = Urgency.CRITICAL if alert.severity is Severity.CRITICAL else Urgency.NORMAL
    return Note(alert.group or FOR_ALL, heading(alert), worded(alert.sentence), urgency, actions, picture)


async def shown_once(alert: Alert) -> None:
    """Show one that nobody will answer for.

    Raises:
        BusError: this desktop shows none.
    """
    notifications = Notifications(lambda _subject, _action: None)
    failure: BusError | None = None
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(notifications.run())
        await asyncio.sleep(0)  # it has begun
        try:
            await notifications.show(note_of(alert))
        except BusError as error:  # raised again below, as it is and not in a group
            failure = error
        notifications.leave()
        running.cancel()
    if failure is not None:
        raise failure


def _hints(note: Note) -> dict[str, tuple[str, Any]]:
    hints: dict[str, tuple[str, Any]] = {
        "urgency": ("y", int(note.urgency)),
        "desktop-entry": ("s", "agmonitor"),
        "category": ("s", "network.error" if note.urgency > Urgency.LOW else "network"),
    }
    if (picture := note.picture) is not None:
        row = 4 * picture.width
        hints["image-data"] = (
            "(iiibiiay)",
            (picture.width, picture.height, row, 1, 8, 4, picture.rgba),
        )
    return hints
