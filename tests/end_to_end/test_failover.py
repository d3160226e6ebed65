"""Failovers against servers that do as told, and badly: zero or one PUT, to the right node, all audited."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agmonitor.config.secrets import Passwords
from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress
from agmonitor.failover.guards import Guard, Intent, Kind, Outcome
from agmonitor.failover.machine import Failover
from agmonitor.gateway.account import Account
from agmonitor.history.audit import AuditTrail
from agmonitor.monitor.auditing import InThread
from agmonitor.monitor.clock import SystemClock
from agmonitor.monitor.operation import FailoverResult, Means, Operation
from agmonitor.monitor.prober import GroupProber
from tests.end_to_end.pair import ADDRESSES, PASSWORD, USER, Node, Servers, Zone, iso
from tests.fakes import FakeRecorder

PUT = "PUT /ag/api/v1/failover"
JSON = {"Content-Type": "application/json"}
WISH = Intent("patch day", Kind.PLANNED, "g", who="me")


@dataclass(frozen=True)
class GroupPorts:
    """Where a pair and its name server listen."""

    first: int
    second: int
    zone: int

    def settings(self, **changes: Any) -> GroupSettings:
        nodes = (
            NodeAddress("gw-1", f"http://127.0.0.1:{self.first}"),
            NodeAddress("gw-2", f"http://127.0.0.1:{self.second}"),
        )
        plain: dict[str, Any] = {
            "dns_server": HostPort("127.0.0.1", self.zone),
            "user": USER,
            "timeout_s": 4.0,
            "judge_clients": False,
            "failover_allowed": True,
        }
        return GroupSettings("g", nodes, **(plain | changes))


@dataclass
class Pair:
    """Two Gateways that swap on a PUT, unless ``on_put`` makes them do something else."""

    on_put: str = "swap"  # swap refuse 500_after 200_without drop_after drop_before hang_after redirect
    zone: Zone = field(default_factory=Zone)

    def __post_init__(self) -> None:
        self.nodes = (_Told(self, ADDRESSES[0], "primary"), _Told(self, ADDRESSES[1], "secondary"))

    @property
    def puts(self) -> list[str]:
        """Where a PUT arrived, by the node's address."""
        return [node.address for node in self.nodes for asked in node.asked if asked == PUT]

    def swap(self) -> None:
        first, second = self.nodes
        first.role, second.role = second.role, first.role
        primary, other = (first, second) if first.role == "primary" else (second, first)
        self.zone.addresses = [primary.address]
        for node in self.nodes:
            node.members = {"primary": primary.address, "secondary": other.address}

    def lose_the_primary(self) -> None:
        """It is silent, and its last heartbeat stands still, long ago."""
        first, second = self.nodes
        first.how = "reset"
        second.last_beat = self.zone.txt_text = iso(second.now() - 500)

    def settings(self, **changes: Any) -> GroupSettings:
        first, second = self.nodes
        return GroupPorts(first.port, second.port, self.zone.port).settings(**changes)


class _Told(Node):
    def __init__(self, pair: Pair, address: str, role: str) -> None:
        super().__init__(address, role=role)
        self._pair = pair
        self.last_beat = ""  # where it stands still

    def state(self) -> dict[str, Any]:
        told = super().state()
        return told | {"last_heartbeat_time": self.last_beat} if self.last_beat else told

    def reply(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        if (method, path) != ("PUT", "/ag/api/v1/failover"):
            return super().reply(method, path, headers, body)
        self.asked.append(PUT)
        how = self._pair.on_put
        if how in {"swap", "500_after", "drop_after", "hang_after"}:
            self._pair.swap()
        if how in {"drop_after", "drop_before"}:
            raise ConnectionError
        if how == "hang_after":
            self.hows = ["hang", "answer"]
        if how == "expired":
            return 401, b"{}", JSON
        status = {"500_after": 500, "refuse": 409, "redirect": 302}.get(how, 200)
        return status, b"{}", JSON | ({"Location": "/ag/api/v1/failover"} if how == "redirect" else {})


@dataclass
class Attempt:
    """One operation over real sockets and a real audit file."""

    pair: Pair | GroupPorts
    folder: Path
    recorder: FakeRecorder = field(default_factory=FakeRecorder)
    told: list[str] = field(default_factory=list)

    @property
    def trail(self) -> AuditTrail:
        return AuditTrail(self.folder / "audit.jsonl")

    @property
    def entries(self) -> list[str]:
        audit = self.trail.read()
        assert audit.faults == ()
        return [str(line.entry["what"]) for line in audit.lines]

    def run(
        self,
        wish: Intent = WISH,
        between: Callable[[], object] | None = None,
        show: Callable[[Failover], None] | None = None,
        **changes: Any,
    ) -> FailoverResult:
        async def main() -> FailoverResult:
            settings, clock = self.pair.settings(**changes), SystemClock()
            secrets = Passwords(from_file=PASSWORD, environ={})
            account = Account(USER, lambda: secrets.get("g"))
            prober = GroupProber(settings, account, clock.now)
            means = Means(settings, prober, clock, self.recorder, InThread(self.trail), self.folder)
            operation = Operation(means, self.told.append, show)
            try:
                await operation.check(wish.kind)
                await operation.arm(wish)
                if between is not None:
                    between()
                return await operation.fire()
            finally:
                operation.close()
                await prober.close()

        return asyncio.run(main())


@contextlib.contextmanager
def serving(pair: Pair) -> Iterator[Pair]:
    with Servers(*pair.nodes, zone=pair.zone):
        yield pair


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for before an outcome is called refused or unknown, made short."""
    monkeypatch.setattr("agmonitor.failover.proof.REFUSAL_SETTLES_S", 0.5)
    monkeypatch.setattr("agmonitor.failover.preflight.WATCH_MIN_S", 1.5)
    monkeypatch.setattr("agmonitor.failover.preflight.SPARE_S", -118.5)  # the documented timers make 120 s
    monkeypatch.setattr("agmonitor.monitor.operation.ROUND_S", 0.1)


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        ("swap", Outcome.SUCCEEDED),
        ("drop_after", Outcome.SUCCEEDED),
        ("500_after", Outcome.SUCCEEDED),
        ("hang_after", Outcome.SUCCEEDED),
        ("200_without", Outcome.UNKNOWN),
        ("drop_before", Outcome.UNKNOWN),
        ("redirect", Outcome.REFUSED_BY_NODE),
        ("refuse", Outcome.REFUSED_BY_NODE),
        ("expired", Outcome.REFUSED_BY_NODE),
    ],
)
def test_one_put_to_the_primary_and_the_outcome_from_evidence(
    tmp_path: Path, how: str, outcome: Outcome
) -> None:
    with serving(Pair(how)) as pair:
        attempt = Attempt(pair, tmp_path)
        result = attempt.run(timeout_s=1.0 if how == "hang_after" else 4.0)

    assert result.outcome is outcome, result.sentence
    assert pair.puts == [ADDRESSES[0]]
    assert attempt.entries == ["armed", "firing", "answered", "ended"]
    ended = attempt.trail.read().lines[-1].entry
    assert (ended["outcome"], ended["sent"]) == (outcome.name.lower(), True)


def test_a_lost_answer_is_told_as_unknown_and_still_watched_before_it_resolves(tmp_path: Path) -> None:
    with serving(Pair("drop_after")) as pair:
        attempt = Attempt(pair, tmp_path)
        attempt.run()

    assert any("unknown, still watching" in line for line in attempt.told)


def test_what_stays_unknown_says_who_says_what(tmp_path: Path) -> None:
    with serving(Pair("200_without")) as pair:
        result = Attempt(pair, tmp_path).run()

    assert "gw-1 says primary, gw-2 says secondary; the record names gw-1 as before" in result.sentence


@pytest.mark.parametrize("how", ["swap", "record", "silence", "members", "session"])
def test_what_moves_between_arming_and_firing_sends_nothing(tmp_path: Path, how: str) -> None:
    with serving(Pair()) as pair:
        first, second = pair.nodes
        moves: dict[str, Callable[[], object]] = {
            "swap": pair.swap,
            "record": lambda: setattr(pair.zone, "addresses", ["192.0.2.99"]),
            "silence": lambda: setattr(second, "how", "reset"),
            "members": lambda: setattr(first, "members", {"primary": ADDRESSES[0], "secondary": None}),
            "session": lambda: setattr(first, "permission", False),
        }
        attempt = Attempt(pair, tmp_path)
        result = attempt.run(between=moves[how])

    assert result.outcome is Outcome.REFUSED_HERE
    assert Guard.ROLES_MOVED in result.guards
    assert pair.puts == []
    assert attempt.entries == ["armed", "ended"]


def test_a_session_that_expired_between_arming_and_firing_is_only_signed_in_anew(tmp_path: Path) -> None:
    with serving(Pair()) as pair:
        result = Attempt(pair, tmp_path).run(between=pair.nodes[0].tokens.clear)

    assert result.outcome is Outcome.SUCCEEDED, result.sentence
    assert pair.puts == [ADDRESSES[0]]


def test_a_witness_that_hangs_at_firing_is_waited_for_two_seconds_and_sends_nothing(tmp_path: Path) -> None:
    with serving(Pair()) as pair:
        attempt = Attempt(pair, tmp_path)
        result = attempt.run(between=lambda: setattr(pair.nodes[1], "how", "hang"), timeout_s=30.0)

    assert result.outcome is Outcome.REFUSED_HERE
    assert "gw-2 was heard and is silent" in result.sentence
    assert pair.puts == []


def test_a_read_only_group_is_never_sent_anything(tmp_path: Path) -> None:
    with serving(Pair()) as pair:
        attempt = Attempt(pair, tmp_path)
        every = frozenset(guard.value for guard in Guard)
        result = attempt.run(Intent("patch day", Kind.PLANNED, "g", every, "me"), failover_allowed=False)

    assert (result.outcome, result.guards) == (Outcome.REFUSED_HERE, (Guard.NOT_ALLOWED,))
    assert pair.puts == []
    assert attempt.entries == ["ended"]


def test_in_an_emergency_the_put_goes_to_the_secondary(tmp_path: Path) -> None:
    with serving(Pair()) as pair:
        pair.lose_the_primary()
        attempt = Attempt(pair, tmp_path)
        result = attempt.run(Intent("gw-1 is dead", Kind.EMERGENCY, "g", who="me"))

    assert result.outcome is Outcome.SUCCEEDED, result.sentence
    assert pair.puts == [ADDRESSES[1]]
    assert any("no standby" in sentence for sentence in result.left)


def test_predicted_and_measured_stand_beside_each_other_at_the_end(tmp_path: Path) -> None:
    with serving(Pair()) as pair:
        attempt = Attempt(pair, tmp_path)
        result = attempt.run()

    assert [one.name for one in result.course] == ["record", "promotion", "yielding"]
    assert all(one.measured_s is not None and one.p5_s <= one.p50_s <= one.p95_s for one in result.course)
    ended = attempt.trail.read().lines[-1].entry
    assert ended["score"] is not None
    assert ended["left_changed"]
