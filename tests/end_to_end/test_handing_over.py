"""What a person leaves from another program while the window writes: handed over, and nothing lost."""

from __future__ import annotations

import asyncio
import functools
import os
import sys
from pathlib import Path

import pytest

from agmonitor.cli.lab_apart import LabApart
from agmonitor.config.secrets import Passwords
from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Acknowledged, FailoverOrdered
from agmonitor.history import inbox, no_history
from agmonitor.history.faults import HistoryError
from agmonitor.history.no_history import NoHistory
from agmonitor.history.replay import check, moments
from agmonitor.history.store import Store
from agmonitor.monitor.clock import SystemClock
from agmonitor.monitor.handing import order_book, take_in
from agmonitor.monitor.workspace import Workspace
from tests.end_to_end.pair import PASSWORD
from tests.end_to_end.test_marks import unexplained
from tests.end_to_end.test_workspace import Desk, Pair, at_desk, servers, verdict

AT: Instant = 1_800_000_000.0
NOTE = Mark(AT, MarkKind.NOTE, "anna", "switch replaced", AT + 3)


async def agmonitor(*words: str) -> tuple[int, str]:
    """Another process of the program: its exit code and what it complained of."""
    command = [sys.executable, "-m", "agmonitor", *words]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    return process.returncode or 0, said.decode()


def reader(path: Path) -> NoHistory:
    """The history as a program finds it while another writes."""
    with pytest.raises(HistoryError) as refused:
        Store.open(path)
    return NoHistory(refused.value, path, functools.partial(Store.open, path))


def test_a_note_and_an_acknowledgement_come_from_another_process_while_the_window_writes() -> None:
    path = Path(os.environ["AGMONITOR_HOME"]) / "data" / "history.db"
    pair = Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        pair.swap()
        await desk.until(unexplained)
        assert await agmonitor("history", "note", "g", "patch day") == (0, "")
        assert await agmonitor("history", "acknowledge", "g", "--why", "change 4711") == (0, "")
        assert not unexplained(desk.workspace.state("g"))
        code, said = await agmonitor("history", "acknowledge", "g", "99", "--why", "?")
        assert (code, "There is no episode 99." in said) == (2, True)
        marks = [(mark.kind, mark.text) for mark in await desk.workspace.marks("g", 0)]
        assert marks == [(MarkKind.NOTE, "patch day"), (MarkKind.ACKNOWLEDGED, "change 4711")]

    with servers(pair):
        desk = at_desk(path, story, pair.settings())

    assert [item.why for item in desk.inputs(Acknowledged)] == ["change 4711"]
    assert check(moments(path, "g")).equal
    assert not list(inbox.folder_of(path).glob("*"))


def test_an_order_of_another_program_explains_the_failover_to_the_window_that_writes(tmp_path: Path) -> None:
    path, pair = tmp_path / "history.db", Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        order = FailoverOrdered(desk.workspace.now(), "gw-1", "patch day", "ben")
        await order_book(reader(path)).record("g", (order,), ())
        pair.swap()
        state = await desk.until(lambda s: s.memory.change is not None and s.verdict.name == "healthy")
        assert not unexplained(state)

    with servers(pair):
        desk = at_desk(path, story, pair.settings())

    assert [item.who for item in desk.inputs(FailoverOrdered)] == ["ben"]


def test_a_second_window_leaves_its_words_for_the_one_that_writes(tmp_path: Path) -> None:
    path, pair = tmp_path / "history.db", Pair()

    async def story(desk: Desk) -> None:
        await desk.until(verdict("healthy"))
        second = Workspace(
            (pair.settings(),),
            passwords=Passwords(from_file=PASSWORD, environ={}),
            recorder=LabApart(reader(path)),
            clock=SystemClock(),
        )
        async with asyncio.TaskGroup() as tasks:
            other = Desk(second, desk.store)
            running = tasks.create_task(second.run())
            await other.until(verdict("healthy"))
            pair.swap()
            await desk.until(unexplained)
            await other.until(unexplained)
            await second.acknowledge("g", None, "ben", "change 4711")
            running.cancel()
        assert not unexplained(desk.workspace.state("g"))

    with servers(pair):
        desk = at_desk(path, story, pair.settings())

    assert [(item.who, item.why) for item in desk.inputs(Acknowledged)] == [("ben", "change 4711")]
    assert check(moments(path, "g")).equal


def test_what_is_left_while_nobody_takes_it_in_is_kept_and_taken_in_by_whoever_writes_next(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.db"

    async def main() -> None:
        busy = Store.open(path)  # a verb that writes, and watches nothing
        with pytest.raises(HistoryError, match="keeps it"):
            await reader(path).hand_over("g", NOTE, 0.1)
        await busy.close()
        window = Store.open(path)
        await take_in(window)
        assert [mark.text for mark in await window.marks("g", 0)] == ["switch replaced"]
        assert await window.handed() == []
        await window.close()

    asyncio.run(main())


def test_a_note_left_while_another_verb_is_about_to_end_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.db"
    monkeypatch.setattr(no_history, "RETRY_S", 0.0)

    async def main() -> None:
        verb = Store.open(path)
        second = reader(path)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(second.hand_over("g", NOTE, 2.0))
            await verb.close()
        assert [mark.text for mark in await second.marks("g", 0)] == ["switch replaced"]
        assert await second.handed() == []
        await second.close()

    asyncio.run(main())


def test_a_kill_between_the_commit_and_the_answer_doubles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    order = FailoverOrdered(AT + 0.123_456, "gw-1", "patch day", "ben")

    async def main() -> None:
        store = Store.open(path)
        for left in (NOTE, order):
            file = inbox.leave(path, "g", left)
            whole = file.read_bytes()
            for _ in range(3):  # answered, and there again as if it had not been
                await take_in(store)
                assert not file.exists()
                file.write_bytes(whole)
            file.unlink()
        assert len(await store.marks("g", 0)) == 1
        assert len(await store.past("g", 0)) == 1
        await store.close()

    asyncio.run(main())


def test_what_cannot_be_read_is_put_aside_and_holds_up_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    folder = inbox.folder_of(path)

    async def main() -> None:
        store = Store.open(path)
        inbox.leave(path, "g", NOTE)
        for name, text in (("0", "{"), ("1", '{"kind": "Mark", "group": 3, "left": {}}'), ("2", "[]")):
            (folder / f"{name}.json").write_text(text)
        await take_in(store)
        assert [mark.text for mark in await store.marks("g", 0)] == ["switch replaced"]
        await store.close()

    asyncio.run(main())
    assert sorted(one.name for one in folder.glob("*.unreadable")) == [f"{n}.unreadable" for n in range(3)]


def test_a_history_that_cannot_be_written_keeps_it_waiting(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    async def main() -> None:
        store = Store.open(path)
        inbox.leave(path, "g", NOTE)
        await store.close()
        await take_in(store)
        assert len(inbox.waiting(path)) == 1

    asyncio.run(main())
