"""The shown group's name, what can be ordered there, and, in the lab, what can be broken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from agmonitor.lab.fault_order import LINK_WORDS
from agmonitor.protocol.faults import FAULTS, Fault, Link
from agmonitor.texts import t
from agmonitor.ui.elided import Elided
from agmonitor.ui.lab_session import FaultWish
from agmonitor.ui.past_facts import ORDERS_REFUSED
from agmonitor.ui.picture_button import PictureButton

RECORDED = t("This is a recording; nothing can be ordered.")
REAL_GROUP = t("Faults are made in the lab only; this is a real group.")


class Header(QWidget):
    """Signals carry what was asked for; nothing is done here."""

    failover_asked = Signal()
    fault_asked = Signal(object)  # a FaultWish
    palette_asked = Signal(str, object)  # name of a fault, node or None
    drills_asked = Signal()
    heal_asked = Signal()
    sign_in_asked = Signal()
    acknowledge_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drills = False
        self._recorded = self._past = self._tight = False
        self._lab = False
        self._tip = self._proven = ""
        self._title = Elided()
        self._title.setProperty("role", "title")
        self._badge = QLabel(t("LAB · A PAIR ON THIS MACHINE"))
        self._badge.setProperty("role", "badge-lab")
        self._badge.setToolTip(t("Made to be broken: nobody is served by it, and it ends with this window"))
        self._badge.hide()
        self._fqdn = Elided()
        self._fqdn.setProperty("role", "muted")
        self._fqdn.setStyleSheet("font-size: 14px; padding-top: 5px;")
        self._faults = Elided()
        self._faults.setProperty("role", "faults")
        self._faults.hide()
        self.sign_in = QPushButton(t("Sign in…"))
        self.sign_in.setToolTip(t("A node refused to sign us in; give the password (Ctrl+P)"))
        self.sign_in.hide()
        self.failover = QPushButton(t("Failover…"))
        self.simulate = QPushButton(t("Simulate ▾"))
        self.picture = PictureButton()
        self.picture.name_of = self._title.text
        self.acknowledge = QPushButton(t("Acknowledge"))
        self.acknowledge.setToolTip(t("Take note of the episode on show, with who and why (A)"))
        self._menu = QMenu(self)
        self.simulate.setMenu(self._menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._fqdn)
        row.addStretch(1)
        row.addWidget(self._faults)
        for button in (self.sign_in, self.failover, self.simulate, self.acknowledge, self.picture):
            row.addWidget(button)
        self.failover.clicked.connect(self.failover_asked)
        self.acknowledge.clicked.connect(self.acknowledge_asked)
        self.sign_in.clicked.connect(self.sign_in_asked)

    def show_group(
        self, name: str, fqdn: str | None, nodes: Sequence[str], *, lab: bool, failover_allowed: bool
    ) -> None:
        """Name and buttons of another group."""
        self._title.setText(name)
        self._fqdn.setText(fqdn or "")
        self._badge.setVisible(lab)
        tip = (
            t("Order a planned failover (Ctrl+F)")
            if failover_allowed
            else t(
                "Failover is not allowed for this group: agmonitor groups allow-failover {name}", name=name
            )
        )
        self._tip, self._lab, self._proven = RECORDED if self._recorded else tip, lab, ""
        self._offer_orders()
        self._menu.clear()
        if lab:
            self._fill_menu(nodes)

    def show_proven(self, words: str) -> None:
        """When a failover of the shown group was last seen to come true."""
        self._proven = words
        self._offer_orders()

    def be_recording(self) -> None:
        """Nothing can be ordered or broken any more."""
        self._recorded = True
        self._make_room()
        self._offer_orders()

    def be_past(self, *, past: bool) -> None:
        """Nothing is ordered from a past moment."""
        self._past = past
        self._offer_orders()
        self._make_room()

    def tighten(self, *, tight: bool) -> None:
        """In a low window the past's strip stands beside the name, in the buttons' place; their keys stay."""
        self._tight = tight
        self._make_room()

    def _make_room(self) -> None:
        shown = not (self._tight and self._past)
        for part in (self.failover, self.picture, self._fqdn):  # a card bears that name too
            part.setVisible(shown)
        for button in (self.simulate, self.acknowledge):
            button.setVisible(shown and not self._recorded)

    def _offer_orders(self) -> None:
        """What may be pressed now, and why the rest may not."""
        self.failover.setEnabled(not (self._recorded or self._past))
        tip = "\n".join(line for line in (self._tip, self._proven) if line)
        self.failover.setToolTip(ORDERS_REFUSED if self._past and not self._recorded else tip)
        self.sign_in.setEnabled(not self._past)
        self.simulate.setEnabled(self._lab and not self._past)
        lab = ORDERS_REFUSED if self._past else t("Break something in the lab (Alt+S)")
        self.simulate.setToolTip(lab if self._lab else REAL_GROUP)

    def show_faults(self, text: str, lines: str = "") -> None:
        """What is broken in the lab now, and all that can be said of it; empty: nothing."""
        self._faults.setText(f"⚡ {text}" if text else "")
        told = lines or text
        self._faults.setAccessibleName(t("Faults: {faults}", faults=told) if text else "")
        self._faults.setToolTip(t("{faults}\nHeal everything with Ctrl+H", faults=told) if text else "")
        self._faults.setVisible(bool(text))

    @property
    def faults(self) -> str:
        return self._faults.text()

    def show_fqdn(self, fqdn: str | None) -> None:
        self._fqdn.setText(fqdn or "")

    def offer_drills(self, *, offered: bool) -> None:
        """Whether the menu names the drills, from the next group shown on."""
        self._drills = offered

    def open_menu(self) -> None:
        """Show the faults, from the keyboard."""
        if self.simulate.isEnabled():
            self._menu.popup(self.simulate.mapToGlobal(QPoint(0, self.simulate.height())))

    @property
    def menu(self) -> QMenu:
        return self._menu

    def _fill_menu(self, nodes: Sequence[str]) -> None:
        for fault in FAULTS.values():
            self._offer(fault, [*nodes] if fault.needs_node else [*nodes, None])
        self._menu.addSeparator()
        more = self._menu.addAction(t("With length and numbers…") + "\tCtrl+Shift+S")
        more.triggered.connect(lambda: self.palette_asked.emit(next(iter(FAULTS)), nodes[0]))
        if self._drills:
            drills = self._menu.addAction(t("Drills, step by step…") + "\tCtrl+Shift+D")
            drills.triggered.connect(self.drills_asked)
        heal = self._menu.addAction(t("Heal everything") + "\tCtrl+H")
        heal.triggered.connect(self.heal_asked)

    def _offer(self, fault: Fault, places: Sequence[str | None]) -> None:
        """One fault: at once as the table has it, or with more to be said."""
        submenu = self._menu.addMenu(fault.title)
        submenu.setToolTipsVisible(True)
        for node in places:
            where = node or t("both nodes")
            action = submenu.addAction(where)
            action.setToolTip(fault.sentence.format(node=where, link=LINK_WORDS[Link.DOOR]))
            wish = FaultWish(fault.name, node)
            action.triggered.connect(lambda _checked=False, wish=wish: self.fault_asked.emit(wish))
        if fault.lasts or fault.parameters:
            submenu.addSeparator()
            more = submenu.addAction(t("More…"))
            more.setToolTip(t("How long, how much, and where"))
            more.triggered.connect(
                lambda _checked=False, name=fault.name: self.palette_asked.emit(name, places[0])
            )
