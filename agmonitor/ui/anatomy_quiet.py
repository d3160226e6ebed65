"""What stands in the anatomy's place while no failover and no outage was watched. Judges nothing.

Since when that is so, what would happen if the Primary failed, when that was last proven, how to prove it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from agmonitor.domain.model import Role
from agmonitor.domain.state import GroupState
from agmonitor.texts import t
from agmonitor.ui.anatomy_facts import FactView
from agmonitor.ui.anatomy_words import span_words
from agmonitor.ui.phrases import Fact, Tone, full_time, lasting

FACTS_FROM_PX = 76  # lower, the sentence and its hint have all the room
AIRY_FROM_PX, AIR_PX = 112, 9


def quiet_sentence(state: GroupState) -> str:
    """Since when nothing has happened, on our clock."""
    return t(
        "No failover and no outage was watched since {since}, for {length}.",
        since=full_time(state.began_at, fine=False),
        length=lasting(max(0.0, state.now - state.began_at)),
    )


def quiet_hint() -> str:
    """How to see one, and where the others are."""
    return t(
        "To prove one: order it (Ctrl+F), or play a drill in the lab (Ctrl+Shift+D). All that is stored: F8."
    )


def quiet_facts(state: GroupState) -> tuple[Fact, ...]:
    """What is to be expected of the next failover, as far as it is known."""
    return (_takeover(state), _clients(state), _protection(state))


def _takeover(state: GroupState) -> Fact:
    primary = _only(state, Role.PRIMARY)
    caption = t("If {node} fails, takeover after", node=primary or t("the Primary"))
    if state.window is None or state.beat is None:
        return Fact(caption, t("not known"), Tone.MUTED, t("No heartbeat of the pair is known."))
    opens_s = max(0.0, state.window.opens_at - state.beat.stamped_at)
    closes_s = max(0.0, state.window.closes_at - state.beat.stamped_at)
    basis = t("by the documented intervals") if state.window.assumed else t("by this group's intervals")
    return Fact(
        caption,
        span_words(opens_s, closes_s),
        tip=t("Counted from its last heartbeat, {basis}.", basis=basis),
    )


def _clients(state: GroupState) -> Fact:
    caption = t("Clients follow within")
    tip = t("As long as resolvers may keep the old address: the record's TTL.")
    if state.timers.assumed:
        return Fact(caption, t("{length} (assumed)", length=lasting(state.timers.ttl_s)), Tone.MUTED, tip)
    return Fact(caption, lasting(state.timers.ttl_s), tip=tip)


def _protection(state: GroupState) -> Fact:
    caption, standby = t("Stands by now"), _only(state, Role.SECONDARY)
    if standby is None:
        return Fact(caption, t("no node that is heard"), Tone.WARNING)
    return Fact(caption, standby, Tone.SECONDARY)


def _only(state: GroupState, role: Role) -> str | None:
    names = [node.name for node in state.nodes if node.role is role]
    return names[0] if len(names) == 1 else None


class AnatomyQuiet(QWidget):
    """A sentence, the facts in a row, what was last proven, and a hint, as far as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence, self.proven, self.hint = QLabel(), QLabel(), QLabel(quiet_hint())
        self.sentence.setStyleSheet("font-weight: bold;")
        for label in (self.sentence, self.proven, self.hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.hint.setProperty("role", "muted")
        self.proven.hide()
        self._facts = QWidget()
        self._facts.hide()
        grid = QGridLayout(self._facts)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(48)
        self._views = tuple(FactView(wrapped=False) for _ in range(3))
        for place, view in enumerate(self._views):
            grid.addWidget(view, 0, place)
        grid.setColumnStretch(len(self._views), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 5, 14, 2)
        for part in (self.sentence, self._facts, self.proven, self.hint):
            column.addWidget(part)
        column.addStretch(1)

    @property
    def told(self) -> str:
        """All of it as one text, for whoever hears the window."""
        facts = ". ".join(view.told for view in self._views)
        return " ".join(
            part for part in (self.sentence.text(), facts, self.proven.text(), self.hint.text()) if part
        )

    def show_state(self, state: GroupState) -> None:
        """A group of which no episode is known."""
        said = quiet_sentence(state)
        for view, fact in zip(self._views, quiet_facts(state), strict=True):
            view.show_fact(fact)
        if said != self.sentence.text():
            self.sentence.setText(said)
            self._fit()

    def show_proven(self, words: str) -> None:
        """When a failover was last seen to come true; "" is nothing to tell."""
        self.proven.setText(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout, high = self.layout(), self.height()
        assert layout is not None
        layout.setSpacing(AIR_PX if high >= AIRY_FROM_PX else 3)
        self._facts.setVisible(bool(self.sentence.text()) and high >= FACTS_FROM_PX)
        self.proven.setVisible(bool(self.proven.text()) and high >= AIRY_FROM_PX)
