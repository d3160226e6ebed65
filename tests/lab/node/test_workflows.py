"""A node serves its workflows to people and programs, and says which import holds it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.node.pair import PASSWORD, RESOURCES, USER, Node, Pair, eventually
from tests.lab.node.runtime.workflow_folders import good, workflow


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("workflows")
    good(folder / "Category" / "open_one")
    good(
        folder / "kept",
        "try:\n        return input()\n    except EOFError:\n        return 'nothing to read'",
    )
    good(folder / "fails", "1 / 0")
    good(folder / "forks", before="import os\nos.fork()\n")
    workflow(folder / "spits", "import os\nos.write(1, b'{\"ready\": ' + b'x' * 5_000_000)\n")
    reads = "import subprocess\nread = subprocess.run(['cat'], capture_output=True, check=True).stdout\n"
    good(folder / "shares_input", "return repr(read)", before=reads)
    good(folder / "shuts_input", before="import os\nos.close(0)\n")
    workflow(folder / "broken", "import no_such_thing_anywhere\n")
    (folder / "permissions.json").write_text('{"kept": {"kept_page": ["admin"]}}')
    with Pair(tmp_path_factory.mktemp("node"), workflows=[RESOURCES / "workflows", folder]) as pair:
        yield pair.a.start()


def test_whoever_is_not_signed_in_is_led_to_the_form_and_back(node: Node) -> None:
    away = node.send("GET", "/open_one/first")
    assert (away.status, away.headers["Location"]) == (302, "/login?next=%2Fopen_one%2Ffirst")
    assert 'name="password"' in node.send("GET", away.headers["Location"]).text

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    wrong = node.send("POST", away.headers["Location"], f"username={USER}&password=x".encode(), form)
    assert wrong.status == 401
    right = node.send("POST", away.headers["Location"], f"username={USER}&password={PASSWORD}".encode(), form)
    assert (right.status, right.headers["Location"]) == (302, "/open_one/first")
    cookie = right.headers["Set-Cookie"].partition(";")[0]
    assert node.send("GET", "/open_one/first", headers={"Cookie": cookie}).text == "it works"


@pytest.mark.parametrize(
    "place", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"]
)
def test_signing_in_leads_to_no_other_server(node: Node, place: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = f"username={USER}&password={PASSWORD}".encode()
    assert node.send("POST", f"/login?next={place}", sent, form).headers["Location"] == "/"


def test_the_first_page_lists_what_was_loaded_and_what_not(node: Node) -> None:
    text = node.ask("GET", "/").text
    assert '<a href="/open_one/first">Open_One</a>' in text
    assert "broken: no module named no_such_thing_anywhere" in text


def test_permissions_come_from_the_workspace(node: Node) -> None:
    assert node.ask("GET", "/kept/first").text == "nothing to read"
    refused = node.ask("GET", "/kept/first", user="guest")
    assert (refused.status, "guest lacks the permission kept_page" in refused.text) == (403, True)
    assert node.ask("GET", "/open_one/first", user="guest").status == 200


def test_standard_input_and_output_are_the_nodes_whatever_a_workflow_does_with_them(node: Node) -> None:
    assert node.ask("GET", "/shares_input/first").text == "b''"
    assert node.ask("GET", "/shuts_input/first").text == "it works"


def test_a_page_that_fails_says_so_and_the_node_goes_on(node: Node) -> None:
    failed = node.ask("GET", "/fails/first")
    assert (failed.status, "ZeroDivisionError: division by zero" in failed.text) == (500, True)
    assert node.role == "not_in_group"


def test_a_copy_that_an_import_has_forked_is_no_second_node(node: Node) -> None:
    assert node.child is not None
    pid = node.child.process.pid
    eventually(lambda: not running_children(pid), "the copy has come to the end of its import")
    assert node.ask("GET", "/forks/first").text == "it works"


def running_children(pid: int) -> list[str]:
    """Those that have neither ended nor wait to be reaped."""
    running = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        try:
            stat = Path(f"/proc/{child}/stat").read_text()
        except FileNotFoundError:
            continue  # reaped in this very moment
        if stat.rpartition(")")[2].split()[0] != "Z":
            running.append(child)
    return running


def test_an_import_that_does_not_come_back_ends_the_node_with_its_name() -> None:
    code = (
        "import threading; from pathlib import Path; from agmonitor.lab.node.workflows import Watch; "
        "from agmonitor.lab.node.runtime.workspace import Found; "
        "Watch(0.1).begin(Found('slow', Path(), 'workflows.slow')); threading.Event().wait()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)

    assert done.returncode == 1
    assert json.loads(done.stdout) == {"failed": "the import of workflow slow has not ended within 0.1 s"}
