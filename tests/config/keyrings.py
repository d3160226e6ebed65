"""Keyring backends as one meets them: good, absent, hanging, forgetful, and one that writes plain files."""

from __future__ import annotations

import threading


class NoBackendError(RuntimeError):
    """What a missing backend raises; any kind will do."""


class MemoryKeyring:
    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}
        self.reads = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.reads += 1
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.secrets[service, username]


class FailingKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise NoBackendError

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NoBackendError


class ForgetfulKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class DeafKeyring(MemoryKeyring):
    """Never answers until released."""

    def __init__(self) -> None:
        super().__init__()
        self.release = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.reads += 1
        self.release.wait(60)
        return None


class PlainKeyring(MemoryKeyring):
    """Takes for itself the name of the backends that write secrets into plain files."""


PlainKeyring.__module__ = "keyrings.alt.file"
