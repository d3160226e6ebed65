"""One verdict, one word: list, banner and tray name the same at any moment, in every course we know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agmonitor.domain.model import Severity
from agmonitor.domain.titles import title_of
from agmonitor.monitor.ports import GroupChange
from agmonitor.ui.alerts_session import worst_of
from agmonitor.ui.desk import Desk
from tests.ui.conftest import Run, shown_host
from tests.ui.fake_workspace import FakeWorkspace
from tests.ui.golden.plays import changes_of
from tests.ui.golden.windows import PLAYS
from tests.ui.test_alerts import OFFSCREEN, Behind


def _turns(changes: tuple[GroupChange, ...]) -> Iterator[GroupChange]:
    """The changes that brought another verdict, and the newest."""
    last = changes[0]
    for change in changes[1:]:
        if (change.state.verdict.name, change.state.verdict.severity) != (
            last.state.verdict.name,
            last.state.verdict.severity,
        ):
            yield change
        last = change
    yield changes[-1]


def _words(desk: Desk) -> dict[str, tuple[str, Severity]]:
    """Who says what, as a person sees it now."""
    state = desk.view._watched
    assert state is not None
    (row,) = desk._window.groups.rows
    severity, sentence = worst_of(list(desk.alerts._worst.values()))
    banner = desk.view.banner
    return {
        "row": (row.word, row.severity),
        "banner": (banner._word.text(), state.state.verdict.severity),
        "tray": (sentence.rpartition(": ")[2], severity),
    }


@OFFSCREEN
@pytest.mark.parametrize("name", PLAYS)
def test_list_banner_and_tray_name_the_same_verdict(run: Run, tmp_path: Path, name: str) -> None:
    changes = changes_of(PLAYS[name])

    async def main() -> None:
        workspace, host = FakeWorkspace(changes[0].state), shown_host()
        async with host.open(workspace, alerts=Behind(tmp_path)) as desk:
            while desk.view._watched is None:
                await host.settled()
            for change in _turns(changes):
                workspace.at = change.state.now
                workspace.publish(change.state, *change.events, item=change.input)
                verdict = change.state.verdict
                wanted = title_of(verdict.name), verdict.severity
                words = _words(desk)
                if verdict.severity < Severity.WARNING:
                    words.pop("tray")  # it names no group while all are well
                assert words == dict.fromkeys(words, wanted)

    run(main())


def test_of_equals_the_tray_names_the_one_that_stands_first_in_the_list() -> None:
    later, first = (Severity.WARNING, "gw-b: No standby"), (Severity.WARNING, "gw-A: Clock skew")

    assert worst_of([later, first])[1] == "2 warning; gw-A: Clock skew"
