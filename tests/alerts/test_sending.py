"""Who of several programs sends an alert: claims heeded, stale ones not, and what was left untold."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agmonitor.alerts.model import Alert, AlertKind
from agmonitor.alerts.sending import DESKTOP, STALE_S, Sender, door_names
from agmonitor.alerts.settings import Doors
from agmonitor.domain.model import Severity

PAGE = door_names(Doors(command=("page",)), desktop=False)["command"]


def now() -> float:
    return time.time()  # noqa: TID251 - files carry the system's own time


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Sender, Sender]]:
    first, second = Sender(tmp_path), Sender(tmp_path)
    assert first.look(["gw"], [PAGE], now())
    assert not second.look(["gw", "oslo"], [PAGE], now())
    yield first, second
    first.end()
    second.end()


def alert(kind: AlertKind, at: float) -> Alert:
    return Alert(at, kind, "gw", Severity.CRITICAL, "Down.")


def test_only_what_the_holder_claims_is_left_to_it(two: tuple[Sender, Sender]) -> None:
    first, second = two
    assert second.other is not None
    assert second.other.pid == os.getpid()
    assert second.covers("gw", PAGE)
    assert not second.covers("oslo", PAGE), "a group it does not watch"
    assert not second.covers("", PAGE), "what is about no group: it may not see what oslo shows"
    second.look(["gw"], [PAGE], now())
    assert second.covers("", PAGE), "it watches all that we do"
    assert not second.covers("gw", DESKTOP), "a door it does not have"
    assert not second.covers("gw", door_names(Doors(command=("other",)), desktop=False)["command"])
    assert not first.covers("gw", PAGE)


def test_a_holder_that_was_stopped_claims_nothing(two: tuple[Sender, Sender], tmp_path: Path) -> None:
    _, second = two
    old = now() - STALE_S - 5
    os.utime(tmp_path / "alerts-sender.json", (old, old))
    assert not second.look(["gw"], [PAGE], now())
    assert second.other is None
    assert not second.covers("gw", PAGE)


def test_each_word_of_the_one_before_stands_for_one_alert(two: tuple[Sender, Sender]) -> None:
    first, second = two
    at = now()
    first.note(alert(AlertKind.RAISED, at), PAGE)
    first.note(alert(AlertKind.RECOVERED, at + 1), PAGE)
    first.end()
    assert second.look(["gw"], [PAGE], now())
    assert second.was_told(alert(AlertKind.RAISED, at + 0.5), PAGE)
    assert second.was_last_word(alert(AlertKind.RECOVERED, at + 2), PAGE), "it was quicker than we are"
    assert second.was_told(alert(AlertKind.RECOVERED, at + 2), PAGE)
    assert not second.was_told(alert(AlertKind.RAISED, at + 3), PAGE), "the same thing again, and untold"
    assert not second.was_told(alert(AlertKind.RAISED, at), DESKTOP)


def test_a_damaged_or_missing_claim_silences_nobody(two: tuple[Sender, Sender], tmp_path: Path) -> None:
    _, second = two
    file = tmp_path / "alerts-sender.json"
    told = '{"group": "gw", "door": "desktop", "kind": "raised", "what": "", "at": "now"}'
    claim = '{"pid": 1, "since": %s, "groups": ["gw"], "doors": [], "told": [%s]}'
    for text in (
        *("", "{", "[]", "[" * 100_000, '{"pid": 1}', '{"told": 3, "groups": [], "doors": []}'),
        *(claim % ("1", told), claim % ("Infinity", ""), claim % ('"then"', "")),
    ):
        file.write_text(text)
        second.look(["gw"], [PAGE], now())
        assert second.other is None
    file.unlink()
    second.look(["gw"], [PAGE], now())
    assert not second.covers("gw", PAGE)


def test_a_claim_that_cannot_be_renewed_is_taken_back(
    two: tuple[Sender, Sender], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two

    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        first.look([], [PAGE], now())  # it is not let in any more
        first.look([], [PAGE], now())
        second.look(["gw"], [PAGE], now())
        assert not second.covers("gw", PAGE)
    first.look(["gw"], [PAGE], now())
    second.look(["gw"], [PAGE], now())
    assert second.covers("gw", PAGE)


def test_a_folder_that_cannot_be_written_silences_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sender = Sender(tmp_path / "file" / "folder")
    assert not sender.look(["gw"], [PAGE], now())
    assert not sender.covers("gw", PAGE)
    sender.note(alert(AlertKind.RAISED, now()), PAGE)


def test_the_claim_names_no_address(two: tuple[Sender, Sender], tmp_path: Path) -> None:
    first, _ = two
    doors = Doors(command=("page", "token-1"), webhook="https://x.example/secret")
    first.look(["gw"], door_names(doors, desktop=True).values(), now())
    text = (tmp_path / "alerts-sender.json").read_text()
    assert "command " in text
    assert "webhook " in text
    assert "secret" not in text
    assert "token-1" not in text
