"""The past as the window asks for it: from the history, from memory where nothing is written, or neither."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agmonitor.config.secrets import Passwords
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.moment import Sure
from agmonitor.domain.observations import instant_of
from agmonitor.history.store import Store
from agmonitor.monitor.ports import Archive, GroupChange
from agmonitor.monitor.workspace import Workspace
from tests.builders import T, settings
from tests.fakes import FakeClock
from tests.history.recorded import Change, changes
from tests.history.stories import GROUP, pair


class Nothing:
    """An archive that keeps nothing."""

    async def record(self, *_: object) -> None: ...

    async def past(self, *_: object) -> list[Change]:
        return []

    async def last_at(self, _group: str) -> None:
        return None


SESSION = changes(settings(), [item for number in range(60) for item in pair(T + 2 * number)])


def workspace_over(archive: Archive) -> Workspace:
    return Workspace([], passwords=Passwords(), recorder=archive, clock=FakeClock(T + 1_000))


def told(one: Change, *, recorded: bool) -> GroupChange:
    return GroupChange(GROUP, one.input, one.after, one.events, recorded, "The disk is full.", one.before)


def test_what_could_not_be_written_for_a_while_is_known_and_the_rest_is_the_historys(tmp_path: Path) -> None:
    async def main() -> None:
        store = Store.open(tmp_path / "h.db")
        workspace = workspace_over(store)
        for place, one in enumerate(SESSION):
            unwritten = 60 <= place < 90
            if not unwritten:
                await store.record(GROUP, (one.input,), one.events, one.before, one.after)
            workspace._publish(told(one, recorded=not unwritten))

        for place in (5, 59, 60, 75, 89, 90, 120, len(SESSION) - 1):
            at = round(instant_of(SESSION[place].input), 3)
            last = max(n for n, one in enumerate(SESSION) if round(instant_of(one.input), 3) <= at)
            then = await workspace.moment(GROUP, at)
            assert (then.state, then.sure) == (SESSION[last].after, Sure.OBSERVED), place
        await store.close()

    asyncio.run(main())


def test_of_a_lab_everything_is_remembered_and_gone_with_it() -> None:
    async def main() -> None:
        workspace = workspace_over(Nothing())
        lab = changes(settings(lab=True), [one.input for one in SESSION])
        workspace.add(lab[0].before.settings)
        for one in lab:
            workspace._publish(told(one, recorded=True))
        workspace._keep(GROUP, Evidence(T + 5, "gw-1", "group", "refused", ""))

        then = await workspace.moment(GROUP, T + 60)
        assert then.state is not None
        assert then.sure is Sure.OBSERVED
        assert [one.subject for one in await workspace.evidence(GROUP, T, T + 60)] == ["gw-1"]

        workspace.remove(GROUP)
        gone = await workspace.moment(GROUP, T + 60)
        assert (gone.sure, gone.why) == (Sure.NOTHING, "No history is kept here.")

    asyncio.run(main())


def test_of_a_group_that_is_written_nothing_is_kept_in_memory() -> None:
    workspace = workspace_over(Nothing())
    for one in SESSION:
        workspace._publish(told(one, recorded=True))

    assert not workspace._recent
