"""A history file of a given number of inputs, put together without watching for years.

One group a year: a pair asked every ten seconds, beats every twenty, a failover a week and a night's sleep
a day. The tables are filled as the writer would leave them; only the newest hours have packs of their own,
all other minutes carry one of the same size, which no range query opens.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from agmonitor.domain.model import Role
from agmonitor.domain.observations import NodeObservation
from agmonitor.history.codec import encode
from agmonitor.history.drawn_beats import HOUR_MS
from agmonitor.history.drawn_levels import LEVELS_S, Series, size_of
from agmonitor.history.forms import Forms, KnownForms
from agmonitor.history.numbers import joined
from agmonitor.history.opening import connect
from agmonitor.history.packing import Row, pack
from day import BEGIN, observed

YEAR_S = 365 * 86_400
MINUTES = YEAR_S // 60
CADENCE_S = 10
ROUNDS = 60 // CADENCE_S
GENUINE = 180  # newest minutes with inputs of their own
WEEK_S, DAY_S, BEAT_S = 7 * 86_400, 86_400, 20
NODES = ("gw-1", "gw-2")
FROM = int(BEGIN) // DAY_S * DAY_S - YEAR_S
UNTIL = FROM + YEAR_S

_LEVELS = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)
INSERT INTO levels SELECT :group, :series, :level, :first + i, :samples, :low + i % 7, :high + i * 31 % 40,
    (:low + :high) * :samples / 2.0 FROM n
"""
_PACKS = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)
INSERT INTO packs
SELECT :group, 1 + i * :rows, :rows, (:first + i) * 60000, (:first + i) * 60000 + 59000, :body FROM n
"""
_PLAIN = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)
INSERT INTO samples SELECT :group, :first + i * :step / 5, i % 5, 2 + i * 31 % 40 FROM n
"""


def make(path: Path, years: int) -> int:
    """As many groups, a year of each; how many inputs that are."""
    connection = connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    rows = sum(_fill(connection, group) for group in range(1, years + 1))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return rows


def make_plain(path: Path, rows: int) -> None:
    """The table anybody would begin with: group, time, which curve, value; indexed by group, curve, time."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("CREATE TABLE samples (group_id INT, at REAL, series INT, value REAL)")
        connection.execute("BEGIN")
        each = {"count": rows, "group": 1, "first": FROM, "step": 5 * YEAR_S / rows}
        connection.execute(_PLAIN, each)
        connection.execute("CREATE INDEX by_time ON samples (group_id, series, at)")
        connection.execute("COMMIT")
    connection.close()


def _fill(connection: sqlite3.Connection, group: int) -> int:
    connection.execute("INSERT INTO groups (id, name) VALUES (?, ?)", (group, f"group-{group}"))
    rows = _fill_packs(connection, group)
    series = [Series("trip", role, node) for node, role in zip(NODES, ("primary", "secondary"), strict=True)]
    series += [Series("age", one.word, one.name) for one in series] + [Series("clients")]
    for one in series:
        for level in LEVELS_S:
            told = {"group": group, "series": one.text, "level": level, "low": 2, "high": 5}
            told |= {"count": YEAR_S // level, "first": FROM // level, "samples": level // CADENCE_S}
            connection.execute(_LEVELS, told)
    spans = list(_spans())
    connection.executemany(
        "INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (group, lane, start * 1000, number, end * 1000, key, key, size_of(start * 1000, end * 1000))
            for number, (lane, start, end, key) in enumerate(spans)
        ],
    )
    body = _hour_of_beats()
    hours = range(FROM * 1000 // HOUR_MS, UNTIL * 1000 // HOUR_MS)
    for node in NODES:
        beats = [(group, node, hour, 3600 // BEAT_S, body) for hour in hours]
        connection.executemany("INSERT INTO beats VALUES (?, ?, ?, ?, ?)", beats)
    connection.executemany(
        "INSERT INTO events (group_id, seq, at, kind, severity, sentence, node) VALUES (?, ?, ?, ?, 2, ?, ?)",
        [
            (group, 1, at + n, "role_changed", "gw-2 was promoted: Secondary → Primary.", "gw-2")
            for at in range(FROM, UNTIL, WEEK_S)
            for n in range(12)
        ],
    )
    connection.execute(
        "UPDATE groups SET next_seq = ?, drawn_seq = ? WHERE id = ?", (rows + 1, rows + 1, group)
    )
    return rows


def _spans() -> Iterator[tuple[str, int, int, str]]:
    """A failover a week, half an hour's sleep a day."""
    for day in range(FROM, UNTIL, DAY_S):
        swapped = (day - FROM) // WEEK_S % 2
        roles = (Role.PRIMARY, Role.SECONDARY) if not swapped else (Role.SECONDARY, Role.PRIMARY)
        primary = NODES[swapped]
        values = (*(role.value for role in roles), f"dns:{primary}", f"clients:{primary}")
        for lane, key in zip((*NODES, "dns", "clients"), values, strict=True):
            yield lane, day, day + DAY_S - 1_800, key
            yield lane, day + DAY_S - 1_800, day + DAY_S, "gap:asleep"


def _fill_packs(connection: sqlite3.Connection, group: int) -> int:
    forms, known = Forms(connection), KnownForms(connection)
    newest = [_packed(forms, known, UNTIL - 60 * (GENUINE - minute)) for minute in range(GENUINE)]
    rows, body = newest[0]
    connection.execute(
        _PACKS,
        {"group": group, "count": MINUTES - GENUINE, "rows": rows, "first": FROM // 60, "body": body},
    )
    for number, (count, body) in enumerate(newest):
        place = MINUTES - GENUINE + number
        begin_ms = FROM * 1000 + place * 60_000
        one = (group, 1 + place * rows, count, begin_ms, begin_ms + 59_000, body)
        connection.execute("INSERT INTO packs VALUES (?, ?, ?, ?, ?, ?)", one)
    return rows * MINUTES


def _packed(forms: Forms, known: KnownForms, begin: int) -> tuple[int, bytes]:
    rows = []
    for number in range(ROUNDS):
        for item in observed(float(begin + number * CADENCE_S), number):
            if isinstance(item, NodeObservation) or number % 5 == 0 or len(rows) % 4 == 2:
                form, at_ms, varying = encode(item)
                rows.append(Row(at_ms, forms.id_of(form, at_ms // 86_400_000), varying))
    return len(rows), pack(rows, known.width)


def _hour_of_beats() -> bytes:
    """One each twenty seconds: joined, Primary's, direct; seen two seconds after its stamp."""
    flags = 2 | 1 << 5
    return joined(
        number
        for beat in range(3600 // BEAT_S)
        for number in (flags, beat * BEAT_S * 1000 + 2_000, 2_000, 2_000)
    )
