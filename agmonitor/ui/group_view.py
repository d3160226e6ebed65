"""One group in full: header, verdict, both nodes with the name between them, the time axis, the tabs.

Places the parts and hands each what it shows; judges nothing and asks nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from agmonitor.domain.events import Episode
from agmonitor.domain.kept import Around
from agmonitor.domain.model import Answer, GroupSettings, Instant
from agmonitor.domain.moment import Then
from agmonitor.domain.observations import Observation, Tick
from agmonitor.domain.state import GroupState
from agmonitor.monitor.ports import GroupChange
from agmonitor.texts import t
from agmonitor.ui import phrases, theme
from agmonitor.ui.banner import Banner
from agmonitor.ui.bottom_tabs import WHY, BottomTabs, Ledger
from agmonitor.ui.divider import Divider
from agmonitor.ui.division import GAP_PX, gap_px, is_tight
from agmonitor.ui.header import Header
from agmonitor.ui.name_card import NameCard
from agmonitor.ui.name_facts import fqdn_of, name_facts
from agmonitor.ui.node_card import pair_of_cards
from agmonitor.ui.node_facts import node_facts
from agmonitor.ui.past_facts import banner_of, name_facts_then, node_facts_then, state_of, sure_words
from agmonitor.ui.past_strip import PastStrip, edges, paint_past_frame
from agmonitor.ui.watched import Watched

if TYPE_CHECKING:
    from agmonitor.ui.time_view import TimeView

ANSWERED = Observation | Tick  # of themselves no news
LAB_STRIPE_PX, PAST_STRIPE_PX = 3, 8
MARGINS_PX, TIGHT_MARGINS_PX = (18, 11, 18, 13), (18, 9, 18, 9)  # outside of the past's stripes


class GroupView(QWidget):
    """Shows the group it was last given."""

    why_asked = Signal()
    past_wanted = Signal(str, object)  # group, Wish
    link_asked = Signal(float)  # a link to that moment of the shown group is to be copied
    moment_asked = Signal(float)  # seconds since 1970: the whole window is to show that moment

    def __init__(self, ledger: Ledger, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watched: Watched | None = None
        self._shown_at: Instant = 0.0
        self._past: Then | None = None  # a past moment that is shown
        self._told: tuple[str | None, tuple[Episode, ...]] = (None, ())  # as shown last
        self.recorded = False
        self.axis: TimeView | None = None
        self.header = Header()
        self.banner = Banner()
        self.nodes = pair_of_cards()
        self.name = NameCard()
        self.tabs = BottomTabs(ledger)
        self._waiting = QFrame()
        self._waiting.setObjectName("panel")
        text = QLabel(t("Preparing the time axis…"), self._waiting)
        text.setProperty("role", "muted")
        text.move(20, 16)
        self.divider = Divider(self._waiting, self.tabs)
        self._place()
        self.tabs.events.link_asked.connect(self.link_asked)
        self.banner.why_asked.connect(lambda: self.tabs.open(WHY))
        theme.changed.connect(self.update)

    def _place(self) -> None:
        cards = QHBoxLayout()
        cards.setSpacing(GAP_PX)
        cards.addWidget(self.nodes[0], 9)
        cards.addWidget(self.name, 6)
        cards.addWidget(self.nodes[1], 9)
        self._column = column = QVBoxLayout(self)
        column.setSpacing(GAP_PX)
        self._head = QBoxLayout(QBoxLayout.Direction.TopToBottom)  # the past's strip and the header
        self._head.addWidget(self.header)
        column.addLayout(self._head)
        column.addWidget(self.banner)
        column.addLayout(cards)
        column.addWidget(self.divider, 1)

    @property
    def group(self) -> str | None:
        return self._watched.settings.name if self._watched is not None else None

    def put_axis(self, axis: TimeView) -> None:
        """The time view has been imported: it takes the place kept for it."""
        self.divider.put_axis(axis)
        self._waiting.deleteLater()
        self.axis = axis
        axis.zone_changed.connect(self._on_zone_changed)
        axis.past_wanted.connect(self._on_past_wanted)
        self.moment_asked.connect(axis.choose_moment)

    def show_group(self, watched: Watched, now: Instant) -> None:
        """Show that group from now on."""
        self._watched = watched
        settings = watched.settings
        self.header.show_group(
            settings.name,
            fqdn_of(watched.state),
            [node.name for node in settings.nodes],
            lab=settings.lab,
            failover_allowed=settings.failover_allowed,
        )
        history = watched.history
        self.tabs.anatomy.draw_from(history, lambda: Around(tuple(history.events), tuple(history.all_gaps())))
        self.tabs.show_group(watched.state, watched.events)
        if self.axis is not None:
            self.axis.show_history(watched.history)
            self.axis.refresh(now)
        if self._past is not None:  # the same group again; another one's axis has let go of the moment
            self.show_past(self._past)
            return
        self._show_state(watched, now)
        self.update()

    def forget_group(self) -> None:
        """The shown group is watched no more."""
        self._watched = None
        if self.axis is not None:
            self.axis.show_history(None)

    def take(self, change: GroupChange, now: Instant) -> None:
        """A change of the shown group: what happened, and a countdown, is shown at once.

        What merely grew older waits for the next beat, so that each age is the same wherever it stands.
        """
        if self._watched is None or change.group != self._watched.settings.name:
            return
        told = self._watched.unwritten, change.state.episodes
        quiet = isinstance(change.input, ANSWERED) and not change.events and told == self._told
        at_once = not quiet or self._watched.history.due is not None
        self.tabs.add(change.state, change.events, at_once=at_once)
        if not at_once:
            return
        if self._past is None:
            self._show_state(self._watched, now)
        if self.axis is not None:
            self.axis.refresh(now)

    def refresh(self, now: Instant) -> None:
        """Time has passed: ages, countdown, the moving axis, the ledger."""
        if self._watched is None:
            return
        if self._past is None:
            self._show_state(self._watched, now)
        self.tabs.refresh()
        if self.axis is not None:
            self.axis.refresh(now)
            self.tabs.events.follow(self._watched, self.axis.shown, held=self.axis.moment_at is not None)

    def be_recording(self, strip: QWidget) -> None:
        """From now on what is shown is a recording's: said above all, framed, and nothing can be ordered."""
        self.recorded = True
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, strip)
        self.header.be_recording()
        if self.axis is not None:
            self.axis.bar.show_an_end()

    def put_past_strip(self, strip: PastStrip) -> None:
        """The line that stands above all while the past is shown; in a low window beside the group's name."""
        self._head.insertWidget(0, strip, 1)

    def show_past(self, then: Then) -> None:
        """Banner, cards and tabs show that moment until ``show_present``."""
        if self._watched is None:
            return
        self._past = then
        settings = self._watched.settings
        self.header.be_past(past=True)
        self._be_dashed(dashed=True)
        self.banner.show_state(banner_of(settings, then), None)
        self._show_past_facts(settings, then)
        self.tabs.show_past(then.state, sure_words(then))
        self.update()

    def show_present(self, now: Instant) -> None:
        """Everything as it is now, and from now on."""
        was_past, self._past = self._past is not None, None
        if not was_past:
            return
        self.header.be_past(past=False)
        self._be_dashed(dashed=False)
        if self._watched is None:
            return
        self.tabs.show_present(self._watched.state)
        self._show_state(self._watched, now)
        self.update()

    def show_marks(self, group: str) -> None:
        """People left something, or it was read."""
        if self._watched is not None and self.group == group:
            if self.axis is None:
                self.tabs.events.show_all(self._watched.events)
                return
            self.axis.show_earlier()  # a note is listed at once, on a chosen moment too
            self.tabs.events.follow(self._watched, self.axis.shown, held=False)

    def show_earlier(self) -> None:
        """More of the shown group's past was read."""
        if self.axis is not None and self._watched is not None:
            self.axis.show_earlier()
            self.tabs.events.follow(self._watched, self.axis.shown, held=self.axis.moment_at is not None)

    def _on_past_wanted(self, wish: object) -> None:
        if self.group is not None:
            self.past_wanted.emit(self.group, wish)

    def _on_zone_changed(self, utc: bool) -> None:  # noqa: FBT001 - a slot
        phrases.use_utc(utc)
        self.tabs.retell()
        if self._past is not None:
            self.show_past(self._past)
        elif self._watched is not None:
            self._show_facts(self._watched, self._shown_at)

    def _show_state(self, watched: Watched, now: Instant) -> None:
        self._told = watched.unwritten, watched.state.episodes
        self.banner.show_state(watched.state, watched.unwritten)
        self.header.show_fqdn(fqdn_of(watched.state))
        self.header.sign_in.setVisible(sign_in_refused(watched.state))
        self._show_facts(watched, now)

    def _show_facts(self, watched: Watched, now: Instant) -> None:
        self._shown_at = now
        state, told_at = watched.state, phrases.told_of(watched.state.now, now)
        for card, node in zip(self.nodes, state.nodes, strict=True):
            p99_ms, known = watched.p99_ms(node.name), watched.known_beat(node.name)
            card.show_facts(node_facts(state, node, told_at, p99_ms, known))
        self.name.show_facts(name_facts(state, told_at, watched.known_beat_of_standby))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tight, gap = is_tight(self.height()), gap_px(self.height())
        self._column.setContentsMargins(*(TIGHT_MARGINS_PX if tight else MARGINS_PX))
        self._column.setSpacing(gap)
        self.divider.setHandleWidth(gap)
        self._head.setSpacing(gap)
        beside, above = QBoxLayout.Direction.RightToLeft, QBoxLayout.Direction.TopToBottom
        self._head.setDirection(beside if tight else above)
        self.header.tighten(tight=tight)
        self.banner.tighten(tight=tight)
        self._column.activate()

    def _show_past_facts(self, settings: GroupSettings, then: Then) -> None:
        for side, card in enumerate(self.nodes):
            card.show_facts(node_facts_then(settings, then, side))
        self.name.show_facts(name_facts_then(settings, then))
        self.header.show_fqdn(fqdn_of(state_of(settings, then)))

    def _be_dashed(self, *, dashed: bool) -> None:
        """The past differs in form, not in colour alone."""
        for part in (self.banner, *self.nodes, self.name):
            part.dashed = dashed
            part.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._watched is None or not (self._watched.settings.lab or self.recorded or self._past):
            return
        # A frame all round: a lab group, a recording or the past is never mistaken for what is real and now.
        painter = QPainter(self)
        if self._past is not None:
            paint_past_frame(painter, QRectF(self.rect()), PAST_STRIPE_PX)
        else:
            colour = QColor(theme.palette().accent if self.recorded else theme.palette().lab)
            for edge in edges(QRectF(self.rect()), LAB_STRIPE_PX):
                painter.fillRect(edge, colour)
        painter.end()


def sign_in_refused(state: GroupState) -> bool:
    """Whether a node did not sign us in, so that a person may give another password."""
    return any(node.last is not None and node.last.answer is Answer.SIGN_IN_REFUSED for node in state.nodes)
