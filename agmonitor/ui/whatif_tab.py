"""What if the group had other settings: sliders, the predicted course as a picture, its figures and advice.

Asks for predictions and shows what comes; works nothing out and sends nothing to a group.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from agmonitor.domain.state import GroupState, Timers
from agmonitor.protocol.prediction import KNOBS, Prediction, WhatIf
from agmonitor.texts import t
from agmonitor.ui.whatif_knobs import LOW_PX, Knobs
from agmonitor.ui.whatif_picture import WhatIfPicture
from agmonitor.ui.whatif_words import Figure, advice, figures, source_words

PAUSE_MS = 150  # the sliders stand still that long before anything is asked
KNOBS_PX, LOW_KNOBS_PX, NARROW_KNOBS_PX = 320, 400, 324
FIGURES_PX, NARROW_FIGURES_PX, WIDE_FIGURES_PX = 230, 180, 340
NARROW_BELOW_PX, WIDE_FROM_PX = 900, 1200


class WhatIfTab(QWidget):
    """``asked`` carries the settings to predict; ``left`` says that nobody looks any more."""

    asked = Signal(object)  # WhatIf
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._present: WhatIf | None = None
        self._assumed = True
        self._group = ""
        self._told: Prediction | None = None
        self._before: Prediction | None = None  # of the present settings
        self.knobs = Knobs()
        self.picture = WhatIfPicture()
        self.figures = FiguresPanel()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.knobs.turned.connect(self._on_turned)
        self.knobs.reset_asked.connect(self._on_reset)
        side = QVBoxLayout()
        side.setSpacing(0)
        side.addWidget(self.knobs)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 0)
        row.setSpacing(14)
        row.addLayout(side)
        row.addWidget(self.picture, 1)
        row.addWidget(self.figures)
        self.setFocusProxy(self.knobs.rows[0].slider)
        self._say()

    @property
    def settings(self) -> WhatIf:
        """What the sliders say."""
        return self.knobs.settings

    def show_state(self, state: GroupState) -> None:
        """The shown group's own settings; they take the sliders along until a person has moved one."""
        present = settings_of(state.timers)
        other = state.settings.name != self._group
        untouched = self._present is None or not self._changed()
        if not other and present == self._present and state.timers.assumed is self._assumed:
            return
        self._group, self._present, self._assumed = state.settings.name, present, state.timers.assumed
        self._before = None
        if other or untouched:
            self.knobs.put(present)
        self._restart()

    def show_prediction(self, told: Prediction) -> None:
        """A prediction, or a finer one; one of settings that are no longer shown is passed over."""
        if told.settings != self.settings:
            return
        self._told = told
        if not self._changed():
            self._before = told
        self.picture.show_prediction(told)
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._told is None or self._told.settings != self.settings:
            self._restart()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pause.stop()
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < LOW_PX
        narrow = self.width() < NARROW_BELOW_PX
        self.knobs.stand_in(2 if low else 1)
        self.knobs.shorten(short=narrow and low)
        two = NARROW_KNOBS_PX if narrow else LOW_KNOBS_PX
        self.knobs.setFixedWidth(two if low else KNOBS_PX)
        wide = WIDE_FIGURES_PX if self.width() >= WIDE_FROM_PX else FIGURES_PX
        self.figures.setFixedWidth(NARROW_FIGURES_PX if narrow else wide)

    def _changed(self) -> bool:
        shown = self.settings
        return self._present is None or any(
            getattr(shown, knob.field) != getattr(self._present, knob.field) for knob in KNOBS
        )

    def _on_turned(self) -> None:
        self._restart()

    def _on_reset(self) -> None:
        if self._present is not None:
            self.knobs.put(self._present)
            self._restart()

    def _restart(self) -> None:
        """What is being made is of no use any more; ask when the sliders stand still."""
        self.knobs.reset.setEnabled(self._present is not None and self._changed())
        if self._before is not None and self._before.settings.trigger is not self.settings.trigger:
            self._before = None
        self.picture.grow_stale()
        self._say()
        if self.isVisible():
            self._pause.start()

    def _ask(self) -> None:
        self.asked.emit(self.settings)

    def _say(self) -> None:
        shown = self.settings
        told = figures(self._told, self._before) if self._told is not None else ()
        source = source_words(shown, self._present, assumed=self._assumed)
        self.figures.show_words(told, advice(shown), source)


def settings_of(timers: Timers) -> WhatIf:
    """A group's intervals as a what-if; what cannot be simulated is brought within its limits."""
    told = (timers.report_s, timers.check_s, timers.absence_s, timers.ttl_s)
    fields = {
        knob.field: min(max(value, knob.least), knob.most) for knob, value in zip(KNOBS, told, strict=False)
    }
    return replace(WhatIf(), **fields)  # type: ignore[arg-type]  # by name


class FiguresPanel(QScrollArea):
    """What is risky, the figures, and where the settings come from; scrolls where it must."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(t("Predicted figures and advice"))
        page = QWidget()
        page.setObjectName("page")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 6, 4)
        self._column.setSpacing(0)
        self._lines: list[QLabel] = []
        self._column.addStretch(1)
        self.setWidget(page)
        self._shown: list[tuple[str, str, str]] = []

    def show_words(self, told: tuple[Figure, ...], risks: tuple[str, ...], source: str) -> None:
        """Replace all lines; those that stay the same are not touched."""
        lines = [("notice", f"◆ {risk}", "") for risk in risks]
        for figure in told:
            lines += [("caption", figure.caption, ""), ("value", figure.value, figure.in_full)]
            lines += [("muted", figure.was, "")] if figure.was else []
        lines.append(("muted", source, ""))
        if lines == self._shown:
            return
        self._shown = lines
        while len(self._lines) < len(lines):
            label = QLabel()
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            self._column.insertWidget(len(self._lines), label)
            self._lines.append(label)
        for label, (role, text, in_full) in zip(self._lines, lines, strict=False):
            if label.property("role") != role:
                label.setProperty("role", role)
                label.style().unpolish(label)
                label.style().polish(label)
            label.setText(text)
            label.setToolTip(in_full)
            label.setAccessibleName(in_full or text)
            label.show()
        for label in self._lines[len(lines) :]:
            label.hide()
