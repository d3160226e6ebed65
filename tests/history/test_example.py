"""The incident that comes with the program is small, whole, and judged as its rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from agmonitor.cli.history_open import example_file
from agmonitor.history.exchange import import_recording
from agmonitor.history.replay import check, moments
from tests.cli.running import run

SIZE_MAX = 300_000


def test_the_example_is_small_and_replays(tmp_path: Path) -> None:
    assert example_file().stat().st_size < SIZE_MAX
    import_recording(tmp_path / "h.db", example_file(), lambda header, _taken: header.group)

    told = list(moments(tmp_path / "h.db", "example"))
    found = check(told)
    assert (found.unchecked, found.inputs) == ([], len(told))
    assert found.equal or found.other_rules, "record it anew: packaging/record_example.py"
    kinds = {event.kind.value for moment in told for event in moment.stored}
    assert {"node_lost", "role_changed", "hook_called", "failover_ordered", "episode_ended"} <= kinds


def test_what_is_no_recording_opens_no_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_bytes(b"hello")
    monkeypatch.setattr("agmonitor.cli.history_open.has_display", lambda: True)

    ran = run("history", "open", str(tmp_path / "x"))

    assert (ran.code, "cannot be opened" in ran.err) == (1, True)


def test_without_a_display_it_says_what_else_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agmonitor.cli.history_open.has_display", lambda: False)

    ran = run("history", "open", "example")

    assert (ran.code, "import" in ran.err) == (1, True)
