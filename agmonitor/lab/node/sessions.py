"""Who is signed in to this node. Sessions live in this process alone: a restart or a failover loses them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

IDLE_S = 20 * 60.0
MOST_SESSIONS = 1000
TOKEN_PREFIX = "BAMAuthToken: "  # noqa: S105 - as BAM's tokens carry it

AVAILABILITY_GROUP = "availability_group"
GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in."""

    user: str
    id_hash: str
    used_at: float


class Sessions:
    """The accounts and their sessions; any thread may ask.

    There are two accounts with one password: the lab's user may do everything, and ``guest`` everything but
    what needs the permission ``availability_group``.
    """

    def __init__(self, user: str, password: str, now: Callable[[], float]) -> None:
        self._users = (user, GUEST)
        self._password = password
        self._now = now
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def sign_in(self, user: str, password: str) -> str | None:
        """A new token without prefix; None for wrong credentials."""
        known = user in self._users
        # JSON can carry half a character, which no other encoding takes
        given = password.encode("utf-8", "surrogatepass")
        right = hmac.compare_digest(given, self._password.encode())
        if not (known and right):
            return None
        token = secrets.token_urlsafe(32)
        id_hash = hashlib.sha256(token.encode()).hexdigest()[:12]
        with self._lock:
            self._drop_idle()
            while len(self._sessions) >= MOST_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[token] = Session(user, id_hash, self._now())
        return token

    def find(self, token: str) -> Session | None:
        """The session of a token; asking counts as activity."""
        with self._lock:
            self._drop_idle()
            session = self._sessions.pop(token, None)
            if session is not None:  # put at the end: the dict is in order of last use
                session = replace(session, used_at=self._now())
                self._sessions[token] = session
            return session

    def expire_all(self) -> None:
        with self._lock:
            self._sessions.clear()

    def _drop_idle(self) -> None:
        oldest = self._now() - IDLE_S
        while self._sessions:
            token, session = next(iter(self._sessions.items()))
            if session.used_at > oldest:
                return
            del self._sessions[token]


def may(user: str, permission: str) -> bool:
    """Whether an account holds a workflow permission."""
    return user != GUEST or permission != AVAILABILITY_GROUP
