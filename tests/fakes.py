"""Stand-ins at the monitor's ports: a clock in virtual time, a prober that follows a script, a recorder."""

from __future__ import annotations

import asyncio
import heapq
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from agmonitor.domain.events import Event
from agmonitor.domain.model import (
    Answer,
    Configuration,
    DnsAnswer,
    DnsLink,
    HeartbeatMethod,
    Instant,
    Members,
    Role,
)
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    FailoverAnswer,
    HooksObservation,
    Input,
    LoadObservation,
    NodeObservation,
    NodeReport,
    ResolverObservation,
)
from agmonitor.domain.state import GroupState
from agmonitor.history.audit_reading import Audit, Line

EPOCH: Instant = 1_800_000_000.0
ADDRESSES = {"gw-1": "192.0.2.11", "gw-2": "192.0.2.12"}
FQDN = "gateway.example.net"
T = TypeVar("T")


class FakeClock:
    """Time passes only in ``advance``, sleeper by sleeper, and all that can run in between runs."""

    def __init__(self, at: Instant = EPOCH) -> None:
        self._elapsed_s = 0.0
        self._wall_at_start = at
        self._now_at_start = at
        self._slept_s: float | None = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0
        self.slept: list[float] = []

    def now(self) -> Instant:
        return round(self._now_at_start + self._elapsed_s, 3)

    def wall(self) -> Instant:
        return round(self._wall_at_start + self._elapsed_s, 3)

    def anchor(self) -> None:
        self._now_at_start = self._wall_at_start

    def elapsed_s(self) -> float:
        return self._elapsed_s

    def slept_s(self) -> float | None:
        return self._slept_s

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._elapsed_s + max(0.0, seconds), self._count, done))
        await done

    async def advance(self, seconds: float) -> None:
        """Let that much time pass."""
        left = seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= self._elapsed_s + left + 1e-9:
            at, _, done = heapq.heappop(self._sleepers)
            if done.cancelled():
                continue
            left -= max(0.0, at - self._elapsed_s)
            self._elapsed_s = max(self._elapsed_s, at)
            done.set_result(None)
            await settle()
        self._elapsed_s += max(0.0, left)

    def block(self, seconds: float) -> None:
        """The whole program stands still: time passes and nothing runs."""
        self._elapsed_s += seconds

    def fall_asleep(self, seconds: float, *, told: bool = True) -> None:
        """The machine sleeps: the wall clock goes on, the monotonic one does not."""
        self._wall_at_start += seconds
        self._slept_s = (self._slept_s or 0.0) + seconds if told else None

    def set_wall(self, seconds: float) -> None:
        """Somebody sets the wall clock by that much."""
        self._wall_at_start += seconds


async def settle() -> None:
    """Let everything run that can, short of waiting for time or threads."""
    for _ in range(40):
        await asyncio.sleep(0)


def report(role: Role, node: str = "gw-1", at: Instant = EPOCH, **changes: object) -> NodeReport:
    """A healthy node's report in that role; gw-1 is Primary in it unless ``role`` says otherwise."""
    other = "gw-2" if node == "gw-1" else "gw-1"
    primary, secondary = (node, other) if role is Role.PRIMARY else (other, node)
    configuration = Configuration(60, 30, 20, 30, ADDRESSES[node], 443, "https", FQDN, "ag", "hmac-sha512")
    values: dict[str, object] = {
        "role": role,
        "heartbeat_method": HeartbeatMethod.DIRECT,
        "last_heartbeat_at": float(int(at)),
        "last_updated_at": float(int(at)),
        "dns_link": DnsLink.CONNECTED,
        "members": Members(ADDRESSES[primary], ADDRESSES[secondary]),
        "configuration": configuration,
    }
    return NodeReport(**(values | changes))  # type: ignore[arg-type]


class FakeProber:
    """A pair with gw-1 as Primary. Change ``primary``, ``answers`` or ``delays_s`` to tell another story.

    ``asked`` counts by kind and node; ``sent_at`` keeps when; ``open_now`` and ``open_max`` show overlaps.
    """

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.primary = "gw-1"
        self.record = ADDRESSES["gw-1"]
        self.answers: dict[str, Answer] = {}
        self.roles: dict[str, Role] = {}
        self.dns_answer = DnsAnswer.OK
        self.clients_answer = Answer.OK
        self.load_score = 0.1
        self.beat_at: Instant | None = None  # None: the Primary beats on; else its last heartbeat
        self.delays_s: dict[str, float] = {}
        self.asked: Counter[str] = Counter()
        self.sent_at: dict[str, list[Instant]] = {}
        self.open_now: Counter[str] = Counter()
        self.open_max: Counter[str] = Counter()
        self.orders: list[str] = []
        self.order: Callable[[str], Awaitable[FailoverAnswer]] = self._flip
        self.signing_in: Callable[[], object] = lambda: None  # what happens before the order leaves
        self.changes: dict[str, object] = {}
        self.retried = 0
        self.closed = False

    async def ask_node(self, node: str) -> NodeObservation:
        return await self._asking(f"node {node}", lambda sent: self._node(node, sent))

    async def ask_load(self, node: str) -> LoadObservation:
        return await self._asking(
            f"load {node}",
            lambda sent: LoadObservation(node, sent, self.clock.now(), Answer.OK, load_score=self.load_score),
        )

    async def ask_dns(self, fqdn: str) -> DnsObservation:
        return await self._asking("dns", self._dns)

    async def ask_resolvers(self, fqdn: str) -> Sequence[ResolverObservation]:
        found = await self._asking(
            "resolvers",
            lambda sent: ResolverObservation(
                "system", sent, self.clock.now(), DnsAnswer.OK, "", (self.record,)
            ),
        )
        return (found,)

    async def ask_clients(self, fqdn: str, scheme: str, port: int) -> ClientObservation:
        return await self._asking(
            "clients",
            lambda sent: ClientObservation(sent, self.clock.now(), self.clients_answer, address=self.record),
        )

    async def ask_hooks(self, node: str) -> HooksObservation:
        return await self._asking(
            f"hooks {node}", lambda sent: HooksObservation(node, sent, self.clock.now(), Answer.OK)
        )

    async def order_failover(self, node: str, objection: Callable[[], Awaitable[str]]) -> FailoverAnswer:
        self.signing_in()
        if why := await objection():
            return FailoverAnswer(accepted=False, http_status=None, detail=why, sent=False)
        self.orders.append(node)
        return await self.order(node)

    def retry_sign_in(self) -> None:
        self.retried += 1

    async def close(self) -> None:
        self.closed = True

    def flip(self) -> None:
        """The roles and the record change over."""
        self.primary = "gw-2" if self.primary == "gw-1" else "gw-1"
        self.record = ADDRESSES[self.primary]

    async def _flip(self, node: str) -> FailoverAnswer:
        self.flip()
        return FailoverAnswer(accepted=True, http_status=200, detail="")

    async def _asking(self, what: str, answer: Callable[[Instant], T]) -> T:
        self.asked[what] += 1
        self.sent_at.setdefault(what, []).append(self.clock.now())
        self.open_now[what] += 1
        self.open_max[what] = max(self.open_max[what], self.open_now[what])
        sent = self.clock.now()
        try:
            await self.clock.sleep(self.delays_s.get(what, 0.0))
            return answer(sent)
        finally:
            self.open_now[what] -= 1

    def _node(self, node: str, sent: Instant) -> NodeObservation:
        answer = self.answers.get(node, Answer.OK)
        now = self.clock.now()
        if answer is not Answer.OK:
            return NodeObservation(node, sent, now, answer, "no answer")
        role = self.roles.get(node, Role.PRIMARY if node == self.primary else Role.SECONDARY)
        beat = {} if self.beat_at is None else {"last_heartbeat_at": float(int(self.beat_at))}
        said = report(role, node, now, **(beat | self.changes))
        return NodeObservation(node, sent, now, answer, "", 1.0, said, float(int(now)), 200)

    def _dns(self, sent: Instant) -> DnsObservation:
        now = self.clock.now()
        if self.dns_answer is not DnsAnswer.OK:
            return DnsObservation(sent, now, self.dns_answer, "no answer", server="192.0.2.53:53")
        beat = float(int(now if self.beat_at is None else self.beat_at))
        return DnsObservation(
            sent, now, DnsAnswer.OK, "", 1.0, "192.0.2.53:53", (self.record,), 30, beat, txt_seen=True
        )


class FakeRecorder:
    """Keeps what it is given in memory; ``fails`` makes it refuse, ``hold`` makes it wait."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Input, ...], tuple[Event, ...]]] = []
        self.attempts = 0
        self.fails: OSError | None = None
        self.hold: asyncio.Event | None = None

    @property
    def inputs(self) -> list[Input]:
        return [item for _, inputs, _ in self.calls for item in inputs]

    async def record(
        self,
        group: str,
        inputs: Sequence[Input],
        events: Sequence[Event],
        before: GroupState | None = None,
        after: GroupState | None = None,
    ) -> None:
        self.attempts += 1
        if self.hold is not None:
            await self.hold.wait()
        if self.fails is not None:
            raise self.fails
        self.calls.append((group, tuple(inputs), tuple(events)))


class FakeTrail:
    """An audit in memory; ``fails`` makes it refuse, ``on_append`` is what happens meanwhile."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.fails: OSError | None = None
        self.on_append: Callable[[], object] = lambda: None

    async def append(self, entry: Mapping[str, Any]) -> str:
        self.on_append()
        if self.fails is not None:
            raise self.fails
        plain = json.loads(json.dumps(entry, allow_nan=False))
        self.lines.append(Line(len(self.lines) + 1, "", "", plain, ""))
        return ""

    async def read(self) -> Audit:
        return Audit(tuple(self.lines), ())

    async def fault(self) -> str:
        return "" if self.fails is None else str(self.fails)
