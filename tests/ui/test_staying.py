"""Closing the window: it goes on watching in the tray where somebody is alerted, and else quits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from agmonitor.alerts.settings import AlertSettings, Doors
from agmonitor.config.put_away import called_back
from agmonitor.domain.model import GroupSettings
from agmonitor.report.link import link_to
from agmonitor.ui import tray
from agmonitor.ui.app import application
from agmonitor.ui.desk import Desk
from agmonitor.ui.episodes_dialog import EpisodesDialog
from agmonitor.ui.host import WindowHost
from agmonitor.ui.staying import DIALOG_OPEN, LAB_RUNS, SENTENCE
from tests.ui import staged
from tests.ui.conftest import Run, shown_host
from tests.ui.fake_workspace import FakeWorkspace
from tests.ui.test_alerts import Behind, until

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)  # Qt looks for X there
PROD, LAB = staged.settings("gw-prod-oslo"), replace(staged.settings("lab"), lab=True)


class Panel:
    """A desktop's panel with a tray, which may end."""

    there = True


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> Panel:
    application()  # a closed window ends no loop, as in the program
    panel = Panel()
    monkeypatch.setattr(tray, "system_has_tray", lambda: panel.there)
    return panel


@asynccontextmanager
async def opened(alerts: Behind | None, *groups: GroupSettings) -> AsyncIterator[tuple[WindowHost, Desk]]:
    host = shown_host()
    workspace = FakeWorkspace(*(staged.healthy(of=one) for one in groups))
    async with host.open(workspace, alerts=alerts) as desk:
        while len(desk.bridge.names) < len(groups):
            await host.settled()
        yield host, desk


def test_a_closed_window_goes_on_watching_and_says_so_once(run: Run, tmp_path: Path, panel: Panel) -> None:
    async def main() -> None:
        alerts = Behind(tmp_path)
        async with opened(alerts, PROD) as (host, desk):
            assert panel.there
            for _ in range(2):
                host.window.close()
                assert not host.window.isVisible()
                assert not host.closed.is_set()
                assert desk.alerts.tray is not None
                desk.alerts.tray.open_asked.emit()
                assert host.window.isVisible()
            await until(what=lambda: alerts.on_desktop)
            assert [note.sentence for note in alerts.on_desktop] == [SENTENCE]
            assert "Ctrl+Q" in SENTENCE

    run(main())


def test_a_later_start_brings_the_closed_window_back(run: Run, tmp_path: Path, panel: Panel) -> None:
    async def main() -> None:
        async with opened(Behind(tmp_path), PROD) as (host, _):
            assert panel.there
            assert not called_back(tmp_path / "away", within_s=0.1), "it is there"
            for _round in range(2):
                host.window.close()
                assert await asyncio.to_thread(called_back, tmp_path / "away", within_s=30.0)
                await until(what=host.window.isVisible)
                assert not called_back(tmp_path / "away", within_s=0.1), "it is there again"

    run(main())


@pytest.mark.parametrize("away", [True, False])
def test_a_link_given_to_a_later_start_is_shown_by_the_window_there_is(
    run: Run, tmp_path: Path, panel: Panel, away: bool
) -> None:
    async def main() -> None:
        async with opened(Behind(tmp_path), PROD) as (host, desk):
            assert panel.there
            at = desk.bridge.now() - 5.0
            if away:
                host.window.close()
            link = link_to(PROD.name, at)
            assert await asyncio.to_thread(called_back, tmp_path / "away", within_s=30.0, link=link)
            await until(what=host.window.isVisible)
            axis = desk.view.axis
            assert axis is not None
            await until(what=lambda: axis.moment_at is not None)
            assert axis.moment_at == pytest.approx(at, abs=0.001)

    run(main())


def test_what_stands_beside_the_window_is_closed_with_it(run: Run, tmp_path: Path, panel: Panel) -> None:
    async def main() -> None:
        async with opened(Behind(tmp_path), PROD) as (host, desk):
            assert panel.there
            assert desk.alerts.tray is not None
            beside = EpisodesDialog(PROD.name, host.window)
            beside.show()
            host.window.close()
            assert beside.gone

    run(main())


@pytest.mark.parametrize("way", ["key", "tray"])
def test_quitting_ends_it_from_the_window_and_from_the_tray(
    run: Run, tmp_path: Path, panel: Panel, way: str
) -> None:
    async def main() -> None:
        async with opened(Behind(tmp_path), PROD) as (host, desk):
            assert panel.there
            assert desk.alerts.tray is not None
            if way == "key":
                host.window.asked.emit("quit")
            else:
                host.window.close()
                desk.alerts.tray.asked.emit("quit")
            assert host.closed.is_set()

    run(main())


def _settings(folder: Path, **doors: bool) -> Behind:
    alerts = Behind(folder)
    alerts.use(AlertSettings(doors=Doors(**doors)))  # type: ignore[arg-type]
    return alerts


def test_without_alerts_a_tray_a_group_or_the_wish_a_close_quits(
    run: Run, tmp_path: Path, panel: Panel
) -> None:
    async def quits(alerts: Behind | None, *groups: GroupSettings) -> bool:
        async with opened(alerts, *groups) as (host, _):
            host.window.close()
            return host.closed.is_set()

    async def main() -> None:
        assert not await quits(_settings(tmp_path), PROD)
        assert await quits(None, PROD)
        assert await quits(_settings(tmp_path, in_tray=False), PROD)
        assert await quits(_settings(tmp_path, desktop=False), PROD)
        assert await quits(_settings(tmp_path), LAB), "nobody is alerted for the lab"
        panel.there = False
        assert await quits(_settings(tmp_path), PROD)

    run(main())


def test_the_lab_runs_on_beside_a_real_group_and_that_is_said(run: Run, tmp_path: Path, panel: Panel) -> None:
    async def main() -> None:
        alerts = Behind(tmp_path)
        async with opened(alerts, PROD, LAB) as (host, _):
            assert panel.there
            host.window.close()
            assert not host.closed.is_set()
            await until(what=lambda: alerts.on_desktop)
            assert alerts.on_desktop[0].sentence == f"{SENTENCE} {LAB_RUNS}"

    run(main())


def test_the_tray_quits_no_window_with_a_dialog_that_the_keys_would_not_quit(
    run: Run, tmp_path: Path, panel: Panel
) -> None:
    async def main() -> None:
        async with opened(Behind(tmp_path), PROD) as (host, desk):
            assert panel.there
            desk.choose(PROD.name)
            host.window.asked.emit("failover")
            assert desk.alerts.tray is not None
            desk.alerts.tray.asked.emit("quit")
            assert not host.closed.is_set()
            assert host.window.errors.text == DIALOG_OPEN
            for one in QApplication.topLevelWidgets():
                if one is not host.window:
                    one.close()
            await asyncio.sleep(0)
            desk.alerts.tray.asked.emit("quit")
            assert host.closed.is_set()

    run(main())


def test_a_panel_that_ends_brings_the_window_back(run: Run, tmp_path: Path, panel: Panel) -> None:
    async def main() -> None:
        async with opened(Behind(tmp_path), PROD) as (host, desk):
            host.window.close()
            assert desk.alerts.staying._look.isActive()
            desk.alerts.staying._look.setInterval(1)
            panel.there = False
            await until(what=host.window.isVisible)
            assert not host.window.put_away

    run(main())


def test_a_tray_that_comes_later_is_found(run: Run, tmp_path: Path, panel: Panel) -> None:
    async def main() -> None:
        panel.there = False
        async with opened(Behind(tmp_path), PROD) as (host, desk):
            assert desk.alerts.tray is not None
            assert desk.alerts.tray.icon is None
            desk.alerts.tray._later.setInterval(1)
            panel.there = True
            shown = desk.alerts.tray
            await until(what=lambda: shown.icon is not None)
            host.window.close()
            assert not host.closed.is_set()

    run(main())
