"""The audit: appended and flushed, chained, proven; whatever is done to the file is found."""

from __future__ import annotations

import fcntl
import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agmonitor.history.audit import AuditTrail
from agmonitor.history.audit_reading import fingerprint, read_audit


def trail_of(path: Path, entries: int = 5) -> AuditTrail:
    trail = AuditTrail(path / "audit.jsonl")
    for number in range(entries):
        trail.append({"what": "firing", "operation": str(number), "reason": "ü \n x", "at_s": 1.5})
    return trail


def test_what_was_appended_is_read_back_in_order_and_whole(tmp_path: Path) -> None:
    audit = trail_of(tmp_path).read()

    assert [line.entry["operation"] for line in audit.lines] == ["0", "1", "2", "3", "4"]
    assert audit.faults == ()
    assert audit.head == audit.lines[-1].hash


def test_nothing_written_yet_is_whole(tmp_path: Path) -> None:
    assert AuditTrail(tmp_path / "audit.jsonl").read().faults == ()


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    assert trail_of(tmp_path).path.stat().st_mode & 0o077 == 0


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def _change(lines: list[bytes], place: int, **changes: object) -> list[bytes]:
    told = json.loads(lines[place]) | changes
    return [*lines[:place], json.dumps(told).encode() + b"\n", *lines[place + 1 :]]


def _rewritten(lines: list[bytes], place: int, *, on: bool = False, **changes: Any) -> list[bytes]:
    """As somebody would who knows how the hashes are made; ``on``: all that follow are made anew, too."""
    told = [json.loads(line) for line in lines]
    told[place] |= changes
    for number in range(place, len(told) if on else place + 1):
        one = told[number]
        if number > place:
            one["previous"] = told[number - 1]["hash"]
        one["hash"] = fingerprint(one["n"], one["previous"], one["torn"], one["entry"])
    return [json.dumps(one).encode() + b"\n" for one in told]


def _patched(lines: list[bytes], place: int) -> list[bytes]:
    """Rewritten, and the next line is made to name the new hash, though its own is not made anew."""
    lines = _rewritten(lines, place, entry={})
    return _change(lines, place + 1, previous=json.loads(lines[place])["hash"])


TAMPERING: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a reason changed": lambda lines: _change(lines, 2, entry={"what": "firing", "reason": "other"}),
    "the first changed": lambda lines: _change(lines, 0, entry={}),
    "the last changed": lambda lines: _change(lines, 4, entry={}),
    "a hash changed": lambda lines: _change(lines, 1, hash="0" * 64),
    "one taken out": lambda lines: [*lines[:2], *lines[3:]],
    "the first taken out": lambda lines: lines[1:],
    "the last cut off": lambda lines: lines[:-1],
    "the last two cut off": lambda lines: lines[:-2],
    "all cut off": lambda _: [],
    "two swapped": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "one doubled": lambda lines: [*lines, lines[-1]],
    "one put in": lambda lines: [*lines[:2], lines[1], *lines[2:]],
    "rubbish put in": lambda lines: [*lines[:2], b"rubbish\n", *lines[2:]],
    "a number that none is": lambda lines: [*lines[:2], lines[2].replace(b"1.5", b"NaN"), *lines[3:]],
    "a number without end": lambda lines: [*lines[:2], lines[2].replace(b"1.5", b"1e999"), *lines[3:]],
    "a nest without end": lambda lines: [*lines[:2], b'{"a":' * 50_000 + b"\n", *lines[2:]],
    "a hash that is a list": lambda lines: _change(lines, 4, hash=[]),
    "one rewritten with its hash": lambda lines: _rewritten(lines, 1, entry={}),
    "one rewritten and named by the next": lambda lines: _patched(lines, 1),
    "another number, rewritten with its hash": lambda lines: _rewritten(lines, 4, n=9),
    "all rewritten from one on": lambda lines: _rewritten(lines, 1, on=True, entry={}),
    "half of one": lambda lines: [*lines[:2], lines[2][:40] + b"\n", *lines[3:]],
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found(tmp_path: Path, how: str) -> None:
    trail = trail_of(tmp_path)

    trail.path.write_bytes(b"".join(TAMPERING[how](lines_of(trail.path))))

    assert trail.read().faults != ()


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_still_found_when_more_was_written(tmp_path: Path, how: str) -> None:
    trail = trail_of(tmp_path)
    trail.path.write_bytes(b"".join(TAMPERING[how](lines_of(trail.path))))

    trail.append({"what": "ended"})

    assert trail.read().faults != ()


def test_a_head_that_knows_too_few_is_found(tmp_path: Path) -> None:
    trail = trail_of(tmp_path)
    content, lines = trail.path.read_bytes(), trail.read().lines

    assert read_audit(content, f"4 {lines[3].hash}").faults == (), "its writer was killed between the two"
    assert read_audit(content, f"3 {lines[2].hash}").faults == ("The head file knows 3 of 5 entries.",)


def test_a_line_that_the_head_does_not_know_yet_must_follow_all_the_same(tmp_path: Path) -> None:
    trail = trail_of(tmp_path)
    head = f"4 {trail.read().lines[3].hash}"
    last = b"".join(_rewritten(lines_of(trail.path), 4, n=9))

    assert read_audit(last, head).faults[0].startswith("Line 5 does not follow the one before it")


def test_the_torn_piece_that_a_line_vouches_for_cannot_be_exchanged(tmp_path: Path) -> None:
    trail = trail_of(tmp_path, 2)
    with trail.path.open("ab") as file:
        file.write(b'{"n":3')
    trail.append({"what": "ended"})
    assert trail.read().faults == ()
    *before, _piece, last = lines_of(trail.path)
    told = json.loads(last) | {"torn": hashlib.sha256(b"another").hexdigest()}

    trail.path.write_bytes(b"".join([*before, b"another\n", json.dumps(told).encode() + b"\n"]))

    assert trail.read().faults == ("Line 4 is not as it was written.",)


def test_a_file_that_vanished_or_lost_its_head_is_found(tmp_path: Path) -> None:
    trail = trail_of(tmp_path)
    head = trail.path.with_name("audit.jsonl.head")
    kept = head.read_text(encoding="utf-8")
    head.unlink()

    assert trail.read().faults == ("The head file is missing.",)
    head.write_text(kept, encoding="utf-8")
    trail.path.unlink()
    assert trail.read().faults == ("The last 5 of 5 entries are missing.",)


@pytest.mark.parametrize("kept", [0, 1, 30, -2, -1])
def test_a_line_torn_by_a_killed_writer_is_no_tampering_and_stays_vouched_for(
    tmp_path: Path, kept: int
) -> None:
    trail = trail_of(tmp_path, 3)
    torn = lines_of(trail.path)[-1]
    head = trail.path.with_name("audit.jsonl.head")
    before = head.read_text(encoding="utf-8")
    trail.append({"what": "answered"})
    head.write_text(before, encoding="utf-8")  # killed before it was told
    whole = trail.path.read_bytes()
    last = lines_of(trail.path)[-1]
    trail.path.write_bytes(whole[: len(whole) - len(last)] + last[:kept])

    assert trail.read().faults == ()
    for _ in range(2):
        trail.append({"what": "ended"})
    audit = trail.read()
    assert audit.faults == ()
    assert torn in trail.path.read_bytes()


def _append_many(path: str, name: str, start: multiprocessing.synchronize.Event) -> None:
    start.wait()
    for number in range(20):
        AuditTrail(Path(path)).append({"operation": f"{name} {number}"})


def test_two_programs_that_write_at_once_make_one_chain(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    writers = [
        context.Process(target=_append_many, args=(str(tmp_path / "audit.jsonl"), name, start))
        for name in ("a", "b")
    ]
    for writer in writers:
        writer.start()
    start.set()
    for writer in writers:
        writer.join(60)

    audit = AuditTrail(tmp_path / "audit.jsonl").read()
    assert audit.faults == ()
    assert len(audit.lines) == 40


def test_where_it_cannot_be_written_that_is_said(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        trail = AuditTrail(Path("/proc/audit/audit.jsonl"))
    else:
        tmp_path.chmod(0o500)
        trail = AuditTrail(tmp_path / "audit.jsonl")

    assert "audit.jsonl" in trail.fault()
    with pytest.raises(OSError, match="audit"):
        trail.append({"what": "firing"})


def test_an_entry_is_on_the_disk_before_append_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[bytes] = []
    trail = AuditTrail(tmp_path / "audit.jsonl")
    true = os.fsync

    def fsync(number: int) -> None:
        if os.fstat(number).st_ino == trail.path.stat().st_ino:
            flushed.append(trail.path.read_bytes())
        true(number)

    monkeypatch.setattr(os, "fsync", fsync)
    trail.append({"what": "firing", "operation": "the one"})

    assert any(b"the one" in content for content in flushed)


@pytest.mark.parametrize("head", [b"\xff\xfe\x00", "\u00b2 x".encode(), b"9" * 5000, b"", b"one two"])
def test_a_head_of_rubbish_is_a_fault_and_keeps_nobody_from_writing(tmp_path: Path, head: bytes) -> None:
    trail = trail_of(tmp_path)
    trail.path.with_name("audit.jsonl.head").write_bytes(head)

    assert len(trail.read().faults) == 1
    trail.append({"what": "ended"})
    assert len(trail.read().lines) == 6


def test_half_a_letter_costs_no_entry(tmp_path: Path) -> None:
    trail = trail_of(tmp_path, 0)

    trail.append({"reason": "caf\udce9"})

    audit = trail.read()
    assert (audit.lines[0].entry, audit.faults) == ({"reason": "caf?"}, ())


def test_who_holds_it_for_ever_is_told_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agmonitor.history.audit.LOCK_WAIT_S", 0.05)
    trail = trail_of(tmp_path)

    with trail.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for call in (trail.read, lambda: trail.append({"what": "ended"})):
            with pytest.raises(OSError, match="holds the audit"):
                call()

    trail.append({"what": "ended"})
    assert trail.read().faults == ()
