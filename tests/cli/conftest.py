"""Where this test's settings and history lie, and a keyring that remembers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agmonitor.config.keyring_box import KeyringBox


@pytest.fixture
def home() -> Path:
    return Path(os.environ["AGMONITOR_HOME"])


class Drawer:
    """A keyring that remembers."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[username]


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    drawer = Drawer()
    box = KeyringBox(backend=lambda: drawer)
    for module in ("wiring", "checkup"):
        monkeypatch.setattr(f"agmonitor.cli.{module}.keyring_box", lambda: box)
    return drawer
