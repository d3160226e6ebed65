"""Drills in the lab: one is chosen, then stepped beside the window, so that one sees the window react.

Shows what stands in the session and asks it; plays and judges nothing. While a drill is on it is small and
lies over the window's lower edge: verdict, nodes and lanes stay in sight. Closed in the middle, it heals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agmonitor.domain.model import Severity
from agmonitor.drill.live_setup import pace_of, pace_words
from agmonitor.drill.scenario import Scenario
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.choice_row import ChoiceRow
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.drill_rows import Row, result_row, rows, step_age_s, tags
from agmonitor.ui.drill_session import DrillSession, Phase
from agmonitor.ui.drill_shelf import DrillShelf
from agmonitor.ui.drill_wrapping import WrappingRows
from agmonitor.ui.marks import Mark, mark_icon

CHOOSING_SIZE, PLAYING_SIZE = QSize(940, 600), QSize(700, 330)
EDGE_PX = 24  # left free between the small dialog and the window's edges
BEAT_MS = 500
ICON_PX = 14
REPORTS = t("JUnit for a CI (*.xml);;Everything as JSON (*.json);;Text (*.txt)")
SCENARIOS = t("Scenarios (*.toml)")

FITS = t("It is as the drill asks for.")
STARTING = t("Starting a lab for it…")
ENDING = t("Healing everything…")
HEALED = t("Everything is healed.")


class DrillDialog(Dialog[None]):
    """Stays open beside the window."""

    def __init__(self, session: DrillSession, parent: QWidget | None = None) -> None:
        super().__init__(t("Drills"), parent, width_px=PLAYING_SIZE.width())
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._session = session
        self._small = False
        self.shelf = DrillShelf()
        self._title = paragraph("", "heading")
        self._why = paragraph("", "muted")
        self._tags = paragraph("", "muted")
        self.lab = ChoiceRow[bool](t("Lab"), [(t("A fresh lab"), True), (t("The lab that runs"), False)])
        self._lab_words = paragraph("", "muted")
        self.steps = _Steps()
        self._mark = Mark(15)
        self._result = paragraph("")
        self.save = QPushButton(t("Save report…"))
        self.other = QPushButton(t("Another drill"))
        self.stop = QPushButton(t("Stop and heal (Ctrl+H)"))
        self.run = QPushButton(t("Run to the end"))
        self.next = QPushButton(t("Next step (F10)"))
        self.next.setDefault(True)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._place()
        self._connect()
        self.resize(CHOOSING_SIZE)
        session.load()
        self._show()

    @property
    def told(self) -> str:
        """The line above the buttons."""
        return self._result.text()

    @property
    def lab_words(self) -> str:
        """What the chosen lab means for the drill."""
        return self._lab_words.text()

    def fit(self) -> None:
        """Nothing grows here: what is long scrolls."""

    def advance(self) -> None:
        """The next step, as its key asks for."""
        self._session.advance(to_end=False)

    def _place(self) -> None:
        self._lab_box = QWidget()
        lab = QVBoxLayout(self._lab_box)
        lab.setContentsMargins(0, 0, 0, 0)
        lab.setSpacing(6)
        lab.addWidget(self.lab)
        lab.addWidget(self._lab_words)
        result = QHBoxLayout()
        result.setSpacing(8)
        result.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        result.addWidget(self._result, 1)
        right = QVBoxLayout()
        right.setSpacing(8)
        for widget in (self._title, self._why, self._tags, self._lab_box):
            right.addWidget(widget)
        right.addWidget(self.steps, 1)
        right.addLayout(result)
        both = QHBoxLayout()
        both.setSpacing(20)
        both.addWidget(self.shelf)
        both.addLayout(right, 1)
        self.column.addLayout(both, 1)
        close = QPushButton(t("Close"))
        close.clicked.connect(self.close)
        self.buttons(close, self.save, self.other, self.stop, self.run, self.next)

    def _connect(self) -> None:
        session = self._session
        session.changed.connect(self._show)
        self.finished.connect(session.leave)
        self.shelf.chosen.connect(self._on_chosen)
        self.shelf.file_asked.connect(self._ask_file)
        self.lab.changed.connect(self._on_lab_chosen)
        self.next.clicked.connect(self.advance)
        self.run.clicked.connect(lambda: session.advance(to_end=True))
        self.stop.clicked.connect(session.stop)
        self.other.clicked.connect(self._on_other)
        self.save.clicked.connect(self._ask_report)
        QShortcut(QKeySequence("F10"), self, self.advance)
        QShortcut(QKeySequence("Ctrl+H"), self, session.stop)
        self._beat.timeout.connect(self._show)
        theme.changed.connect(self._on_theme_changed)

    # what is asked for

    def _on_chosen(self, scenario: Scenario) -> None:
        if self._session.phase in {Phase.CHOOSING, Phase.OVER} and scenario is not self._session.scenario:
            self._session.choose(scenario)

    def _on_lab_chosen(self) -> None:
        self._session.fresh = self.lab.value
        self._show_lab()

    def _on_other(self) -> None:
        if self._session.scenario is not None:
            self._session.choose(self._session.scenario)
        self.shelf.list.setFocus()

    def _ask_file(self) -> None:
        chooser = QFileDialog(self, t("Open a scenario"), "", SCENARIOS)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._ask_path(chooser, self._session.open_file)

    def _ask_report(self) -> None:
        scenario = self._session.scenario
        chooser = QFileDialog(self, t("Save the report"), f"{scenario.name if scenario else ''}.xml", REPORTS)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("xml")
        chooser.filterSelected.connect(lambda told: chooser.setDefaultSuffix(told.rpartition("*.")[2][:-1]))
        self._ask_path(chooser, self._session.save)

    @staticmethod
    def _ask_path(chooser: QFileDialog, use: Callable[[Path], None]) -> None:
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: use(Path(path)))
        chooser.open()

    # what is shown

    def _show(self) -> None:
        session = self._session
        choosing = session.phase is Phase.CHOOSING
        self.shelf.show_drills(session.scenarios, session.scenario)
        if choosing and session.trouble:
            self.shelf.say(session.trouble)
        self._show_scenario()
        self._show_lab()
        self._show_steps()
        self._show_result()
        self._offer()
        self._shrink(small=not choosing)
        if session.phase is Phase.UNDER_WAY:
            self._beat.start()
        else:
            self._beat.stop()

    def _show_scenario(self) -> None:
        scenario = self._session.scenario
        self._title.setText(scenario.title if scenario is not None else "")
        self._why.setText(scenario.why if scenario is not None else "")
        self._tags.setText(tags(scenario) if scenario is not None else "")

    def _show_lab(self) -> None:
        session = self._session
        differing, scenario = session.differences, session.scenario
        self.lab.allow(False, allowed=differing is not None)  # noqa: FBT003 - the choice's own value
        if scenario is None:
            return
        pace = pace_words(pace_of(scenario))
        fresh = t("A fresh lab takes the place of the one that runs: {pace}.", pace=pace)
        running = " ".join((t("It goes on as it is."), *(differing or (FITS,))))
        self._lab_words.setText(fresh if self.lab.value else running)

    def _show_steps(self) -> None:
        session = self._session
        if session.scenario is None:
            return
        under_way = session.phase is Phase.UNDER_WAY
        age_s = step_age_s(session.now(), session.step_began_at) if under_way else None
        current = len(session.stepper.results) if session.stepper is not None else 0
        told = rows(session.scenario, session.stepper, session.played, age_s)
        self.steps.show_rows(told, current)

    def _show_result(self) -> None:
        session = self._session
        row: Row | None = None
        text = {Phase.STARTING: STARTING, Phase.ENDING: ENDING}.get(session.phase, "")
        if session.played is not None and session.phase is Phase.OVER:
            row = result_row(session.played, stopped=session.stopped)
            text = " ".join(one for one in (f"{row.word}. {row.sentence}", session.trouble or HEALED) if one)
        elif session.trouble:
            text = session.trouble
        self._mark.setVisible(row is not None)
        if row is not None:
            self._mark.show_severity(row.mark)
        self._result.setText("\n".join(one for one in (text, session.said) if one))
        self._result.setVisible(bool(self._result.text()))

    def _offer(self) -> None:
        phase = self._session.phase
        rests = phase in {Phase.CHOOSING, Phase.WAITING} and self._session.scenario is not None
        held = self.focusWidget() in {self.next, self.run}
        if held and not rests:
            self.steps.setFocus()  # else the keyboard would pass to the next button, which stops the drill
        for button in (self.next, self.run):
            button.setEnabled(rests)
        if phase is Phase.WAITING and self.focusWidget() is self.steps:
            self.next.setFocus()
        self.stop.setVisible(phase not in {Phase.CHOOSING, Phase.OVER})
        self.stop.setEnabled(phase is not Phase.ENDING)
        for button in (self.save, self.other):
            button.setVisible(phase is Phase.OVER)
        self.save.setEnabled(self._session.played is not None)
        for button in (self.next, self.run):
            button.setVisible(phase is not Phase.OVER)

    def _shrink(self, *, small: bool) -> None:
        """The choice goes, and with it most of the room, when a drill begins."""
        if small is self._small:
            return
        self._small = small
        for widget in (self.heading, self.shelf, self._why, self._tags, self._lab_box):
            widget.setVisible(not small)
        size = PLAYING_SIZE if small else CHOOSING_SIZE
        window = self.parentWidget()
        if window is None:
            self.resize(size)
            return
        room = window.rect()
        self.resize(size.boundedTo(QSize(room.width() - 2 * EDGE_PX, room.height() - 2 * EDGE_PX)))
        corner = QPoint(room.right() - self.width() - EDGE_PX, room.bottom() - self.height() - EDGE_PX)
        middle = room.center() - self.rect().center()
        self.move(window.mapToGlobal(corner if small else middle))

    def _on_theme_changed(self) -> None:
        self.steps.repaint_marks()


class _Steps(QListWidget):
    """The drill's rows. The one whose turn it is stays in sight, unless a person scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(t("Steps of the drill"))
        self.setWordWrap(True)
        self.setItemDelegate(WrappingRows(self))
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self._rows: tuple[Row, ...] = ()
        self._current = 0

    def show_rows(self, told: Sequence[Row], current: int) -> None:
        """Only what changed is touched; a screen reader is told no more than that."""
        before, self._rows = self._rows, tuple(told)
        while self.count() > len(told):
            self.takeItem(self.count() - 1)
        for place, row in enumerate(told):
            if place >= self.count():
                self.addItem(QListWidgetItem())
            elif before[place] == row:
                continue
            item = self.item(place)
            item.setText(row.text)
            _colour(item, row)
        if current != self._current and current < self.count():
            self._current = current
            self.setCurrentRow(current)
            self.scrollToItem(self.item(current))

    def repaint_marks(self) -> None:
        """The colours are others."""
        for place, row in enumerate(self._rows):
            _colour(self.item(place), row)


def _colour(item: QListWidgetItem, row: Row) -> None:
    """The mark's shape and colour; what failed is of that colour as a whole."""
    colour = theme.severity_colour(row.mark if row.colour is None else row.colour)
    item.setIcon(mark_icon(row.mark, colour))
    failed = row.mark is Severity.CRITICAL
    item.setForeground(QColor(colour if failed else theme.palette().text))
