"""``agmonitor lab check`` tells of a folder what can be imported, and exits by it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.running import run
from tests.lab.node.runtime.workflow_folders import good, workflow

HOOK = "from availability_group.api import EventId, subscribe\ndef moved(event): pass\n"
SUBSCRIBED = f"{HOOK}subscribe(EventId.NODE_ROLE_CHANGED, moved)\n"


def test_all_good_is_zero(tmp_path: Path) -> None:
    good(tmp_path / "one", before=SUBSCRIBED)
    ran = run("lab", "check", str(tmp_path))

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "1 of 1 workflow can be imported.",
        "Hooks:",
        "  one: moved (one/one_page.py:2)",
    ]


def test_one_that_fails_is_one_and_the_document_says_all(tmp_path: Path) -> None:
    good(tmp_path / "one", before=SUBSCRIBED)
    good(tmp_path / "sick_page", "1 / 0")
    workflow(tmp_path / "two", "raise KeyError('zone')\n")
    ran = run("lab", "check", str(tmp_path), "--pages", "--json")

    assert ran.code == 1
    assert json.loads(ran.out) == {
        "schema": 1,
        "workflows": 3,
        "imported": 2,
        "failed": [{"name": "two", "reason": "KeyError: 'zone' (two/two_page.py:1)"}],
        "hooks": [{"workflow": "one", "callback": "moved", "file": "one/one_page.py", "line": 2}],
        "pages": {
            "asked": 2,
            "answered": 1,
            "ui_asked": 2,
            "ui_answered": 1,
            "failed": [
                {
                    "name": "sick_page",
                    "path": "/sick_page/first",
                    "status": 500,
                    "reason": "500 INTERNAL SERVER ERROR: ZeroDivisionError: division by zero "
                    "(sick_page/sick_page_page.py:10)",
                }
            ],
        },
    }


def test_a_folder_without_workflows_is_two_and_so_is_none_at_all(tmp_path: Path) -> None:
    ran = run("lab", "check", str(tmp_path))
    assert ran.code == 2
    assert "There is no workflow in" in ran.err

    device = run("lab", "check", "/dev/null")
    assert device.code == 2
    assert "There is no workflow in /dev/null" in device.err

    assert run("lab", "check", str(tmp_path / "gone")).code == 2
    assert run("lab", "check").code == 2


def test_trouble_with_the_folder_itself_is_told(tmp_path: Path) -> None:
    good(tmp_path / "one")
    (tmp_path / "permissions.json").write_text("[")
    ran = run("lab", "check", str(tmp_path))

    assert ran.code == 1
    assert "permissions.json is not used" in ran.out
