"""Workflows made to hurt cost a throw-away process and are told; those beside them are found good."""

from __future__ import annotations

from pathlib import Path

import pytest

from agmonitor.lab.errors import LabError
from agmonitor.lab.trial import Tried
from tests.lab.node.runtime.trying import by_name, tried
from tests.lab.node.runtime.workflow_folders import good, of_the_newer_layout, page, workflow
from tests.lab.support import eventually, marked_processes

GOOD_BETWEEN = "between"
FINE_BEFORE = {
    "prints": "import sys\nprint('x' * 1_000_000)\nsys.stderr.write('y' * 1_000_000)\n",
    "forks": "import os\nfor _ in range(3):\n    os.fork()\n",
    "leaves_processes": "import os\nif os.fork() == 0:\n    while True:\n        pass\n",
    "starts_threads": "import threading\nthreading.Thread(target=threading.Event().wait).start()\n",
    "silences": "import sys\nsys.stdout = None\n",
}
HURTS = {
    "ends": ("import os\n\nos._exit(0)\n", "its import ends the process (exit code 0) (ends/ends_page.py:3)"),
    "kills": ("import os\nos.kill(os.getpid(), 9)\n", "its import ends the process (SIGKILL)"),
    "crashes": ("import ctypes\nctypes.string_at(0)\n", "its import ends the process (SIGSEGV)"),
    "leaves": (
        "import sys\nsys.exit(3)\n",
        "it exits when it is imported (SystemExit: 3) (leaves/leaves_page.py:2)",
    ),
    "reads": ("input()\n", "EOFError: EOF when reading a line (reads/reads_page.py:1)"),
    "closes": (
        "import os\nos.closerange(3, 4096)\n",
        "its import leaves a process that cannot go on, as one whose files are closed",
    ),
    "breaks": (
        "import json\njson.dumps = None\n",
        "after its import Python itself no longer works: TypeError: 'NoneType' object is not callable",
    ),
    "outlives": (
        (
            "import os, signal\npid = os.fork()\nif pid == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
            "        signal.pause()\n    os._exit(0)\nos.waitpid(pid, 0)\n"
        ),
        "its import starts a process that would outlive the lab",
    ),
    "swells": (
        "x = []\nwhile True:\n    x.append(bytes(1 << 28))\n",
        "MemoryError (swells/swells_page.py:3)",
    ),
    "speechless": (
        "class E(BaseException):\n    def __str__(self):\n        raise ValueError\nraise E\n",
        "E: it cannot say what (speechless/speechless_page.py:4)",
    ),
    "signals_us": (
        "import os, signal\nos.kill(os.getppid(), signal.SIGHUP)\n",
        "its import sends a signal to the process that started it (signals_us/signals_us_page.py:2)",
    ),
    "signals_all": (
        "import os\nos.killpg(0, 15)\n",
        "its import sends a signal to the process that started it (signals_all/signals_all_page.py:2)",
    ),
    "alarms": (
        "import signal\nsignal.alarm(30)\n",
        "its import sets an alarm that ends the process (SIGALRM)",
    ),
    "rations": (
        "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (60, 60))\n",
        "its import limits the whole process to 60 s of processor time",
    ),
    "flattens": ("import sys\nsys.setrecursionlimit(200)\n", "its import lowers the recursion limit to 200"),
    "hides": (
        "import sys\nsys.path[:] = []\n",
        "after its import no other module can be imported (sys.path or sys.meta_path was emptied)",
    ),
    "forgets": (
        "import sys\ndel sys.modules['flask']\n",
        "its import takes away modules that others have imported (sys.modules)",
    ),
    "stops_clock": (
        "import time\ntime.monotonic = lambda: 0.0\n",
        "its import replaces the clock (the module time)",
    ),
    "shuts": ("import os\nos.close(0)\n", "its import closes standard input, output or error"),
    "unnames": (
        "import builtins\nbuiltins.open = None\n",
        "after its import Python itself no longer works: TypeError: 'NoneType' object is not callable",
    ),
    "holds_lock": (
        "import logging\nlogging._lock.acquire()\n",
        "after its import no page can be served in a thread any more",
    ),
    "unsaid": (
        "raise ValueError('\\udcff \\x1b[31m')\n",
        "ValueError: \\udcff \\x1b[31m (unsaid/unsaid_page.py:1)",
    ),
    "does_not_parse": ("def x(:\n", "SyntaxError: invalid syntax (does_not_parse/does_not_parse_page.py:1)"),
}
LACKS = {
    "lacks_name": (
        "from bluecat.util import no_such\n",
        (
            "the lab's bluecat.util has no 'no_such'; it would be added in "
            "agmonitor/lab/node/runtime/modules/bluecat/util.py (lacks_name/lacks_name_page.py:1)"
        ),
    ),
    "lacks_attribute": (
        "from bluecat import util\nutil.no_such\n",
        (
            "AttributeError: the lab's bluecat.util has no 'no_such'; it would be added in "
            "agmonitor/lab/node/runtime/modules/bluecat/util.py (lacks_attribute/lacks_attribute_page.py:2)"
        ),
    ),
    "lacks_module": (
        "import bluecat.no_such.deeper\n",
        (
            "the lab's bluecat has no module 'no_such'; it would be added as "
            "agmonitor/lab/node/runtime/modules/bluecat/no_such.py (lacks_module/lacks_module_page.py:1)"
        ),
    ),
    "lacks_kind": (
        "from bluecat.entity import Entity\nEntity.Nothing\n",
        (
            "AttributeError: the lab's bluecat.entity:Entity has no 'Nothing'; it would be added in "
            "agmonitor/lab/node/runtime/modules/bluecat/entity.py (lacks_kind/lacks_kind_page.py:2)"
        ),
    ),
    "lacks_stranger": (
        "import no_such_thing_anywhere\n",
        (
            "no module named no_such_thing_anywhere (lacks_stranger/lacks_stranger_page.py:1); no well-known "
            "package is called that; put the folder that has no_such_thing_anywhere on PYTHONPATH"
        ),
    ),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tried]:
    """One trial of everything that does not need to be waited for."""
    folder = tmp_path_factory.mktemp("folder")
    for name, (text, _) in {**HURTS, **LACKS}.items():
        workflow(folder / name, text)
    for name, before in FINE_BEFORE.items():
        good(folder / name, before=before)
    good(folder / GOOD_BETWEEN)
    workflow(folder / "lacks_package", "import psycopg2.extras\n")
    workflow(folder / "brings_it", "import thing_to_be_copied\n")
    (folder / "brings_it" / "additional" / "thing_to_be_copied").mkdir(parents=True)
    workflow(folder / "no_list", declared="sub_pages = 3\n")
    workflow(folder / "no_name", declared="sub_pages = [{'title': 'x'}]\n")
    workflow(folder / "no_page", declared="sub_pages = [{'name': 'nowhere'}]\n")
    return by_name(tried(folder, tmp_path_factory.mktemp("place")))


@pytest.mark.parametrize(("name", "reason"), [(name, reason) for name, (_, reason) in HURTS.items()])
def test_one_that_hurts_is_told(results: dict[str, Tried], name: str, reason: str) -> None:
    assert results[name].reason == reason


@pytest.mark.parametrize(("name", "reason"), [(name, reason) for name, (_, reason) in LACKS.items()])
def test_what_a_shim_lacks_is_told_with_the_file_to_add_it_to(
    results: dict[str, Tried], name: str, reason: str
) -> None:
    assert results[name].reason == reason


@pytest.mark.parametrize("name", [*FINE_BEFORE, GOOD_BETWEEN])
def test_one_that_only_behaves_oddly_is_good(results: dict[str, Tried], name: str) -> None:
    assert results[name].reason == ""


def test_a_missing_package_comes_with_the_command_that_installs_it(results: dict[str, Tried]) -> None:
    reason = results["lacks_package"].reason
    assert reason.startswith("no module named psycopg2 (lacks_package/lacks_package_page.py:1); install it")
    assert reason.endswith(" -m pip install psycopg2-binary")


def test_a_package_that_lies_in_the_workflow_is_pointed_to(results: dict[str, Tried]) -> None:
    reason = results["brings_it"].reason
    assert reason.endswith("/brings_it/additional")
    assert "start with PYTHONPATH=" in reason


def test_a_wrong_declaration_is_told(results: dict[str, Tried]) -> None:
    assert results["no_list"].reason == "DeclarationError: sub_pages must be a list"
    assert "each of sub_pages must be a dict with a name" in results["no_name"].reason
    assert results["no_page"].reason == "there is no nowhere.py in it"


def test_imports_and_pages_without_end_are_given_up_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARK_OF_THIS_TEST", str(tmp_path))
    folder = tmp_path / "folder"
    spin = "import os\nos.fork()\nwhile True:\n    pass\n"
    workflow(folder / "a_spins", spin)
    deaf = "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\ntime.sleep(3600)\n"
    workflow(folder / "b_deaf", deaf)
    workflow(folder / "c_page_hangs", page("c_page_hangs", "while True: pass"))
    workflow(folder / "d_page_ends", page("d_page_ends", "import os; os._exit(4)"))
    workflow(folder / "e_page_fails", page("e_page_fails", "1 / 0"))
    good(folder / "f_good")
    told = by_name(tried(folder, tmp_path, pages=True, limit_s=2.0))

    assert told["a_spins"].reason.startswith(
        "its import does not end (given up after 2 s) (a_spins/a_spins_page"
    )
    assert told["b_deaf"].reason == "its import does not end (given up after 2 s)"
    pages = {name: (one.page.status, one.page.reason) for name, one in told.items() if one.page is not None}
    assert pages == {
        "c_page_hangs": (
            None,
            "its page does not end (given up after 2 s) (c_page_hangs/c_page_hangs_page.py:10)",
        ),
        "d_page_ends": (None, "its page ends the process (exit code 4) (d_page_ends/d_page_ends_page.py:10)"),
        "e_page_fails": (
            500,
            (
                "500 INTERNAL SERVER ERROR: ZeroDivisionError: division by zero "
                "(e_page_fails/e_page_fails_page.py:10)"
            ),
        ),
        "f_good": (200, ""),
    }
    assert eventually(lambda: not marked_processes(str(tmp_path)))


def test_one_that_is_spoiled_by_another_is_told_apart_from_one_that_fails_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    workflow(folder / "a_hides", "import sys\nsys.modules['colorsys'] = None\n")
    workflow(folder / "b_wants", "import colorsys\n")
    workflow(folder / "c_fails", "raise KeyError(3)\n")
    told = by_name(tried(folder, tmp_path))

    spoiled = told["b_wants"].reason
    assert "colorsys" in spoiled
    assert spoiled.endswith("; alone it can be imported: one of those before it is in its way")
    assert told["c_fails"].reason == "KeyError: 3 (c_fails/c_fails_page.py:1)"


def test_one_that_breaks_something_and_then_fails_spoils_none_after_it(tmp_path: Path) -> None:
    workflow(tmp_path / "folder" / "a", "import sys\nsys.meta_path.clear()\n1 / 0\n")
    good(tmp_path / "folder" / "b")
    told = by_name(tried(tmp_path / "folder", tmp_path, pages=True))

    assert told["a"].reason == "ZeroDivisionError: division by zero (a/a_page.py:3)"
    page = told["b"].page
    assert page is not None
    assert (told["b"].reason, page.status) == ("", 200)


def test_what_raises_around_a_page_is_told_and_the_other_pages_are_asked(tmp_path: Path) -> None:
    around = "from main_app import app\n@app.teardown_request\ndef after(error):\n    "
    around += "from flask import request\n    if request.path == '/a/first':\n        1 / 0\n"
    good(tmp_path / "folder" / "a", before=around)
    good(tmp_path / "folder" / "b")
    told = by_name(tried(tmp_path / "folder", tmp_path, pages=True))

    pages = [told[name].page for name in "ab"]
    assert [page and (page.status, page.reason) for page in pages] == [
        (None, "ZeroDivisionError: division by zero (a/a_page.py:6)"),
        (200, ""),
    ]


def test_a_callback_that_wraps_itself_is_told(tmp_path: Path) -> None:
    text = "from availability_group.api import EventId, subscribe\ndef hook(event): pass\n"
    text += "hook.__wrapped__ = hook\nsubscribe(EventId.NODE_ROLE_CHANGED, hook)\n"
    workflow(tmp_path / "folder" / "one", text)
    (one,) = tried(tmp_path / "folder", tmp_path).workflows

    assert [(hook.callback, hook.line) for hook in one.hooks] == [("hook", 2)]


def test_one_that_ends_the_trial_itself_is_named(tmp_path: Path) -> None:
    around_us = "import ctypes, os\nctypes.CDLL(None).kill(os.getppid(), 9)\n"
    workflow(tmp_path / "folder" / "hostile", around_us)

    with pytest.raises(LabError, match="it ended while it imported the workflow 'hostile'"):
        tried(tmp_path / "folder", tmp_path)


def test_what_the_budget_does_not_reach_is_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        workflow(tmp_path / "folder" / name, "while True:\n    pass\n")
    good(tmp_path / "folder" / "c")
    told = by_name(tried(tmp_path / "folder", tmp_path, limit_s=1.0, budget_s=0.5))

    assert told["a"].reason.startswith("its import does not end")
    assert [told[name].reason for name in "bc"] == ["not tried: those before it took all of 0.5 s"] * 2


def test_hundreds_of_workflows_are_tried(tmp_path: Path) -> None:
    for number in range(300):
        workflow(tmp_path / "folder" / f"wf{number}", "raise KeyError\n" if number % 2 else "x = 1\n")
    result = tried(tmp_path / "folder", tmp_path)

    assert (len(result.workflows), len(result.failed)) == (300, 150)


def test_a_process_that_left_its_session_is_ended_with_the_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARK_OF_THIS_TEST", str(tmp_path))
    workflow(tmp_path / "folder" / "outlives", HURTS["outlives"][0])
    tried(tmp_path / "folder", tmp_path)

    assert not marked_processes(str(tmp_path))


def test_a_trial_leaves_nothing_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    folder = good(tmp_path / "folder" / "one")
    before = sorted(folder.rglob("*"))
    tried(tmp_path / "folder", tmp_path)

    assert sorted(folder.rglob("*")) == before


def test_hooks_are_told_with_their_place(tmp_path: Path) -> None:
    text = (
        "import functools\n"
        "from availability_group.api import EventId, subscribe\n"
        "def plain(event): pass\n"
        "class Hook:\n"
        "    def __call__(self, event): pass\n"
        "    def method(self, event): pass\n"
        "for hook in (plain, Hook(), Hook().method, functools.partial(plain)):\n"
        "    subscribe(EventId.NODE_ROLE_CHANGED, hook)\n"
    )
    workflow(tmp_path / "folder" / "Category" / "one", text)
    (one,) = tried(tmp_path / "folder", tmp_path).workflows

    file = "Category/one/one_page.py"
    assert [(hook.callback, hook.file, hook.line) for hook in one.hooks] == [
        ("plain", file, 3),
        ("Hook", file, 5),
        ("Hook.method", file, 6),
        ("plain", file, 3),
    ]


def test_a_workflow_of_the_newer_layout_is_attached_and_its_first_page_answers(tmp_path: Path) -> None:
    folder, place = tmp_path / "workflows", tmp_path / "place"
    place.mkdir()
    of_the_newer_layout(folder / "newer")
    of_the_newer_layout(folder / "detached", "loaded = True\n")
    of_the_newer_layout(folder / "raises", "def attach(application): application.no_such\n")

    found = by_name(tried(folder, place, pages=True))

    newer = found["newer"]
    assert (newer.reason, newer.kind) == ("", "blueprint")
    assert newer.page is not None
    assert (newer.page.path, newer.page.status) == ("/newer/hello", 200)
    assert "hooks.py must have attach(application)" in found["detached"].reason
    assert "no_such" in found["raises"].reason
    assert "raises/hooks.py:1" in found["raises"].reason
