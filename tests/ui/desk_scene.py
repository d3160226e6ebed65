"""A window with its desk, on a workspace and a lab that remember what they were asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog

from agmonitor.config.comparing import Coming, Compared
from agmonitor.config.group_list import Listed
from agmonitor.domain.model import GroupSettings
from agmonitor.domain.state import GroupState
from agmonitor.drill.live import Caller
from agmonitor.lab.folder import LabFolder
from agmonitor.lab.status import ClientCounters, FaultRecord, LabStatus, LabTimers
from agmonitor.ui.desk import Desk
from agmonitor.ui.drill_session import LiveDrills
from agmonitor.ui.failover_dialog import FailoverDialog
from agmonitor.ui.group_dialog import GroupDialog
from agmonitor.ui.group_orders import GroupBook
from agmonitor.ui.host import WindowHost
from agmonitor.ui.main_window import MainWindow
from tests.ui import staged
from tests.ui.conftest import shown_host
from tests.ui.fake_workspace import FakeWorkspace
from tests.ui.test_trial_session import FakeTries

NAME = "gw-prod-toronto"
Shown = TypeVar("Shown", bound=QDialog)


class FakePair:
    """A lab that is up at once."""

    password = "made up"

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.wished: list[tuple[float | None, str | None, dict[str, float]]] = []
        self.tell: Callable[[LabStatus], None] | None = None
        self.faults: tuple[FaultRecord, ...] = ()
        self.coming: tuple[FaultRecord, ...] = ()
        self.later: list[float] = []
        self.breaks: Exception | None = None
        self._folder: LabFolder | None = None

    @property
    def settings(self) -> GroupSettings:
        return staged.settings("lab", lab=True)

    async def start(self) -> None:
        self.asked.append(("start",))
        if self.breaks is not None:
            raise self.breaks
        self._folder = LabFolder()

    async def stop(self) -> None:
        self.asked.append(("stop",))
        if self._folder is not None:
            self._folder.remove()

    async def fault(
        self,
        name: str,
        node: str | None = None,
        for_s: float | None = None,
        *,
        link: str | None = None,
        parameters: Mapping[str, float] | None = None,
        after_s: float = 0.0,
    ) -> str:
        if after_s:
            self.later.append(after_s)
        self.asked.append((name, node or "both"))
        self.wished.append((for_s, link, dict(parameters or {})))
        return "done"

    @property
    def folder(self) -> Path:
        assert self._folder is not None
        return self._folder.path

    def status(self) -> LabStatus:
        return replace(lab_status(*self.faults), coming=self.coming)

    def on_change(self, callback: Callable[[LabStatus], None]) -> Callable[[], None]:
        self.tell = callback
        return lambda: None

    async def keep_schedule(self) -> None:
        await asyncio.get_running_loop().create_future()

    async def heal(self) -> None:
        self.asked.append(("heal",))

    async def api_of(self, node: str) -> Caller:
        raise AssertionError("the window asks no node itself")


def lab_status(*faults: FaultRecord, trouble: str = "") -> LabStatus:
    return LabStatus(
        pid=1,
        began_at=staged.NOW,
        up=True,
        trouble=trouble,
        fqdn=staged.FQDN,
        nodes=(),
        nameserver=None,
        user="monitor",
        password_file="",
        faults=faults,
        clients=ClientCounters(),
        timers=LabTimers(2, 3, 6, 3),
    )


class FakeBook:
    """Keeps nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.tries = FakeTries()
        self.renamed: list[tuple[str, str]] = []
        self.erased: list[str] = []
        self.breaks: Exception | None = None
        self.take_breaks: Exception | None = None
        self.coming: tuple[Compared, ...] = ()
        self.files: list[Path] = []

    async def rename(self, name: str, settings: GroupSettings, password: str | None) -> str:
        if self.breaks is not None:
            raise self.breaks
        self.renamed.append((name, settings.name))
        return ""

    async def erase_history(self, name: str) -> None:
        self.erased.append(name)

    async def write_list(self, file: Path) -> int:
        self.files.append(file)
        return 3

    async def compare_list(self, file: Path) -> tuple[Compared, ...]:
        if self.breaks is not None:
            raise self.breaks
        return self.coming

    async def take_in(self, shown: Sequence[Compared]) -> tuple[GroupSettings, ...]:
        if self.take_breaks is not None:
            raise self.take_breaks
        return tuple(one.settings(None) for one in shown if one.taken_in)


class Scene:
    """An open window with its desk."""

    def __init__(self, host: WindowHost, desk: Desk, workspace: FakeWorkspace) -> None:
        self.window: MainWindow = host.window
        self.desk = desk
        self.workspace = workspace

    def press(self, action: str) -> None:
        self.window.asked.emit(action)

    async def until(self, true: Callable[[], object]) -> None:
        """Wait for something to come true; the loop's time limit ends a wait in vain."""
        while not true():
            turn = asyncio.Event()
            QTimer.singleShot(5, turn.set)
            await turn.wait()

    def shown(self, kind: type[Shown]) -> Shown | None:
        """The open dialog of that kind."""
        return next((one for one in self.window.findChildren(kind) if one.isVisible()), None)

    async def dialog(self, kind: type[Shown]) -> Shown:
        await self.until(lambda: self.shown(kind))
        found = self.shown(kind)
        assert found is not None
        return found


@asynccontextmanager
async def opened(
    *states: GroupState,
    pair: FakePair | None = None,
    save: object = None,
    drop: object = None,
    drills: LiveDrills | None = None,
    book: GroupBook | None = None,
) -> AsyncIterator[Scene]:
    host = shown_host()
    workspace = FakeWorkspace(*states)
    make = (lambda: pair) if pair is not None else None
    async with host.open(
        workspace,
        make_lab=make,
        save_group=save,  # type: ignore[arg-type]  # as the wiring gives it
        drop_group=drop,  # type: ignore[arg-type]  # as the wiring gives it
        drills=drills,
        book=book,
    ) as desk:
        scene = Scene(host, desk, workspace)
        await scene.until(lambda: all(("past", state.settings.name) in workspace.asked for state in states))
        yield scene
    host.window.deleteLater()


async def armed(scene: Scene) -> FailoverDialog:
    """As a person arms it."""
    scene.press("failover")
    dialog = await scene.dialog(FailoverDialog)
    dialog.type_reason("monthly drill")
    assert not dialog.arm.isEnabled(), "the name is still to be typed"
    dialog.type_name(NAME)
    dialog.arm.click()
    await scene.until(dialog.fire.isVisible)
    return dialog


def fill(dialog: GroupDialog, **other: str) -> None:
    texts = {
        "name": "gw-prod",
        "first__name": "gw-1",
        "first__url": "https://192.0.2.1",
        "second__name": "gw-2",
        "second__url": "https://192.0.2.2:8443",
        "user": "monitor",
        "password": "secret",
    }
    dialog.fill(**(texts | other))


def coming_list() -> tuple[Compared, ...]:
    new = replace(staged.settings("gw-new"), failover_allowed=False)
    changed = replace(staged.settings(), timeout_s=9.0)
    return (
        Compared(Listed(new), Coming.NEW, ""),
        Compared(Listed(changed), Coming.CHANGED, "timeout_s = 9.0", staged.settings()),
        Compared(Listed(replace(new, name="gw-x")), Coming.CLASH, "gw-y watches a node of it already"),
    )
