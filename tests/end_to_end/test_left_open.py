"""Orders whose programs ended before it was known what came of them: whoever watches resolves them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agmonitor.config.paths import paths
from agmonitor.domain.group import initial
from agmonitor.domain.state import GroupState, Mode
from agmonitor.failover.guards import Outcome
from agmonitor.file_lock import FileLock
from agmonitor.history.audit import AuditTrail
from agmonitor.history.audit_reading import Audit
from agmonitor.monitor.late_outcome import LOCK, WITHIN_S
from agmonitor.monitor.left_open import LeftOpen
from agmonitor.monitor.one_order import only_order
from agmonitor.monitor.open_orders import open_order
from tests.builders import dns, heard
from tests.end_to_end.pair import ADDRESSES
from tests.end_to_end.test_workspace import PATIENCE_S, Desk, Pair, at_desk, servers, verdict, wish


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agmonitor.failover.preflight.WATCH_MIN_S", 0.3)
    monkeypatch.setattr("agmonitor.failover.preflight.SPARE_S", -120.0)
    monkeypatch.setattr("agmonitor.monitor.ordering.LOOK_S", 0.1)


def entries() -> list[Mapping[str, Any]]:
    return [line.entry for line in AuditTrail(paths().audit_file).read().lines]


def left_unknown(folder: Path, pair: Pair) -> Callable[[], None]:
    """Another program orders, sees nothing come of it, and ends; the swap is still to come."""
    swaps = pair.swap
    pair.swap = lambda: None  # type: ignore[method-assign]

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        assert (await desk.workspace.fail_over("g", wish("g"), lambda _: None)).outcome is Outcome.UNKNOWN

    at_desk(folder / "verb.db", story, pair.settings())
    return swaps


async def until_resolved(desk: Desk, sentences: list[tuple[str, str]]) -> None:
    """Until the window that watches has told of it."""
    told = asyncio.Event()

    def take(name: str, sentence: str) -> None:
        sentences.append((name, sentence))
        told.set()

    desk.workspace.tell_resolved_to(take)
    await asyncio.wait_for(told.wait(), PATIENCE_S)


def test_an_order_of_another_program_is_resolved_once_by_all_who_watch(tmp_path: Path) -> None:
    pair = Pair()
    sentences: list[tuple[str, str]] = []

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        swaps()
        await until_resolved(desk, sentences)

    with servers(pair):
        swaps = left_unknown(tmp_path, pair)
        assert entries()[-1]["outcome"] == "unknown"
        at_desk(tmp_path / "window.db", story, pair.settings())
        before = entries()
        at_desk(tmp_path / "again.db", nothing_more, pair.settings())

    assert pair.orders == [ADDRESSES[0]]
    ended, resolved = before[-2:]
    assert (ended["what"], resolved["what"], resolved["outcome"]) == ("ended", "resolved", "succeeded")
    assert (resolved["operation"], resolved["who"]) == (ended["operation"], ended["who"])
    assert [name for name, _ in sentences] == ["g"]
    assert sentences[0][1].startswith("Resolved: gw-2 is Primary and gw-1 Secondary after ")
    assert entries() == before, "whoever watches later finds nothing open"
    assert AuditTrail(paths().audit_file).read().faults == ()


async def nothing_more(desk: Desk) -> None:
    told: list[str] = []
    desk.workspace.tell_resolved_to(lambda name, _sentence: told.append(name))
    state = await desk.until(verdict("healthy"))
    await desk.until(lambda now: now.now > state.now + 1)
    assert told == []


def test_one_whose_program_was_killed_is_resolved_but_not_while_it_still_runs(tmp_path: Path) -> None:
    pair = Pair()
    sentences: list[tuple[str, str]] = []

    async def story(desk: Desk) -> None:
        state = await desk.until(verdict("healthy"))
        swaps()
        await desk.until(lambda now: now.now > state.now + 1)
        assert entries()[-1]["what"] == "firing"
        at_work.close()
        await until_resolved(desk, sentences)

    with servers(pair):
        swaps = left_unknown(tmp_path, pair)
        cut_after("firing")
        at_work = contextlib.ExitStack()
        assert at_work.enter_context(only_order(pair.settings(), paths().data)), "as its program holds it"
        at_desk(tmp_path / "window.db", story, pair.settings())

    assert [one["what"] for one in entries()][-2:] == ["firing", "resolved"]


def cut_after(what: str) -> None:
    """The audit as a killed program leaves it: nothing after that entry."""
    path = paths().audit_file
    kept = entries()
    last = max(place for place, one in enumerate(kept) if one["what"] == what)
    path.unlink()
    path.with_name(path.name + ".head").unlink()
    for one in kept[: last + 1]:
        AuditTrail(path).append(one)


def test_two_who_see_it_at_once_write_it_once(tmp_path: Path) -> None:
    pair = Pair()
    sentences: list[tuple[str, str]] = []

    async def story(desk: Desk) -> None:
        state = await desk.until(verdict("healthy"))
        with FileLock(paths().data / LOCK):  # another is just about to write it
            swaps()
            await desk.until(lambda now: now.nodes[1].role == "primary" and now.now > state.now + 1)
            assert entries()[-1]["what"] == "ended"
        await until_resolved(desk, sentences)

    with servers(pair):
        swaps = left_unknown(tmp_path, pair)
        at_desk(tmp_path / "window.db", story, pair.settings())

    assert [one["what"] for one in entries()].count("resolved") == 1


class TestWhatIsOpen:
    """By the entries of an audit alone."""

    @pytest.fixture
    def told(self, tmp_path: Path) -> tuple[Pair, list[Mapping[str, Any]], float]:
        pair = Pair()
        with servers(pair):
            left_unknown(tmp_path, pair)
        return pair, entries(), float(entries()[-1]["at_s"])

    def test_the_newest_that_is_unknown_and_not_too_old(
        self, told: tuple[Pair, list[Mapping[str, Any]], float]
    ) -> None:
        pair, lines, now = told
        found = open_order(lines, pair.settings(), now)
        assert found is not None
        assert found.ended
        assert found.machine.plan is not None
        assert (found.machine.plan.target, found.machine.outcome) == ("gw-1", Outcome.UNKNOWN)

        assert open_order(lines, pair.settings(), now + WITHIN_S) is None
        assert open_order(lines, pair.settings(), now - 3600) is None, "our clock was set back"
        other = replace(pair.settings(), nodes=pair.settings().nodes[::-1])
        assert open_order(lines, replace(other, name="h"), now) is not None, "a group is its two nodes"
        first, second = pair.settings().nodes
        elsewhere = (replace(first, url=f"{first.url}0"), second)
        assert open_order(lines, replace(other, nodes=elsewhere), now) is None

    @pytest.mark.parametrize(
        "more",
        [
            {"what": "resolved", "outcome": "succeeded"},
            {"what": "ended", "outcome": "succeeded"},
            {"what": "interrupted", "sent": False},
            {"what": "firing", "plan": "nonsense"},
            {"what": "firing", "plan": {"target": "gw-1"}},
            {"what": "answered", "answer": {"odd": 1}},
        ],
        ids=lambda more: "-".join(str(value) for value in more.values()),
    )
    def test_what_is_known_or_cannot_be_read_is_not(
        self, told: tuple[Pair, list[Mapping[str, Any]], float], more: dict[str, object]
    ) -> None:
        pair, lines, now = told

        assert open_order([*lines, {**lines[-1], **more}], pair.settings(), now) is None

    def test_one_that_ends_while_it_is_read_is_not(
        self, told: tuple[Pair, list[Mapping[str, Any]], float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pair, lines, now = told
        cut_after("firing")
        left = LeftOpen(paths().audit_file, paths().data)
        read = AuditTrail.read
        end = {**lines[-1], "what": "ended", "outcome": "succeeded"}

        def ends_then(trail: AuditTrail) -> Audit:
            monkeypatch.setattr(AuditTrail, "read", read)
            audit = trail.read()
            trail.append(end)
            return audit

        monkeypatch.setattr(AuditTrail, "read", ends_then)
        assert asyncio.run(left.found([pair.settings()], now)) == []
        assert asyncio.run(left.found([pair.settings()], now)) == []

    def test_a_state_from_before_the_order_tells_nothing_of_it(
        self, told: tuple[Pair, list[Mapping[str, Any]], float]
    ) -> None:
        pair, lines, now = told
        found = open_order(lines, pair.settings(), now)
        assert found is not None

        def seen(first_at: float, second_at: float, dns_at: float) -> GroupState:
            state = initial(pair.settings(), Mode.WATCHING, now)
            first, second = state.nodes
            nodes = (
                replace(first, last=heard("gw-1", at=first_at)),
                replace(second, last=heard("gw-2", at=second_at)),
            )
            return replace(state, nodes=nodes, dns=dns(at=dns_at))

        fired_at = found.machine.fired_at
        assert fired_at is not None
        after, before = fired_at + 1, fired_at - 1
        assert found.is_judged_by(seen(after, after, after))
        for stale in ((before, after, after), (after, before, after), (after, after, before)):
            assert not found.is_judged_by(seen(*stale))
        assert not found.is_judged_by(initial(pair.settings(), Mode.WATCHING, now))
