"""The way from waking up to a failover by keys alone: no pointer, no call into the window."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QWidget

from agmonitor.cli import wiring
from agmonitor.cli.lab_apart import LabApart
from agmonitor.config.secrets import Passwords
from agmonitor.domain.kept import MarkKind
from agmonitor.history.store import Store
from agmonitor.ui.furnish import furnish
from agmonitor.ui.host import WindowHost
from agmonitor.ui.loop import WindowLoop
from agmonitor.ui.main_window import MainWindow
from tests.end_to_end.keyboard import (
    alone_with_the_screen,
    focused,
    name_of,
    press,
    seen,
    tab_to,
    tabbed,
    write,
)
from tests.end_to_end.pair import PASSWORD
from tests.end_to_end.test_workspace import Pair, servers

LIMIT_S = 150.0


def in_front(title: str) -> Callable[[], bool]:
    """Whether that window or dialog has the keyboard; while one opens or closes none has."""

    def is_so() -> bool:
        front = QApplication.activeWindow()
        return front is not None and front.windowTitle().startswith(title)

    return is_so


def on_screen(words: str) -> bool:
    """Whether a text that can be seen in front holds these words, the titles and rows of lists included."""
    front = QApplication.activeWindow()
    if front is None:
        return False
    told = [label.text() for label in front.findChildren(QLabel) if label.isVisible()]
    told += [part.accessibleName() for part in front.findChildren(QWidget) if part.isVisible()]
    for view in front.findChildren(QAbstractItemView):
        model = view.model() if view.isVisible() else None
        if model is not None:
            places = itertools.product(range(model.rowCount()), range(model.columnCount()))
            told += [str(model.index(*place).data()) for place in places]
    return any(words in text for text in told)


async def from_waking_up_to_knowing() -> None:
    """The worst group, why, a note, an acknowledgement and a link for the colleague who is asked next."""
    press("Ctrl+Shift+K")
    await seen(in_front("gw-bad"), "the worst group")
    await seen(lambda: on_screen("No standby"), "its verdict")
    press("Alt+3")
    await seen(lambda: on_screen("connection closed without an answer"), "the ledger")
    press("N")
    await seen(in_front("Note on gw-bad"), "the dialog for a note")
    write("switch replaced at 03:10")
    tab_to("Pin the note")
    press("Space")
    await seen(in_front("gw-bad"), "the window again")
    press("Alt+2")
    await seen(lambda: on_screen("switch replaced at 03:10"), "the note among the events")
    press("A")
    await seen(in_front("Acknowledge"), "the dialog for an acknowledgement")
    write("change 4711")
    press("Return")
    await seen(in_front("gw-bad"), "the window again")
    press("Ctrl+Shift+C")
    assert "gw-bad" in QGuiApplication.clipboard().text()


async def a_failover_of_the_lab() -> None:
    press("Ctrl+Shift+L")
    await seen(in_front("lab"), "the lab")
    await seen(lambda: on_screen("Healthy"), "a lab in good health")
    press("Ctrl+F")
    await seen(in_front("Failover of lab"), "the dialog for a failover")
    write("practice")
    await seen(lambda: tabbed("Arm: "), "a way to arm")
    press("Space")
    await seen(lambda: name_of(focused()) in {"Yield", "Take over"}, "an armed order")
    press("Space")
    await seen(lambda: on_screen("Succeeded"), "the outcome")
    press("Escape")
    await seen(in_front("lab"), "the window again")


async def a_word_about_the_lab() -> None:
    """No history keeps a lab, yet who practises there practises all of it."""
    press("N")
    await seen(in_front("Note on lab"), "the dialog for a note")
    write("only practice")
    tab_to("Pin the note")
    press("Space")
    await seen(in_front("lab"), "the window again")
    press("Alt+2")
    await seen(lambda: on_screen("only practice"), "the note among the events")
    press("A")
    await seen(in_front("Acknowledge"), "the dialog for an acknowledgement")
    write("only practice")
    press("Return")
    await seen(in_front("lab"), "the window again")
    press("F8")
    await seen(in_front("Episodes of lab"), "the list of episodes")
    await seen(lambda: on_screen("ordered here"), "the failover in it")
    await seen(lambda: not on_screen("not yet"), "that it has been acknowledged")
    press("Escape")
    await seen(in_front("lab"), "the window again")


@pytest.mark.lab
def test_from_waking_up_to_a_failover_in_the_lab_by_keys_alone(qapp: QApplication) -> None:
    bad, good = Pair(), Pair()
    path = Path(os.environ["AGMONITOR_HOME"]) / "data" / "history.db"
    QGuiApplication.clipboard().clear()

    async def main() -> None:
        store = Store.open(path)
        groups = [good.settings(name="gw-good"), bad.settings(name="gw-bad")]
        secrets = Passwords(from_file=PASSWORD, environ={})
        workspace = wiring.watching(groups, secrets, LabApart(store))
        alone_with_the_screen()
        window = furnish(MainWindow())
        window.show()
        window.activateWindow()
        try:
            async with WindowHost(window).open(workspace, make_lab=wiring.new_lab):
                await seen(window.isActiveWindow, "the window")
                await seen(in_front("gw-good"), "the first group")
                await seen(lambda: workspace.state("gw-bad").verdict.name == "healthy", "good health")
                bad.swap()
                bad.nodes[0].how = "reset"
                await seen(lambda: workspace.state("gw-bad").verdict.name == "no_standby", "the trouble")
                await from_waking_up_to_knowing()
                marks = [(mark.kind, mark.text) for mark in await workspace.marks("gw-bad", 0)]
                await a_failover_of_the_lab()
                await a_word_about_the_lab()
        finally:
            await store.close()
        assert marks == [
            (MarkKind.NOTE, "switch replaced at 03:10"),
            (MarkKind.ACKNOWLEDGED, "change 4711"),
        ]

    with servers(bad), servers(good), asyncio.Runner(loop_factory=lambda: WindowLoop(qapp)) as runner:
        runner.run(asyncio.wait_for(main(), LIMIT_S))
