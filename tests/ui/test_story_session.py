"""From key to history and back: episodes listed, acknowledged, noted on; failures stand in the dialog."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from agmonitor.cli.history_open import played
from agmonitor.domain.events import Acknowledgement, Episode
from agmonitor.domain.kept import Around, KeptEpisode, Mark, MarkKind
from agmonitor.domain.model import Instant
from agmonitor.ui.desk import Desk
from agmonitor.ui.episodes_dialog import EpisodesDialog
from agmonitor.ui.story_session import NO_HISTORY, NOTHING_WAITS
from agmonitor.ui.word_dialogs import AcknowledgeDialog, NoteDialog
from tests.domain.test_anatomy import TAKEOVER
from tests.ui import staged
from tests.ui.conftest import Run, shown_host
from tests.ui.fake_workspace import FakeWorkspace

NAME, OTHER = "gw-prod-toronto", "gw-stage"
EPISODE = replace(TAKEOVER, began_at=staged.NOW - 500, ended_at=staged.NOW - 300, phases=())


class Storied(FakeWorkspace):
    """A workspace with a stored story."""

    def __init__(self) -> None:
        other = staged.settings(OTHER)
        super().__init__(replace(staged.healthy(), episodes=(EPISODE,)), staged.healthy(other))
        self.kept: list[Mark] = []
        self.words: list[tuple[str, int | None, str, str]] = []
        self.unreadable: OSError | None = None  # the stored episodes alone

    async def episodes(
        self,
        name: str,
        since: Instant,
        until: Instant | None = None,
    ) -> Sequence[KeptEpisode]:
        if self.unreadable is not None:
            raise self.unreadable
        return [KeptEpisode(one, None, (0, 0), ()) for one in self.states[name].episodes]

    async def marks(self, name: str, since: Instant, until: Instant | None = None) -> Sequence[Mark]:
        return list(self.kept)

    async def around(self, name: str, episode: Episode) -> Around:
        return Around()

    async def note(self, name: str, at: Instant, text: str) -> None:
        if self.breaks is not None:
            raise self.breaks
        self.kept.append(Mark(at, MarkKind.NOTE, "ann", text, staged.NOW))

    async def acknowledge(self, name: str, episode: int | None, who: str, why: str) -> None:
        if self.breaks is not None:
            raise self.breaks
        self.words.append((name, episode, who, why))
        noted = replace(EPISODE, acknowledged=Acknowledgement(staged.NOW, who, why))
        self.publish(replace(self.states[name], episodes=(noted,)))


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until it holds; the test's own limit ends a wait in vain."""
    while not condition():  # noqa: ASYNC110 - windows tell of no such thing
        await asyncio.sleep(0.005)


def on_desk(run: Run, story: Callable[[Storied, Desk], Awaitable[None]]) -> None:
    async def main() -> None:
        workspace = Storied()
        host = shown_host()
        async with host.open(workspace) as desk:
            await until(lambda: desk.view.group == NAME)
            await story(workspace, desk)

    run(main())


def opened(desk: Desk, kind: type) -> list[object]:
    return [dialog for dialog in desk.story._dialogs.values() if isinstance(dialog, kind)]


def test_the_key_acknowledges_the_episode_on_show(run: Run) -> None:
    async def story(workspace: Storied, desk: Desk) -> None:
        desk._on_asked("acknowledge")
        (dialog,) = opened(desk, AcknowledgeDialog)
        assert isinstance(dialog, AcknowledgeDialog)
        assert dialog.who.text()
        dialog.who.setText("ann")
        dialog.why.setText("gw-1 patched")
        dialog.save.click()

        await until(lambda: not opened(desk, AcknowledgeDialog))
        assert workspace.words == [(NAME, 4, "ann", "gw-1 patched")]
        assert desk.view.tabs.anatomy.facts._views[5].value.text() == "by ann"

        desk.view.header.acknowledge.click()
        assert not opened(desk, AcknowledgeDialog)
        assert desk._window.errors.text == NOTHING_WAITS

    on_desk(run, story)


def test_a_word_that_is_not_kept_stays_in_its_dialog(run: Run) -> None:
    async def story(workspace: Storied, desk: Desk) -> None:
        workspace.breaks = OSError("The disk is full.")
        desk._on_asked("acknowledge")
        (dialog,) = opened(desk, AcknowledgeDialog)
        assert isinstance(dialog, AcknowledgeDialog)
        dialog.why.setText("gw-1 patched")
        dialog.save.click()

        await until(dialog.mistake.isVisible)
        assert dialog.mistake.text() == "The disk is full."

    on_desk(run, story)


def test_a_note_is_pinned_to_the_moment_chosen_and_listed_with_the_events(run: Run) -> None:
    async def story(workspace: Storied, desk: Desk) -> None:
        axis = desk.view.axis
        assert axis is not None
        axis.refresh(staged.NOW)
        axis.choose_moment(staged.NOW - 90.5)
        desk._on_asked("note")
        (dialog,) = opened(desk, NoteDialog)
        assert isinstance(dialog, NoteDialog)
        dialog.text.setPlainText("cable pulled")
        dialog.save.click()

        await until(lambda: bool(desk.bridge.watched(NAME).marks))
        assert [(mark.at, mark.text) for mark in workspace.kept] == [(staged.NOW - 90.5, "cable pulled")]
        (pin,) = desk.bridge.watched(NAME).history.pins_between(staged.NOW - 91, staged.NOW - 90)
        assert pin.text == "cable pulled"
        await until(lambda: any("cable pulled" in row.sentence for row in desk.view.tabs.events.model.rows))

    on_desk(run, story)


def test_a_note_goes_where_a_menu_says_and_the_moment_shown_stays(run: Run) -> None:
    async def story(workspace: Storied, desk: Desk) -> None:
        assert desk.view.axis is not None
        desk.story.note(staged.NOW - 30.0)
        (dialog,) = opened(desk, NoteDialog)
        assert isinstance(dialog, NoteDialog)
        dialog.text.setPlainText("here")
        dialog.save.click()

        await until(lambda: bool(workspace.kept))
        assert [mark.at for mark in workspace.kept] == [staged.NOW - 30.0]
        assert desk.view.axis.moment_at is None

    on_desk(run, story)


def test_the_list_shows_the_chosen_one_and_is_there_once(run: Run) -> None:
    async def story(_workspace: Storied, desk: Desk) -> None:
        desk._on_asked("episodes")
        desk._on_asked("episodes")
        (dialog,) = opened(desk, EpisodesDialog)
        assert isinstance(dialog, EpisodesDialog)
        await until(lambda: dialog.model.rowCount() == 1)

        assert desk.view.tabs.anatomy.episode == EPISODE
        dialog.moment.click()
        axis = desk.view.axis
        assert axis is not None
        assert axis.moment_at == EPISODE.began_at

    on_desk(run, story)


def test_a_list_stays_its_groups_whatever_the_window_shows_by_then(run: Run) -> None:
    async def story(_workspace: Storied, desk: Desk) -> None:
        desk._on_asked("episodes")
        (dialog,) = opened(desk, EpisodesDialog)
        assert isinstance(dialog, EpisodesDialog)
        await until(lambda: dialog.model.rowCount() == 1)
        desk.choose(OTHER)

        dialog.chosen.emit(KeptEpisode(EPISODE, None, (0, 0), ()))
        assert desk.view.tabs.anatomy.episode is None
        dialog.moment.click()

        assert desk.view.group == NAME
        assert desk.view.axis is not None
        assert desk.view.axis.moment_at == EPISODE.began_at

    on_desk(run, story)


def test_where_the_history_cannot_be_read_what_the_window_knows_is_listed(run: Run) -> None:
    async def story(workspace: Storied, desk: Desk) -> None:
        workspace.unreadable = OSError("The history is damaged.")
        desk._on_asked("episodes")
        (dialog,) = opened(desk, EpisodesDialog)
        assert isinstance(dialog, EpisodesDialog)

        await until(lambda: dialog.model.rowCount() == 1)
        assert dialog.trouble.text().startswith("The history is damaged.")
        assert not desk._window.errors.isVisible()

    on_desk(run, story)


def test_without_a_history_every_key_says_so(run: Run) -> None:
    async def main() -> None:
        host = shown_host()
        async with host.open(FakeWorkspace(staged.healthy())) as desk:
            await until(lambda: desk.view.group == NAME)
            for action in ("episodes", "acknowledge", "note"):
                desk._on_asked(action)
                assert desk._window.errors.text.startswith(NO_HISTORY)
                assert not desk.story._dialogs

    run(main())


def test_in_a_recording_the_hooks_of_an_old_episode_are_counted(run: Run) -> None:
    async def main() -> None:
        host = shown_host()
        with played(Path("example")) as recording:
            async with host.open(recording) as desk:
                await until(lambda: desk.view.tabs.anatomy.episode is not None)
                tab = desk.view.tabs.anatomy
                tab.step_back()
                await until(lambda: tab.facts._views[4].value.text() == "4 ran, 1 failed")

    run(main())
