"""Which history file, and which of the groups in it, a verb of ``history`` works on."""

from __future__ import annotations

from pathlib import Path

from agmonitor.cli.faults import UserError

NO_GROUP = 2


def history_file() -> Path:
    """Where this user's history is."""
    from agmonitor.cli.wiring import places

    return places().history_file


def wanted(path: Path, group: str | None, *, several: bool = False) -> list[str]:
    """The named group, or the only one; with ``several`` all of them.

    Raises:
        HistoryError: the history cannot be read.
        UserError: nothing is recorded, the name is not known, or one must be named.
    """
    from agmonitor.history.replay import group_names

    names = group_names(path)
    if not names:
        raise UserError("Nothing is recorded yet; the window records while it watches.", NO_GROUP)
    if group is not None and group not in names:
        known = ", ".join(names)
        raise UserError(f"Nothing is recorded of {group!r}. There is: {known}.", NO_GROUP)
    if group is None and len(names) > 1 and not several:
        raise UserError(f"Name one of the groups: {', '.join(names)}.", NO_GROUP)
    return names if group is None else [group]
