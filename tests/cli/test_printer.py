"""What ``watch`` writes: a line an event; on terminals a status line; silence once nobody reads."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import replace

import pytest

from agmonitor.cli.printer import CLEAR_LINE, Printer
from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import Severity
from agmonitor.domain.observations import Tick
from agmonitor.monitor.ports import GroupChange
from agmonitor.report.words import no_ink
from tests.report.states import AT, healthy

ROLE = Event(AT, EventKind.ROLE_CHANGED, "gw-2 became Primary.", Severity.NOTICE, node="gw-2")


def change(*events: Event, at: float = AT) -> GroupChange:
    return GroupChange("gw-prod", Tick(at), replace(healthy(), now=at), events)


def printer(*, as_json: bool = False, on_terminal: bool = False) -> Printer:
    return Printer(as_json=as_json, on_terminal=on_terminal, colour=no_ink)


def test_each_event_is_one_line_and_a_quiet_round_none(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printer()

    shown.show(change())
    shown.show(change(ROLE, ROLE))
    shown.end()

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("gw-prod  • notice    gw-2 became Primary.")


def test_json_is_one_object_a_line_with_the_documented_keys(capsys: pytest.CaptureFixture[str]) -> None:
    printer(as_json=True, on_terminal=True).show(change(ROLE))

    (line,) = capsys.readouterr().out.splitlines()
    assert {"at", "group", "event", "finding", "sentence"} <= set(json.loads(line))


def test_a_terminal_has_a_status_line_that_is_renewed(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printer(on_terminal=True)

    shown.show(change())
    shown.show(change(at=AT + 2))
    shown.show(change(ROLE, at=AT + 2))
    shown.end()

    out = capsys.readouterr().out
    assert out.count(CLEAR_LINE) == 2
    assert "✓ gw-prod healthy" in out
    assert out.endswith("\n")


def test_a_reader_that_has_gone_ends_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with io.TextIOWrapper(io.FileIO(writing, "w"), write_through=True) as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        shown = printer(as_json=True)

        shown.show(change(ROLE))
        shown.show(change(ROLE))

        assert shown.stopped.is_set()


SENTENCE = "Nobody is Primary."
TROUBLE = (
    Event(AT, EventKind.FINDING_RAISED, "gw-1 is not answering.", Severity.WARNING, "node_silent"),
    Event(AT, EventKind.FINDING_RAISED, SENTENCE, Severity.CRITICAL, "no_primary"),
    Event(AT, EventKind.VERDICT_CHANGED, SENTENCE, Severity.CRITICAL, "no_primary"),
    Event(AT, EventKind.EPISODE_BEGAN, f"Episode 1 began: {SENTENCE}", Severity.NOTICE),
)


def test_a_person_reads_a_sentence_once(capsys: pytest.CaptureFixture[str]) -> None:
    printer().show(change(*TROUBLE))

    told = [line.rpartition("  ")[2] for line in capsys.readouterr().out.splitlines()]
    assert told == ["gw-1 is not answering.", SENTENCE, "Episode 1 began."]


def test_an_episode_with_a_cause_of_its_own_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    other = replace(TROUBLE[3], sentence="Episode 1 began: gw-1 was stopped.")

    printer().show(change(*TROUBLE[:3], other))

    assert "Episode 1 began: gw-1 was stopped." in capsys.readouterr().out


def test_a_script_gets_every_event(capsys: pytest.CaptureFixture[str]) -> None:
    printer(as_json=True).show(change(*TROUBLE))

    assert [json.loads(line)["sentence"] for line in capsys.readouterr().out.splitlines()] == [
        event.sentence for event in TROUBLE
    ]
