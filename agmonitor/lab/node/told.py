"""One line of the supervisor, read key by key: a value of the wrong kind is refused by its key."""

from __future__ import annotations

from pathlib import Path

from agmonitor.lab import lines


class Told:
    """The object on a line. Each method raises ``ValueError`` where the value is not of its kind."""

    def __init__(self, line: str) -> None:
        self._values = lines.decode(line)

    def text(self, key: str, otherwise: str | None = None) -> str:
        value = self._values.get(key, otherwise)
        if not isinstance(value, str):
            raise ValueError(f"{key!r} must be a text")  # noqa: TRY004 - one kind of error for the line
        return value

    def number(self, key: str) -> float:
        value = self._values.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"{key!r} must be a number")  # noqa: TRY004 - one kind of error for the line
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """None at all where nothing is said."""
        value = self._values.get(key, [])
        if not isinstance(value, list):
            raise ValueError(f"{key!r} must be a list")  # noqa: TRY004 - one kind of error for the line
        return tuple(map(str, value))

    def path_if_any(self, key: str) -> Path | None:
        return Path(self.text(key)) if key in self._values else None
