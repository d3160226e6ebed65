"""The faults of hooks: each raises or blocks until healed, and the inventory records it as the hook's own."""

from __future__ import annotations

import threading
from types import ModuleType

import pytest

from agmonitor.lab.node.runtime.misdeeds import HookFaultError, Misdeed, Misdeeds
from tests.lab.node.runtime.test_inventory import EVENT, Api, inventory  # noqa: F401 - a fixture


def test_without_a_fault_the_callback_is_itself() -> None:
    misdeeds = Misdeeds()
    misdeeds.do(Misdeed.RAISE)
    misdeeds.do(Misdeed.HEAL)

    assert misdeeds.upon(print) is print


def test_the_inventory_records_what_a_fault_raised_in_the_hooks_place(inventory: ModuleType) -> None:  # noqa: F811 - the fixture
    api, misdeeds = Api(), Misdeeds()
    ran: list[object] = []
    record = inventory.install(api, inventory.Inventory())
    api.subscribe("e", ran.append)
    misdeeds.do(Misdeed.RAISE)

    with pytest.raises(HookFaultError):
        misdeeds.upon(api.callbacks[0])(EVENT)
    misdeeds.do(Misdeed.HEAL)
    misdeeds.upon(api.callbacks[0])(EVENT)

    assert ran == [EVENT]
    calls = record.document()["calls"]
    assert [call["outcome"] for call in calls] == ["raised", "returned"]
    assert calls[0]["error"].startswith("HookFaultError: ")


def test_what_hangs_does_its_work_when_healed(inventory: ModuleType) -> None:  # noqa: F811 - the fixture
    api, misdeeds = Api(), Misdeeds()
    ran: list[object] = []
    record = inventory.install(api, inventory.Inventory())
    api.subscribe("e", ran.append)
    misdeeds.do(Misdeed.HANG)
    thread = threading.Thread(target=misdeeds.upon(api.callbacks[0]), args=(EVENT,), daemon=True)
    thread.start()
    while not record.document()["calls"]:
        thread.join(0.01)

    assert (ran, record.document()["calls"][0]["outcome"]) == ([], "running")
    misdeeds.do(Misdeed.HEAL)
    thread.join(10)
    assert (ran, record.document()["calls"][0]["outcome"]) == ([EVENT], "returned")
