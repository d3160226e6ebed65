"""The human form says verdict, witnesses and times, and nothing in it can steer a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import Answer, Role, Severity
from agmonitor.domain.observations import Hook, HookCall, HookOutcome, HooksObservation
from agmonitor.report.events import event_json, event_line
from agmonitor.report.hooks import hooks_json, hooks_text
from agmonitor.report.ledger import why
from agmonitor.report.text import headline, status
from agmonitor.report.words import SYMBOLS, duration, plain, rfc3339, terminal_ink
from tests.report.states import AT, LEDGER, healthy, one_silent, with_severity


def test_a_healthy_group_shows_each_witness() -> None:
    text = status(healthy())

    assert text.startswith("✓ OK  gw-prod: healthy. gw-1 is Primary, gw-2 stands by.")
    assert "192.0.2.11 = gw-1, TTL 30 s" in text
    assert "clients  ok at 192.0.2.11" in text
    assert "\x1b" not in text


def test_a_silent_node_says_why_and_what_else_holds() -> None:
    text = status(one_silent())

    assert "▲ WARNING  gw-prod: no_standby" in text
    assert "• notice: risky_settings" in text
    assert "gw-2 gave no answer within 5.0 s." in text
    assert "no witness" in text
    assert "not judged" in text


@pytest.mark.parametrize("severity", list(Severity))
def test_a_word_stands_beside_each_colour(severity: Severity) -> None:
    line = headline(with_severity(severity), terminal_ink)

    assert "\x1b[" in line
    assert f"{SYMBOLS[severity]} {severity.word.upper()}" in line


def test_text_of_others_cannot_steer_the_terminal() -> None:
    state = one_silent()
    silent = state.nodes[1]
    assert silent.last is not None
    evil = replace(silent, last=replace(silent.last, detail="\x1b[2Jgone\u202e\x9b31m\r\n"))

    text = status(replace(state, nodes=(state.nodes[0], evil)))

    assert not any(char in text for char in "\x1b\x9b\u202e\r")


def test_why_puts_what_holds_first_and_shows_value_limit_and_evidence() -> None:
    text = why(one_silent(), LEDGER)

    lines = text.splitlines()
    assert lines[0].strip() == "7 no_standby: ▲ warning"
    assert "holds  other node silent  timeout  silent twice  gw-2 at 09:00:18" in lines[1]
    assert "no  beat age  3.0 s  > 52 s" in text
    assert "not judged  days left" in text


def test_an_event_is_one_line_and_one_object() -> None:
    event = Event(
        AT, EventKind.ROLE_CHANGED, "gw-2 became\nPrimary.", Severity.NOTICE, node="gw-2", episode=4
    )

    assert "\n" not in event_line("gw-prod", event)
    assert event_json("gw-prod", event) == {
        "at": "2026-01-05T09:00:20.250Z",
        "group": "gw-prod",
        "event": "role_changed",
        "finding": None,
        "sentence": "gw-2 became\nPrimary.",
        "severity": "notice",
        "node": "gw-2",
        "episode": 4,
    }


HOOKS = HooksObservation(
    "gw-1",
    AT,
    AT,
    Answer.OK,
    hooks=(Hook("zones", "zones.on_change", "zones/page.py:12"), Hook("idle", "idle.go", "idle/x.py:3")),
    calls=(
        HookCall("zones", "zones.on_change", None, Role.SECONDARY, AT - 60, 3.0, HookOutcome.RETURNED),
        HookCall(
            "zones",
            "zones.on_change",
            Role.SECONDARY,
            Role.PRIMARY,
            AT,
            40.0,
            HookOutcome.RAISED,
            "KeyError: 'z'",
        ),
        HookCall("old", "old.gone", Role.SECONDARY, Role.PRIMARY, AT, None, HookOutcome.RUNNING),
    ),
)


def test_hooks_show_the_last_call_of_each() -> None:
    text = hooks_text([HOOKS], "Import it.")

    assert "secondary → primary, ✖ raised after 40 ms: KeyError: 'z'" in text
    assert "never called" in text
    assert "old.gone" in text
    assert "Import it." not in text


def test_hooks_as_json_hold_the_last_call_or_null() -> None:
    first, second, third = hooks_json("gw-prod", [HOOKS])["nodes"][0]["hooks"]  # type: ignore[index]

    assert first["last_call"]["outcome"] == "raised"
    assert second["last_call"] is None
    assert third["last_call"]["duration_ms"] is None


def test_a_node_without_the_inventory_says_how_to_install_it() -> None:
    bare = HooksObservation("gw-2", AT, AT, Answer.HTTP_STATUS, "The hook inventory is not installed there.")

    assert "Import it." in hooks_text([bare], "Import it.")


def test_instants_are_rfc3339_and_carry_milliseconds_only_where_there_are_any() -> None:
    assert rfc3339(1_767_603_620.0) == "2026-01-05T09:00:20Z"
    assert rfc3339(1_767_603_620.9996) == "2026-01-05T09:00:21Z"
    assert rfc3339(1_767_603_620.007) == "2026-01-05T09:00:20.007Z"
    assert rfc3339(float("nan")) is None
    assert rfc3339(1e300) is None


def test_durations_stay_short() -> None:
    assert [duration(s) for s in (3.14, 72, 600, 9000, 400_000)] == ["3.1 s", "72 s", "10 min", "2 h", "5 d"]
    assert plain("a\tb") == "a b"
