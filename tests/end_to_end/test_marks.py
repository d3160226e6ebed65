"""Notes, acknowledgements and evidence over real sockets, from the workspace into the history."""

from __future__ import annotations

from pathlib import Path

import pytest

from agmonitor.domain.kept import MarkKind
from agmonitor.domain.observations import Acknowledged
from agmonitor.domain.state import GroupState
from agmonitor.history.replay import check, moments
from tests.end_to_end.test_workspace import Desk, Pair, at_desk, servers, verdict

UNEXPLAINED = 18


def unexplained(state: GroupState) -> bool:
    return UNEXPLAINED in {finding.number for finding in state.verdict.findings}


def test_an_acknowledged_failover_is_no_finding_and_stays_so_after_coming_back(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        with pytest.raises(ValueError, match="nothing explains"):
            await desk.workspace.acknowledge("g", None, "anna", "?")
        pair.swap()
        await desk.until(unexplained)
        await desk.workspace.acknowledge("g", None, "anna", "change 4711")
        assert not unexplained(desk.workspace.state("g"))
        await desk.workspace.note("g", desk.workspace.now() - 5, "patch day")
        marks = [(mark.kind, mark.text) for mark in await desk.workspace.marks("g", 0)]
        assert marks == [(MarkKind.NOTE, "patch day"), (MarkKind.ACKNOWLEDGED, "change 4711")]

    async def again(desk: Desk) -> None:
        state = await desk.until(verdict("healthy"))
        assert state.memory.acknowledged_change is not None
        assert not unexplained(state)

    with servers(pair):
        desk = at_desk(tmp_path / "history.db", story, pair.settings())
        at_desk(tmp_path / "history.db", again, pair.settings())

    assert [item.who for item in desk.inputs(Acknowledged)] == ["anna"]
    found = check(moments(tmp_path / "history.db", "g"))
    assert found.inputs > 10
    assert found.equal


def test_what_a_failed_probe_saw_is_kept(tmp_path: Path) -> None:
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        since = desk.workspace.now()
        pair.nodes[1].how = "hang"
        await desk.until(lambda s: s.node("gw-2").failures >= 3)
        told = [each for each in await desk.workspace.evidence("g", since) if each.subject == "gw-2"]
        assert told
        assert {each.answer for each in told} == {"timeout"}
        assert told[0].exchanges[0].request.startswith("GET http://127.0.0.1:")
        assert await desk.workspace.episodes("g", since + 3600) == []

    with servers(pair):
        at_desk(tmp_path / "history.db", story, pair.settings())
