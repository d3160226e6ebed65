"""The buttons that choose how much time is on screen, and the one that follows the present."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.time_range import RANGES, TimeRange

_STYLE = """
QToolButton {{ border: none; border-radius: 5px; padding: 2px 9px; color: {muted}; background: transparent;
               font-size: 11px; font-weight: bold; }}
QToolButton:hover {{ color: {text}; background: {hover}; }}
QToolButton:checked {{ color: {text}; background: {chosen}; }}
QToolButton:focus {{ border: 1px solid {accent}; padding: 1px 8px; }}
QToolButton#live:checked {{ color: {ok}; background: transparent; }}
QToolButton#live {{ color: {on_accent}; background: {accent}; }}
"""


class RangeBar(QWidget):
    """One row of buttons; emits what was asked for and shows what it is told."""

    range_chosen = Signal(int)
    live_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.has_present = True
        self._back_words = t("Back to live")
        # Translators: the present is followed
        self.live = self._button(t("● Live"), t("Follow the present (L or End)"), t("Live"))
        self.live.setObjectName("live")
        self.live.clicked.connect(self._on_live_clicked)
        row.addWidget(self.live)
        self.buttons: list[QToolButton] = []
        for number, (words, _) in enumerate(RANGES):
            button = self._button(
                words,
                t("Show the last {range} ({key})", range=words, key=number + 1),
                t("Show {range}", range=words),
            )
            button.clicked.connect(lambda _=False, chosen=number: self.range_chosen.emit(chosen))
            row.addWidget(button)
            self.buttons.append(button)
        self.restyle()

    def tell(self, shown: TimeRange) -> None:
        """Press in what holds."""
        chosen = shown.chosen()
        for number, button in enumerate(self.buttons):
            button.setChecked(number == chosen)
        self.live.setChecked(shown.live)
        words = t("● Live") if shown.live else self._back_words
        if self.live.text() != words:
            self.live.setText(words)
            self.adjustSize()

    def show_an_end(self) -> None:
        """What is shown has an end and no present: the first button leads there."""
        self.has_present = False
        self._back_words = t("To the end")
        self.live.setToolTip(t("Show all of it, at its end (L or End)"))
        self.live.setAccessibleName(t("To the end"))

    def restyle(self) -> None:
        colours = theme.palette()
        self.setStyleSheet(
            _STYLE.format(
                muted=colours.muted,
                text=colours.text,
                hover=theme.tint(colours.text, colours.panel, 0.06),
                chosen=theme.tint(colours.text, colours.panel, 0.13),
                accent=colours.accent,
                ok=colours.ok,
                on_accent=colours.on_fill,
            )
        )

    def _button(self, words: str, tip: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setToolTip(tip)
        button.setAccessibleName(name)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _on_live_clicked(self) -> None:
        self.live_chosen.emit()
