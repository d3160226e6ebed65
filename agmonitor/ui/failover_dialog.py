"""Failover…: check, confirm, arm, fire and result in one place, the pre-flight live beside it.

It orders nothing itself: it hands out what a person wants, and is told what happens. The monitor reads every
witness again before it sends anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.state import GroupState
from agmonitor.failover.course import PhaseCourse
from agmonitor.failover.guards import Guard, Intent, Kind, Outcome, Surroundings
from agmonitor.failover.machine import Failover, Stage
from agmonitor.failover.preflight import Plan, Preflight, preflight
from agmonitor.report.failover import proven_words, score_words
from agmonitor.texts import t
from agmonitor.ui.failover_face import LOW_TABLE_PX, FailoverFace
from agmonitor.ui.failover_parts import ARM, CHECK, CONFIRM, FIRE, RESULT

if TYPE_CHECKING:
    from agmonitor.monitor.operation import FailoverResult
    from agmonitor.monitor.surveying import Survey

TICK_MS = 250
IF_RESOLVED = t("What later evidence shows is told here, or in the main window.")

_OUTCOME_SEVERITY = {
    Outcome.SUCCEEDED: Severity.OK,
    Outcome.REFUSED_HERE: Severity.WARNING,
    Outcome.REFUSED_BY_NODE: Severity.CRITICAL,
    Outcome.UNKNOWN: Severity.UNKNOWN,
    Outcome.NOT_TAKEN: Severity.WARNING,
    Outcome.NEVER_KNOWN: Severity.UNKNOWN,
}
_OUTCOME_WORDS = {
    Outcome.SUCCEEDED: t("Succeeded"),
    Outcome.REFUSED_HERE: t("Refused here, nothing was sent"),
    Outcome.REFUSED_BY_NODE: t("Refused by the node"),
    Outcome.UNKNOWN: t("Unknown, still watching"),
    Outcome.NOT_TAKEN: t("Not taken in its time"),
    Outcome.NEVER_KNOWN: t("Never known"),
}


class FailoverDialog(FailoverFace):
    """Open it, connect its signals, and tell it state, survey, progress and result."""

    kind_chosen = Signal(object)  # Kind: a survey of that is wanted
    arm_asked = Signal(object, object)  # Intent, and the Plan that the person was shown
    fire_asked = Signal()
    disarm_asked = Signal()

    def __init__(
        self, state: GroupState, now: Callable[[], Instant], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(state.settings.name, lab=state.settings.lab, parent=parent)
        self._now, self._state, self._lab = now, state, state.settings.lab
        self._kind, self._around = Kind.PLANNED, Surroundings()
        self._phases: tuple[PhaseCourse, ...] = ()
        self._flight: Preflight | None = None
        self._armed_until: Instant | None = None
        self._busy = self._under_way = self._over = False
        self._reached: dict[str, float] = {}
        self._returning = False
        self._connect()
        _every(TICK_MS, self._tick, self)
        self.show_state(state)

    # -- what it is told ------------------------------------------------------------------------------------

    def show_state(self, state: GroupState) -> None:
        """The newest state: the pre-flight is judged anew, until the order is on its way."""
        self._state = state
        if self._under_way or self._over:
            return
        before = self.plan
        self._judge()
        if self.plan is not None and (before is None or before.target != self.plan.target):
            self.kind_chosen.emit(self._kind)  # only now can its course be predicted

    def show_survey(self, kind: Kind, survey: Survey) -> None:
        """What stands around the group, and the predicted course."""
        if kind is not self._kind or self._under_way:
            return
        self._around, self._phases = survey.around, survey.course
        self._proven.setText(proven_words(survey.proven_at, self._now()))
        self._course.show_course(self._phases, self._reached)
        self._judge()

    def show_machine(self, machine: Failover) -> None:
        """How far it has come: what is armed, and which steps were seen done."""
        self._reached = dict(machine.reached_s)
        self._course.show_course(self._phases, self._reached)
        if machine.preflight is not None and machine.stage in {Stage.ARMED, Stage.FIRED, Stage.REFUSED}:
            self.checks.show_preflight(machine.preflight)
        if machine.outcome is Outcome.REFUSED_HERE and self._armed_until is not None:
            self.disarm_asked.emit()  # something moved while it was armed
            self.armed(machine)
        elif self._over and machine.outcome is not None:
            self._tell_outcome(machine.outcome, machine.sentence)

    def armed(self, machine: Failover) -> None:
        """It is armed, or was refused: then one may mend what refused and arm again."""
        self._busy = False
        if machine.ended:
            self._tell_outcome(Outcome.REFUSED_HERE, machine.sentence)
            self._to_check()
            return
        self._armed_until = machine.expires_at()
        self._strip.at(FIRE)
        self._show_buttons()
        (self.fire if self._lab else self.leave).setFocus()
        self._tick()
        self.fit()  # the countdown needs its room

    def progress(self, sentence: str) -> None:
        """One more thing has happened."""
        self._step(Severity.NOTICE, sentence)

    def finish(self, result: FailoverResult) -> None:
        """The outcome, in place, with what was measured and what is left changed."""
        self._under_way, self._over, self._armed_until = False, True, None
        self._strip.at(RESULT)
        self._tell_outcome(result.outcome, result.sentence)
        if score_words(result.course):
            self._step(Severity.NOTICE, score_words(result.course))
        for sentence in result.left:
            self._step(Severity.NOTICE, t("Left changed: {what}", what=sentence))
        self.leave.setFocus()

    def refused(self, result: FailoverResult) -> None:
        """Back to the table, judged on what was read at firing; another plan needs the name typed anew."""
        before, self._under_way, self._state = self.plan, False, result.after
        self._forget_steps()
        self._to_check()
        if self.plan != before:
            self._form.typed.clear()
        self._tell_outcome(result.outcome, result.sentence)
        self.kind_chosen.emit(self._kind)  # the cool-down and the audit may have changed too
        self.leave.setFocus()

    def _tell_outcome(self, outcome: Outcome, sentence: str) -> None:
        """As it stands now; one that is unknown may be told again when it resolves itself."""
        more = f" {IF_RESOLVED}" if outcome is Outcome.UNKNOWN else ""
        self._step(_OUTCOME_SEVERITY[outcome], f"{_OUTCOME_WORDS[outcome]}. {sentence}{more}")
        self._returning = outcome is Outcome.SUCCEEDED
        self._show_buttons()
        self.show()  # it may have been put away meanwhile

    def lapsed(self) -> None:
        """What was to be fired is armed no longer; one may arm again."""
        self._under_way = False
        self._step(Severity.NOTICE, t("It is armed no longer: nothing was sent."))
        self._to_check()

    def fail(self, sentence: str) -> None:
        """The order itself broke down; what it did is not known."""
        self._busy = self._under_way = False
        self._over = True
        self._armed_until = None
        self._step(Severity.UNKNOWN, sentence)
        self._show_buttons()

    @property
    def plan(self) -> Plan | None:
        """What would be sent now."""
        return self._flight.plan if self._flight is not None else None

    # -- what a person does ---------------------------------------------------------------------------------

    def _on_kind(self, kind: object) -> None:
        assert isinstance(kind, Kind)
        self._kind = kind
        self._phases = ()
        self._course.show_course((), {})
        self._judge()
        self.kind_chosen.emit(kind)

    def _on_arm(self) -> None:
        if not self.arm.isEnabled():
            return
        self._busy = True
        self._forget_steps()
        self._strip.at(ARM)
        self._show_buttons()
        form = self._form
        wish = Intent(form.reason.text().strip(), self._kind, form.confirmed_name, self.checks.overrides)
        self.arm_asked.emit(wish, self.plan)

    def _on_fire(self) -> None:
        if self._armed_until is None:
            return
        self._armed_until, self._under_way = None, True
        self.checks.setMinimumHeight(LOW_TABLE_PX)  # what is told now needs the room
        self._countdown.setText("")
        self._show_buttons()
        self.fire_asked.emit()

    def _on_return(self) -> None:
        """The way back: the same guards, the same steps."""
        self._over = self._returning = False
        self._reached = {}
        self._form.reason.setText(t("Return: {reason}", reason=self._form.reason.text().strip()).rstrip(": "))
        self._form.typed.clear()
        self._to_check()
        self.kind_chosen.emit(self._kind)

    def _on_leave(self) -> None:
        if self._armed_until is not None:
            self.disarm_asked.emit()
            self._to_check()
            return
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._under_way:
            # What has been sent can't be called back: the dialog steps aside and returns with the outcome.
            event.ignore()
            self.hide()
            return
        super().closeEvent(event)

    def reject(self) -> None:
        """Esc, and what every way of closing ends in."""
        if self._under_way:
            self.hide()
            return
        if self._armed_until is not None:
            self.disarm_asked.emit()
        super().reject()

    def _connect(self) -> None:
        self._kinds.choose(self._kind)
        self._kinds.chosen.connect(self._on_kind)
        self.checks.changed.connect(self._show_buttons)
        self._form.changed.connect(self._show_buttons)
        for button, act in (
            (self.leave, self._on_leave),
            (self.arm, self._on_arm),
            (self.fire, self._on_fire),
            (self.back, self._on_return),
        ):
            button.clicked.connect(act)
        self._form.reason.setFocus()

    # -- how it looks ---------------------------------------------------------------------------------------

    def _to_check(self) -> None:
        self._armed_until = None
        self._countdown.setText("")
        self.checks.setMinimumHeight(self._table_px)
        self._judge()

    def _judge(self) -> None:
        if self._armed_until is not None or self._busy:
            return
        self._flight = preflight(self._state, self._kind, self._around)
        self.checks.show_preflight(self._flight)
        self._roles.show_plan(self._flight.plan)
        self._show_buttons()
        self.fit()

    def _show_buttons(self) -> None:
        armed, idle = self._armed_until is not None, not (self._under_way or self._busy or self._over)
        standing = self._flight.standing(self.checks.overrides) if self._flight is not None else ()
        plan = self.plan
        ready = idle and not armed and not standing
        self.arm.setVisible(idle and not armed)
        self.arm.setEnabled(ready and self._form.complete)
        self.arm.setText(_arm_word(plan))
        self.fire.setVisible(armed)
        self.fire.setText(plan.word if plan is not None else t("Fail over"))
        self.back.setVisible(self._over and self._returning)
        leave = _leave_word(self._flight, over=self._over)
        self.leave.setText(t("Disarm") if armed else t("Put away") if self._under_way else leave)
        for part in (self._form, self._kinds):
            part.setEnabled(idle and not armed)
            part.setVisible(not (self._under_way or self._over))
        self._countdown.setVisible(armed)
        if idle and not armed:
            self._strip.at(CHECK if standing else CONFIRM)

    def _tick(self) -> None:
        """The countdown while armed; before that the cool-down and the ages go on by themselves."""
        if self._armed_until is None:
            return
        left_s = self._armed_until - self._now()
        if left_s <= 0:
            self.disarm_asked.emit()
            self._step(Severity.NOTICE, t("It was not fired within 30 s: disarmed, nothing was sent."))
            self._to_check()
            return
        what = self.plan.sentence if self.plan is not None else ""
        self._countdown.setText(t("Armed: {left:.0f} s left. {what}", left=left_s, what=what))


def _arm_word(plan: Plan | None) -> str:
    if plan is None:
        return t("Arm")
    if plan.kind is Kind.EMERGENCY:
        return t("Arm: {node} will take over", node=plan.target)
    return t("Arm: {node} will yield", node=plan.target)


def _every(interval_ms: int, act: Callable[[], None], parent: QWidget) -> None:
    timer = QTimer(parent)
    timer.timeout.connect(act)
    timer.start(interval_ms)


def _leave_word(flight: Preflight | None, *, over: bool) -> str:
    """A group that nobody may order is merely looked at."""
    may = flight is not None and not any(one.guard is Guard.NOT_ALLOWED for one in flight.failed)
    return t("Close") if over or not may else t("Cancel")
