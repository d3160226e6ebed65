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
from agmonitor.failover.guards import Outcome
from agmonitor.file_lock import FileLock
from agmonitor.history.audit import AuditTrail
from agmonitor.history.audit_reading import Audit
from agmonitor.monitor.auditing import Auditing, past_of
from agmonitor.monitor.clock import SystemClock
from agmonitor.monitor.late_outcome import LOCK
from agmonitor.monitor.left_open import LeftOpen
from agmonitor.monitor.one_order import only_order
from agmonitor.monitor.open_orders import open_order
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


def cut_after(what: str, *, watch_s: float = 120.0) -> None:
    """The audit as a program leaves it that is killed: nothing after that entry; its time as given."""
    path = paths().audit_file
    kept = entries()
    last = max(place for place, one in enumerate(kept) if one["what"] == what)
    path.unlink()
    path.with_name(path.name + ".head").unlink()
    for one in kept[: last + 1]:
        plan = {"plan": {**one["plan"], "watch_s": watch_s}} if "plan" in one else {}
        AuditTrail(path).append({**one, **plan})


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
        cut_after("answered")
        at_desk(tmp_path / "window.db", story, pair.settings())
        before = entries()
        at_desk(tmp_path / "again.db", nothing_more, pair.settings())

    assert pair.orders == [ADDRESSES[0]]
    left, resolved = before[-2:]
    assert (left["what"], resolved["what"], resolved["outcome"]) == ("answered", "resolved", "succeeded")
    assert (resolved["operation"], resolved["who"]) == (left["operation"], left["who"])
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


def test_two_who_see_it_at_once_write_it_once(tmp_path: Path) -> None:
    pair = Pair()
    sentences: list[tuple[str, str]] = []

    async def story(desk: Desk) -> None:
        state = await desk.until(verdict("healthy"))
        with FileLock(paths().data / LOCK):  # another is just about to write it
            swaps()
            await desk.until(lambda now: now.nodes[1].role == "primary" and now.now > state.now + 1)
            assert entries()[-1]["what"] == "answered"
        await until_resolved(desk, sentences)

    with servers(pair):
        swaps = left_unknown(tmp_path, pair)
        cut_after("answered")
        at_desk(tmp_path / "window.db", story, pair.settings())

    assert [one["what"] for one in entries()].count("resolved") == 1


def test_a_takeover_after_its_time_is_not_its_success(tmp_path: Path) -> None:
    pair = Pair()
    sentences: list[tuple[str, str]] = []

    async def story(desk: Desk) -> None:
        await until_resolved(desk, sentences)
        swaps()
        await desk.until(lambda now: now.nodes[1].role == "primary")
        await nothing_more(desk)

    with servers(pair):
        swaps = left_unknown(tmp_path, pair)
        at_desk(tmp_path / "window.db", story, pair.settings())

    assert len(sentences) == 1
    assert sentences[0][1].startswith("Given up: gw-1 is Primary and gw-2 Secondary ")
    assert [one.get("outcome") for one in entries()][-2:] == ["unknown", "not_taken"]
    assert past_of(entries(), str(entries()[-1]["pair"])).last_proven_at is None


@pytest.mark.parametrize(("history", "outcome"), [("same", "succeeded"), ("another", "never_known")])
def test_what_the_history_saw_in_its_time_proves_it_and_what_nobody_saw_is_never_known(
    tmp_path: Path, history: str, outcome: str
) -> None:
    pair = Pair()
    sentences: list[tuple[str, str]] = []

    async def sees_the_swap(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        with FileLock(paths().data / LOCK):  # it ends before it can write down what it saw
            swaps()
            await desk.until(lambda now: now.nodes[1].role == "primary" and verdict("healthy")(now))

    async def finds_it(desk: Desk) -> None:
        await until_resolved(desk, sentences)

    with servers(pair):
        swaps = left_unknown(tmp_path, pair)
        cut_after("firing")
        at_desk(tmp_path / "same.db", sees_the_swap, pair.settings())
        over_s = SystemClock().now() - float(entries()[-1]["at_s"])
        cut_after("firing", watch_s=over_s)
        at_desk(tmp_path / f"{history}.db", finds_it, pair.settings())

    assert [one["what"] for one in entries()][-2:] == ["firing", "resolved"]
    assert entries()[-1]["outcome"] == outcome, sentences
    known = sentences[0][1]
    assert known.startswith("Resolved: " if history == "same" else "Stays unknown: gw-2 became Primary at ")
    proven = past_of(entries(), str(entries()[-1]["pair"])).last_proven_at
    assert (proven is not None) is (outcome == "succeeded")


def test_an_audit_that_fails_while_it_is_resolved_is_written_later_and_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = Pair()
    sentences: list[tuple[str, str]] = []
    read = Auditing.has_written

    async def unreadable(_auditing: Auditing, _what: str) -> bool:
        raise OSError("Another program holds the audit and does not let go")

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        monkeypatch.setattr(Auditing, "has_written", unreadable)
        swaps()
        await until_resolved(desk, sentences)
        assert entries()[-1]["what"] == "answered"
        monkeypatch.setattr(Auditing, "has_written", read)
        await desk.until(lambda _now: entries()[-1]["what"] == "resolved")
        await nothing_more(desk)

    with servers(pair):
        swaps = left_unknown(tmp_path, pair)
        cut_after("answered")
        at_desk(tmp_path / "window.db", story, pair.settings())

    assert len(sentences) == 1
    assert [one["what"] for one in entries()].count("resolved") == 1


def test_a_group_that_was_removed_and_added_again_is_waited_for_again(tmp_path: Path) -> None:
    pair = Pair()
    sentences: list[tuple[str, str]] = []

    async def story(desk: Desk) -> None:
        await desk.until(lambda _now: "g" in desk.workspace._unknown)
        desk.workspace.remove("g")
        desk.workspace.add(pair.settings(name="h"))
        await desk.until(lambda _now: "h" in desk.workspace._unknown, "h")
        swaps()
        await until_resolved(desk, sentences)

    with servers(pair):
        swaps = left_unknown(tmp_path, pair)
        cut_after("answered")
        at_desk(tmp_path / "window.db", story, pair.settings())

    assert [name for name, _ in sentences] == ["h"]


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

        assert open_order(lines, pair.settings(), now + 1e6) is not None, "nobody has said yet what is known"
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

    def test_what_its_own_program_saw_of_it_is_known(
        self, told: tuple[Pair, list[Mapping[str, Any]], float]
    ) -> None:
        pair, lines, now = told
        course = [{"name": "record", "measured_s": None}, {"name": "promotion", "measured_s": 4.5}]

        found = open_order([*lines[:-1], {**lines[-1], "course": course}], pair.settings(), now)

        assert found is not None
        assert found.machine.reached_s == (("promotion", 4.5),)

    def test_an_audit_that_could_not_be_read_is_read_again(
        self, told: tuple[Pair, list[Mapping[str, Any]], float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pair, _, now = told
        left = LeftOpen(paths().audit_file, paths().data)
        read = AuditTrail.read

        def held(_trail: AuditTrail) -> Audit:
            monkeypatch.setattr(AuditTrail, "read", read)
            raise OSError("held by another program")

        monkeypatch.setattr(AuditTrail, "read", held)
        assert asyncio.run(left.found([pair.settings()], now)) == []
        assert len(asyncio.run(left.found([pair.settings()], now))) == 1
        assert asyncio.run(left.found([pair.settings()], now)) == [], "nothing is new"
        left.look_again()
        assert len(asyncio.run(left.found([pair.settings()], now))) == 1
