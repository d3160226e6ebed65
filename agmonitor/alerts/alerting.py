"""Alerting at work: looks in, alerts out, silences and maintenance shared through their file.

``take`` decides at once and waits for nothing. ``run`` delivers, and reads the file when it has changed.
Knows no clock but the one it is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import astuple

from agmonitor.alerts import kept, outcomes
from agmonitor.alerts.claims import Claim
from agmonitor.alerts.deciding import Memory, decide, forgotten
from agmonitor.alerts.delivery import Delivery, DoorState, doors_of
from agmonitor.alerts.judging import Judging
from agmonitor.alerts.kept import QuietError, QuietFile
from agmonitor.alerts.model import Alert, AlertKind, Maintenance, Quiet, Silence
from agmonitor.alerts.seeing import Rounds
from agmonitor.alerts.sending import DESKTOP, Sender, door_names
from agmonitor.alerts.settings import AlertSettings, Doors
from agmonitor.alerts.sharing import LOOK_S, Sharing
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import GroupState

UNREAD = object()
Rest = Callable[[float], Awaitable[None]]


class Alerting:
    """For one process that watches. All methods are called on ``run``'s loop."""

    def __init__(
        self,
        settings: AlertSettings,
        file: QuietFile,
        now: Callable[[], Instant],
        rest: Rest,
        *,
        lab_too: bool = False,
        desktop: bool = False,
    ) -> None:
        """``desktop``: who hears the alerts shows them on the desktop."""
        self._lab_too, self._desktop = lab_too, desktop
        self._sharing = Sharing(Sender(file.path.parent), self._send_by, self._as_told, self._door_as_told)
        self._noted = asyncio.Event()
        self._judging = Judging()
        self._began = now()
        self._now, self._rest = now, rest
        self.settings = settings
        self.quiet = Quiet()
        self.trouble = ""  # why the file of silences is not heeded
        self._file = file
        self._outcomes = file.path.with_name(outcomes.NAME)
        self._memory = Memory()
        self._rounds = Rounds()
        self._delivery = Delivery(doors_of(settings.doors), now, self._on_outcome)
        self._heard: list[Callable[[Alert], None]] = []
        self._changed: list[Callable[[], None]] = []
        self._ended: set[str] = set()
        self._stamp: object = UNREAD
        self._one_at_a_time = asyncio.Lock()

    @property
    def doors(self) -> tuple[DoorState, ...]:
        """How each door that is set does."""
        return self._delivery.states

    @property
    def flapping(self) -> tuple[str, ...]:
        """The groups that come and go too often to be told each time."""
        return tuple(name for name, one in self._memory.groups.items() if one.damping.flapping)

    @property
    def other(self) -> Claim | None:
        """Who sends instead of this process; None: this one does."""
        return self._sharing.other

    def hear(self, alert: Callable[[Alert], None], changed: Callable[[], None]) -> None:
        """Call ``alert`` for each alert, ``changed`` when silences, maintenance or a door's state change.

        Who shows alerts on the desktop says by ``shown`` what came of each.
        """
        self._heard.append(alert)
        self._changed.append(changed)

    def take(self, state: GroupState) -> None:
        """One more state of a group. The lab is made to be broken: nobody is called for it unasked."""
        if state.settings.lab and not self._lab_too and state.settings.name not in self.settings.groups:
            return
        self._began = min(self._began, self._now())  # the clock may have been set back
        if any(node.last is not None and node.last.received_at < self._began for node in state.nodes):
            self._judging.take(state, None, self.settings)
            return  # recorded by the session before; no alarm is made of yesterday's answers
        seen = self._rounds.seen(state)
        self._judging.take(state, seen, self.settings)
        decision = decide(self._memory, seen, self.quiet, self.settings)
        self._memory = decision.memory
        if decision.ended:
            self._ended |= {one.id for one in decision.ended}
            self.quiet = kept.without(frozenset(self._ended))(self.quiet)
            self._tell_changed()
        for alert in decision.alerts:
            for door in {**self._doors(), DESKTOP: DESKTOP}:
                self._sharing.post(alert, door, self._now())
            if alert.kind in {AlertKind.FLAPPING, AlertKind.STEADY, AlertKind.RECOVERED}:
                self._tell_changed()

    def forget(self, group: str) -> None:
        """That group is watched no more."""
        self._memory = forgotten(self._memory, group)
        self._rounds.forget(group)
        self._judging.forget(group)

    def use(self, settings: AlertSettings) -> None:
        """Go by other settings from now on."""
        other_doors = _ways_out(settings.doors) != _ways_out(self.settings.doors)
        self.settings = settings
        if other_doors:
            self._delivery.use(doors_of(settings.doors))
        self._tell_changed()

    async def silence(
        self, group: str, finding: str | None, until: Instant, who: str, reason: str
    ) -> Silence:
        """Keep quiet about a group, or one of its findings, until then or until it is over.

        Raises:
            OSError: it could not be kept; nothing is silenced.
        """
        one = Silence(kept.new_id(), group, finding, who, reason, self._now(), until)
        await self._change(kept.with_silence(one))
        return one

    async def maintain(
        self, group: str, from_at: Instant, until: Instant, who: str, reason: str
    ) -> Maintenance:
        """Work is planned.

        Raises:
            OSError: it could not be kept; nothing is muted.
        """
        one = Maintenance(kept.new_id(), group, who, reason, self._now(), from_at, until)
        await self._change(kept.with_maintenance(one))
        return one

    async def end(self, quiet_id: str) -> None:
        """End a silence or a maintenance before its time.

        Raises:
            OSError: it could not be written.
        """
        await self._end(frozenset({quiet_id}))

    async def over(self, ended: Sequence[Silence | Maintenance]) -> None:
        """These were ended here before their time; nobody else is told so."""

    async def test(self, who: str) -> tuple[DoorState, ...]:
        """Send a test through all doors, the desktop included; how each did."""
        alert = trial(self._now(), who)
        for heard in self._heard:
            heard(alert)
        return await self._delivery.try_all(alert)

    def shown(self, alert: Alert, why_not: str) -> None:
        """What came of an alert on the desktop."""
        self._sharing.came_of(alert, DESKTOP, self._now(), works=not why_not)
        self._noted.set()

    async def run(self) -> None:
        """Deliver, and heed the file and whoever else sends, until cancelled."""
        await self._read()
        try:
            await self._heed_others()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._delivery.run(), name="deliver alerts")
                tasks.create_task(self._publish(), name="note alerts")
                while True:
                    await self._rest(LOOK_S)
                    await self._heed_file()
                    await self._heed_others()
        finally:
            self._sharing.end()

    async def _publish(self) -> None:
        while True:
            await self._noted.wait()
            self._noted.clear()
            await asyncio.to_thread(self._sharing.publish)

    async def _heed_others(self) -> None:
        """Who else sends, and what is left to us."""
        before, now = self.other, self._now()
        doors = tuple(self._doors())
        groups = self._judging.groups(now)
        await asyncio.to_thread(self._sharing.look, groups, doors, now)
        now = self._now()
        self._sharing.send_what_is_left(now)
        for name in groups if not self._memory.isolated else ():
            takes_s = self._judging.takes_s(name) if not self.quiet.of_group(name, now) else None
            self._sharing.set_right(self._memory, name, takes_s, doors, now)
        if (before and before.pid) != (self.other and self.other.pid):
            self._tell_changed()

    def _as_told(self, group: str) -> str:
        """The group beside what decides when it is told: one told by other limits is not told for us."""
        limits, flapping = self.settings.of(group), self.settings.flapping
        numbers = (limits.bad_rounds, limits.good_rounds, limits.least.word, *astuple(flapping))
        return f"{group} by {' '.join(map(str, numbers))}"

    def _door_as_told(self, door: str) -> str:
        """Nothing for one that is not set: nobody tells by it."""
        return self._doors().get(door, "")

    def _doors(self) -> dict[str, str]:
        return door_names(self.settings.doors, desktop=self._desktop)

    async def _heed_file(self) -> None:
        if self._ended:
            ended, self._ended = frozenset(self._ended), set()
            try:
                await self._end(ended)
            except QuietError as error:
                self._ended |= ended
                self._say(str(error))
        elif await asyncio.to_thread(self._file.stamp) != self._stamp:
            await self._read()

    async def _read(self) -> None:
        async with self._one_at_a_time:
            self._stamp = await asyncio.to_thread(self._file.stamp)
            try:
                quiet, why_not = await asyncio.to_thread(self._file.read), ""
            except QuietError as error:
                quiet, why_not = Quiet(), str(error)
            self.trouble = why_not
            self._adopt(quiet)

    async def _change(self, changed: Callable[[Quiet], Quiet]) -> None:
        async with self._one_at_a_time:  # what was read before must not be adopted after
            quiet = await asyncio.to_thread(self._file.change, changed, self._now())
            self._stamp = UNREAD  # somebody may have written since
            self.trouble = ""
            self._adopt(quiet)

    async def _end(self, ids: frozenset[str]) -> None:
        ended: list[Silence | Maintenance] = []
        await self._change(kept.taking_out(ids, ended))
        await self.over(ended)

    def _adopt(self, quiet: Quiet) -> None:
        self.quiet = kept.without(frozenset(self._ended))(quiet)
        self._tell_changed()

    def _say(self, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self._tell_changed()

    def _send_by(self, alert: Alert, door: str) -> None:
        self._noted.set()
        if door != DESKTOP:
            gave_way = self._delivery.send(alert, door)
            if gave_way is not None:
                self._sharing.came_of(gave_way, door, self._now(), works=False)
            return
        for heard in self._heard:
            heard(alert)

    def _on_outcome(self, door: str, alert: Alert) -> None:
        outcomes.write(self._outcomes, self._delivery.states)
        works = all(state.works for state in self._delivery.states if state.name == door)
        self._sharing.came_of(alert, door, self._now(), works=works)
        self._noted.set()
        self._tell_changed()

    def _tell_changed(self) -> None:
        for changed in self._changed:
            changed()


def trial(at: Instant, who: str) -> Alert:
    """What a door is tried with."""
    return Alert(at, AlertKind.TEST, "", Severity.NOTICE, f"{who} asked for this test; nothing is wrong.")


def _ways_out(doors: Doors) -> Doors:
    """What concerns delivery."""
    return replace(doors, desktop=False, sound=False, in_tray=False)
