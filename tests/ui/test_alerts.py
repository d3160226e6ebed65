"""Alerts in the window: tray, notifications, badges, and the dialogs that silence, plan and set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from agmonitor.alerts import kept
from agmonitor.alerts.alerting import Alerting
from agmonitor.alerts.kept import QuietFile
from agmonitor.alerts.model import Alert, AlertKind, Maintenance, Silence
from agmonitor.alerts.notifications import Note, Urgency
from agmonitor.alerts.settings import AlertSettings, Doors, Thresholds
from agmonitor.config.put_away import PutAway
from agmonitor.domain.model import Instant, Severity
from agmonitor.ui.alerts_dialog import NOTHING_QUIET, AlertsDialog
from agmonitor.ui.alerts_session import NOT_HERE, worst_of
from agmonitor.ui.desk import Desk
from agmonitor.ui.quiet_dialogs import MaintenanceDialog, SilenceDialog
from agmonitor.ui.tray import NO_TRAY, Tray, state_icon
from tests.ui import staged
from tests.ui.conftest import Run, shown_host
from tests.ui.fake_workspace import FakeWorkspace

NAME = "gw-prod-toronto"


class Behind(Alerting):
    """Real alerting over a file of the test's; settings are kept in it alone."""

    def __init__(self, folder: Path, doors: Doors = Doors()) -> None:  # noqa: B008 - frozen
        self.breaks = self.no_desktop = ""
        self.on_desktop: list[Note] = []
        self.came_of_it: list[str] = []
        self.turn = asyncio.Semaphore(0)

        async def rest(_seconds: float) -> None:
            await self.turn.acquire()

        self.away = PutAway(folder / "away")
        file = QuietFile(folder / "quiet.json")
        super().__init__(AlertSettings(doors=doors), file, lambda: staged.NOW, rest)

    def hear_clicks(self, chosen: Callable[[str, str], None]) -> None:
        self.click = chosen

    async def notify(self, note: Note) -> None:
        if self.no_desktop:
            raise OSError(self.no_desktop)
        self.on_desktop.append(note)

    async def probe_notifications(self) -> None:
        if self.no_desktop:
            raise OSError(self.no_desktop)

    def shown(self, alert: Alert, why_not: str) -> None:
        super().shown(alert, why_not)
        self.came_of_it.append(why_not)

    @property
    def who(self) -> str:
        return "root"

    async def keep_silent(self, group: str, finding: str | None, until: Instant, reason: str) -> Silence:
        if self.breaks:
            raise OSError(self.breaks)
        return await self.silence(group, finding, until, self.who, reason)

    async def plan(self, group: str, from_at: Instant, until: Instant, reason: str) -> Maintenance:
        return await self.maintain(group, from_at, until, self.who, reason)

    async def keep_settings(self, settings: AlertSettings) -> None:
        self.use(settings)


@asynccontextmanager
async def opened(alerts: Behind | None) -> AsyncIterator[Desk]:
    """A window on two groups, one of them without a standby."""
    workspace = FakeWorkspace(staged.no_standby(), staged.healthy(of=staged.settings("gw-prod-oslo")))
    host = shown_host()
    async with host.open(workspace, alerts=alerts) as desk:
        while len(desk.bridge.names) < 2:
            await host.settled()
        desk.choose(NAME)
        yield desk


async def until(host_turns: int = 2000, *, what: object) -> None:
    """Turn the loop until it holds."""
    assert callable(what)
    for _ in range(host_turns):
        if what():
            return
        await asyncio.sleep(0.005)
    assert what()


def words_on(dialog: AlertsDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


def shown(kind: type) -> object:
    widgets = QApplication.topLevelWidgets()
    return next((one for one in widgets if isinstance(one, kind) and one.isVisible()), None)


def test_a_group_is_silenced_by_key_with_a_reason_and_everybody_sees_it(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        alerts = Behind(tmp_path)
        async with opened(alerts) as desk:
            desk._window.asked.emit("silence")
            dialog = shown(SilenceDialog)
            assert isinstance(dialog, SilenceDialog)
            dialog.make.click()
            assert "Say why" in dialog.mistake.text()
            QTest.keyClicks(dialog.reason, "disk is being changed")
            dialog.length.choose(7200.0)
            QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
            await until(what=lambda: bool(alerts.quiet.silences))
            await until(what=lambda: shown(SilenceDialog) is None)
            (one,) = QuietFile(tmp_path / "quiet.json").read().silences
            assert (one.group, one.finding, one.who, one.reason) == (
                NAME,
                None,
                "root",
                "disk is being changed",
            )
            assert one.until == staged.NOW + 7200
            badge = desk.view.banner.quiet
            assert badge.isVisible()
            assert "by root: disk is being changed" in badge.text()
            row = next(row for row in desk._window.groups.rows if row.name == NAME)
            assert "alerts silenced until" in row.spoken
            desk.choose("gw-prod-oslo")
            assert not badge.isVisible()

    run(main())


def test_a_row_of_the_list_offers_it_too(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(Behind(tmp_path)) as desk:
            desk._window.sidebar.list.asked.emit("silence", "gw-prod-oslo")
            dialog = shown(SilenceDialog)
            assert isinstance(dialog, SilenceDialog)
            assert dialog.heading.text() == "Silence gw-prod-oslo"
            assert desk.view.group == "gw-prod-oslo"
            dialog.close()

    run(main())


def test_what_could_not_be_kept_is_said_in_the_dialog_and_nothing_is_lost(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        alerts = Behind(tmp_path)
        alerts.breaks = "The disk is full."
        async with opened(alerts) as desk:
            desk._window.asked.emit("silence")
            dialog = shown(SilenceDialog)
            assert isinstance(dialog, SilenceDialog)
            dialog.reason.setText("x")
            dialog.make.click()
            await until(what=lambda: "The disk is full." in dialog.mistake.text())
            assert dialog.reason.text() == "x"
            assert dialog.make.isEnabled()
            dialog.close()

    run(main())


def test_maintenance_is_planned_and_ended_from_the_list(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        alerts = Behind(tmp_path)
        async with opened(alerts) as desk:
            desk._window.asked.emit("maintenance")
            dialog = shown(MaintenanceDialog)
            assert isinstance(dialog, MaintenanceDialog)
            dialog.begin.setText("soon")
            dialog.reason.setText("patch day")
            dialog.make.click()
            assert "The begin is a date and a time" in dialog.mistake.text()
            dialog.begin.setText("2026-01-06 02:00")
            dialog.make.click()
            await until(what=lambda: bool(alerts.quiet.maintenance))
            (one,) = alerts.quiet.maintenance
            assert one.until - one.from_at == 1800
            desk._window.asked.emit("alerts")
            listed = shown(AlertsDialog)
            assert isinstance(listed, AlertsDialog)
            end = next(b for b in listed.findChildren(QPushButton) if b.text() == "End")
            assert "patch day" in end.accessibleName()
            end.click()
            await until(what=lambda: not alerts.quiet.maintenance)
            await until(what=lambda: NOTHING_QUIET in words_on(listed))
            listed.close()

    run(main())


def test_a_group_that_flaps_is_said_to_be_quiet(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        alerts = Behind(tmp_path)
        async with opened(alerts) as desk:
            monkeypatch.setattr(Alerting, "flapping", (NAME,))
            desk.alerts.refresh()
            assert desk.view.banner.quiet.text() == "flapping: quiet until steady"
            desk._window.asked.emit("alerts")
            dialog = shown(AlertsDialog)
            assert isinstance(dialog, AlertsDialog)
            said = f"{NAME}: flapping, so quiet until nothing has changed for 5 min"
            await until(what=lambda: said in words_on(dialog))
            dialog.close()

    run(main())


def test_what_a_script_silences_is_seen_here(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        alerts = Behind(tmp_path)
        async with opened(alerts) as desk:
            one = Silence("s", NAME, None, "ops", "by a script", staged.NOW, staged.NOW + 600)
            QuietFile(tmp_path / "quiet.json").change(kept.with_silence(one), staged.NOW)
            alerts.turn.release()
            await until(what=lambda: "by ops: by a script" in desk.view.banner.quiet.text())

    run(main())


def test_settings_are_checked_saved_and_tested(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        alerts = Behind(tmp_path)
        async with opened(alerts) as desk:
            desk._window.asked.emit("alerts")
            dialog = shown(AlertsDialog)
            assert isinstance(dialog, AlertsDialog)
            assert dialog.desktop.isChecked()
            assert not dialog.sound.isChecked()
            dialog.webhook.setText("http://page.example.net/x")
            dialog.save.click()
            assert "forge alerts" in dialog.mistake.text()
            dialog.webhook.setText("http://127.0.0.1:9/x")
            dialog.command.setText("'unfinished")
            dialog.save.click()
            assert "quotes" in dialog.mistake.text()
            dialog.command.setText("")
            dialog.limits.general.bad.setValue(7)
            dialog.save.click()
            await until(what=lambda: alerts.settings.thresholds.bad_rounds == 7)
            dialog.test.click()
            await until(what=dialog.test.isEnabled)
            told = dialog._outcomes["webhook"].text()
            assert "could not be reached" in told
            assert "could not be reached" in desk._window.errors.text
            dialog.close()

    run(main())


@pytest.mark.parametrize("breaks", ["", "The disk is full."])
def test_a_dialog_closed_while_its_wish_is_carried_out_is_left_alone(
    run: Run, tmp_path: Path, breaks: str
) -> None:
    """A disk may be slow, and a person quick."""

    async def main() -> None:
        alerts = Behind(tmp_path)
        go_on = asyncio.Event()

        async def slowly(*_wish: object) -> None:
            await go_on.wait()
            if breaks:
                raise OSError(breaks)

        alerts.keep_silent = alerts.keep_settings = slowly  # type: ignore[method-assign, assignment]
        async with opened(alerts) as desk:
            desk._window.asked.emit("silence")
            silence = shown(SilenceDialog)
            assert isinstance(silence, SilenceDialog)
            silence.reason.setText("x")
            silence.make.click()
            await asyncio.sleep(0)
            silence.close()
            desk._window.asked.emit("alerts")
            settings = shown(AlertsDialog)
            assert isinstance(settings, AlertsDialog)
            settings.save.click()
            await asyncio.sleep(0)
            settings.close()
            for _ in range(20):  # until Qt has deleted them
                await asyncio.sleep(0.005)
            go_on.set()
            for _ in range(20):
                await asyncio.sleep(0.005)
            assert desk._window.errors.text.partition("  ")[0] == breaks

    run(main())


def test_without_alerting_the_keys_say_so(run: Run) -> None:
    async def main() -> None:
        async with opened(None) as desk:
            for action in ("silence", "maintenance", "alerts"):
                desk._window.asked.emit(action)
                assert desk._window.errors.text == NOT_HERE

    run(main())


def test_a_desktop_without_a_tray_is_told_in_the_settings(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(Behind(tmp_path)) as desk:
            assert desk.alerts.tray is not None
            assert desk.alerts.tray.icon is None  # there is none offscreen
            desk._window.asked.emit("alerts")
            dialog = shown(AlertsDialog)
            assert isinstance(dialog, AlertsDialog)
            assert NO_TRAY in [label.text() for label in dialog.findChildren(QLabel)]
            dialog.close()

    run(main())


def test_a_group_gets_limits_of_its_own_and_the_others_keep_theirs(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        alerts = Behind(tmp_path)
        before = Thresholds(), {"gw-test": Thresholds(least=Severity.CRITICAL)}
        alerts.use(AlertSettings(before[0], groups=before[1]))
        async with opened(alerts) as desk:
            desk._window.asked.emit("alerts")
            dialog = shown(AlertsDialog)
            assert isinstance(dialog, AlertsDialog)
            limits = dialog.limits
            assert limits.own is not None
            assert limits.special is not None
            assert not limits.special.isVisible()
            limits.general.good.setValue(5)
            limits.own.click()
            assert limits.special.good.value() == 5, "it begins with what holds for all"
            limits.special.bad.setValue(9)
            limits.special.least.choose(Severity.UNKNOWN)
            dialog.save.click()
            await until(what=lambda: NAME in alerts.settings.groups)
            assert alerts.settings.thresholds == Thresholds(good_rounds=5)
            assert dict(alerts.settings.groups) == {
                NAME: Thresholds(9, 5, Severity.UNKNOWN),
                "gw-test": Thresholds(2, 5, Severity.CRITICAL),
            }, "what a group did not say itself follows"
            limits.own.click()
            dialog.save.click()
            await until(what=lambda: NAME not in alerts.settings.groups)
            assert list(alerts.settings.groups) == ["gw-test"]
            dialog.close()

    run(main())


# -- the tray -----------------------------------------------------------------------------------------------


OFFSCREEN = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)  # Qt looks for X there


@pytest.fixture
def tray(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Tray:
    monkeypatch.setattr("agmonitor.ui.tray.system_has_tray", lambda: True)
    return Tray(QObject(qapp))


@OFFSCREEN
def test_the_tray_tells_the_worst_state_by_shape_colour_and_sentence(tray: Tray) -> None:
    assert tray.icon is not None
    tray.show_worst(*worst_of([(Severity.OK, "a: Healthy"), (Severity.CRITICAL, "b: Group down")]))

    assert tray.icon.toolTip() == "agmonitor: 1 critical; b: Group down"
    pictures = [
        state_icon(severity).pixmap(22).toImage() for severity in Severity if severity != Severity.NOTICE
    ]
    assert all(one != other for place, one in enumerate(pictures) for other in pictures[:place])
    tray.end()


@OFFSCREEN
def test_the_trays_menu_asks_for_what_the_keys_do(tray: Tray) -> None:
    assert tray.menu is not None
    asked: list[str] = []
    opened_up: list[bool] = []
    tray.asked.connect(asked.append)
    tray.open_asked.connect(lambda: opened_up.append(True))
    tray.show_worst(Severity.CRITICAL, "1 critical; R&D: Group down")
    tray.name_group("R&D")
    words = [action.text() for action in tray.menu.actions() if not action.isSeparator()]
    assert words[:3] == ["1 critical; R&&D: Group down", "&Open the window", "&Silence R&&D…"]

    for action in tray.menu.actions():
        action.trigger()

    assert asked == ["worst", "silence", "alerts", "quit"]
    assert len(opened_up) == 4
    tray.end()


def test_an_alert_becomes_a_notification_where_it_is_wanted(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[bool] = []
    monkeypatch.setattr("agmonitor.ui.alerts_session.sound", lambda: rung.append(True))
    alert = Alert(staged.NOW, AlertKind.RAISED, NAME, Severity.CRITICAL, "Down.")

    async def main() -> None:
        alerts = Behind(tmp_path)
        async with opened(alerts) as desk:
            desk.alerts._on_alert(alert)
            await until(what=lambda: alerts.on_desktop)
            (note,) = alerts.on_desktop
            assert (note.sentence, note.urgency, note.picture is not None) == (
                "Down.",
                Urgency.CRITICAL,
                True,
            )
            assert rung == []
            alerts.use(replace(alerts.settings, doors=Doors(desktop=False, sound=True)))
            desk.alerts._on_alert(alert)
            await asyncio.sleep(0)
            assert (len(alerts.on_desktop), rung) == (1, [True])
            assert alerts.came_of_it == ["", ""], "another program need not tell it"

    run(main())


def test_a_click_on_a_notification_leads_to_the_group_and_the_moment(run: Run, tmp_path: Path) -> None:
    alert = Alert(staged.NOW - 60, AlertKind.RAISED, "gw-prod-oslo", Severity.WARNING, "No standby.")

    async def main() -> None:
        alerts = Behind(tmp_path)
        async with opened(alerts) as desk:
            desk.alerts._on_alert(alert)
            await until(what=lambda: alerts.on_desktop)
            desk._window.showMinimized()
            alerts.click(alerts.on_desktop[0].subject, "default")
            assert desk.view.group == "gw-prod-oslo"
            assert not desk._window.isMinimized()
            assert desk.view.axis is not None
            assert desk.view.axis.moment_at == staged.NOW - 60
            alerts.click(alerts.on_desktop[0].subject, alerts.on_desktop[0].actions[1][0])
            dialog = shown(SilenceDialog)
            assert isinstance(dialog, SilenceDialog)
            assert dialog.heading.text() == "Silence gw-prod-oslo"
            dialog.close()

    run(main())


def test_a_desktop_without_notifications_is_told_once_and_in_the_settings(run: Run, tmp_path: Path) -> None:
    alert = Alert(staged.NOW, AlertKind.RAISED, NAME, Severity.CRITICAL, "Down.")

    async def main() -> None:
        alerts = Behind(tmp_path)
        alerts.no_desktop = "This desktop has no notification service."
        async with opened(alerts) as desk:
            said: list[str] = []
            desk.alerts.notes.failed.connect(said.append)
            for number in range(1, 4):
                desk.alerts._on_alert(alert)
                await until(what=lambda number=number: len(alerts.came_of_it) == number)
            assert set(alerts.came_of_it) == {alerts.no_desktop}, "another program may show it"
            assert said == ["No desktop notification was shown: This desktop has no notification service."]
            assert said[0] in desk._window.errors.text
            desk._window.asked.emit("alerts")
            dialog = shown(AlertsDialog)
            assert isinstance(dialog, AlertsDialog)
            await until(what=dialog.desktop_trouble.isVisible)
            assert alerts.no_desktop in dialog.desktop_trouble.text()
            dialog.close()

    run(main())


def test_nothing_watched_one_and_many() -> None:
    assert worst_of([]) == (Severity.OK, "Nothing is watched yet.")
    assert worst_of([(Severity.OK, "a: Healthy")]) == (Severity.OK, "1 group, all well")
    warning = (Severity.WARNING, "b: No standby")
    assert worst_of([(Severity.OK, "a"), warning, warning]) == (Severity.WARNING, "2 warning; b: No standby")
