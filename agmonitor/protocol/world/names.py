"""DNS in virtual time: the authoritative server's two records, and resolvers that remember what they heard.

A resolver is asked all the time by its clients, so it fetches the record anew at the very instant at which
what it has runs out; it is told nothing in between.
"""

from __future__ import annotations

from agmonitor.domain.model import Instant
from agmonitor.protocol.world.schedule import Act, Schedule

TSIG_FUDGE_S = 300.0
"""An update stamped further from the server's clock than this is refused (BADTIME)."""


class Cache:
    """One resolver's memory of the host record. ``address`` None: it heard that there is none."""

    __slots__ = ("address", "expires_at", "is_stuck")

    def __init__(self, address: str | None, expires_at: Instant) -> None:
        self.address = address
        self.expires_at = expires_at
        self.is_stuck = False

    def roll(self, now: Instant, record: str | None, ttl_s: float) -> None:
        """Fetch what ran out; the record has been this one ever since."""
        if self.is_stuck or now < self.expires_at:
            return
        self.address = record
        periods = (now - self.expires_at) // ttl_s + 1 if ttl_s > 0 else 0
        self.expires_at = self.expires_at + periods * ttl_s if ttl_s > 0 else now

    def left_s(self, now: Instant) -> float:
        """The TTL that it tells: what is left of it."""
        return max(0.0, self.expires_at - now)


class Names:
    """The zone's truth and every resolver's memory. ``on_stamp`` hears of TXT, ``on_change`` of the rest."""

    def __init__(self, schedule: Schedule, ttl_s: float) -> None:
        self.ttl_s = ttl_s
        self.record: str | None = None
        self.txt: Instant | None = None
        self.is_up = True
        self.caches: list[Cache] = []
        self.on_change: Act = _nobody
        self.on_stamp: Act = _nobody
        self._schedule = schedule

    def name(self, address: str | None) -> None:
        """Make the host record name this address alone; None: no record at all."""
        if address == self.record:
            return
        now = self._schedule.now
        for cache in self.caches:
            cache.roll(now, self.record, self.ttl_s)
        self.record = address
        for cache in self.caches:
            if cache.address != address:
                self._schedule.at(max(now, cache.expires_at), self._expired, cache)
        self.on_change()

    def stamp(self, txt: Instant | None) -> None:
        """Make the TXT record hold this instant, in whole seconds; None: no record."""
        self.txt = None if txt is None else float(int(txt))
        self.on_stamp()

    def look_up(self, index: int) -> Cache:
        """What a resolver answers now."""
        cache = self.caches[index]
        cache.roll(self._schedule.now, self.record, self.ttl_s)
        return cache

    def let_go(self, index: int) -> None:
        """A resolver that was stuck fetches the record again."""
        cache = self.caches[index]
        cache.is_stuck = False
        cache.expires_at = max(cache.expires_at, self._schedule.now)
        self._expired(cache)

    def _expired(self, cache: Cache) -> None:
        before = cache.address
        cache.roll(self._schedule.now, self.record, self.ttl_s)
        if cache.address != before:
            self.on_change()


def _nobody() -> None:
    """Nobody listens."""
