"""Heartbeats as each node told them: which stamp, first seen when, told until when. An hour is one blob.

A blob is a row of records. *Beat*: what it is, when it was first seen, how old its stamp was then on the
node's clock and on ours. *Until*: the beat before it was still told then; *end*: and no longer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from agmonitor.domain.model import HeartbeatMethod, Instant, Role
from agmonitor.history.numbers import all_parted
from agmonitor.history.numbers import joined as bytes_of

HOUR_MS = 3_600_000
_ROLES = tuple(Role)
_METHODS = (None, *HeartbeatMethod)
_UNTIL, _END = 1, 3  # all others are beats, which are even
_JOINED, _ROLE_SHIFT, _METHOD_SHIFT = 2, 2, 5
_PUT = """
INSERT INTO beats (group_id, node, hour, count, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (group_id, node, hour) DO UPDATE SET count = count + excluded.count, body = excluded.body
"""


class Beat(NamedTuple):
    """A heartbeat a node told of, and for how long it was the newest there; all but ``stamp`` on our clock.

    ``joined``: answers came without a break since the beat before it, which aged until ``seen_at``.
    """

    role: Role
    method: HeartbeatMethod | None
    stamp: Instant  # as told, on the node's clock
    beat_at: Instant  # the stamp on our clock; never after ``seen_at``
    seen_at: Instant  # the first answer that told of it
    until_at: Instant  # the last one, or the first that told of the next
    joined: bool = False


@dataclass(slots=True)
class _Open:
    """The newest beat, still told of."""

    role: Role
    stamp_ms: int
    beat_ms: int
    seen_ms: int
    until_ms: int


@dataclass(slots=True)
class _Told:
    """A beat as its blob has it."""

    flags: int
    seen_ms: int
    stamp_ms: int
    beat_ms: int
    until_ms: int
    ended: bool = False


class BeatFold:
    """One node's beats, folded from its answers in the order they were stepped."""

    __slots__ = ("_body", "_hour", "_open", "_pending", "_told_ms")

    def __init__(self) -> None:
        self._open: _Open | None = None
        self._told_ms = 0  # the newest *until* in the blob of the open one
        self._pending: dict[int, tuple[int, bytearray]] = {}  # hour → beats, records
        self._hour = -1  # of the blob that the newest record stands in
        self._body: bytes | None = None  # that blob as the file has it, without the open beat's *until*

    def feed(
        self,
        at_ms: int,
        role: Role,
        method: HeartbeatMethod | None,
        stamp_ms: int,
        offset_ms: int,
        patience_ms: int,
    ) -> tuple[int, tuple[Role, int] | None]:
        """An answer that tells of a beat; its instant on our clock, and role and instant of one it ends."""
        known = self._open
        if known is not None and not 0 <= at_ms - known.until_ms <= patience_ms:
            self.end()
            known = None
        if known is not None and known.role is role and known.stamp_ms == stamp_ms:
            known.until_ms = at_ms
            return known.beat_ms, None
        joined = known is not None
        hour = at_ms // HOUR_MS
        if known is not None and hour != self._hour:
            known.until_ms = at_ms
            self.end()  # each blob tells all of its beats
        beat_ms = min(stamp_ms - offset_ms, at_ms)
        flags = joined * _JOINED | _ROLES.index(role) << _ROLE_SHIFT | _METHODS.index(method) << _METHOD_SHIFT
        self._put(hour, [flags, at_ms - hour * HOUR_MS, at_ms - stamp_ms, at_ms - beat_ms], 1)
        self._open = _Open(role, stamp_ms, beat_ms, at_ms, at_ms)
        return beat_ms, None if known is None else (known.role, known.beat_ms)

    def end(self) -> None:
        """From here on nothing is told of the newest beat."""
        if self._open is not None:
            self._put(self._hour, [_END, self._open.until_ms - self._hour * HOUR_MS], 0)
        self._open = None

    def write(self, connection: sqlite3.Connection, group_id: int, node: str) -> None:
        """What has come, and how far the open beat has got, into the file."""
        if self._open is not None and self._open.until_ms != self._told_ms:
            self._pending.setdefault(self._hour, (0, bytearray()))
        for hour, (count, records) in self._pending.items():
            known = self._body if hour == self._hour and self._body is not None else None
            if known is None:
                known = _body_of(connection, group_id, node, hour)
            body = known + bytes(records)
            if hour == self._hour:
                self._body = body
                body += self._until()
            connection.execute(_PUT, (group_id, node, hour, count, body))
        self._pending.clear()

    @classmethod
    def resumed(cls, connection: sqlite3.Connection, group_id: int, node: str) -> BeatFold:
        """Go on where the file ends."""
        fold = cls()
        found = connection.execute(
            "SELECT hour, body FROM beats WHERE group_id = ? AND node = ? ORDER BY hour DESC LIMIT 1",
            (group_id, node),
        ).fetchone()
        if found is None:
            return fold
        hour, body = found
        newest = next(reversed(list(_told_in(hour, body))), None)
        if newest is not None and not newest.ended:
            fold._take_up(hour, body, newest)
        return fold

    def _take_up(self, hour: int, body: bytes, newest: _Told) -> None:
        self._hour = hour
        role = _ROLES[newest.flags >> _ROLE_SHIFT & 7]
        self._open = _Open(role, newest.stamp_ms, newest.beat_ms, newest.seen_ms, newest.until_ms)
        self._body = body.removesuffix(self._until())
        self._told_ms = newest.until_ms

    def _until(self) -> bytes:
        if self._open is None or self._open.until_ms == self._open.seen_ms:
            return b""
        self._told_ms = self._open.until_ms
        return bytes_of([_UNTIL, self._open.until_ms - self._hour * HOUR_MS])

    def _put(self, hour: int, numbers: Iterable[int], beats: int) -> None:
        if hour != self._hour:
            self._hour, self._body = hour, None
        count, records = self._pending.setdefault(hour, (0, bytearray()))
        records += bytes_of(numbers)
        self._pending[hour] = count + beats, records


def _body_of(connection: sqlite3.Connection, group_id: int, node: str, hour: int) -> bytes:
    found = connection.execute(
        "SELECT body FROM beats WHERE group_id = ? AND node = ? AND hour = ?", (group_id, node, hour)
    ).fetchone()
    return b"" if found is None else bytes(found[0])


def beats_in(hour: int, body: bytes) -> Iterator[Beat]:
    """The beats of one blob, in the order they were told.

    Raises:
        ValueError: the blob is damaged.
    """
    before: _Told | None = None
    for told in _told_in(hour, body):
        if before is not None:
            yield _beat(before, told)
        before = told
    if before is not None:
        yield _beat(before, None)


def _told_in(hour: int, body: bytes) -> Iterator[_Told]:
    base_ms = hour * HOUR_MS
    numbers = iter(all_parted(body))
    told: _Told | None = None
    try:
        for flags in numbers:
            at_ms = base_ms + next(numbers)
            if flags in {_UNTIL, _END}:
                if told is not None:
                    told.until_ms, told.ended = at_ms, flags == _END
                continue
            if told is not None:
                yield told
            told = _Told(flags, at_ms, at_ms - next(numbers), at_ms - next(numbers), at_ms)
    except (StopIteration, RuntimeError):
        raise ValueError("a blob of heartbeats is cut short") from None
    if told is not None:
        yield told


def _beat(told: _Told, following: _Told | None) -> Beat:
    joined_on = following is not None and following.flags & _JOINED
    try:
        role, method = _ROLES[told.flags >> _ROLE_SHIFT & 7], _METHODS[told.flags >> _METHOD_SHIFT]
    except IndexError:
        raise ValueError("a heartbeat of an unknown kind") from None
    return Beat(
        role,
        method,
        told.stamp_ms / 1000,
        told.beat_ms / 1000,
        told.seen_ms / 1000,
        (following.seen_ms if following is not None and joined_on else told.until_ms) / 1000,
        bool(told.flags & _JOINED),
    )
