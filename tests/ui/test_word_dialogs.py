"""Acknowledging and pinning a note: what must be given, which moment, what a refusal leaves standing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agmonitor.ui import phrases
from agmonitor.ui.phrases import read_time, written_time
from agmonitor.ui.word_dialogs import AcknowledgeDialog, NoteDialog
from tests.ui.staged import NOW


@pytest.fixture
def note(qtbot: QtBot) -> NoteDialog:
    phrases.use_utc(True)
    dialog = NoteDialog("gw-prod", NOW - 60.25, "ann", NOW)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_nobody_acknowledges_without_a_reason_or_a_name(qtbot: QtBot) -> None:
    dialog = AcknowledgeDialog("Episode 4.", "ann")
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.save.isEnabled()

    dialog.why.setText("   ")
    assert not dialog.save.isEnabled()
    dialog.why.setText("gw-1 patched ")
    assert dialog.save.isEnabled()
    with qtbot.waitSignal(dialog.save_asked) as asked:
        QTest.keyClick(dialog.why, Qt.Key.Key_Return)
    assert asked.args == ["ann", "gw-1 patched"]

    dialog.who.setText("")
    assert not dialog.save.isEnabled()


def test_a_refusal_is_told_and_nothing_typed_is_lost(qtbot: QtBot) -> None:
    dialog = AcknowledgeDialog("Episode 4.", "ann")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.why.setText("patched")
    dialog.save.click()
    assert not dialog.save.isEnabled()

    dialog.refuse("The disk is full.")

    assert (dialog.mistake.text(), dialog.why.text()) == ("The disk is full.", "patched")
    assert dialog.mistake.isVisible()
    assert dialog.save.isEnabled()


def test_the_moment_offered_is_kept_to_the_millisecond(note: NoteDialog, qtbot: QtBot) -> None:
    note.text.setPlainText("cable pulled")

    with qtbot.waitSignal(note.save_asked) as asked:
        note.save.click()

    assert asked.args == [NOW - 60.25, "cable pulled"]


def test_another_moment_may_be_written(note: NoteDialog, qtbot: QtBot) -> None:
    note.moment.setText(written_time(NOW - 3600))
    note.text.setPlainText("cable pulled")

    with qtbot.waitSignal(note.save_asked) as asked:
        note.save.click()

    assert asked.args is not None
    assert asked.args[0] == NOW - 3600


@pytest.mark.parametrize(
    "typed", ["yesterday", "", "2026-13-01 00:00:00", "9999-99-99", "2999-01-01 00:00:00"]
)
def test_what_is_no_moment_of_the_past_is_said_and_not_sent(note: NoteDialog, typed: str) -> None:
    note.text.setPlainText("cable pulled")

    note.moment.setText(typed)

    assert not note.save.isEnabled()
    assert note.mistake.isVisible()


@pytest.mark.parametrize("utc", [False, True])
def test_a_written_moment_reads_back(utc: bool) -> None:
    phrases.use_utc(utc)

    assert read_time(written_time(NOW)) == NOW
    assert read_time("2026-01-05 09:05:00 UTC") == NOW
