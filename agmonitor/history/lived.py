"""How much time has really passed, whatever the clock was set to: only that may make anything old.

While the clock runs evenly, lived time is its time. When it leaps, lived time goes on by what is watched
alone, and the leap is believed once a good part of it has been watched under the new time: a night switched
off after some minutes, a wrong year hardly ever. Pure; knows no SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

EVEN_MS = 600_000
"""Inputs are never further apart while watching goes on; a leap no larger changes nothing worth doubting."""
BELIEVED_SHARE = 24
"""A leap is believed once this part of it has been watched: a day after an hour, a year after a fortnight."""


@dataclass(frozen=True, slots=True)
class Lived:
    """Instants in milliseconds. While nothing is in doubt, sure and seen are the same."""

    sure_ms: int
    seen_ms: int  # what the clock showed last
    doubted_ms: int  # sure time when the doubt began
    watched_ms: int = 0  # since the clock's last leap

    @classmethod
    def beginning(cls, at_ms: int) -> Lived:
        return cls(at_ms, at_ms, at_ms)

    @property
    def shift_ms(self) -> int:
        """How far lived time is to be moved, now that the clock is believed; 0: not at all, or not yet."""
        apart = self.seen_ms - self.sure_ms
        return apart if self.watched_ms * BELIEVED_SHARE >= abs(apart) else 0

    @property
    def oldest_now_ms(self) -> int:
        """Lived time or the clock's, whichever makes less look old."""
        return min(self.sure_ms, self.seen_ms)

    def seeing(self, at_ms: int) -> Lived:
        """After an input of that instant."""
        step = at_ms - self.seen_ms
        even = 0 <= step <= EVEN_MS
        sure = self.sure_ms + step if even else self.sure_ms
        in_doubt = self.seen_ms != self.sure_ms
        if abs(at_ms - sure) <= EVEN_MS:  # it ran on, or was put right again
            return Lived.beginning(at_ms)
        watched = self.watched_ms + step if even else 0
        return Lived(sure, at_ms, self.doubted_ms if in_doubt else self.sure_ms, watched)

    def settled(self) -> Lived:
        """The clock is believed."""
        return replace(self, sure_ms=self.seen_ms, doubted_ms=self.seen_ms, watched_ms=0)
