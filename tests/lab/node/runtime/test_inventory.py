"""The hook inventory workflow by itself, against a stand-in for ``availability_group.api``."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.lab.node.pair import RESOURCES


@pytest.fixture
def inventory() -> ModuleType:
    source = RESOURCES / "gateway_workflow" / "hook_inventory" / "inventory.py"
    spec = importlib.util.spec_from_file_location("inventory_under_test", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Api:
    """Keeps what is subscribed, as a Gateway would."""

    def __init__(self) -> None:
        self.callbacks: list[Callable[..., object]] = []
        self.subscribe: Callable[..., object] = self._subscribe

    def _subscribe(self, event_id: str, callback: Callable[..., object]) -> str:
        self.callbacks.append(callback)
        return f"subscribed to {event_id}"


EVENT = SimpleNamespace(previous="secondary", new="primary")


def test_a_call_that_returns_is_recorded_and_passes_through(inventory: ModuleType) -> None:
    api = Api()
    record = inventory.install(api, inventory.Inventory())

    def hook(event: Any, **kwargs: object) -> tuple[object, dict[str, object]]:
        return event.new, kwargs

    assert api.subscribe("e", hook) == "subscribed to e"
    assert api.callbacks[0](EVENT, more=1) == ("primary", {"more": 1})
    (registered,) = record.document()["hooks"]
    assert registered["callback"].endswith("hook")
    assert registered["workflow"] == "runtime"
    assert registered["source"].startswith("runtime/test_inventory.py:")
    (call,) = record.document()["calls"]
    assert (call["previous"], call["new"], call["outcome"], call["error"]) == (
        "secondary",
        "primary",
        "returned",
        "",
    )
    assert call["duration_ms"] >= 0


def test_an_exception_is_recorded_and_raised_on(inventory: ModuleType) -> None:
    api = Api()
    record = inventory.install(api, inventory.Inventory())

    def hook(event: object) -> None:
        raise KeyError("zone")

    api.subscribe("e", callback=hook)
    with pytest.raises(KeyError):
        api.callbacks[0](EVENT)
    (call,) = record.document()["calls"]
    assert (call["outcome"], call["error"]) == ("raised", "KeyError: 'zone'")


def test_a_call_under_way_is_running(inventory: ModuleType) -> None:
    api = Api()
    record = inventory.install(api, inventory.Inventory())
    seen: list[dict[str, object]] = []
    api.subscribe("e", lambda _: seen.extend(record.document()["calls"]))
    api.callbacks[0](SimpleNamespace(previous="", new="primary"))

    assert (seen[0]["outcome"], seen[0]["duration_ms"], seen[0]["previous"]) == ("running", None, None)


def test_any_callable_can_be_told_by_name_and_place(inventory: ModuleType) -> None:
    class Hook:
        def __call__(self, event: object) -> None:
            pass

        def method(self, event: object, extra: int = 0) -> None:
            pass

    api = Api()
    record = inventory.install(api, inventory.Inventory())
    for callback in (Hook(), Hook().method, functools.partial(Hook().method, extra=1), print):
        api.subscribe("e", callback)
    hooks = record.document()["hooks"]

    assert [hook["callback"].rsplit(".", 1)[-1] for hook in hooks] == ["Hook", "method", "method", "print"]
    assert [bool(hook["source"]) for hook in hooks] == [True, True, True, False]


def test_loading_it_again_goes_on_with_what_it_has(inventory: ModuleType) -> None:
    api = Api()
    first = inventory.install(api, inventory.Inventory())
    again = inventory.install(api, inventory.Inventory())
    api.subscribe("e", print)

    assert again is first
    assert len(first.document()["hooks"]) == 1


def test_memory_is_bounded_and_the_oldest_go_first(inventory: ModuleType) -> None:
    api = Api()
    record = inventory.install(api, inventory.Inventory())
    api.subscribe("e", lambda _: None)
    for number in range(inventory.MOST_CALLS + 10):
        api.callbacks[0](SimpleNamespace(previous="x", new=str(number)))
    calls = record.document()["calls"]

    assert len(calls) == inventory.MOST_CALLS
    assert calls[-1]["new"] == str(inventory.MOST_CALLS + 9)
