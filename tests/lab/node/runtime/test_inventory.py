"""The hook inventory workflow by itself, against a stand-in for ``availability_group.api``."""

from __future__ import annotations

import ast
import functools
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
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
    assert registered["file"] == "runtime/test_inventory.py"
    assert registered["line"] == hook.__code__.co_firstlineno
    assert (registered["event"], registered["registrations"]) == ("e", 1)
    assert registered["registered_at"] <= record.document()["calls"][0]["started_at"]
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
    for callback in (Hook(), Hook().method, functools.partial(Hook.method, Hook(), extra=1), print):
        api.subscribe("e", callback)
    hooks = record.document()["hooks"]

    assert [hook["callback"].rsplit(".", 1)[-1] for hook in hooks] == ["Hook", "method", "print"]
    assert [bool(hook["file"]) for hook in hooks] == [True, True, False]
    assert [hook["registrations"] for hook in hooks] == [1, 2, 1]


def test_loading_it_again_goes_on_with_what_it_has(inventory: ModuleType) -> None:
    api = Api()
    first = inventory.install(api, inventory.Inventory())
    again = inventory.install(api, inventory.Inventory())
    api.subscribe("e", print)

    assert again is first
    assert len(first.document()["hooks"]) == 1


def test_memory_and_answer_are_bounded_and_the_oldest_go_first(inventory: ModuleType) -> None:
    api = Api()
    record = inventory.install(api, inventory.Inventory())
    for number in range(inventory.MOST_HOOKS + 10):
        here: dict[str, Any] = {}
        exec(f"def hook_{number}(_): raise ValueError('é' * 900)", here)  # noqa: S102 - made-up hooks
        api.subscribe("e", here[f"hook_{number}"])
    for number in range(inventory.MOST_CALLS + 10):
        with pytest.raises(ValueError, match="é"):
            api.callbacks[0](SimpleNamespace(previous="x", new=str(number)))
    told = record.document()

    assert len(json.dumps(told)) <= inventory.ANSWER_MAX + 1024
    assert told["calls"][-1]["new"] == str(inventory.MOST_CALLS + 9)
    assert told["hooks"][-1]["callback"] == f"hook_{inventory.MOST_HOOKS + 9}"
    assert len(told["calls"]) + told["left_out"]["calls"] == inventory.MOST_CALLS
    assert len(told["hooks"]) + told["left_out"]["hooks"] == inventory.MOST_HOOKS


def test_a_callback_is_the_same_to_whoever_compares_it(inventory: ModuleType) -> None:
    def hook(event: object) -> None: ...

    @functools.wraps(hook)
    def other(event: object) -> None: ...

    api = Api()
    inventory.install(api, inventory.Inventory())
    api.subscribe("e", hook)
    api.subscribe("e", hook)
    watched, again = api.callbacks

    assert len({watched, again, hook}) == 1
    assert (watched == hook, watched == other, watched != again) == (True, False, False)
    assert api.callbacks.index(hook) == 0
    assert (watched.__name__, repr(watched)) == ("hook", repr(hook))


def test_two_calls_at_a_time_are_told(inventory: ModuleType) -> None:
    api = Api()
    record = inventory.install(api, inventory.Inventory())

    def hook(event: Any) -> None:
        if event.new == "primary":
            api.callbacks[0](SimpleNamespace(previous="primary", new="secondary"))

    api.subscribe("e", hook)
    api.callbacks[0](EVENT)
    api.callbacks[0](SimpleNamespace(previous="primary", new="secondary"))

    assert [call["beside"] for call in record.document()["calls"]] == [0, 1, 0]


class OddText(Exception):  # noqa: N818 - made up
    def __str__(self) -> str:
        raise RuntimeError


class OddEvent:
    @property
    def previous(self) -> str:
        raise RuntimeError

    new = "primary"


def test_what_cannot_be_recorded_changes_nothing_for_the_platform(inventory: ModuleType) -> None:
    api = Api()
    record = inventory.install(api, inventory.Inventory())

    def hook(event: object) -> str:
        if isinstance(event, OddEvent):
            return "ran"
        raise OddText

    api.subscribe("e", hook)

    assert api.callbacks[0](OddEvent()) == "ran"
    with pytest.raises(OddText):
        api.callbacks[0](EVENT)
    assert [call["error"] for call in record.document()["calls"]] == ["OddText"]


@pytest.fixture
def early() -> Iterator[Api]:
    """A workflow that took hold of the API before the inventory was there."""
    api = Api()
    package, page = ModuleType("zone_sync"), ModuleType("zone_sync.zone_sync_page")
    package.__dict__["sub_pages"] = []
    page.__dict__["subscribe"] = api.subscribe
    sys.modules.update({"zone_sync": package, "zone_sync.zone_sync_page": page})
    yield api
    del sys.modules["zone_sync"], sys.modules["zone_sync.zone_sync_page"]


def test_an_inventory_that_comes_late_names_who_was_there_before(inventory: ModuleType, early: Api) -> None:
    told = inventory.install(early, inventory.Inventory()).document()

    assert told["earlier_workflows"] == ["zone_sync"]
    assert told["note"].endswith("unknown here: zone_sync.")
    assert inventory.install(Api(), inventory.Inventory()).document()["note"] == ""


def test_a_workflow_that_subscribes_through_a_shared_module_is_named(inventory: ModuleType) -> None:
    api = Api()
    record = inventory.install(api, inventory.Inventory())
    package = ModuleType("zone_sync")
    package.__dict__["sub_pages"] = []
    sys.modules["zone_sync"] = package
    shared: dict[str, Any] = {"__name__": "shared", "api": api}
    exec("def watch(callback): api.subscribe('e', callback)", shared)  # noqa: S102 - a made-up module
    page = {"__name__": "zone_sync.zone_sync_page", "watch": shared["watch"]}
    try:
        exec("watch(print)", page)  # noqa: S102 - as above
    finally:
        del sys.modules["zone_sync"]

    assert record.document()["hooks"][0]["workflow"] == "zone_sync"


@pytest.mark.parametrize("source", sorted(RESOURCES.rglob("*.py")), ids=lambda path: path.name)
def test_what_is_imported_into_a_gateway_is_written_for_an_old_python(source: Any) -> None:
    ast.parse(source.read_text(), feature_version=(3, 8))
