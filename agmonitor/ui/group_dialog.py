"""Add or edit a group: the fields at the left, what trying them has found at the right.

Saves and tries nothing itself: ``save_asked`` tells what passed every check.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from agmonitor.domain.model import GroupSettings
from agmonitor.monitor.ports import TriesGroups
from agmonitor.texts import t
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.group_form import GroupForm
from agmonitor.ui.on_screen import room_for
from agmonitor.ui.trial_panel import TrialPanel
from agmonitor.ui.trial_session import TrialSession

ALONE_PX, BESIDE_PX, PANEL_PX, PANEL_HIGH_PX = 680, 980, 420, 470
READS_ONLY = t("Watching reads only. Failover stays forbidden until it is allowed for this group.")
MAY_ORDER = t("Watching reads only. Failover is allowed for this group.")


class GroupDialog(Dialog[GroupSettings]):
    """``save_asked`` carries settings that passed every check, and the password or None."""

    save_asked = Signal(object, object)

    def __init__(
        self,
        taken: frozenset[str] = frozenset(),
        parent: QWidget | None = None,
        before: GroupSettings | None = None,
        tries: TriesGroups | None = None,
    ) -> None:
        """``taken``: names others have; ``before``: the group to be changed; ``tries``: who tries it."""
        title = t("Add a group") if before is None else t("Edit {group}", group=before.name)
        super().__init__(title, parent, width_px=BESIDE_PX if tries is not None else ALONE_PX)
        self._word = t("Add and watch") if before is None else t("Save")
        self.form = GroupForm(taken, before)
        self.form.setObjectName("page-form")
        self.form.more.fold.toggled.connect(lambda _open: self.fit())
        self.panel: TrialPanel | None = None
        self.session: TrialSession | None = None
        self.column.addWidget(
            paragraph(MAY_ORDER if before is not None and before.failover_allowed else READS_ONLY, "muted")
        )
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.addWidget(self.form, 1)
        if tries is not None:
            self.panel = TrialPanel()
            self.panel.setFixedWidth(PANEL_PX)
            self.panel.setMinimumHeight(PANEL_HIGH_PX)
            if room_for(self).width() < BESIDE_PX:
                row.setDirection(QBoxLayout.Direction.TopToBottom)
            self.session = TrialSession(tries, self.form, self.panel, self)
            row.addWidget(self.panel)
            self.finished.connect(self.session.end)
        self.column.addLayout(row, 1)
        self._general = paragraph("", "mistake")
        self._general.hide()
        self.stay_below(self._general)
        cancel = QPushButton(t("Cancel"))
        self.save = QPushButton(self._word)
        self.save.setDefault(True)
        self.buttons(cancel, self.save)
        cancel.clicked.connect(self.close)
        self.save.clicked.connect(self._on_save)
        self.form.fields["name" if before is None else "first.url"].setFocus()

    def fill(self, **texts: str) -> None:
        """Type into fields; dots in a key are written as two underscores."""
        self.form.fill(**texts)

    def typed(self, key: str) -> str:
        """What stands in a field."""
        return self.form.typed(key)

    @property
    def mistakes(self) -> dict[str, str]:
        """What stands beside which field now."""
        return self.form.mistakes

    @property
    def refusal(self) -> str:
        """Why saving failed; empty while it has not."""
        return "" if self._general.isHidden() else self._general.text()

    def refuse(self, sentence: str) -> None:
        """Saving failed: say so, keep everything that was typed."""
        self._general.setText(sentence)
        self._general.show()
        self.fit()
        self.save.setEnabled(True)
        self.save.setText(self._word)

    def _on_save(self) -> None:
        self._general.hide()
        settings = self.form.checked()
        self.fit()
        wrong = self.form.focusWidget()
        if settings is None and wrong is not None:
            self.show_part(wrong)
        if settings is not None:
            self.save.setEnabled(False)
            self.save.setText(t("Saving…"))
            self.save_asked.emit(settings, self.typed("password") or None)
