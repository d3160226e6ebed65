"""The lab comes up with workflows of one's own, bad ones among them; pages answer and hooks run."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.request import urlopen

from agmonitor.lab.options import LabOptions, example_workflows
from agmonitor.lab.status import LabStatus
from agmonitor.lab.supervisor import Lab
from agmonitor.lab.trial import try_own
from tests.lab.node.pair import eventually
from tests.lab.node.runtime.workflow_folders import good, workflow

HOOKED = """
from availability_group.api import EventId, subscribe
from bluecat import route
from flask import jsonify
from main_app import app

told = []
subscribe(EventId.NODE_ROLE_CHANGED, lambda event: told.append(event.new))

@route(app, "/hooked/told")
def hooked_told():
    return jsonify(told)
"""


def ask(url: str) -> str:
    with urlopen(url, timeout=20) as answer:  # noqa: S310 - the lab's own http
        return str(answer.read(), "utf-8")


def look_at(first: str, second: str) -> None:
    # a node tells its hooks a moment after it is up
    eventually(lambda: '"primary"' in ask(f"{first}/hooked/told"), "gw-1's hook has run")
    eventually(lambda: '"secondary"' in ask(f"{second}/hooked/told"), "gw-2's hook has run")
    assert "Sign in" in ask(f"{second}/b_good/first")


def test_both_nodes_run_one_s_own_workflows_and_bad_ones_are_told(tmp_path: Path) -> None:
    workflow(tmp_path / "hooked", HOOKED)
    good(tmp_path / "b_good")
    workflow(tmp_path / "a_ends_it", "import os\nos._exit(0)\n")
    workflow(tmp_path / "c_lacks", "import no_such_thing_anywhere\n")

    async def come_up() -> LabStatus:
        lab = Lab(LabOptions(workflows=(*example_workflows()[:1], tmp_path)))
        await lab.start()
        try:
            await lab.fault("restart", "gw-2")  # what was found bad stays known
            urls = [node.url for node in lab.status().nodes]
            await asyncio.to_thread(look_at, *urls)
            return lab.status()
        finally:
            await lab.stop()

    status = asyncio.run(come_up())
    assert status.workflows is not None
    assert (status.workflows.found, status.workflows.loaded) == (4, 2)
    assert [one.name for one in status.workflows.unfit] == ["a_ends_it", "c_lacks"]
    assert status.up


def test_what_comes_with_the_program_is_not_tried(tmp_path: Path) -> None:
    assert asyncio.run(try_own(example_workflows(), tmp_path)) is None
