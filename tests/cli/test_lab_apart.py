"""The window's history keeps everything of real groups, and nothing of the lab."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agmonitor.cli.lab_apart import LabApart
from agmonitor.config.checks import LAB_NAME
from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.moment import Sure
from agmonitor.history import inbox
from agmonitor.history.store import Store
from agmonitor.monitor.handing import take_in
from agmonitor.monitor.ports import Archive, Chronicle, TakesOver, TellsMoments, TellsRanges
from tests.history.rows import START, event, tick


def test_it_is_all_that_a_workspace_asks_of_a_history(tmp_path: Path) -> None:
    async def main() -> None:
        store = Store.open(tmp_path / "history.db")
        apart: Archive = LabApart(store)
        try:
            assert isinstance(apart, Chronicle)
            assert isinstance(apart, TellsRanges)
            assert isinstance(apart, TellsMoments)
            assert isinstance(apart, TakesOver)
        finally:
            await store.close()

    asyncio.run(main())


def test_of_the_lab_nothing_is_kept_and_nothing_found(tmp_path: Path) -> None:
    async def main() -> None:
        store = Store.open(tmp_path / "history.db")
        apart = LabApart(store)
        note = Mark(START, MarkKind.NOTE, "somebody", "a note", START)
        try:
            for group in ("gw-prod", LAB_NAME):
                await apart.record(group, [tick(1)], [event(1)])
            await apart.mark("gw-prod", note)
            with pytest.raises(OSError, match="lab"):
                await apart.mark(LAB_NAME, note)

            assert len(await apart.past("gw-prod", 0)) == 1
            assert len(await apart.marks("gw-prod", 0)) == 1
            assert await apart.past(LAB_NAME, 0) == []
            assert await apart.marks(LAB_NAME, 0) == []
            assert await apart.last_story(LAB_NAME) is None
            assert (await apart.moment(LAB_NAME, START + 1)).sure is Sure.NOTHING
            assert await apart.neighbour("gw-prod", START + 2, later=False) is not None
            assert await apart.neighbour(LAB_NAME, START + 2, later=False) is None
            assert await store.past(LAB_NAME, 0) == []
        finally:
            await store.close()

    asyncio.run(main())


def test_what_other_programs_left_for_the_window_is_taken_into_it(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    async def main() -> None:
        store = Store.open(path)
        try:
            left = inbox.leave(path, "gw-prod", Mark(START, MarkKind.NOTE, "somebody", "a note", START))
            await take_in(LabApart(store))
            assert [mark.text for mark in await store.marks("gw-prod", 0)] == ["a note"]
            assert inbox.answer_to(left) == ""
        finally:
            await store.close()

    asyncio.run(main())
