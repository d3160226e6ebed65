"""A piece of the past out into a file and in again: the same, by itself, and no file can do harm."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sqlite3
import typing
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from agmonitor.domain.events import Event
from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history.checkpoint import encode_state
from agmonitor.history.exchange import export_recording, free_name, import_recording
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.marks import read_marks
from agmonitor.history.recording import RecordingError
from agmonitor.history.replay import OURS, Moment, check, moments
from agmonitor.history.store import Store
from tests.history.recorded import record, watched

EVER = float("-inf")
Object = dict[str, Any]


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "from" / "history.db"
    session = watched(2)
    record(path, session[:400], session[400:700])
    return path


@pytest.fixture
def file(history: Path, tmp_path: Path) -> Path:
    export_recording(history, "g", tmp_path / "g.agmrec", EVER, None)
    return tmp_path / "g.agmrec"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A recording of a few inputs, unpacked."""
    folder = tmp_path_factory.mktemp("small")
    record(folder / "h.db", watched(2)[:60])
    export_recording(folder / "h.db", "g", folder / "x", EVER, None)
    return gzip.decompress((folder / "x").read_bytes())


def write(file: Path, told: list[Object]) -> Path:
    file.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in told).encode()))
    return file


def taken_in(file: Path, into: Path, name: str = "taken in") -> list[Moment]:
    import_recording(into, file, lambda _header, _taken: name)
    return list(moments(into, name))


def nothing_in(history: Path) -> bool:
    if not history.exists():
        return True
    connection = sqlite3.connect(history)
    tables = ("groups", "tail", "packs", "events", "checkpoints", "episodes", "marks")
    counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]  # noqa: S608
    connection.close()
    return not any(counts)


def test_what_comes_in_is_what_went_out_and_replays(history: Path, file: Path, tmp_path: Path) -> None:
    came = taken_in(file, tmp_path / "to" / "history.db")

    went = list(moments(history, "g"))
    assert [(one.input, one.stored, one.after) for one in came] == [
        (one.input, one.stored, one.after) for one in went
    ]
    found = check(came)
    assert (found.equal, found.inputs, found.sessions, found.unchecked) == (True, 700, 2, [])


def test_forms_that_come_in_count_as_used_now_and_outlive_what_is_forgotten(
    history: Path, file: Path
) -> None:
    with closing(sqlite3.connect(history)) as there, there:
        there.execute("UPDATE lived SET period = 7")
        there.execute("UPDATE forms SET period = 7")

    import_recording(history, file, lambda _header, _taken: "taken in")

    with closing(sqlite3.connect(history)) as there:
        assert there.execute("SELECT DISTINCT period FROM forms").fetchall() == [(7,)]


def test_a_part_starts_from_its_own_state(history: Path, tmp_path: Path) -> None:
    all_of_it = list(moments(history, "g"))
    since, until = all_of_it[500].at, all_of_it[600].at

    told = export_recording(history, "g", tmp_path / "part", since, until)

    came = taken_in(tmp_path / "part", tmp_path / "to.db")
    wanted = [one for one in all_of_it if since <= one.at <= until]
    assert told is not None
    assert (told.inputs, told.from_at, told.until_at) == (len(wanted), since, until)
    assert [(one.input, one.stored, one.after) for one in came] == [
        (one.input, one.stored, one.after) for one in wanted
    ]
    assert check(came).different == 0


def test_inputs_that_cannot_be_replayed_are_left_out_and_counted(history: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(history)
    connection.execute("UPDATE checkpoints SET body = x'' WHERE seq <= 400")
    connection.commit()
    connection.close()

    told = export_recording(history, "g", tmp_path / "rest", EVER, None)

    assert told is not None
    assert (told.inputs, told.left_out) == (300, 400)
    assert check(taken_in(tmp_path / "rest", tmp_path / "to.db")).inputs == 300


def test_notes_travel_along(history: Path, tmp_path: Path) -> None:
    at = next(moments(history, "g")).at + 5
    note = Mark(at, MarkKind.NOTE, "anna", "The switch was being patched. ✓", at + 100)

    async def annotate(path: Path) -> list[Mark]:
        store = Store.open(path)
        try:
            if path == history:
                await store.mark("g", note)
            return await store.marks("g", EVER)
        finally:
            await store.close()

    asyncio.run(annotate(history))
    export_recording(history, "g", tmp_path / "noted", EVER, None)
    import_recording(tmp_path / "to.db", tmp_path / "noted", lambda _h, _t: "g")

    (came,) = asyncio.run(annotate(tmp_path / "to.db"))
    assert (came.at, came.who, came.text) == (note.at, note.who, note.text)


def test_what_a_lab_had_broken_travels_along_and_is_no_note(history: Path, tmp_path: Path) -> None:
    first = next(moments(history, "g")).at

    def broken(after_s: float, words: str) -> Mark:
        return Mark(first + after_s, MarkKind.BROKEN, "lab", words, first + after_s)

    async def tell() -> None:
        store = Store.open(history)
        try:
            for mark in (broken(5, "gw-1: kill"), broken(20, ""), broken(30, "gw-2: slow")):
                await store.mark("g", mark)
            assert await store.marks("g", EVER) == [], "no person left it"
        finally:
            await store.close()

    def taken_along(since: float) -> list[tuple[float, str]]:
        file, to = tmp_path / f"{since}", tmp_path / f"{since}.db"
        export_recording(history, "g", file, since, None)
        import_recording(to, file, lambda _h, _t: "g")
        told = read_marks(to, "g", EVER, None, kinds=tuple(MarkKind))
        return [(round(mark.at - first), mark.text) for mark in told]

    asyncio.run(tell())
    assert taken_along(EVER) == [(5, "gw-1: kill"), (20, ""), (30, "gw-2: slow")]
    (began, words), *rest = taken_along(first + 10)
    assert (10 <= began < 20, words) == (True, "gw-1: kill"), "it was on already"
    assert rest == [(20, ""), (30, "gw-2: slow")]
    assert [words for _, words in taken_along(first + 25)] == ["gw-2: slow"]


def test_episodes_are_there_after_an_import(tmp_path: Path) -> None:
    history = tmp_path / "from.db"
    record(history, watched(2))
    export_recording(history, "g", tmp_path / "x", EVER, None)
    taken_in(tmp_path / "x", tmp_path / "to.db")

    def bodies(path: Path) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(path)
        rows = connection.execute("SELECT number, began_ms, ended_ms, body FROM episodes").fetchall()
        connection.close()
        return rows

    assert bodies(history)
    assert bodies(tmp_path / "to.db") == bodies(history)


def test_an_import_is_drawn_at_once(file: Path, tmp_path: Path) -> None:
    taken_in(file, tmp_path / "to.db")

    connection = sqlite3.connect(tmp_path / "to.db")
    rows = connection.execute("SELECT next_seq, drawn_seq FROM groups").fetchall()
    connection.close()
    assert rows == [(701, 701)]


def test_judged_by_older_rules_it_stays_so(history: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(history)
    connection.execute("UPDATE checkpoints SET rules = '0'")
    connection.commit()
    connection.close()
    export_recording(history, "g", tmp_path / "old", EVER, None)

    found = check(taken_in(tmp_path / "old", tmp_path / "to.db"))

    assert (found.rules, found.other_rules, found.inputs) == (["0"], True, 700)


def test_where_the_story_went_on_it_goes_on(history: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(history)
    body = encode_state(next(one.before for one in moments(history, "g") if one.seq == 300))  # type: ignore[arg-type]
    connection.execute("INSERT INTO checkpoints VALUES (1, 300, 0, ?, ?, 0)", (OURS, body))
    connection.commit()
    connection.close()
    export_recording(history, "g", tmp_path / "x", EVER, None)

    assert check(moments(history, "g")).sessions == 2
    assert check(taken_in(tmp_path / "x", tmp_path / "to.db")).sessions == 2


def test_nothing_that_is_there_is_touched(history: Path, file: Path) -> None:
    before = list(moments(history, "g"))
    import_recording(history, file, lambda header, taken: free_name(header.group, "2026-11-22", taken))
    import_recording(history, file, lambda header, taken: free_name(header.group, "2026-11-22", taken))

    assert list(moments(history, "g")) == before
    assert len(list(moments(history, "g (imported 2026-11-22)"))) == len(before)
    assert len(list(moments(history, "g (imported 2026-11-22, 2)"))) == len(before)
    with pytest.raises(FileExistsError):
        export_recording(history, "g", file, EVER, None)


def test_a_history_that_another_program_writes_is_left_to_it(history: Path, file: Path) -> None:
    async def main() -> None:
        store = Store.open(history)
        try:
            with pytest.raises(HistoryError) as caught:
                import_recording(history, file, lambda _h, _t: "x")
            assert caught.value.fault is Fault.OWNED
        finally:
            await store.close()

    asyncio.run(main())


def test_where_nothing_was_recorded_no_file_is_made(history: Path, tmp_path: Path) -> None:
    assert export_recording(history, "g", tmp_path / "none", 0.0, 1.0) is None
    assert export_recording(history, "nobody", tmp_path / "none", EVER, None) is None
    assert not (tmp_path / "none").exists()


def test_a_failed_export_leaves_nothing_behind(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("agmonitor.history.recording.Recorder.end", full)
    with pytest.raises(OSError, match="No space"):
        export_recording(history, "g", tmp_path / "x", EVER, None)

    assert [path.name for path in tmp_path.iterdir()] == ["from"]


def _first(told: list[Object], key: str) -> Object:
    return next(line for line in told if key in line)


def _set(key: str, value: object, *path: str) -> Callable[[list[Object]], object]:
    """A spoiler: in the first line that has ``key``, put ``value`` where ``path`` leads."""

    def spoil(told: list[Object]) -> None:
        place: Any = _first(told, key)
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return spoil


SPOILERS: dict[str, Callable[[list[Object]], object]] = {
    "no header": lambda told: told.pop(0),
    "newer": _set("agmonitor_recording", 2, "agmonitor_recording"),
    "name of nothing": _set("agmonitor_recording", "", "group"),
    "name that steers": _set("agmonitor_recording", "g\x1b[2J", "group"),
    "name that is none": _set("agmonitor_recording", 7, "group"),
    "no end": lambda told: told.pop(),
    "another end": _set("end", 3, "end", "inputs"),
    "an input too few": lambda told: told.remove(_first(told, "at_ms")),
    "no state": lambda told: told.remove(_first(told, "state")),
    "half a state": lambda told: _first(told, "state")["state"].pop("nodes"),
    "one node": lambda told: _first(told, "state")["state"]["nodes"].pop(),
    "a state that is a list": _set("state", [], "state"),
    "a word for a number": _set("state", "soon", "state", "now"),
    "a number for a word": _set("state", 5, "state", "settings", "name"),
    "an unknown form": _set("at_ms", 99_999, "form"),
    "a form from the end": _set("at_ms", -1, "form"),
    "a form of no kind": _set("form", ["bogus", {}], "form"),
    "a form that is a number": _set("form", 5, "form"),
    "a field that is not known": _set("form", ["tick", {"password": "x"}], "form"),
    "an instant far away": _set("at_ms", 1 << 80, "at_ms"),
    "an instant no calendar holds": _set("at_ms", 254_402_300_800_000, "at_ms"),
    "an instant that is text": _set("at_ms", "1", "at_ms"),
    "numbers too many": _set("at_ms", [1] * 50, "numbers"),
    "numbers that are none": _set("at_ms", ["x"], "numbers"),
    "numbers that are huge": _set("at_ms", [1 << 500], "numbers"),
    "an event of no kind": _set("events", [{"at": 1.0, "kind": "bogus", "sentence": ""}], "events"),
    "an event of huge number": _set(
        "events", [{"at": 1.0, "kind": "gap", "sentence": "", "severity": 0, "episode": 1 << 70}], "events"
    ),
    "half a letter": _set(
        "events",
        [{"at": 1.0, "kind": "gap", "sentence": "\ud800", "severity": 0, "node": "\ud800"}],
        "events",
    ),
    "a line of another kind": lambda told: told.insert(3, {"what": 1}),
    "a note that is none": lambda told: told.insert(3, {"note": {"at": 1}}),
    "deep": lambda told: told.insert(3, {"note": eval("[" * 90 + "]" * 90)}),  # noqa: S307
}


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
def test_a_forged_file_is_refused_in_words_and_leaves_nothing(
    small: bytes, tmp_path: Path, spoil: Callable[[list[Object]], object]
) -> None:
    told = [json.loads(line) for line in small.splitlines()]
    assert len(taken_in(write(tmp_path / "x", told), tmp_path / "good.db")) == 60
    spoil(told)

    with pytest.raises(RecordingError, match=r"^(It|Its|There) .*\.$"):
        taken_in(write(tmp_path / "x", told), tmp_path / "bad.db")

    assert nothing_in(tmp_path / "bad.db")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"PK\x03\x04",
        b"\x1f\x8b\x08\x00",
        gzip.compress(b"\xff\xfe\n"),
        gzip.compress(b"[" * 200_000 + b"\n"),
        gzip.compress(b'{"agmonitor_recording": 1' + b" " * 5_000_000),
        gzip.compress(b"1" * 10_000 + b"\n"),
    ],
    ids=["empty", "zip", "cut", "no text", "deep", "endless line", "long number"],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x").write_bytes(body)

    with pytest.raises(RecordingError):
        taken_in(tmp_path / "x", tmp_path / "h.db")


@pytest.mark.parametrize("turns", [150, pytest.param(20_000, marks=pytest.mark.long)])
def test_any_damage_is_refused_or_harmless(small: bytes, tmp_path: Path, turns: int) -> None:
    rng = random.Random(7)  # noqa: S311 - spoils files, guards nothing
    refused = 0
    for turn in range(turns):
        body = bytearray(small)
        for _ in range(rng.randint(1, 3)):
            body[rng.randrange(len(body))] = rng.randrange(256)
        (tmp_path / "x").write_bytes(gzip.compress(bytes(body), 1))
        try:
            import_recording(tmp_path / "to.db", tmp_path / "x", lambda _h, _t, name=str(turn): name)  # type: ignore[misc]
        except RecordingError:
            refused += 1
            continue
        for moment in moments(tmp_path / "to.db", str(turn)):
            assert moment.input is not None
    assert refused > turns // 10


SECRET = ("password", "token", "secret", "cookie", "authorization", "credential", "key")


def _fields(hint: Any, known: set[Any]) -> Iterator[str]:
    for part in typing.get_args(hint):
        yield from _fields(part, known)
    if not is_dataclass(hint) or hint in known:
        return
    known.add(hint)
    hints = typing.get_type_hints(hint)
    for field in fields(hint):
        yield f"{hint}.{field.name}"
        yield from _fields(hints[field.name], known)


def test_nothing_that_is_stored_has_a_place_for_a_secret() -> None:
    known: set[Any] = set()
    named = [name for hint in (Input, Event, GroupState, Mark) for name in _fields(hint, known)]

    assert len(named) > 100
    assert [name for name in named if any(word in name.rpartition(".")[2] for word in SECRET)] == []
