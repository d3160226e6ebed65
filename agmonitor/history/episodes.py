"""Episodes as rows: each as ``step`` found it, written with the input that changed it.

An ended one changes only where ``step`` itself says so: a bounce's way back, an acknowledgement. Nothing here
joins, cuts or numbers anything.
"""

from __future__ import annotations

import json
import sqlite3
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path

from agmonitor.domain.events import Episode
from agmonitor.domain.kept import KeptEpisode, Mark
from agmonitor.domain.model import Instant
from agmonitor.domain.state import GroupState
from agmonitor.history.codec import built, plain
from agmonitor.history.faults import Fault, fault
from agmonitor.history.marks import marks_of
from agmonitor.history.opening import reading
from agmonitor.history.queries import id_of
from agmonitor.history.scale import limits_ms, ms

AROUND_S = 60.0
"""What failed so long before an episode's first sign, or after its end, may still have to do with it."""
_PUT = """
INSERT INTO episodes (group_id, number, began_ms, ended_ms, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (group_id, number, began_ms) DO UPDATE SET ended_ms = excluded.ended_ms, body = excluded.body
"""
_MOVED = "DELETE FROM episodes WHERE group_id = ? AND number = ? AND ended_ms IS NULL AND began_ms != ?"
"""One that goes on while our clock is set begins at another instant from then on; it is the same one."""
_BETWEEN = """
SELECT number, body FROM episodes
WHERE group_id = ? AND began_ms <= ? AND coalesce(ended_ms, ?) >= ? ORDER BY began_ms, number
"""
_NEWEST = """
SELECT body FROM episodes WHERE group_id = ? AND began_ms <= ? AND coalesce(ended_ms, ?) >= ?
ORDER BY began_ms DESC, number DESC LIMIT ?
"""
NEWEST_MAX = 500
_INPUTS = """
SELECT min(seq), max(seq) FROM events WHERE group_id = ? AND at BETWEEN ? AND ? AND episode = ?
"""
_LAST = """
SELECT max(coalesce((SELECT max(number) FROM episodes WHERE group_id = :id), 0),
           coalesce((SELECT max(episode) FROM events WHERE group_id = :id), 0))
"""


def changed(base: GroupState, after: GroupState) -> Iterator[Episode]:
    """What ``after`` knows of episodes that ``base`` did not."""
    if after.episodes is not base.episodes:
        yield from (each for each in after.episodes if each not in base.episodes)
    if after.episode is not None and after.episode != base.episode:
        yield after.episode


def put_episodes(connection: sqlite3.Connection, group_id: int, episodes: Iterator[Episode]) -> None:
    for episode in episodes:
        ended_ms = None if episode.ended_at is None else ms(episode.ended_at)
        body = json.dumps(plain(episode), separators=(",", ":"))
        connection.execute(_MOVED, (group_id, episode.number, ms(episode.began_at)))
        connection.execute(_PUT, (group_id, episode.number, ms(episode.began_at), ended_ms, body))


def read_episodes(path: Path, group: str, since: Instant, until: Instant | None) -> list[KeptEpisode]:
    """Episodes that touch the range, oldest first.

    Raises:
        HistoryError: the file cannot be read.
    """
    since_ms, until_ms = limits_ms(since, until)
    with reading(path) as connection:
        group_id = id_of(connection, group)
        if group_id is None:
            return []
        try:
            return episodes_of(connection, group_id, since_ms, until_ms)
        except (TypeError, KeyError, ValueError, AttributeError):
            raise fault(Fault.DAMAGED, path) from None


def episodes_of(
    connection: sqlite3.Connection, group_id: int, since_ms: int, until_ms: int
) -> list[KeptEpisode]:
    """Episodes that touch the range, oldest first.

    Raises:
        TypeError, KeyError, ValueError, AttributeError: a row is damaged.
    """
    rows = connection.execute(_BETWEEN, (group_id, until_ms, until_ms, since_ms)).fetchall()
    episodes = [typing.cast("Episode", built(Episode, json.loads(body))) for _number, body in rows]
    marks = marks_of(connection, group_id) if episodes else []
    return [_with_all(connection, group_id, episode, marks) for episode in episodes]


def bare_episodes(connection: sqlite3.Connection, group_id: int, ends_ms: tuple[int, int]) -> list[Episode]:
    """The newest episodes that touch the range, oldest first, without what hangs on them.

    Raises:
        TypeError, KeyError, ValueError, AttributeError: a row is damaged.
    """
    since_ms, until_ms = ends_ms
    rows = connection.execute(_NEWEST, (group_id, until_ms, until_ms, since_ms, NEWEST_MAX)).fetchall()
    return [typing.cast("Episode", built(Episode, json.loads(body))) for (body,) in reversed(rows)]


def read_last_number(path: Path, group: str) -> int:
    """The highest number an episode of that group ever had, 0 for none; the next one counts on from it.

    Raises:
        HistoryError: the file cannot be read.
    """
    with reading(path) as connection:
        group_id = id_of(connection, group)
        if group_id is None:
            return 0
        return int(connection.execute(_LAST, {"id": group_id}).fetchone()[0])


def _with_all(
    connection: sqlite3.Connection, group_id: int, episode: Episode, marks: Sequence[Mark]
) -> KeptEpisode:
    until = episode.ended_at
    within = episode.began_at - AROUND_S, (1e12 if until is None else until + AROUND_S)
    first, last = connection.execute(_INPUTS, (group_id, *within, episode.number)).fetchone()
    return KeptEpisode(
        episode,
        None if first is None else (int(first), int(last)),
        within,
        tuple(_of(marks, episode)),
    )


def _of(marks: Sequence[Mark], episode: Episode) -> Iterator[Mark]:
    until = episode.ended_at
    for mark in marks:
        within = episode.began_at <= mark.at and (until is None or mark.at <= until)
        if mark.episode == episode.number or (mark.episode is None and within):
            yield mark
