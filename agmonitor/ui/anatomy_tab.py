"""Failover anatomy: one episode as a waterfall with its key numbers, the newest unless another is chosen.

Shows what it is given and says what was asked for; reads nothing and judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from agmonitor.domain.anatomy import AFTER_S, Anatomy, anatomy_of
from agmonitor.domain.causes import BEFORE_S, Cause, likely_cause
from agmonitor.domain.events import Episode, Event
from agmonitor.domain.kept import Around
from agmonitor.domain.model import Instant, Role
from agmonitor.domain.observations import Gap
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import GroupState
from agmonitor.texts import t
from agmonitor.ui.anatomy_facts import AnatomyFacts
from agmonitor.ui.anatomy_picture import AnatomyPicture
from agmonitor.ui.anatomy_quiet import AnatomyQuiet
from agmonitor.ui.anatomy_words import as_text, facts, headline, spoken
from agmonitor.ui.elided import Elided

TOP_FROM_PX = 130
CORNER_PX = 84  # two buttons with their margins


class AnatomyTab(QWidget):
    """``moment_asked`` carries an instant; ``list_asked`` and ``room_changed`` nothing."""

    accessible_role = "Grouping"
    moment_asked = Signal(float)
    list_asked = Signal()
    around_wanted = Signal(object)  # an Episode of which more is stored than the window remembers
    room_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: GroupState | None = None
        self._source: object = None
        self._live: Callable[[], Around] = Around
        self._stored: dict[tuple[int, float, bool], Around] = {}
        self._wanted: set[tuple[int, float, bool]] = set()
        self._chosen: Episode | None = None  # None: the newest
        self._shown: tuple[Anatomy, Cause] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(t("Failover anatomy"))
        self.picture = AnatomyPicture()
        self.facts = AnatomyFacts()
        self.title = Elided()
        self.title.setStyleSheet("font-weight: bold;")
        self.earlier = _button("‹", t("The episode before"), self.step_back)
        self.later = _button("›", t("The episode after"), self.step_on)
        self.moment = _button(
            t("Show this moment"), t("Show the whole window as it was then (M)"), self._ask_moment
        )
        self.copy = _button(t("Copy as text"), t("All of it as text, for a ticket (Ctrl+C)"), self.copy_text)
        self.all = _button(
            t("All episodes…"), t("List and filter all that is stored (F8)"), self.list_asked.emit
        )
        self._stack = QStackedWidget()
        self._top = QWidget()
        self.corner = QWidget()  # stands beside the tabs' titles, where it costs no height
        self._place()

    def _place(self) -> None:
        corner = QHBoxLayout(self.corner)
        corner.setContentsMargins(0, 1, 12, 3)
        corner.setSpacing(6)
        for part in (self.earlier, self.later, self.all):
            corner.addWidget(part)
        top = QHBoxLayout(self._top)
        top.setContentsMargins(12, 4, 12, 0)
        top.setSpacing(6)
        top.addWidget(self.title, 1)
        for part in (self.moment, self.copy):
            top.addWidget(part)
        shown = QWidget()
        body = QHBoxLayout()
        body.setSpacing(8)
        body.addWidget(self.picture, 1)
        body.addWidget(self.facts)
        self.quiet = AnatomyQuiet()
        shown.setLayout(body)
        body.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.quiet)
        self._stack.addWidget(shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._top)
        column.addWidget(self._stack, 1)
        self._say_nothing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.facts.fit(self.width())
        self._fit()

    def fit_corner(self, room_px: int) -> None:
        """As much of it as the titles leave room for; what goes has keys."""
        self.all.setVisible(room_px >= self.all.sizeHint().width() + CORNER_PX)
        for part in (self.earlier, self.later):
            part.setVisible(room_px >= CORNER_PX)

    def _fit(self) -> None:
        """Where the height is short all of it goes to the waterfall; what the line offers has keys."""
        self._top.setVisible(self.has_episode and self.height() >= TOP_FROM_PX)

    @property
    def has_episode(self) -> bool:
        return self._shown is not None

    @property
    def episode(self) -> Episode | None:
        """The one shown."""
        return self._shown[0].episode if self._shown is not None else None

    def draw_from(self, source: object, live: Callable[[], Around]) -> None:
        """What the window itself remembers round an episode; of another source, its newest is shown."""
        self._live = live
        if source is not self._source:
            self._source, self._chosen = source, None
            self._stored.clear()
            self._wanted.clear()

    def take_around(self, episode: Episode, around: Around) -> None:
        """What is stored of the time round that one."""
        self._stored[_key(episode)] = around
        self._fill()

    def show_state(self, state: GroupState) -> None:
        """The group as it is, or was at the moment shown."""
        self._state = state
        self._fill()

    def choose(self, episode: Episode | None) -> None:
        """Show that one, of the history; None: the newest again."""
        self._chosen = episode
        self._fill()

    def step_back(self) -> None:
        self._step(-1)

    def step_on(self) -> None:
        self._step(1)

    def copy_text(self) -> None:
        """All of it onto the clipboard."""
        if self._shown is not None and self._state is not None:
            QGuiApplication.clipboard().setText(as_text(self._state.settings.name, *self._shown))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_text()
            return
        steps = {
            Qt.Key.Key_Left: self.step_back,
            Qt.Key.Key_Right: self.step_on,
            Qt.Key.Key_M: self._ask_moment,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            step()

    def _known(self) -> Sequence[Episode]:
        if self._state is None:
            return ()
        running = self._state.episode
        return (*self._state.episodes, *((running,) if running is not None else ()))

    def _step(self, by: int) -> None:
        known, shown = self._known(), self.episode
        places = [place for place, one in enumerate(known) if shown is not None and _same(one, shown)]
        if places and 0 <= places[0] + by < len(known):
            place = places[0] + by
            self.choose(None if place == len(known) - 1 else known[place])

    def _fill(self) -> None:
        state, known = self._state, self._known()
        if state is None:
            return
        chosen = self._chosen
        if chosen is not None:
            chosen = next((one for one in known if _same(one, chosen)), chosen)
        episode = chosen or (known[-1] if known else None)
        had = self.has_episode
        if episode is None:
            self._shown = None
            self.quiet.show_state(state)
            self._say_nothing()
        else:
            self._show(episode, state)
        if had is not self.has_episode:
            self._fit()
            self.room_changed.emit()

    def _show(self, episode: Episode, state: GroupState) -> None:
        key = _key(episode)
        if key not in self._wanted:
            self._wanted.add(key)
            self.around_wanted.emit(episode)
        # One chosen from the list may lie after the moment the rest of the window shows.
        now = max(state.now, (episode.ended_at or 0.0) + AFTER_S) if self._chosen is not None else state.now
        until_at = min(now, (episode.ended_at if episode.ended_at is not None else now) + AFTER_S)
        events, gaps = joined(self._stored.get(key), self._live(), episode.began_at - BEFORE_S, until_at)
        stored = self._stored.get(key, Around())
        anatomy = anatomy_of(episode, now, events, gaps, heir=_has_heir(episode, state))
        if self._chosen is None:
            anatomy = _counted_as_the_verdict_does(anatomy, state)
        cause = likely_cause(episode, events, gaps, stored.evidence)
        self._shown = anatomy, cause
        known = self._known()
        place = next((number for number, one in enumerate(known, 1) if _same(one, episode)), None)
        self.earlier.setEnabled(place is not None and place > 1)
        self.later.setEnabled(place is not None and place < len(known))
        for part in (self.moment, self.copy):
            part.setEnabled(True)
        word = episode.acknowledged
        title = t("Episode {number} · {headline}", number=episode.number, headline=headline(episode, now))
        seen = [t("acknowledged by {who}", who=word.who)] if word is not None else []
        self.title.setText(" · ".join([title, *seen]))
        told = spoken(anatomy, cause)
        self.picture.show_anatomy(anatomy, told)
        self.setAccessibleDescription(told)  # the keyboard stops here, not at the picture
        self.facts.show_facts(facts(anatomy, cause))
        self._stack.setCurrentIndex(1)

    def _say_nothing(self) -> None:
        self.title.setText("")
        self._stack.setCurrentIndex(0)
        self.setAccessibleDescription(self.quiet.told)
        for part in (self.earlier, self.later, self.moment, self.copy):
            part.setEnabled(False)

    def _ask_moment(self) -> None:
        if self.episode is not None:
            self.moment_asked.emit(self.episode.began_at)


def joined(
    stored: Around | None, live: Around, from_at: Instant, until_at: Instant
) -> tuple[list[Event], list[Gap]]:
    """Both memories as one, each event and gap once, of that time alone."""
    known = stored or Around()
    events = {event: None for event in (*known.events, *live.events) if from_at <= event.at <= until_at}
    gaps = {
        gap: None for gap in (*known.gaps, *live.gaps) if gap.from_at <= until_at and gap.until_at >= from_at
    }
    return sorted(events, key=lambda event: event.at), sorted(gaps, key=lambda gap: gap.from_at)


def _key(episode: Episode) -> tuple[int, float, bool]:
    """What is stored of it is read anew once it has ended."""
    return episode.number, episode.began_at, episode.ended_at is None


def _same(one: Episode, other: Episode) -> bool:
    """Whether it is the same one, as it is now."""
    return one.number == other.number and abs(one.began_at - other.began_at) < 1.0


def _button(text: str, tip: str, act: Callable[[], None]) -> QPushButton:
    made = QPushButton(text)
    made.setObjectName("line")
    made.setToolTip(tip)
    made.setAccessibleName(tip.partition(" (")[0] if len(text) == 1 else text)
    made.clicked.connect(lambda _checked=False: act())
    return made


def _has_heir(episode: Episode, state: GroupState) -> bool:
    """Whether a Secondary is heard now; what was so in an episode that is over its phases tell."""
    return episode.ended_at is not None or any(node.role is Role.SECONDARY for node in state.nodes)


def _counted_as_the_verdict_does(anatomy: Anatomy, state: GroupState) -> Anatomy:
    """A takeover that is due: what its episode kept is from its beginning; clocks are known better now."""
    window = state.window
    if window is None or anatomy.due is None or anatomy.promoted_at is not None or not anatomy.running:
        return anatomy
    return replace(anatomy, due=(window.opens_at - window.offset_s, window.closes_at - window.offset_s))
