"""The measured half of the memory rows: a day of rounds through the step and the window, in compressed time.

Nothing is asked: observations of a healthy pair are made up, with a failover every two hours. Every input is
stepped and goes into what the window draws from; the window itself is told of every twentieth round.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import (
    Answer,
    Configuration,
    DnsAnswer,
    DnsLink,
    GroupSettings,
    HeartbeatMethod,
    Instant,
    Members,
    Role,
)
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    Input,
    LoadObservation,
    NodeObservation,
    NodeReport,
    ResolverObservation,
)
from agmonitor.domain.state import GroupState, Mode
from agmonitor.failover.guards import Intent, Kind
from agmonitor.failover.machine import Failover
from agmonitor.failover.preflight import Plan
from agmonitor.monitor.operation import FailoverResult, Show, Tell
from agmonitor.monitor.ordering import Survey
from agmonitor.monitor.ports import GroupChange, Recorded
from agmonitor.ui.app import run_offscreen
from agmonitor.ui.desk import Desk
from agmonitor.ui.host import WindowHost
from ours import settings_for
from row import resident_mb

DAY_S, CADENCE_S = 86_400.0, 2.0
FAILOVER_S = 7_200.0
SELDOM, TOLD = 5, 20
BEGIN: Instant = 1_767_600_000.0
REPORT_S = 20.0
ADDRESSES = {"gw-1": "192.0.2.11", "gw-2": "192.0.2.12"}
CONFIGURATIONS = {
    name: Configuration(60, 30, 20, 30, address, 443, "https", "gateway.bench.test", "ag", "hmac-sha512")
    for name, address in ADDRESSES.items()
}
SETTLE_S = 1.5


def observed(at: Instant, number: int) -> Iterator[Input]:
    """One round's answers, a few milliseconds after they were asked."""
    primary, secondary = ("gw-1", "gw-2") if int((at - BEGIN) // FAILOVER_S) % 2 == 0 else ("gw-2", "gw-1")
    trip_ms = 2.0 + number * 7 % 13 / 10
    sent, back, whole = at, round(at + trip_ms / 1000, 3), float(int(at))
    beat_at = whole - whole % REPORT_S
    members = Members(ADDRESSES[primary], ADDRESSES[secondary])
    for name, role in ((primary, Role.PRIMARY), (secondary, Role.SECONDARY)):
        told = CONFIGURATIONS[name]
        method, link = HeartbeatMethod.DIRECT, DnsLink.CONNECTED
        report = NodeReport(role, method, beat_at, whole - 3, link, members, told)
        yield NodeObservation(name, sent, back, Answer.OK, "", trip_ms, report, whole, 200)
    address = (ADDRESSES[primary],)
    yield DnsObservation(
        sent, back, DnsAnswer.OK, "", trip_ms, "192.0.2.53:53", address, 30, beat_at, txt_seen=True
    )
    if number % SELDOM == 0:
        for name in ADDRESSES:
            yield LoadObservation(name, sent, back, Answer.OK, "", 0.2 + number % 7 / 100, whole, whole)
        yield ResolverObservation("system", sent, back, DnsAnswer.OK, "", address)
        yield ClientObservation(sent, back, Answer.OK, "", trip_ms, address[0])


class Day:
    """Satisfies the window's ``Watching``: one group, whose time runs as fast as it is fed."""

    def __init__(self, settings: GroupSettings) -> None:
        self.at = BEGIN
        self.told: list[Callable[[GroupChange], None]] = []
        self.known = initial(settings, Mode.WATCHING, BEGIN)

    @property
    def groups(self) -> Mapping[str, GroupSettings]:
        return {self.known.settings.name: self.known.settings}

    def now(self) -> Instant:
        return self.at

    def state(self, _name: str) -> GroupState:
        return self.known

    def subscribe(self, callback: Callable[[GroupChange], None]) -> Callable[[], None]:
        self.told.append(callback)
        return self.told.clear

    async def run(self) -> None:
        await asyncio.get_running_loop().create_future()

    async def past(self, _name: str, _since: Instant) -> Sequence[Recorded]:
        return ()

    async def range(self, _name: str, _from_at: Instant, _until_at: Instant, _width_px: int) -> None:
        return None

    def add(self, settings: GroupSettings) -> None: ...

    def remove(self, name: str) -> None: ...

    def poll_now(self, name: str) -> None: ...

    def retry_sign_in(self, name: str) -> None: ...

    def set_password(self, name: str, password: str) -> None: ...

    async def survey(self, name: str, kind: Kind) -> Survey:
        raise NotImplementedError

    async def arm(
        self, name: str, wish: Intent, tell: Tell, show: Show | None = None, *, confirmed: Plan | None = None
    ) -> Failover:
        raise NotImplementedError

    async def fire(self, name: str) -> FailoverResult:
        raise NotImplementedError

    async def disarm(self, name: str) -> None:
        raise NotImplementedError

    def feed(self, desk: Desk, number: int) -> None:
        """One round: stepped, kept, and every so often shown."""
        name = self.known.settings.name
        for item in observed(self.at, number):
            self.known, events = step(self.known, item)
            change = GroupChange(name, item, self.known, events)
            if number % TOLD and not events:
                desk.bridge.watched(name).take(change)
            else:
                for callback in self.told:
                    callback(change)
        self.at = round(self.at + CADENCE_S, 3)


async def day(host: WindowHost) -> int:
    workspace = Day(settings_for("bench", [1, 2]))
    rounds = int(DAY_S / CADENCE_S)
    async with host.open(workspace) as desk:
        await asyncio.sleep(SETTLE_S)
        workspace.feed(desk, 0)
        await asyncio.sleep(SETTLE_S)
        gc.collect()
        start_mb = resident_mb()
        for number in range(1, rounds):
            workspace.feed(desk, number)
            if number % TOLD == 0:
                await asyncio.sleep(0)  # what was told is painted
        await asyncio.sleep(SETTLE_S)
        gc.collect()
        print(json.dumps({"start_mb": start_mb, "day_mb": resident_mb(), "rounds": rounds}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run_offscreen(day))
