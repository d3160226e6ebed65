"""Sessions end after twenty idle minutes, are bounded, and know who may what."""

from __future__ import annotations

import pytest

from agmonitor.lab.node import sessions
from agmonitor.lab.node.sessions import IDLE_S, Sessions, may


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at


def test_asking_keeps_a_session_alive_and_idleness_ends_it() -> None:
    clock = Clock()
    known = Sessions("operator", "pw", clock.now)
    token = known.sign_in("operator", "pw")
    assert token is not None
    for _ in range(3):
        clock.at += IDLE_S - 1
        assert known.find(token) is not None
    clock.at += IDLE_S

    assert known.find(token) is None


def test_wrong_credentials_give_no_session() -> None:
    known = Sessions("operator", "pw", Clock().now)

    assert known.sign_in("operator", "other") is None
    assert known.sign_in("stranger", "pw") is None
    assert known.find("") is None


def test_the_longest_unused_session_goes_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_SESSIONS", 2)
    known = Sessions("operator", "pw", Clock().now)
    first, second = known.sign_in("operator", "pw"), known.sign_in("guest", "pw")
    assert first is not None
    assert second is not None
    known.find(first)
    known.sign_in("operator", "pw")

    assert known.find(first) is not None
    assert known.find(second) is None


def test_the_hash_in_the_log_context_is_not_the_token() -> None:
    known = Sessions("operator", "pw", Clock().now)
    token = known.sign_in("operator", "pw")
    assert token is not None
    session = known.find(token)

    assert session is not None
    assert session.id_hash not in token


def test_the_guest_lacks_one_permission() -> None:
    assert may("operator", "availability_group")
    assert not may("guest", "availability_group")
    assert may("guest", "ag_demo_page")
