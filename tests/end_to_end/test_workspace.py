"""The workspace over real sockets and a real history: watching, killing, failing over, coming back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agmonitor.config.paths import paths
from agmonitor.config.secrets import Passwords
from agmonitor.domain.model import Answer, GroupSettings, HostPort, NodeAddress, Role
from agmonitor.domain.observations import FailoverOrdered, Gap, GapReason, Input
from agmonitor.domain.state import GroupState
from agmonitor.failover.guards import Intent, Kind, Outcome
from agmonitor.failover.preflight import preflight
from agmonitor.history.store import Store
from agmonitor.monitor.clock import SystemClock
from agmonitor.monitor.one_order import only_order
from agmonitor.monitor.ports import GroupChange
from agmonitor.monitor.workspace import Workspace
from tests.end_to_end.pair import ADDRESSES, PASSWORD, USER, Node, Servers, Zone

PATIENCE_S = 20.0


@dataclass
class Pair:
    """A pair that obeys ``PUT /failover``, and the settings to watch it."""

    zone: Zone = field(default_factory=Zone)
    orders: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.nodes = (_Obedient(self, ADDRESSES[0], "primary"), _Obedient(self, ADDRESSES[1], "secondary"))

    def settings(self, **changes: Any) -> GroupSettings:
        first, second = self.nodes
        plain: dict[str, Any] = {
            "name": "g",
            "nodes": (
                NodeAddress("gw-1", f"http://127.0.0.1:{first.port}"),
                NodeAddress("gw-2", f"http://127.0.0.1:{second.port}"),
            ),
            "dns_server": HostPort("127.0.0.1", self.zone.port),
            "resolvers": (HostPort("127.0.0.1", self.zone.port),),
            "user": USER,
            "timeout_s": 1.0,
            "cadence_s": 0.2,
            "judge_clients": False,
            "failover_allowed": True,
        }
        return GroupSettings(**(plain | changes))

    def swap(self) -> None:
        first, second = self.nodes
        first.role, second.role = second.role, first.role
        primary = first if first.role == "primary" else second
        self.zone.addresses = [primary.address]
        other = second if primary is first else first
        for node in self.nodes:
            node.members = {"primary": primary.address, "secondary": other.address}


class _Obedient(Node):
    def __init__(self, pair: Pair, address: str, role: str) -> None:
        super().__init__(address, role=role)
        self._pair = pair

    def reply(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        if (method, path) == ("PUT", "/ag/api/v1/failover"):
            self._pair.orders.append(self.address)
            self._pair.swap()
            return 200, b'{"message": "Manual failover completed."}', {"Content-Type": "application/json"}
        return super().reply(method, path, headers, body)


class Desk:
    """A running workspace and all it published."""

    def __init__(self, workspace: Workspace, store: Store) -> None:
        self.workspace = workspace
        self.store = store
        self.changes: list[GroupChange] = []
        self._moved = asyncio.Event()
        workspace.subscribe(self._on_change)

    def _on_change(self, change: GroupChange) -> None:
        self.changes.append(change)
        self._moved.set()

    async def until(self, true: Callable[[GroupState], bool], name: str = "g") -> GroupState:
        """Wait until a published state of that group is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not true(self.workspace.state(name)):
                self._moved.clear()
                await self._moved.wait()
        return self.workspace.state(name)

    def inputs(self, kind: type[Input]) -> list[Any]:
        return [change.input for change in self.changes if isinstance(change.input, kind)]


def at_desk(
    path: Path,
    story: Callable[[Desk], Awaitable[None]],
    *groups: GroupSettings,
    password: str | None = PASSWORD,
) -> Desk:
    async def main() -> Desk:
        store = Store.open(path)
        passwords = Passwords(from_file=password, environ={})
        workspace = Workspace(groups, passwords=passwords, recorder=store, clock=SystemClock())
        desk = Desk(workspace, store)
        try:
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(workspace.run())
                await story(desk)
                running.cancel()
        finally:
            await store.close()
        return desk

    return asyncio.run(main())


def wish(name: str) -> Intent:
    return Intent("patch day", Kind.PLANNED, name)


def verdict(name: str) -> Callable[[GroupState], bool]:
    return lambda state: state.verdict.name == name


def servers(pair: Pair) -> Servers:
    return Servers(*pair.nodes, zone=pair.zone)


def test_a_pair_is_watched_through_a_failover_and_found_again_in_the_history(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        before = await desk.until(verdict("healthy"))
        assert before.node("gw-1").role is Role.PRIMARY

        told: list[str] = []
        result = await desk.workspace.fail_over("g", wish("g"), told.append)

        assert result.outcome is Outcome.SUCCEEDED, result.sentence
        assert pair.orders == [ADDRESSES[0]]
        assert told[0] == "Reading both nodes and DNS."
        after = await desk.until(
            lambda s: s.node("gw-2").role is Role.PRIMARY and s.verdict.name == "healthy"
        )
        assert after.ordered is not None
        assert after.ordered.reason == "patch day"

        past = await desk.workspace.past("g", 0)
        assert [row.input for row in past][: len(desk.changes)] == [c.input for c in desk.changes][
            : len(past)
        ]
        assert len([row for row in past if isinstance(row.input, FailoverOrdered)]) == 1

    with servers(pair):
        desk = at_desk(tmp_path / "history.db", story, pair.settings())

    assert all(change.recorded for change in desk.changes)


def test_no_order_is_sent_beside_another_or_on_what_has_moved_since(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        shown = preflight(await desk.until(verdict("healthy")), Kind.PLANNED).plan
        with only_order(pair.settings(), paths().data):  # as another copy of the program would hold it
            beside = await desk.workspace.fail_over("g", wish("g"), lambda _: None, confirmed=shown)
        pair.swap()
        moved = await desk.workspace.fail_over("g", wish("g"), lambda _: None, confirmed=shown)

        assert (beside.outcome, moved.outcome) == (Outcome.REFUSED_HERE, Outcome.REFUSED_HERE)
        assert "under way already" in beside.sentence
        assert "moved since" in moved.sentence

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    assert pair.orders == []


def test_coming_back_resumes_from_the_history_with_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agmonitor.monitor.engine.LATE_S", 0.0)  # no need to stay away for long
    pair = Pair()

    async def first(desk: Desk) -> None:
        await desk.until(verdict("healthy"))

    async def second(desk: Desk) -> None:
        state = await desk.until(verdict("healthy"))
        assert state.began_at < desk.changes[0].input.from_at  # type: ignore[union-attr]

    with servers(pair):
        at_desk(tmp_path / "history.db", first, pair.settings())
        desk = at_desk(tmp_path / "history.db", second, pair.settings())

    (gap,) = desk.inputs(Gap)
    assert gap.reason is GapReason.CLOSED
    assert desk.changes[0].input == gap


def test_a_node_that_resets_and_hangs_is_lost_and_found_while_the_other_is_watched(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        pair.nodes[1].how = "hang"
        await desk.until(lambda s: s.node("gw-2").failures >= 2)
        asked = len(pair.nodes[0].asked)
        await desk.until(lambda s: s.node("gw-2").failures >= 3)
        assert len(pair.nodes[0].asked) >= asked + 3
        pair.nodes[1].how = "answer"
        await desk.until(verdict("healthy"))

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())


def test_groups_come_go_change_and_pause_while_running(tmp_path: Path) -> None:
    pair, other = Pair(), Pair()

    async def story(desk: Desk) -> None:
        workspace = desk.workspace
        await desk.until(verdict("healthy"))
        workspace.add(other.settings(name="h"))
        with pytest.raises(ValueError, match="already"):
            workspace.add(other.settings(name="h"))
        await desk.until(verdict("healthy"), "h")
        assert set(workspace.groups) == {"g", "h"}

        workspace.replace(pair.settings(tags=("prod",)))
        assert workspace.state("g").verdict.name == "healthy"  # what is known stays known
        asked = len(pair.nodes[0].asked)
        await desk.until(lambda _: len(pair.nodes[0].asked) > asked)
        assert workspace.state("g").settings.tags == ("prod",)

        workspace.pause("h")
        assert workspace.paused("h")
        workspace.resume("h")
        await desk.until(lambda _: bool(desk.inputs(Gap)), "h")
        workspace.remove("h")
        with pytest.raises(KeyError):
            workspace.state("h")

    with servers(pair), servers(other):
        desk = at_desk(tmp_path / "history.db", story, pair.settings())

    assert [gap.reason for gap in desk.inputs(Gap)] == [GapReason.PAUSED]


def test_a_refused_password_is_tried_once_by_all_who_share_it_until_it_changes(tmp_path: Path) -> None:
    pair, other = Pair(), Pair()

    async def story(desk: Desk) -> None:
        def refused(state: GroupState) -> bool:
            return all(n.last is not None and n.last.answer is Answer.SIGN_IN_REFUSED for n in state.nodes)

        await desk.until(refused)
        await desk.until(refused, "h")
        everybody = (*pair.nodes, *other.nodes)
        for _ in range(3):
            asked = len(desk.changes)
            await desk.until(lambda _, asked=asked: len(desk.changes) > asked + 5)  # type: ignore[misc]
        assert sum(node.asked.count("POST /rest_login") for node in everybody) == 1

        desk.workspace.set_password("g", PASSWORD)
        await desk.until(verdict("healthy"))
        assert refused(desk.workspace.state("h"))

        logins = sum(node.asked.count("POST /rest_login") for node in other.nodes)
        desk.workspace.retry_sign_in("h")
        await desk.until(
            lambda _: sum(node.asked.count("POST /rest_login") for node in other.nodes) > logins, "h"
        )

    with servers(pair), servers(other):
        at_desk(tmp_path / "history.db", story, pair.settings(), other.settings(name="h"), password="wrong")


def test_a_group_that_must_not_fail_over_does_not_and_two_orders_at_once_are_one(tmp_path: Path) -> None:
    pair, other = Pair(), Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        refused = await desk.workspace.fail_over("h", wish("h"), lambda _: None)
        assert refused.outcome is Outcome.REFUSED_HERE
        assert other.orders == []

        async with asyncio.TaskGroup() as tasks:
            both = [
                tasks.create_task(desk.workspace.fail_over("g", wish("g"), lambda _: None)) for _ in range(2)
            ]
        assert sorted(each.result().outcome.name for each in both) == ["REFUSED_HERE", "SUCCEEDED"]
        assert len(pair.orders) == 1

    with servers(pair), servers(other):
        at_desk(
            tmp_path / "history.db",
            story,
            pair.settings(),
            other.settings(name="h", failover_allowed=False),
        )


def test_the_client_path_is_resolved_and_visited(tmp_path: Path) -> None:
    pair = Pair()
    pair.zone.addresses = ["127.0.0.1"]
    for node in pair.nodes:
        node.scheme = "http"

    async def story(desk: Desk) -> None:
        state = await desk.until(lambda s: s.clients is not None)
        assert state.clients is not None
        # The pair says it is reached at port 443, where nobody listens.
        assert (state.clients.address, state.clients.answer) == ("127.0.0.1", Answer.REFUSED)
        pair.zone.addresses = []
        await desk.until(lambda s: s.clients is not None and s.clients.answer is Answer.NAME)

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings(judge_clients=True))


def test_a_ca_file_that_cannot_be_used_is_said_by_every_probe(tmp_path: Path) -> None:
    rubbish = tmp_path / "ca.pem"
    rubbish.write_text("no certificate", encoding="utf-8")
    pair = Pair()
    first, second = pair.nodes

    async def story(desk: Desk) -> None:
        state = await desk.until(lambda s: all(node.last is not None for node in s.nodes))
        for node in state.nodes:
            assert node.last is not None
            assert node.last.answer is Answer.TLS
            assert "ca.pem" in node.last.detail
        result = await desk.workspace.fail_over("g", wish("g"), lambda _: None)
        assert result.outcome is Outcome.REFUSED_HERE

    with servers(pair):
        nodes = (
            NodeAddress("gw-1", f"https://127.0.0.1:{first.port}"),
            NodeAddress("gw-2", f"https://127.0.0.1:{second.port}"),
        )
        at_desk(tmp_path / "history.db", story, pair.settings(nodes=nodes, ca_file=str(rubbish)))


def test_no_secret_reaches_the_history(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())

    for file in tmp_path.iterdir():
        with closing(file.open("rb")) as opened:
            content = opened.read()
        assert PASSWORD.encode() not in content
        assert b"secret-token" not in content
