"""Callbacks are called in order, in one thread of their own, and an exception ends where it was raised."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest

from agmonitor.domain.model import Role
from agmonitor.lab.node.runtime.hooks import Hooks, RoleChange

START = RoleChange(None, Role.NOT_IN_GROUP)
PROMOTED = RoleChange(Role.NOT_IN_GROUP, Role.PRIMARY)


class Heard:
    """Collects calls and errors until there are as many as wanted."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, RoleChange, int]] = []
        self.errors: list[str] = []
        self._changed = threading.Condition()

    def callback(self, name: str, *, raises: BaseException | None = None) -> Callable[[RoleChange], None]:
        def call(change: RoleChange) -> None:
            with self._changed:
                self.calls.append((name, change, threading.get_ident()))
                self._changed.notify_all()
            if raises is not None:
                raise raises

        call.__qualname__ = name
        return call

    def error(self, callback: str, change: RoleChange, error: BaseException) -> None:
        with self._changed:
            self.errors.append(f"{callback} {change.new} {error!r}")
            self._changed.notify_all()

    def wait(self, *, calls: int, errors: int = 0) -> None:
        with self._changed:
            there = self._changed.wait_for(
                lambda: len(self.calls) >= calls and len(self.errors) >= errors, timeout=10
            )
        assert there, (self.calls, self.errors)


def test_each_change_reaches_every_callback_in_order_in_one_other_thread() -> None:
    heard = Heard()
    hooks = Hooks(heard.error)
    hooks.subscribe(heard.callback("first"))
    hooks.subscribe(heard.callback("second"))
    hooks.call(START)
    hooks.call(PROMOTED)
    heard.wait(calls=4)

    assert [(name, change) for name, change, _ in heard.calls] == [
        ("first", START),
        ("second", START),
        ("first", PROMOTED),
        ("second", PROMOTED),
    ]
    threads = {thread for _, _, thread in heard.calls}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("broken", [KeyError("zone"), SystemExit(3)])
def test_one_that_raises_is_reported_and_the_next_is_still_called(broken: BaseException) -> None:
    heard = Heard()
    hooks = Hooks(heard.error)
    hooks.subscribe(heard.callback("broken", raises=broken))
    hooks.subscribe(heard.callback("sound"))
    hooks.call(PROMOTED)
    hooks.call(PROMOTED)
    heard.wait(calls=4, errors=2)

    assert [name for name, _, _ in heard.calls] == ["broken", "sound", "broken", "sound"]
    assert heard.errors == [f"broken primary {broken!r}"] * 2


def test_one_that_subscribes_late_is_told_the_role_as_if_at_the_start() -> None:
    heard = Heard()
    hooks = Hooks(heard.error)
    hooks.call(START)
    hooks.call(PROMOTED)
    hooks.subscribe(heard.callback("late"))
    heard.wait(calls=1)

    assert [(name, change) for name, change, _ in heard.calls] == [("late", RoleChange(None, Role.PRIMARY))]


def test_one_that_runs_beyond_the_limit_is_reported_and_left_alone() -> None:
    heard, release, ended = Heard(), threading.Event(), threading.Event()
    overran: list[tuple[str, Role, float]] = []
    reported = threading.Event()

    def overrun(callback: str, change: RoleChange, limit_s: float) -> None:
        overran.append((callback, change.new, limit_s))
        reported.set()

    def slow(change: RoleChange) -> None:
        assert release.wait(10)
        ended.set()

    hooks = Hooks(heard.error, overrun, lambda: 0.05)
    hooks.subscribe(slow)
    hooks.subscribe(heard.callback("behind"))
    hooks.call(PROMOTED)
    assert reported.wait(10)
    assert not ended.is_set()
    assert heard.calls == []
    release.set()
    heard.wait(calls=1)

    assert ended.is_set()
    (one,) = [told for told in overran if told[0].endswith("slow")]
    assert one[1:] == (Role.PRIMARY, 0.05)


def test_a_callback_that_ends_the_process_ends_its_call_alone_and_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "_exit", os._exit)  # put back afterwards
    heard = Heard()
    hooks = Hooks(heard.error)
    hooks.survive_exits()

    def ends(_change: RoleChange) -> None:
        pid = os.fork()
        if pid == 0:
            os._exit(7)  # a copy of the process may well end
        heard.calls.append((f"copy ended {os.waitpid(pid, 0)[1] >> 8}", START, 0))
        os._exit(3)

    hooks.subscribe(ends)
    hooks.subscribe(heard.callback("second"))
    hooks.call(START)
    heard.wait(calls=2, errors=1)

    assert [name for name, _, _ in heard.calls] == ["copy ended 7", "second"]
    (error,) = heard.errors
    assert "os._exit(3) would end the Gateway's process" in error


class Nameless:
    """A callback that does not let itself be asked anything."""

    def __getattr__(self, name: str) -> str:
        raise RuntimeError(name)

    def __call__(self, change: RoleChange) -> None:
        raise ValueError(change.new)


def test_a_callback_that_cannot_be_asked_for_its_name_goes_by_its_type() -> None:
    heard = Heard()
    hooks = Hooks(heard.error)
    hooks.subscribe(Nameless())
    hooks.subscribe(heard.callback("second"))
    hooks.call(START)
    heard.wait(calls=1, errors=1)

    assert heard.errors[0].startswith("Nameless ")
