"""One user's credentials as both nodes of a group share them: who may sign in now, and who must not.

A monitor must never lock the account it uses. So a refusal stops every sign-in of that user until a person
retries or the password changes; until a password has once been taken, sign-ins go one after the other; and
answers that might hide a refusal (a 500, a page without a token) are spaced out. Sends nothing itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from agmonitor.domain.model import Instant
from agmonitor.gateway.failures import Failed

FREE_FAILURES = 2
"""Answered yet unsuccessful sign-ins before we begin to space them out."""
PAUSE_S = 5.0
PAUSE_MAX_S = 60.0
_HIDDEN = "•••"
_QUOTATION_ENDS = ("…", "”")
_SECRET_MIN = 4
"""Shorter secrets are not cut out of texts: that would only tell where they stood."""


class TokenStore(Protocol):
    """Keeps tokens between one-shot runs."""

    def load(self, user: str, url: str) -> str | None: ...

    def save(self, user: str, url: str, token: str) -> None: ...

    def forget(self, user: str, url: str) -> None: ...


@dataclass(eq=False)
class Account:
    """A user, where its password comes from, and what the Gateways said to it so far."""

    user: str | None
    password: Callable[[], str | None] = field(repr=False)
    extras: tuple[tuple[str, str], ...] = ()
    tokens: TokenStore | None = field(default=None, repr=False)
    _refused: str | None = field(default=None, init=False, repr=False)  # the password that was refused
    _refusal: str = field(default="", init=False, repr=False)
    _proven: str | None = field(default=None, init=False, repr=False)  # the password that was taken
    _failures: int = field(default=0, init=False, repr=False)
    _pause_until: Instant = field(default=0.0, init=False, repr=False)
    _last: Failed | None = field(default=None, init=False, repr=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    def retry(self) -> None:
        """A person asked: forget that the credentials were refused."""
        self._refused = None
        self._refusal = ""
        self._failures = 0
        self._pause_until = 0.0

    @property
    def refusal(self) -> str | None:
        """Why nobody signs in with the present password; None where it may be tried."""
        if self._refused is None:
            return None
        if self.password() != self._refused:
            self.retry()
            return None
        return self._refusal

    def refused(self, password: str, by: str, status: int) -> None:
        """A Gateway did not take the credentials."""
        self._refused = password
        self._refusal = (
            f"{by} refused user {self.user!r} (HTTP {status}). Nobody signs in again before the password"
            " changes or you retry, so that the account is not locked."
        )
        self._proven = None

    def accepted(self, password: str) -> None:
        """A Gateway took the credentials."""
        self._proven = password
        self._failures = 0
        self._pause_until = 0.0

    def failed(self, failure: Failed, at: Instant) -> None:
        """A sign-in was answered with neither a token nor a refusal."""
        self._last = failure
        self._failures += 1
        if self._failures >= FREE_FAILURES:
            self._pause_until = at + min(PAUSE_S * 2 ** (self._failures - FREE_FAILURES), PAUSE_MAX_S)

    def resting(self, at: Instant) -> Failed | None:
        """The failure after which sign-ins rest for now; None where one may be tried.

        Only while the password is unproven: a proven one is not what made them fail.
        """
        if self._last is None or not at < self._pause_until <= at + PAUSE_MAX_S:
            return None
        return None if self._proven is not None and self._proven == self.password() else self._last

    @asynccontextmanager
    async def turn(self, password: str, patience_s: float) -> AsyncIterator[None]:
        """Signing in one after the other while the password is unproven.

        A node that hangs must not keep the other from being read, so whoever has waited ``patience_s``
        goes ahead all the same.
        """
        mine = False
        if password != self._proven:
            try:
                async with asyncio.timeout(patience_s):
                    mine = await self._turn.acquire()
            except TimeoutError:
                pass
        try:
            yield
        finally:
            if mine:
                self._turn.release()

    def scrub(self, text: str, *more: str | None) -> str:
        """The text without the password and the other secrets given."""
        for secret in (self.password() if self.user else None, *more):
            if secret and len(secret) >= _SECRET_MIN:
                text = _without(text, secret)
        return text


def _without(text: str, secret: str) -> str:
    """A node may have echoed it: with its white space made plain, or cut where our quotation ends."""
    for form in {secret, " ".join(secret.split())}:
        text = text.replace(form, _HIDDEN)
        for end in _QUOTATION_ENDS:
            for length in range(min(len(form), len(text)) - 1, _SECRET_MIN - 1, -1):
                text = text.replace(form[:length] + end, _HIDDEN + end)
    return text
