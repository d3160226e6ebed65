"""Evidence of failed probes, kept per subject in a quota of its own: its newest rows, and so many bytes.

A flood from one node, or from two, never pushes out what a third subject told. The same failure again and
again is one row that says how often, so that a long outage does not push out how it began.
"""

from __future__ import annotations

import json
import sqlite3
import typing
from dataclasses import dataclass, field, replace
from pathlib import Path

from agmonitor.domain.evidence import Evidence
from agmonitor.domain.model import Instant
from agmonitor.history.codec import built, plain
from agmonitor.history.faults import Fault, fault
from agmonitor.history.opening import reading
from agmonitor.history.queries import id_of
from agmonitor.history.scale import limits_ms, ms

PER_SUBJECT = 200
PER_SUBJECT_BYTES = 2_000_000
ROW_BYTES = 16_384  # a row beyond loses its exchanges' bodies
GOES_ON_S = 120.0
"""The same failure after a longer pause is a new row: in between it may have been well."""
_PUT = "INSERT INTO evidence (group_id, subject, at_ms, body) VALUES (?, ?, ?, ?)"
_SURPLUS = """
SELECT id, length(CAST(body AS BLOB)) FROM evidence WHERE group_id = ? AND subject = ?
ORDER BY id DESC LIMIT -1 OFFSET ?
"""
_OLDEST = """
SELECT id, length(CAST(body AS BLOB)) FROM evidence WHERE group_id = ? AND subject = ? ORDER BY id LIMIT 20
"""
_BYTES = """
SELECT coalesce(sum(length(CAST(body AS BLOB))), 0) FROM evidence WHERE group_id = ? AND subject = ?
"""
_BETWEEN = "SELECT body FROM evidence WHERE group_id = ? AND at_ms <= ? ORDER BY at_ms, id"


@dataclass(slots=True)
class _Newest:
    row: int
    evidence: Evidence
    length: int


@dataclass(slots=True)
class EvidenceRows:
    """Writes evidence within its quota; remembers the newest and the bytes of each subject."""

    connection: sqlite3.Connection
    _newest: dict[tuple[int, str, str], _Newest] = field(default_factory=dict)
    _bytes: dict[tuple[int, str], int] = field(default_factory=dict)

    def forget(self) -> None:
        """A transaction was rolled back."""
        self._newest.clear()
        self._bytes.clear()

    def put(self, group_id: int, evidence: Evidence) -> None:
        key = group_id, evidence.subject, evidence.asked
        last = self._newest.get(key)
        if last is not None and _goes_on(last.evidence, evidence):
            self._repeat(group_id, last, evidence)
            return
        body = _encoded(evidence)
        put = self.connection.execute(_PUT, (group_id, evidence.subject, ms(evidence.at), body))
        self._newest[key] = _Newest(int(put.lastrowid or 0), evidence, len(body.encode()))
        subject = group_id, evidence.subject
        self._grow(subject, self._newest[key].length)
        self._trim(subject)

    def _repeat(self, group_id: int, last: _Newest, evidence: Evidence) -> None:
        told = replace(last.evidence, until_at=evidence.at, times=last.evidence.times + 1)
        body = _encoded(told)
        self.connection.execute("UPDATE evidence SET body = ? WHERE id = ?", (body, last.row))
        self._grow((group_id, evidence.subject), len(body.encode()) - last.length)
        last.evidence, last.length = told, len(body.encode())

    def _grow(self, subject: tuple[int, str], length: int) -> None:
        if subject not in self._bytes:
            self._bytes[subject] = int(self.connection.execute(_BYTES, subject).fetchone()[0])
        else:
            self._bytes[subject] += length

    def _trim(self, subject: tuple[int, str]) -> None:
        self._drop(subject, self.connection.execute(_SURPLUS, (*subject, PER_SUBJECT)).fetchall())
        while self._bytes[subject] > PER_SUBJECT_BYTES:
            self._drop(subject, self.connection.execute(_OLDEST, subject).fetchall())

    def _drop(self, subject: tuple[int, str], rows: list[tuple[int, int]]) -> None:
        for row, length in rows:
            self.connection.execute("DELETE FROM evidence WHERE id = ?", (row,))
            self._bytes[subject] -= length


def read_evidence(path: Path, group: str, since: Instant, until: Instant | None) -> list[Evidence]:
    """What failed within the range, oldest first.

    Raises:
        HistoryError: the file cannot be read.
    """
    since_ms, until_ms = limits_ms(since, until)
    with reading(path) as connection:
        group_id = id_of(connection, group)
        if group_id is None:
            return []
        try:
            told = [
                typing.cast("Evidence", built(Evidence, json.loads(body)))
                for (body,) in connection.execute(_BETWEEN, (group_id, until_ms))
            ]
        except (TypeError, KeyError, ValueError, AttributeError):
            raise fault(Fault.DAMAGED, path) from None
    return [each for each in told if ms(each.until_at or each.at) >= since_ms]


def _goes_on(last: Evidence, evidence: Evidence) -> bool:
    return 0 <= evidence.at - (last.until_at or last.at) <= GOES_ON_S and last.same_as(evidence)


def _encoded(evidence: Evidence) -> str:
    body = json.dumps(plain(evidence), separators=(",", ":"))
    if len(body) > ROW_BYTES:
        bare = tuple(replace(each, body="", headers=()) for each in evidence.exchanges)
        body = json.dumps(plain(replace(evidence, exchanges=bare)), separators=(",", ":"))
    return body
