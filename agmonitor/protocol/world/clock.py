"""A node's own clock: off by something, drifting, and now and then set by hand."""

from __future__ import annotations

from agmonitor.domain.model import Instant

PPM = 1e-6


class NodeClock:
    """Reads ``true + offset``; the offset grows with the drift."""

    __slots__ = ("_drift", "_offset_s", "_since", "rate")

    def __init__(self, since: Instant, offset_s: float = 0.0, drift_ppm: float = 0.0) -> None:
        self._since = since
        self._offset_s = offset_s
        self._drift = drift_ppm * PPM
        self.rate = 1.0 + self._drift  # its seconds in a true one

    def read(self, at: Instant) -> Instant:
        """What the clock shows at a true instant."""
        return at + self._offset_s + (at - self._since) * self._drift

    @property
    def drift_ppm(self) -> float:
        return self._drift / PPM

    def offset_s(self, at: Instant) -> float:
        """How far it is ahead of true time."""
        return self._offset_s + (at - self._since) * self._drift

    def step(self, by_s: float) -> None:
        """Somebody sets it ahead by so much; negative: back."""
        self._offset_s += by_s

    def set_right(self, at: Instant) -> None:
        """Somebody sets it to true time; it drifts on from there."""
        self._since = at
        self._offset_s = 0.0
