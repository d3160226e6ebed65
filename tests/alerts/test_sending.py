"""Who of several programs sends an alert: claims heeded, stale ones not, and last words known to all."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agmonitor.alerts.claims import FOLDER, INHERITED_S, STALE_LOOKS
from agmonitor.alerts.model import Alert, AlertKind
from agmonitor.alerts.sending import DESKTOP, Sender, door_names
from agmonitor.alerts.settings import Doors
from agmonitor.domain.model import Severity

PAGE = door_names(Doors(command=("page",)), desktop=False)["command"]


def now() -> float:
    return time.time()  # noqa: TID251 - files carry the system's own time


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Sender, Sender]]:
    first, second = Sender(tmp_path), Sender(tmp_path)
    first.look(["gw"], [PAGE], now() - 1)
    second.look(["gw", "oslo"], [PAGE], now())
    yield first, second
    first.end()
    second.end()


def claim_of(sender: Sender, folder: Path) -> Path:
    return folder / FOLDER / f"{sender._files.name}.json"


def alert(kind: AlertKind, at: float) -> Alert:
    return Alert(at, kind, "gw", Severity.CRITICAL, "Down.")


def test_only_what_an_earlier_one_claims_is_left_to_it(two: tuple[Sender, Sender]) -> None:
    first, second = two
    assert second.other is not None
    assert second.other.pid == os.getpid()
    assert second.covers("gw", PAGE)
    assert not second.covers("oslo", PAGE), "a group it does not watch"
    assert not second.covers("", PAGE), "what is about no group: it may not see what oslo shows"
    assert not second.covers("gw", DESKTOP), "a door it does not have"
    assert not second.covers("gw", door_names(Doors(command=("other",)), desktop=False)["command"])
    first.look(["gw"], [PAGE], now())
    assert not first.covers("gw", PAGE)
    assert first.covers("", PAGE), "who judges more sees that better"
    second.look(["gw"], [PAGE], now())
    first.look(["gw"], [PAGE], now())
    assert second.covers("", PAGE)
    assert not first.covers("", PAGE)


def test_a_program_that_was_stopped_claims_nothing(two: tuple[Sender, Sender]) -> None:
    first, second = two
    for _ in range(STALE_LOOKS - 1):
        second.look(["gw"], [PAGE], now())
    assert second.covers("gw", PAGE)
    first.look(["gw"], [PAGE], now())
    for _ in range(STALE_LOOKS):
        assert second.covers("gw", PAGE)
        second.look(["gw"], [PAGE], now())
    second.look(["gw"], [PAGE], now())
    assert second.other is None
    assert not second.covers("gw", PAGE)


def test_no_clock_that_is_set_makes_a_claim_stale(two: tuple[Sender, Sender]) -> None:
    first, second = two
    for years in (1, -1):
        then = now() + years * 365 * 86_400
        first.look(["gw"], [PAGE], then)
        second.look(["gw"], [PAGE], then)
        assert second.covers("gw", PAGE)


def test_of_three_one_sends(tmp_path: Path) -> None:
    senders = [Sender(tmp_path) for _ in range(3)]
    for _ in range(2):
        for place, (sender, doors) in enumerate(zip(senders, ([PAGE], [DESKTOP], [DESKTOP]), strict=True)):
            sender.look(["gw"], doors, now() + place)
    assert [sender.covers("gw", DESKTOP) for sender in senders] == [True, False, True]
    senders[1].end()
    for sender in senders[::2]:
        sender.look(["gw"], [PAGE] if sender is senders[0] else [DESKTOP], now())
    assert not senders[2].covers("gw", DESKTOP)
    for sender in senders:
        sender.end()


def test_a_door_that_works_comes_before_one_that_does_not(two: tuple[Sender, Sender]) -> None:
    first, second = two

    def both_look() -> list[bool]:
        for sender in (first, second, first):
            sender.look(["gw"], [PAGE], now())
        return [sender.covers("gw", PAGE) for sender in (first, second)]

    first.came_of(PAGE, works=False)
    assert both_look() == [True, False]
    second.came_of(PAGE, works=False)
    assert both_look() == [False, True], "where none works, the first tries"
    first.came_of(PAGE, works=True)
    assert both_look() == [False, True]


def test_the_last_word_is_known_to_all_and_outlives_who_said_it(
    two: tuple[Sender, Sender], tmp_path: Path
) -> None:
    first, second = two
    at = now()
    first.note(alert(AlertKind.RAISED, at), PAGE, at, sure=False)
    first.publish()
    second.look(["gw"], [PAGE], now())
    word = second.last_word("gw", PAGE)
    assert word is not None
    assert (word.kind, word.sure, second.is_ours(word)) == ("raised", False, False)
    first.note(alert(AlertKind.RAISED, at), PAGE, at + 1, sure=True)
    first.end()
    second.look(["gw"], [PAGE], now())
    second.end()
    third = Sender(tmp_path)
    third.look(["gw"], [PAGE], now())
    word = third.last_word("gw", PAGE)
    assert word is not None
    assert word.sure
    assert third.last_word("gw", DESKTOP) is None
    third.end()


def test_a_word_said_after_the_clock_was_set_back_is_the_last_all_the_same(
    two: tuple[Sender, Sender],
) -> None:
    first, second = two
    at = now()
    first.note(alert(AlertKind.RAISED, at), PAGE, at, sure=True)
    first.note(alert(AlertKind.RECOVERED, at - 3600), PAGE, at - 3600, sure=True)
    first.publish()
    second.look(["gw"], [PAGE], now())
    word = second.last_word("gw", PAGE)
    assert word is not None
    assert word.kind == "recovered"


def test_a_damaged_or_missing_claim_silences_nobody(two: tuple[Sender, Sender], tmp_path: Path) -> None:
    first, second = two
    file = claim_of(first, tmp_path)
    whole = json.loads(file.read_bytes())
    word = {"group": "gw", "door": PAGE, "kind": "raised", "what": "", "at": 1.0, "noted_at": 1.0, "by": "x"}
    for text in (
        *("", "{", "[]", "[" * 100_000, '{"pid": 1}'),
        *(
            json.dumps(whole | {"told": one})
            for one in (3, [3], [word], [word | {"sure": True, "at": "now"}])
        ),
        *(json.dumps(whole | other) for other in ({"since": "then"}, {"since": float("inf")}, {"name": "x"})),
    ):
        file.write_text(text)
        second.look(["gw"], [PAGE], now())
        assert second.other is None
    file.unlink()
    second.look(["gw"], [PAGE], now())
    assert not second.covers("gw", PAGE)


def test_a_claim_that_cannot_be_renewed_is_taken_back(
    two: tuple[Sender, Sender], monkeypatch: pytest.MonkeyPatch
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
    sender.look(["gw"], [PAGE], now())
    assert not sender.covers("gw", PAGE)
    sender.note(alert(AlertKind.RAISED, now()), PAGE, now(), sure=True)
    sender.end()


def test_what_ended_programs_leave_goes_after_a_while(two: tuple[Sender, Sender], tmp_path: Path) -> None:
    first, second = two
    first.note(alert(AlertKind.RAISED, now()), PAGE, now(), sure=True)
    first.end()
    file = claim_of(first, tmp_path)
    orphan = file.with_name("1-00000000.lock")
    orphan.write_text("")
    old = now() - INHERITED_S - 5
    for one in (file, file.with_suffix(".lock"), orphan):
        os.utime(one, (old, old))
    second.look(["gw"], [PAGE], now())
    assert sorted(one.stem for one in (tmp_path / FOLDER).iterdir()) == [second._files.name] * 2
    assert second.last_word("gw", PAGE) is None, "nobody counts on what was told by then"


def test_the_claim_names_no_address(two: tuple[Sender, Sender], tmp_path: Path) -> None:
    first, _ = two
    doors = Doors(command=("page", "token-1"), webhook="https://x.example/secret")
    first.look(["gw"], door_names(doors, desktop=True).values(), now())
    text = claim_of(first, tmp_path).read_text()
    assert "command " in text
    assert "webhook " in text
    assert "secret" not in text
    assert "token-1" not in text
