"""One node's sign-in: gets a token, sends it, and gets a new one, once, when the node no longer takes it.

A session belongs to one node (Gateways don't share theirs); the ``Account`` belongs to both and decides
whether anybody may sign in. Raises ``Failed`` alone. No secret gets into a sentence or a ``repr``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx

from agmonitor.domain.model import Answer, Instant
from agmonitor.gateway import wire
from agmonitor.gateway.account import Account, TokenStore
from agmonitor.gateway.failures import Failed
from agmonitor.gateway.fields import Malformed
from agmonitor.gateway.line import Line, Progress, Reply

__all__ = ["Account", "Session", "TokenStore", "sign_in"]

LOGIN = "/rest_login"
RENEW_S = 300.0
"""A permission counts from the next sign-in only, so a forbidden node is signed in to afresh this often; and
so is one that takes our sign-in and then refuses its own token."""
PATIENCE = 0.25
"""Share of the deadline that one node's sign-in may wait for the other's."""
COOKIES_MAX = 8
COOKIE_MAX = 4096
SPENT_MAX = 32
_SIGNED_IN = frozenset({200, 201})
_NO_SUCH_PAGE = frozenset({404, 405, 408, 410, 421, 429})
"""Statuses of ``/rest_login`` that say nothing about the credentials: nobody looked at them."""


class Session:
    """The token and cookies of one node."""

    def __init__(
        self,
        line: Line,
        account: Account,
        now: Callable[[], Instant],
        limit_s: float,
        extras: tuple[tuple[str, str], ...] = (),
        *,
        use_stored: bool = True,
    ) -> None:
        self._line = line
        self._account = account
        self._now = now
        self._patience_s = limit_s * PATIENCE
        self._extras = extras
        self._token: str | None = None
        self._cookies: dict[str, str] = {}
        self._spent: tuple[str, ...] = ()  # proofs of before, which an answer may still repeat
        self._signed_in_at: Instant | None = None  # None: from the store, age unknown
        self._has_worked = False
        self._asked_store = not use_stored
        self._turn = asyncio.Lock()
        self._renewed_at: Instant | None = None  # when a token that never worked was last replaced
        self._requests: dict[str, httpx.Request] = {}

    async def get(self, path: str, progress: Progress, purpose: str) -> Reply:
        """A signed-in GET; any status but 401 and 3xx comes back as it is.

        Raises:
            Failed: no answer, or no sign-in.
        """
        if self._token is None:
            await self._sign_in(None, progress)
        used = self._token
        reply = await self._send_while_signed_in(path, progress, purpose)
        if reply is None or self._may_renew(used, reply.status):
            await self._sign_in(used, progress)
            if reply is None or self._token != used:
                reply = await self._send(path, progress, purpose)
        if reply.status == 401:
            raise self._unauthorized()
        self._has_worked = True
        return reply

    async def open(self, progress: Progress) -> None:
        """Sign in where there is a user.

        Raises:
            Failed: no token, be it that nobody may sign in at present.
        """
        await self._sign_in(None, progress)
        if self._token is None and self._account.user is not None:
            raise self._unauthorized()

    def headers(self) -> dict[str, str]:
        """What proves who we are; empty without a sign-in."""
        headers = {}
        if self._token is not None:
            headers["auth"] = f"Basic {self._token}"
        if self._cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return headers

    def scrub(self, text: str) -> str:
        """The text without any secret of this session."""
        return self._account.scrub(text, *self._proofs())

    def secrets(self) -> tuple[str, ...]:
        """All that may stand in no record: password, token, cookies, and those they took the place of."""
        user, password = self._account.user, self._account.password() if self._account.user else None
        pair = f"{user}:{password}" if password else None
        return tuple(one for one in (password, pair, *self._proofs(), *self._spent) if one)

    def _proofs(self) -> tuple[str, ...]:
        opaque = self._token.partition(":")[2].strip() if self._token else ""
        return tuple(one for one in (self._token, opaque, *self._cookies.values()) if one)

    async def _send_while_signed_in(self, path: str, progress: Progress, purpose: str) -> Reply | None:
        """The answer; None where it leads elsewhere (to sign in, perhaps) and a new token may help."""
        used = self._token
        try:
            return await self._send(path, progress, purpose)
        except Failed as failure:
            if failure.answer is Answer.REDIRECTED and self._may_renew(used, 403):
                return None
            raise

    def _may_renew(self, used: str | None, status: int) -> bool:
        """Whether a fresh sign-in may help and is not repeated without end."""
        if used is None or status not in {401, 403}:
            return False
        if status == 401 and self._has_worked:
            return True  # it has expired, or the node has restarted
        if status == 401 and not self._lately(self._renewed_at):
            self._renewed_at = self._now()  # its very first use was refused: once more, then not for long
            return True
        return not self._lately(self._signed_in_at)

    def _lately(self, at: Instant | None) -> bool:
        return at is not None and 0 <= self._now() - at < RENEW_S

    def _unauthorized(self) -> Failed:
        where, user = self._line.where, self._account.user
        if user is None:
            why = f"{where} asks for a sign-in, and no user is set for this group."
            return Failed(Answer.SIGN_IN_REFUSED, why, 401)
        if refusal := self._account.refusal:
            return Failed(Answer.SIGN_IN_REFUSED, f"{where}: {refusal}", 401)
        if resting := self._account.resting(self._now()):
            return resting
        return Failed(
            Answer.SIGN_IN_REFUSED,
            f"{where} took the sign-in of user {user!r} and then refused its own token.",
            401,
        )

    async def _send(self, path: str, progress: Progress, purpose: str) -> Reply:
        request = self._requests.get(path)
        if request is None:
            request = self._requests[path] = self._line.request("GET", path, self.headers())
        reply = await self._line.send(request, progress, purpose)
        if self._token is not None and reply.headers.get("set-cookie", ""):
            self._keep_cookies(reply)
        return reply

    async def _sign_in(self, used: str | None, progress: Progress) -> None:
        """Get a token in place of ``used``; does nothing where signing in is not to be tried now."""
        account = self._account
        if account.user is None:
            return
        async with self._turn:
            if self._token != used:
                return  # another probe of this node has signed in meanwhile
            if self._load(used) or not self._may_try():
                return
            password = account.password()
            if not password:
                raise Failed(
                    Answer.SIGN_IN_REFUSED,
                    f"{self._line.where}: no password is known for user {account.user!r}; nothing was sent.",
                )
            progress.doing = "waiting for the other node's sign-in"
            async with account.turn(password, self._patience_s):
                if not self._may_try():
                    return
                token, reply = await sign_in(self._line, account, password, self._extras, self._now, progress)
            self._take(token, self._now())
            self._keep_cookies(reply)
            if account.tokens is not None:
                account.tokens.save(account.user, str(self._line.url), token)

    def _may_try(self) -> bool:
        return self._account.refusal is None and self._account.resting(self._now()) is None

    def _load(self, used: str | None) -> bool:
        """Take the stored token, if it is another than the one just used; drop that one from the store."""
        tokens, user, url = self._account.tokens, self._account.user, str(self._line.url)
        if tokens is None or user is None:
            return False
        if used is not None:
            tokens.forget(user, url)
        if self._asked_store:
            return False
        self._asked_store = True
        stored = tokens.load(user, url)
        if not stored or not wire.is_usable_token(stored):
            return False
        self._take(stored, None)
        return True

    def _take(self, token: str, at: Instant | None) -> None:
        self._spend()
        self._token = token
        self._signed_in_at = at
        self._has_worked = False
        self._cookies = {}
        self._requests.clear()

    def _spend(self) -> None:
        self._spent = (*self._proofs(), *self._spent)[:SPENT_MAX]

    def _keep_cookies(self, reply: Reply) -> None:
        """The token may live in a cookie as well; a refreshed one replaces the old."""
        kept = dict(self._cookies)
        for line in reply.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].strip().partition("=")
            if name and len(line) <= COOKIE_MAX and line.isascii() and line.isprintable():
                kept[name] = value
        if kept != self._cookies and len(kept) <= COOKIES_MAX:
            self._spend()
            self._cookies = kept
            self._requests.clear()


async def sign_in(
    line: Line,
    account: Account,
    password: str,
    extras: tuple[tuple[str, str], ...],
    now: Callable[[], Instant],
    progress: Progress,
) -> tuple[str, Reply]:
    """One ``POST /rest_login``, whose outcome the account remembers.

    Raises:
        Failed: no token.
    """
    assert account.user is not None
    content = {**dict(extras), **dict(account.extras), "username": account.user, "password": password}
    request = line.request("POST", LOGIN, {"content-type": "application/json"}, json.dumps(content).encode())
    try:
        reply = await line.send(request, progress, "signing in")
    except Failed as unread:
        if unread.http_status is not None:  # a page to sign in at, say: the password may have been read
            account.failed(unread, now())
        raise
    status = reply.status
    try:
        if status in _SIGNED_IN:
            token = wire.token(reply.body)
            account.accepted(password)
            return token, reply
    except wire.SignInRefused:
        refused = True
    except Malformed as error:
        failure = Failed(Answer.MALFORMED, f"{line.where}: {error}", status)
        account.failed(failure, now())
        raise failure from None
    else:
        refused = 400 <= status < 500 and status not in _NO_SUCH_PAGE
    if refused:
        account.refused(password, line.where, status)
        raise Failed(Answer.SIGN_IN_REFUSED, account.refusal or "", status)
    failure = Failed(Answer.HTTP_STATUS, f"{line.where} answered the sign-in with HTTP {status}.", status)
    account.failed(failure, now())
    raise failure
