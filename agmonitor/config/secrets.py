"""Passwords and sign-in tokens: where each comes from, and a sentence for the person who wonders.

Order: this session's memory, ``--password-file``, ``AGMONITOR_PASSWORD``, the keyring. Nothing here writes a
secret anywhere but into the keyring, and only when told to.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from enum import StrEnum

from agmonitor.config.keyring_box import KeyringBox, Reply
from agmonitor.config.paths import expanded
from agmonitor.texts import t

PASSWORD_VARIABLE = "AGMONITOR_PASSWORD"  # noqa: S105 - the variable's name
_FILE_MAX_BYTES = 4096


class SecretError(Exception):
    """A password cannot be read from where it was said to be; the text is ready to print."""


class Where(StrEnum):
    """Where a group's password comes from."""

    SESSION = "session"
    FILE = "file"
    ENVIRONMENT = "environment"
    KEYRING = "keyring"


_SENTENCES = {
    Where.SESSION: t("The password is kept for this session only."),
    Where.FILE: t("The password was read from the given file."),
    Where.ENVIRONMENT: t("The password comes from {variable}.", variable=PASSWORD_VARIABLE),
    Where.KEYRING: t("The password is kept in the system's keyring."),
}


def read_password_file(name: str) -> str:
    """The first line of that file, or of standard input for ``-``.

    Raises:
        SecretError: missing, unreadable, empty, too long or not text.
    """
    try:
        if name == "-":
            raw = sys.stdin.buffer.readline(_FILE_MAX_BYTES + 1)
        else:
            with expanded(name).open("rb") as file:
                raw = file.readline(_FILE_MAX_BYTES + 1)
    except OSError as error:
        raise SecretError(f"The password file {name} cannot be read: {error.strerror}.") from error
    if len(raw) > _FILE_MAX_BYTES:
        raise SecretError(
            f"The first line of the password file {name} is longer than {_FILE_MAX_BYTES} bytes."
        )
    try:
        password = raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SecretError(f"The password file {name} is not UTF-8 text.") from error
    if not password:
        raise SecretError(f"The password file {name} has an empty first line.")
    return password


class Passwords:
    """One password per group, from the first source that has one.

    ``get`` only looks into memory; call ``load`` first (in a thread, where a loop runs) to ask the keyring.
    """

    def __init__(
        self,
        *,
        from_file: str | None = None,
        environ: Mapping[str, str] | None = None,
        keyring: KeyringBox | None = None,
    ) -> None:
        self._session: dict[str, str] = {}
        self._from_file = from_file
        self._from_environment = (os.environ if environ is None else environ).get(PASSWORD_VARIABLE) or None
        self._keyring = keyring
        self._replies: dict[str, Reply] = {}

    def get(self, group: str) -> str | None:
        """The password to use now, if any is known."""
        return self._found(group)[1]

    def where(self, group: str) -> Where | None:
        return self._found(group)[0]

    def sentence(self, group: str) -> str:
        """Where the password comes from, or what to do where there is none."""
        where = self.where(group)
        if where is not None:
            return _SENTENCES[where]
        problem = self._replies.get(group, Reply()).problem
        ask = t(
            "No password is known for {group}; give it in the window, a file or {variable}.",
            group=group,
            variable=PASSWORD_VARIABLE,
        )
        return f"{problem} {ask}".strip()

    def load(self, group: str) -> str | None:
        """As ``get``, after asking the keyring where no other source has one. May take seconds."""
        if self.get(group) is None and self._keyring is not None and group not in self._replies:
            self._replies[group] = self._keyring.read(_account(group))
        return self.get(group)

    def remember(self, group: str, password: str) -> None:
        """Use this one until the program ends."""
        self._session[group] = password

    def keep(self, group: str, password: str) -> str:
        """Put it into the keyring as well; the sentence says where it is now. May take seconds."""
        self.remember(group, password)
        reply = (
            self._keyring.write(_account(group), password)
            if self._keyring
            else Reply(problem=t("No keyring is used."))
        )
        if reply.problem:
            return f"{reply.problem} {_SENTENCES[Where.SESSION]}"
        del self._session[group]
        self._replies[group] = Reply(password)
        return _SENTENCES[Where.KEYRING]

    def rename(self, group: str, after: str) -> str:
        """Take a group's own password over to its new name; where it is now. May take seconds."""
        self.load(group)
        where, password = self._found(group)
        if password is None or where in {Where.FILE, Where.ENVIRONMENT}:
            return ""
        self.remember(after, password)
        sentence = self.keep(after, password) if where is Where.KEYRING else ""
        self.forget(group)
        return sentence

    def forget(self, group: str) -> None:
        """Drop it here and in the keyring. May take seconds."""
        self._session.pop(group, None)
        self._replies.pop(group, None)
        if self._keyring is not None:
            self._keyring.delete(_account(group))

    def known(self) -> frozenset[str]:
        """Every password in memory, for whoever must keep them out of a text."""
        found = {*self._session.values(), self._from_file, self._from_environment}
        found |= {reply.value for reply in self._replies.values()}
        return frozenset(secret for secret in found if secret)

    def _found(self, group: str) -> tuple[Where | None, str | None]:
        sources = (
            (Where.SESSION, self._session.get(group)),
            (Where.FILE, self._from_file),
            (Where.ENVIRONMENT, self._from_environment),
            (Where.KEYRING, self._replies.get(group, Reply()).value),
        )
        return next((source for source in sources if source[1]), (None, None))


class KeyringTokens:
    """Sign-in tokens of one-shot verbs, so that a check a minute does not pile up sessions."""

    def __init__(self, keyring: KeyringBox) -> None:
        self._keyring = keyring

    def load(self, user: str, url: str) -> str | None:
        return self._keyring.read(_token_account(user, url)).value

    def save(self, user: str, url: str, token: str) -> None:
        self._keyring.write(_token_account(user, url), token)

    def forget(self, user: str, url: str) -> None:
        self._keyring.delete(_token_account(user, url))


def _account(group: str) -> str:
    return f"password of {group}"


def _token_account(user: str, url: str) -> str:
    return "token of " + json.dumps([user, url])
