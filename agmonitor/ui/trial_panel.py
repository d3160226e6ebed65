"""What trying the settings has found so far: a section for each node and one for the name. Tries nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agmonitor.domain.model import Severity
from agmonitor.domain.trial import Certificate, Matter, Standing, TrialRow
from agmonitor.texts import t, tn
from agmonitor.ui.dialog import paragraph
from agmonitor.ui.marks import Mark
from agmonitor.ui.phrases import full_time

SEVERITIES = {
    Standing.FINE: Severity.OK,
    Standing.DOUBTFUL: Severity.WARNING,
    Standing.FAILED: Severity.CRITICAL,
    Standing.UNTRIED: Severity.UNKNOWN,
}
MARK_PX, CAPTION_PX = 12, 92
NAMES_SHOWN = 6


class _Row(QWidget):
    """One thing that is tried: shape, what, word, and what was found below."""

    def __init__(self, matter: Matter) -> None:
        super().__init__()
        self._mark = Mark(MARK_PX)
        caption = QLabel(matter.words)
        caption.setProperty("role", "muted")
        caption.setFixedWidth(CAPTION_PX)
        self._word = QLabel("")
        self._word.setProperty("role", "state")
        self._detail = paragraph("", "muted")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._mark, 0, 0)
        grid.addWidget(caption, 0, 1)
        grid.addWidget(self._word, 0, 2)
        grid.addWidget(self._detail, 1, 1, 1, 2)
        grid.setColumnStretch(2, 1)
        self.told = ""
        self.show_row(TrialRow(matter, Standing.UNTRIED, t("not tried")))

    def show_row(self, row: TrialRow) -> None:
        self.told = row.spoken
        self._mark.show_severity(SEVERITIES[row.standing])
        self._word.setText(row.word)
        self._word.setProperty("tone", "critical" if row.loud else SEVERITIES[row.standing].word)
        self._word.style().polish(self._word)
        self._detail.setText(row.detail)
        self._detail.setVisible(bool(row.detail))
        self.setAccessibleName(row.spoken)

    def wait(self) -> None:
        """It is being tried."""
        self._word.setText(t("trying…"))
        self._word.setProperty("tone", "")
        self._word.style().polish(self._word)


class Section(QWidget):
    """The rows of one node, or of the name; a button for what was found, one to try again."""

    offer_taken = Signal()
    again = Signal()

    def __init__(self, title: str, matters: Sequence[Matter]) -> None:
        super().__init__()
        heading = QLabel(title)
        heading.setProperty("role", "caption")
        self._again = QPushButton(t("Try again"))
        self._again.setObjectName("narrow")
        self._again.setAccessibleName(t("Try again: {title}", title=title))
        self._again.setAutoDefault(False)
        self._again.hide()
        self._again.clicked.connect(self.again)
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self._again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(top)
        self._offer = QPushButton("")
        self._offer.setAutoDefault(False)
        self._offer.hide()
        self._offer.clicked.connect(self.offer_taken)
        column.addWidget(self._offer)
        self._rows = {matter: _Row(matter) for matter in matters}
        self._certificate = paragraph("", "fine-print")
        self._certificate.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._certificate.setContentsMargins(MARK_PX + 8, 0, 0, 0)
        self._certificate.hide()
        for matter, row in self._rows.items():
            column.addWidget(row)
            if matter is Matter.CERTIFICATE:
                column.addWidget(self._certificate)

    @property
    def told(self) -> tuple[str, ...]:
        """Every row in words."""
        return tuple(row.told for row in self._rows.values())

    @property
    def certificate(self) -> str:
        """What is said of the certificate."""
        return self._certificate.text()

    @property
    def offered(self) -> str:
        """What the button offers; empty while it is hidden."""
        return "" if self._offer.isHidden() else self._offer.text()

    def take_offer(self) -> None:
        """As if its button was pressed."""
        self._offer.click()

    def show_rows(self, rows: Sequence[TrialRow]) -> None:
        for row in rows:
            self._rows[row.matter].show_row(row)

    def show_certificate(self, shown: Certificate | None) -> None:
        self._certificate.setVisible(shown is not None)
        if shown is None:
            self._certificate.clear()
            return
        names = ", ".join(shown.names[:NAMES_SHOWN]) or t("none")
        more = len(shown.names) - NAMES_SHOWN
        if more > 0:
            names = tn("{first} and {n} more", "{first} and {n} more", more, first=names)
        expires = full_time(shown.expires_at, fine=False) if shown.expires_at is not None else t("not known")
        first, second = shown.fingerprint[:47], shown.fingerprint[48:]
        self._certificate.setText(
            "\n".join(
                (
                    f"SHA-256 {first}",
                    second,
                    t("Subject {subject}", subject=shown.subject or t("empty")),
                    t("Issuer {issuer}", issuer=shown.issuer or t("empty")),
                    t("Expires {instant}", instant=expires),
                    t("Carries {names}", names=names),
                )
            )
        )

    def wait(self) -> None:
        """All of it is being tried; what was found before no longer counts."""
        self.show_certificate(None)
        for matter, row in self._rows.items():
            row.show_row(TrialRow(matter, Standing.UNTRIED, t("not tried")))
            row.wait()
        self.let_retry(possible=False)

    def offer(self, text: str) -> None:
        """Offer something found; an empty text takes the offer back."""
        self._offer.setText(text)
        self._offer.setVisible(bool(text))

    def let_retry(self, *, possible: bool) -> None:
        self._again.setVisible(possible)


class TrialPanel(QScrollArea):
    """Three sections, scrolled where they are long."""

    def __init__(self) -> None:
        super().__init__()
        self.sections = {
            "first": Section(t("FIRST NODE"), Matter.of_nodes()),
            "second": Section(t("SECOND NODE"), Matter.of_nodes()),
            "name": Section(t("GROUP'S NAME"), (Matter.NAME,)),
        }
        page = QWidget()
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setContentsMargins(14, 2, 10, 2)
        column.setSpacing(10)
        for section in self.sections.values():
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(t("What trying these settings has found"))
