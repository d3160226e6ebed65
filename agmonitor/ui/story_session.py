"""The stored story of the shown group: its episodes listed and acknowledged, notes pinned, both read.

Opens the dialogs and asks the workspace; judges nothing. What waits runs as a command of the bridge.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from agmonitor.domain.attention import Subject, waiting
from agmonitor.domain.events import Episode
from agmonitor.domain.kept import KeptEpisode
from agmonitor.domain.model import Instant
from agmonitor.monitor.ports import TellsEpisodes
from agmonitor.monitor.remembering import user_name
from agmonitor.texts import t
from agmonitor.ui.anatomy_words import headline
from agmonitor.ui.episodes_dialog import EpisodesDialog
from agmonitor.ui.word_dialogs import AcknowledgeDialog, NoteDialog

if TYPE_CHECKING:
    from agmonitor.ui.bridge import Bridge
    from agmonitor.ui.group_view import GroupView
    from agmonitor.ui.main_window import MainWindow

NO_HISTORY = t("No history is kept here, so there is nothing to list and nowhere to leave a word.")
NOTHING_WAITS = t("There is nothing to acknowledge: every episode of this group has been.")
UNEXPLAINED = t("The change of Primary that nothing explains.")


class StorySession(QObject):
    """Made with the desk; lives as long as the window."""

    def __init__(
        self, window: MainWindow, view: GroupView, bridge: Bridge, choose: Callable[[str], None]
    ) -> None:
        """``choose`` shows a group: what a dialog asks for is its own, whatever the window shows by then."""
        super().__init__(window)
        self._choose = choose
        self._window, self._view, self._bridge = window, view, bridge
        self._dialogs: dict[str, QDialog] = {}
        self.actions: Mapping[str, Callable[[], object]] = {
            "episodes": self.episodes,
            "acknowledge": self.acknowledge,
            "note": self.note,
        }
        tab = view.tabs.anatomy
        tab.list_asked.connect(self.episodes)
        tab.moment_asked.connect(self.show_moment)
        tab.around_wanted.connect(self._read_around)
        view.header.acknowledge_asked.connect(self.acknowledge)
        bridge.past_loaded.connect(self._read_marks)

    @property
    def _story(self) -> TellsEpisodes | None:
        workspace = self._bridge.workspace
        if isinstance(workspace, TellsEpisodes):
            return workspace
        self._window.errors.tell(NO_HISTORY)
        return None

    def show_moment(self, at: Instant) -> None:
        """The whole window at that moment, with the cross-hair on it."""
        self._view.moment_asked.emit(at)

    def episodes(self) -> None:
        """The list of all that is stored, beside the window."""
        name, story = self._view.group, self._story
        if name is None or story is None or self._there(f"episodes {name}"):
            return
        dialog = EpisodesDialog(name, self._window)
        dialog.chosen.connect(lambda kept: self._on_chosen(name, kept))
        dialog.moment_asked.connect(lambda at: self._within(name, self.show_moment, at))
        dialog.link_asked.connect(lambda at: self._within(name, self._view.link_asked.emit, at))
        dialog.acknowledge_asked.connect(lambda episode: self._ask(name, Subject(episode)))
        self._open(f"episodes {name}", dialog)
        self._submit_list(name, dialog)

    def _submit_list(self, name: str, dialog: EpisodesDialog) -> None:
        async def read() -> None:
            story = self._story
            if story is None:
                return
            try:
                kept = await story.episodes(name, 0.0)
            except OSError as error:
                kept = self._remembered(name)
                if self._is_open(dialog):
                    dialog.tell_trouble(t("{error} These are the ones since the program began.", error=error))
            if self._is_open(dialog):
                dialog.show_episodes(kept, self._bridge.now())

        self._bridge.submit(t("Could not read the episodes of {group}", group=name), read)

    def _remembered(self, name: str) -> list[KeptEpisode]:
        """Where no history can be read: what the state knows."""
        state = self._bridge.workspace.state(name)
        running = (state.episode,) if state.episode is not None else ()
        return [KeptEpisode(one, None, (one.began_at, state.now), ()) for one in (*state.episodes, *running)]

    def _is_open(self, dialog: QDialog) -> bool:
        """It may have been closed while the history was read or written."""
        return dialog in self._dialogs.values()

    def _on_chosen(self, name: str, kept: object) -> None:
        assert isinstance(kept, KeptEpisode)
        if self._view.group == name:
            self._view.tabs.anatomy.choose(kept.episode)

    def _within(self, name: str, act: Callable[[Instant], object], at: Instant) -> None:
        """Do it with that group shown, where it is still watched."""
        if self._view.group != name and name in self._bridge.names:
            self._choose(name)
        if self._view.group == name:
            act(at)

    def acknowledge(self) -> None:
        """Ask who and why, about the episode on show or whatever waits for a word."""
        name = self._view.group
        if name is None or self._story is None:
            return
        subject = waiting(self._bridge.workspace.state(name), self._view.tabs.anatomy.episode)
        if subject is None:
            self._window.errors.note(NOTHING_WAITS)
        else:
            self._ask(name, subject)

    def _ask(self, name: str, subject: Subject) -> None:
        if self._there("acknowledge"):
            return
        episode = subject.episode
        what = UNEXPLAINED if episode is None else _what(name, episode, self._bridge.now())
        dialog = AcknowledgeDialog(what, user_name(), self._window)

        async def save(who: str, why: str) -> None:
            await self._save(dialog, lambda told: told.acknowledge(name, subject.number, who, why))
            listed = self._dialogs.get(f"episodes {name}")
            if isinstance(listed, EpisodesDialog):
                self._submit_list(name, listed)

        dialog.save_asked.connect(
            lambda who, why: self._bridge.submit(
                t("Could not acknowledge in {group}", group=name), lambda: save(who, why)
            )
        )
        self._open("acknowledge", dialog)

    def note(self, at: Instant | None = None) -> None:
        """Pin a note to that moment; None: to the moment chosen, or to now."""
        name = self._view.group
        if name is None or self._story is None or self._there("note"):
            return
        now = self._bridge.now()
        chosen = self._view.axis.moment_at if at is None and self._view.axis is not None else at
        dialog = NoteDialog(name, now if chosen is None else chosen, user_name(), now, self._window)

        async def save(at: Instant, text: str) -> None:
            await self._save(dialog, lambda told: told.note(name, at, text))
            self._read_marks(name)

        dialog.save_asked.connect(
            lambda at, text: self._bridge.submit(
                t("Could not pin a note to {group}", group=name), lambda: save(at, text)
            )
        )
        self._open("note", dialog)

    async def _save(
        self, dialog: AcknowledgeDialog | NoteDialog, leave: Callable[[TellsEpisodes], Awaitable[None]]
    ) -> None:
        """The dialog stays open, with what was typed, where it was not kept."""
        story = self._story
        if story is None:
            return
        try:
            await leave(story)
        except (OSError, ValueError) as error:
            if self._is_open(dialog):
                dialog.refuse(str(error))
            else:
                self._window.errors.tell(str(error))
            return
        if self._is_open(dialog):
            dialog.close()

    # What the views need from the history.

    def _read_marks(self, name: str) -> None:
        """Notes pinned to this group's past, for the events and the time axis."""
        if not isinstance(self._bridge.workspace, TellsEpisodes):
            return

        async def read() -> None:
            story = self._story
            if story is None or name not in self._bridge.names:
                return
            try:
                marks = await story.marks(name, 0.0)
            except OSError:
                return  # a history that is not kept, or cannot be read, is told of where it matters more
            if name in self._bridge.names and self._bridge.watched(name).take_marks(marks):
                self._view.show_marks(name)

        self._bridge.submit(t("Could not read the notes of {group}", group=name), read)

    def _read_around(self, episode: object) -> None:
        assert isinstance(episode, Episode)
        name = self._view.group
        if name is None or not isinstance(self._bridge.workspace, TellsEpisodes):
            return

        async def read() -> None:
            story = self._story
            if story is None:
                return
            try:
                around = await story.around(name, episode)
            except OSError as error:
                self._window.errors.tell(
                    t(
                        "What happened round episode {number} is unknown: {error}",
                        number=episode.number,
                        error=error,
                    )
                )
                return
            if self._view.group == name:
                self._view.tabs.anatomy.take_around(episode, around)

        self._bridge.submit(
            t("Could not read round episode {number} of {group}", number=episode.number, group=name), read
        )

    def _there(self, key: str) -> bool:
        """One dialog of a kind: a second request brings the first to the front."""
        there = self._dialogs.get(key)
        if there is not None:
            there.show()
            there.raise_()
            there.activateWindow()
        return there is not None

    def _open(self, key: str, dialog: QDialog) -> None:
        self._dialogs[key] = dialog
        dialog.finished.connect(lambda _result: self._dialogs.pop(key, None))
        dialog.show()


def _what(name: str, episode: Episode, now: Instant) -> str:
    return t(
        "Episode {number} of {name}: {headline}.",
        number=episode.number,
        name=name,
        headline=headline(episode, now),
    )
