"""A group of the history under another name, or out of it: what the writer does between batches of inputs.

A renamed group keeps its id, and so all that was recorded of it. What else is to change with the name is done
within the same transaction, so that both happen or neither. Each stands alone in its transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

TABLES = (
    "tail",
    "packs",
    "periods",
    "events",
    "checkpoints",
    "spans",
    "beats",
    "levels",
    "episodes",
    "marks",
    "evidence",
)
"""All that hold rows of a group, by its id."""


class Refusal(Exception):  # noqa: N818 - carries why out of the transaction, which is undone
    """It cannot be; ``why`` is for whoever asked, and nothing is wrong with the file."""

    def __init__(self, why: Exception) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Renaming:
    """``meanwhile`` is called in the writer's thread once the name is changed and before that is final."""

    group: str
    after: str
    meanwhile: Callable[[], None]

    def do(self, connection: sqlite3.Connection) -> None:
        """Rename it, if anything was ever recorded of it.

        Raises:
            Refusal: the history knows a group of the new name, or ``meanwhile`` failed.
        """
        taken = connection.execute("SELECT 1 FROM groups WHERE name = ?", (self.after,)).fetchone()
        if taken is not None and self.after != self.group:
            sentence = (
                f"The history holds another group called {self.after!r} already; choose another name,"
                f" or erase that one's history: agmonitor groups remove {self.after} --with-history."
            )
            raise Refusal(ValueError(sentence))
        connection.execute("UPDATE groups SET name = ? WHERE name = ?", (self.after, self.group))
        try:
            self.meanwhile()
        except Exception as error:
            raise Refusal(error) from error


@dataclass(frozen=True, slots=True)
class Erasing:
    """Everything that was recorded of a group, its notes too."""

    group: str

    def do(self, connection: sqlite3.Connection) -> None:
        """Erase it, if there is anything."""
        found = connection.execute("SELECT id FROM groups WHERE name = ?", (self.group,)).fetchone()
        if found is None:
            return
        for table in TABLES:
            connection.execute(f"DELETE FROM {table} WHERE group_id = ?", found)  # noqa: S608 - named above
        connection.execute("DELETE FROM groups WHERE id = ?", found)


Regrouping = Renaming | Erasing
