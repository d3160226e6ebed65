"""The tables of the history file, each with what it is for, and its version. ``opening`` makes them.

Three kinds of tables. *Inputs* are what was observed: ``tail`` row by row, ``packs`` by the minute; with
``events`` and ``checkpoints`` they replay to what was shown. *Drawn* are what a window needs of any range
without reading inputs: changes exactly (``spans``, ``beats``), curves as ``levels``. *Kept* is what people
and incidents leave: ``episodes``, ``marks``, ``evidence``. Instants are whole milliseconds of UTC.
"""

from __future__ import annotations

VERSION = 3
APPLICATION_ID = 0x61676D31  # "agm1": tells our file from any other SQLite database

TABLES = """
-- The groups ever watched. next_seq: the number its next input gets. drawn_seq: the tables drawn from inputs
-- hold those below it. A renamed group keeps its id.
CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    next_seq INTEGER NOT NULL DEFAULT 1,
    drawn_seq INTEGER NOT NULL DEFAULT 1
);

-- The parts of inputs that stay the same for hours (who answered, what role, which settings), each kept once.
-- period: the one it was last used in; one no input uses any more is forgotten.
CREATE TABLE forms (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE, period INTEGER NOT NULL);

-- Time that really passed, whatever our clock was set to; one row, see lived.py. Periods are counted in it.
CREATE TABLE lived (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    period INTEGER NOT NULL,
    began_ms INTEGER NOT NULL,
    sure_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    doubted_ms INTEGER NOT NULL,
    watched_ms INTEGER NOT NULL
);

-- A few hours of lived time each: a group's inputs below seq came before it began. Tells what may be pruned.
-- from_ms: its beginning in lived time; label_ms: what our clock showed then.
CREATE TABLE periods (
    group_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    label_ms INTEGER NOT NULL,
    PRIMARY KEY (group_id, seq)
) WITHOUT ROWID;

-- The newest inputs in the order they were stepped: form, and the numbers that differ each time. sum: a
-- checksum over the row.
CREATE TABLE tail (
    group_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    form_id INTEGER NOT NULL,
    varying BLOB NOT NULL,
    sum INTEGER NOT NULL,
    PRIMARY KEY (group_id, seq)
) WITHOUT ROWID;

-- Older inputs: the rows of about a minute in one blob, seq to seq + count - 1.
CREATE TABLE packs (
    group_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (group_id, seq)
) WITHOUT ROWID;
CREATE INDEX packs_by_time ON packs (group_id, until_ms);

-- What each input changed.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    severity INTEGER NOT NULL,
    sentence TEXT NOT NULL,
    finding TEXT,
    node TEXT,
    episode INTEGER
);
CREATE INDEX events_by_input ON events (group_id, seq);
CREATE INDEX events_by_time ON events (group_id, at);

-- The state before input seq, under the rules of that version: replay starts here. begins: 1 where it does
-- not come of the input before (a new start, edited settings, inputs not written), else 0. An empty body:
-- from here on inputs were recorded without a state, and cannot be replayed.
CREATE TABLE checkpoints (
    group_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    rules TEXT NOT NULL,
    body BLOB NOT NULL,
    begins INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (group_id, seq)
) WITHOUT ROWID;

-- Bars of the lanes (a node's role, DNS, clients, gaps): changes, never rolled up. A newest one grows.
-- number: its place in its lane. size: how many of the levels' widths it is long, so that where a lane
-- changes all the time the long ones are found without the others.
CREATE TABLE spans (
    group_id INTEGER NOT NULL,
    lane TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    number INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (group_id, lane, start_ms, number)
) WITHOUT ROWID;
CREATE INDEX spans_by_size ON spans (group_id, lane, size, start_ms);

-- Heartbeats as a node told them, an hour (of first seeing them) in one blob: changes, never rolled up.
CREATE TABLE beats (
    group_id INTEGER NOT NULL,
    node TEXT NOT NULL,
    hour INTEGER NOT NULL,
    count INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (group_id, node, hour)
) WITHOUT ROWID;

-- Curves (round trips, ages of beats) as minimum, maximum and sum per bucket; level: its width in seconds.
-- Also what a lane's spans shorter than that come to, by the bucket in which they began.
CREATE TABLE levels (
    group_id INTEGER NOT NULL,
    series TEXT NOT NULL,
    level INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    count INTEGER NOT NULL,
    low REAL NOT NULL,
    high REAL NOT NULL,
    total REAL NOT NULL,
    PRIMARY KEY (group_id, series, level, bucket)
) WITHOUT ROWID;

-- Failovers and outages as they were found; body: the whole record. Never merged or cut anew later.
CREATE TABLE episodes (
    group_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    began_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    body TEXT NOT NULL,
    PRIMARY KEY (group_id, number, began_ms)
) WITHOUT ROWID;

-- What people left: notes pinned to an instant, and acknowledgements of an episode. Only ever added.
CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    episode INTEGER,
    who TEXT NOT NULL,
    text TEXT NOT NULL,
    written_ms INTEGER NOT NULL
);
CREATE INDEX marks_by_time ON marks (group_id, at_ms);

-- Failed probes with what came back, secrets removed; a quota per node.
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX evidence_by_subject ON evidence (group_id, subject, at_ms);
"""
