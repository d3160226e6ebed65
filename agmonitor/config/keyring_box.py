"""The operating system's keyring behind a time limit: absent, locked, failing and hanging are plain values.

Imported late and asked in a thread of its own, since a backend may take a second to load, wait for a
person to unlock it, or never answer. Keeps nothing itself.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

_SERVICE = "agmonitor"
_PLAIN = ("keyrings.alt",)  # backends that write secrets into files of their own


class Backend(Protocol):
    """What we use of a keyring backend."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """``value`` is what was found; ``problem`` is a sentence when the keyring could not be used."""

    value: str | None = None
    problem: str = ""


class KeyringBox:
    """One door to the keyring. After a first time-out it stays shut, so that nothing waits twice."""

    def __init__(self, timeout_s: float = 2.0, backend: Callable[[], Backend] | None = None) -> None:
        self._timeout_s = timeout_s
        self._backend = _system_backend if backend is None else backend
        self._shut = ""

    def read(self, account: str) -> Reply:
        return self._ask(lambda backend: backend.get_password(_SERVICE, account))

    def write(self, account: str, secret: str) -> Reply:
        """Store and read back: some backends take a secret and forget it."""

        def storing(backend: Backend) -> str | None:
            _refuse_plain(backend)
            backend.set_password(_SERVICE, account, secret)
            return backend.get_password(_SERVICE, account)

        reply = self._ask(storing)
        if not reply.problem and reply.value != secret:
            return Reply(problem="The keyring took the password and does not give it back.")
        return reply

    def delete(self, account: str) -> Reply:
        def deleting(backend: Backend) -> None:
            if backend.get_password(_SERVICE, account) is not None:
                backend.delete_password(_SERVICE, account)

        return self._ask(deleting)

    def _ask(self, question: Callable[[Backend], str | None]) -> Reply:
        if self._shut:
            return Reply(problem=self._shut)
        answers: queue.SimpleQueue[Reply] = queue.SimpleQueue()

        def asking() -> None:
            try:
                answers.put(Reply(question(self._backend())))
            except Exception as error:  # noqa: BLE001 - backends are plug-ins and raise anything
                answers.put(Reply(problem=f"The keyring cannot be used ({type(error).__name__})."))

        threading.Thread(target=asking, name="keyring", daemon=True).start()
        try:
            return answers.get(timeout=self._timeout_s)
        except queue.Empty:
            self._shut = (
                f"The keyring did not answer within {self._timeout_s:g} s; it is left alone until restart."
            )
            return Reply(problem=self._shut)


def _system_backend() -> Backend:
    import keyring  # noqa: PLC0415 - slow to load: only when a secret is really wanted

    return keyring.get_keyring()


def _refuse_plain(backend: Backend) -> None:
    if type(backend).__module__.startswith(_PLAIN):
        raise PlainFileError


class PlainFileError(Exception):
    """The backend would write the secret into a file; a secret is kept for the session instead."""
