"""The log file holds no secret, belongs to the user alone, and rotates."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from agmonitor.config import log
from agmonitor.config.log import open_log, redact


@pytest.fixture
def logger(tmp_path: Path) -> Iterator[logging.Logger]:
    handler = open_log(tmp_path / "logs" / "agmonitor.log", lambda: {"hunter2"})
    made = logging.getLogger("agmonitor.tests.log")
    made.setLevel(logging.INFO)
    made.addHandler(handler)
    yield made
    made.removeHandler(handler)
    handler.close()


@pytest.mark.parametrize(
    "line",
    [
        "auth: Basic c2VjcmV0LXRva2Vu",
        "Authorization: Bearer c2VjcmV0LXRva2Vu",
        "{'auth': 'c2VjcmV0LXRva2Vu', 'x': 1}",
        "BAMAuthToken: c2VjcmV0LXRva2Vu <- for User",
        '{"username": "u", "password": "c2VjcmV0LXRva2Vu"}',
        '{"tsig_secret":"c2VjcmV0LXRva2Vu"}',
        "Set-Cookie: session=c2VjcmV0LXRva2Vu; Path=/",
        "GET https://user:c2VjcmV0LXRva2Vu@gw-1/",
        "POST body token=c2VjcmV0LXRva2Vu&x=1",
    ],
)
def test_what_looks_like_a_credential_is_taken_out(line: str) -> None:
    assert "c2VjcmV0" not in redact(line)


def test_ordinary_lines_stay_as_they_are() -> None:
    for line in (
        "gw-1 answered in 3.1 ms",
        "GET https://gw-1/ag/api/v1/group",
        "the password was refused by gw-1",
    ):
        assert redact(line) == line


def test_known_passwords_go_from_messages_arguments_and_tracebacks(
    logger: logging.Logger, tmp_path: Path
) -> None:
    try:
        int("hunter2")
    except ValueError:
        logger.exception("signing in with %s", "hunter2")

    text = (tmp_path / "logs" / "agmonitor.log").read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "hunter2" not in text
    assert text.count("•••") >= 2


def test_files_belong_to_the_user_alone_after_rotation_too(
    logger: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        logger.info("x" * (log.LIMIT_BYTES // 2))

    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) >= 2
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(file.stat().st_size <= log.LIMIT_BYTES for file in files)


def test_odd_characters_do_not_break_the_log(
    logger: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logger, "propagate", False)  # the runner cannot carry it

    logger.info("half a pair: \ud800")

    assert "half a pair" in (tmp_path / "logs" / "agmonitor.log").read_text(encoding="utf-8")
