"""Where passwords come from, and what is said when there is none."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from agmonitor.config.keyring_box import KeyringBox
from agmonitor.config.secrets import (
    PASSWORD_VARIABLE,
    KeyringTokens,
    Passwords,
    SecretError,
    Where,
    read_password_file,
)
from tests.config.keyrings import DeafKeyring, FailingKeyring, ForgetfulKeyring, MemoryKeyring, PlainKeyring


def box(backend: object, timeout_s: float = 5.0) -> KeyringBox:
    return KeyringBox(timeout_s, lambda: backend)  # type: ignore[arg-type,return-value]


def kept() -> KeyringBox:
    keyring = box(MemoryKeyring())
    Passwords(environ={}, keyring=keyring).keep("g", "kept")
    return keyring


def test_sources_are_taken_in_their_order() -> None:
    keyring = kept()

    everything = Passwords(from_file="file", environ={PASSWORD_VARIABLE: "env"}, keyring=keyring)
    everything.load("g")
    assert (everything.where("g"), everything.get("g")) == (Where.FILE, "file")
    everything.remember("g", "typed")
    assert (everything.where("g"), everything.get("g")) == (Where.SESSION, "typed")

    environment = Passwords(environ={PASSWORD_VARIABLE: "env"}, keyring=keyring)
    assert (environment.where("g"), environment.load("g")) == (Where.ENVIRONMENT, "env")

    last = Passwords(environ={}, keyring=keyring)
    assert last.get("g") is None  # memory alone, until asked to load
    assert last.load("g") == "kept"
    assert last.where("g") is Where.KEYRING
    assert "keyring" in last.sentence("g")


def test_an_empty_variable_is_no_password() -> None:
    passwords = Passwords(environ={PASSWORD_VARIABLE: ""})

    assert passwords.where("g") is None
    assert PASSWORD_VARIABLE in passwords.sentence("g")


def test_the_keyring_is_asked_once_and_only_when_needed() -> None:
    backend = MemoryKeyring()
    passwords = Passwords(from_file="file", environ={}, keyring=box(backend))
    passwords.load("g")
    assert backend.reads == 0

    without = Passwords(environ={}, keyring=box(backend))
    without.load("g")
    without.load("g")
    assert backend.reads == 1


@pytest.mark.parametrize(
    ("backend", "part"),
    [
        (FailingKeyring(), "cannot be used (NoBackendError)"),
        (ForgetfulKeyring(), "does not give it back"),
        (PlainKeyring(), "cannot be used (PlainFileError)"),
    ],
)
def test_a_keyring_that_cannot_keep_it_leaves_it_for_the_session(backend: object, part: str) -> None:
    passwords = Passwords(environ={}, keyring=box(backend))

    sentence = passwords.keep("g", "typed")

    assert part in sentence
    assert "this session only" in sentence
    assert (passwords.where("g"), passwords.get("g")) == (Where.SESSION, "typed")


def test_a_keyring_that_fails_is_told_when_there_is_no_password() -> None:
    passwords = Passwords(environ={}, keyring=box(FailingKeyring()))

    assert passwords.load("g") is None
    assert passwords.where("g") is None
    assert "NoBackendError" in passwords.sentence("g")
    assert "No password is known for g" in passwords.sentence("g")


def test_a_keyring_that_hangs_is_left_alone_after_once() -> None:
    backend = DeafKeyring()
    keyring = box(backend, timeout_s=0.05)
    passwords = Passwords(environ={}, keyring=keyring)
    try:
        assert passwords.load("g") is None
        assert passwords.load("h") is None
        assert "did not answer within 0.05 s" in passwords.sentence("h")
        assert backend.reads == 1
    finally:
        backend.release.set()


def test_keeping_moves_the_password_out_of_the_session_and_forgetting_drops_it() -> None:
    keyring = kept()
    passwords = Passwords(environ={}, keyring=keyring)
    passwords.load("g")
    assert passwords.known() == {"kept"}

    passwords.forget("g")

    assert passwords.load("g") is None
    assert passwords.known() == frozenset()


def test_tokens_belong_to_user_and_url() -> None:
    tokens = KeyringTokens(box(MemoryKeyring()))
    tokens.save("u", "https://a", "one")
    tokens.save("u", "https://b", "two")

    assert (tokens.load("u", "https://a"), tokens.load("u", "https://b")) == ("one", "two")
    assert tokens.load("v", "https://a") is None
    tokens.forget("u", "https://a")
    tokens.forget("u", "https://a")
    assert tokens.load("u", "https://a") is None


def test_tokens_without_a_keyring_are_simply_not_kept() -> None:
    tokens = KeyringTokens(box(FailingKeyring()))

    tokens.save("u", "https://a", "one")

    assert tokens.load("u", "https://a") is None


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (b"secret\n", "secret"),
        (b"secret", "secret"),
        (b"secret\r\nsecond line\n", "secret"),
        (b" spaces stay \n", " spaces stay "),
        (b"\xef\xbb\xbfsecret\n", "secret"),
        ("gehe\u00efm\n".encode(), "gehe\u00efm"),
    ],
)
def test_a_password_file_gives_its_first_line(tmp_path: Path, content: bytes, password: str) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)

    assert read_password_file(str(file)) == password


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty first line"),
        (b"\nsecret", "empty first line"),
        (b"\xff\n", "not UTF-8"),
        (b"x" * 5000, "longer than"),
    ],
)
def test_a_password_file_that_cannot_serve_is_refused(tmp_path: Path, content: bytes, part: str) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)

    with pytest.raises(SecretError, match=part):
        read_password_file(str(file))


def test_a_password_file_that_is_not_there_is_named() -> None:
    with pytest.raises(SecretError, match="/nowhere/password"):
        read_password_file("/nowhere/password")
    with pytest.raises(SecretError, match="cannot be read"):
        read_password_file("~nobody-has-this/password")


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"piped\nrest\n")))

    assert read_password_file("-") == "piped"


def test_keyring_is_not_loaded_before_it_is_asked() -> None:
    code = "import agmonitor.config.secrets, sys; sys.exit('keyring' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_the_real_keyring_or_its_absence_is_a_value() -> None:
    reply = KeyringBox(10.0).read("an account nobody has")

    assert reply.value is None
