"""The constant parts of inputs, each kept once under an id, and how many numbers go with it."""

from __future__ import annotations

import functools
import sqlite3

from agmonitor.history.codec import width

REMEMBERED = 5_000
_PUT = """
INSERT INTO forms (body, period) VALUES (?, ?) ON CONFLICT (body) DO UPDATE SET period = excluded.period
"""


class Forms:
    """Ids of forms for the writer; remembers them, for they repeat."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[str, tuple[int, int]] = {}  # body → id, the period we last wrote down

    def forget(self) -> None:
        self._known.clear()

    def id_of(self, body: str, period: int) -> int:
        """The form's id; that it was used in that period is written down once."""
        known = self._known.get(body)
        if known is not None and known[1] == period:
            return known[0]
        self._connection.execute(_PUT, (body, period))
        row = self._connection.execute("SELECT id FROM forms WHERE body = ?", (body,)).fetchone()
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[body] = int(row[0]), period
        return int(row[0])


class KnownForms:
    """Bodies and widths by id, for whoever reads; lives as long as its connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.body = functools.cache(self._body)
        self.width = functools.cache(self._width)

    def _body(self, form: int) -> str:
        row = self._connection.execute("SELECT body FROM forms WHERE id = ?", (form,)).fetchone()
        if row is None:
            raise ValueError(f"the form {form} is missing")
        return str(row[0])

    def _width(self, form: int) -> int:
        return width(self.body(form))
