"""However the lab's parent ends, no child and no port is left behind."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lab.support import ROOT, eventually, listening_on, marked_processes, needs_bind, why_no_bind

PROGRAM = str(Path(__file__).parent / "lab_program.py")
MARK = "LAB_TEST_MARK"
KILLS_LONG, KILLS_SHORT = 200, 3
FROZEN = ("--fault", "freeze:gw-2")
FAULTS = ("slow", "freeze:gw-1", "blackhole:gw-2", "rubbish:gw-2", "overload:gw-2", "cut_both")
BROKEN = tuple(word for fault in FAULTS for word in ("--fault", fault))
"""A frozen child, links that hang with connections in them, a node that is busy with itself."""
MOMENTS_S = 1.2  # a little longer than a lab takes to come up

pytestmark = pytest.mark.lab


@contextmanager
def parent(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A program holding a lab; everything it starts carries the mark."""
    if "--bind" in options:
        needs_bind()
    mark = f"{MARK}={secrets.token_hex(8)}"
    name, _, value = mark.partition("=")
    environment = {**os.environ, name: value, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, PROGRAM, *options], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process, mark
        finally:
            process.kill()
            for pid in marked_processes(mark):  # a failing test leaves nothing behind either
                os.kill(pid, signal.SIGKILL)


def status_of(process: subprocess.Popen[str]) -> Mapping[str, Any]:
    assert process.stdout is not None
    status: Mapping[str, Any] = json.loads(process.stdout.readline())
    return status


def is_free(host: str, port: int) -> bool:
    """Another program's passing connection may hold it for a moment; past ones may linger."""
    with socket.socket() as sock, socket.socket(type=socket.SOCK_DGRAM) as udp:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
            udp.bind((host, port))
        except OSError:
            return False
    return True


def assert_gone(mark: str, status: Mapping[str, Any]) -> None:
    prefix = status["nodes"][0]["address"].rpartition(".")[0]
    assert eventually(lambda: not marked_processes(mark)), "a child was left behind"
    assert eventually(lambda: not listening_on(prefix)), "a port was left behind"
    nameserver = status["nameserver"]
    assert eventually(lambda: is_free(nameserver["host"], nameserver["port"])), (
        "the name server's port is held"
    )
    for node in status["nodes"]:
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # past connections may linger
            sock.bind((node["address"], int(node["url"].rpartition(":")[2])))


@pytest.mark.parametrize(
    "options",
    [("--stub",), ("--stub", *FROZEN), ("--stub", "--qt"), (), BROKEN, ("--bind",)],
    ids=" ".join,
)
def test_a_killed_parent_leaves_no_child_and_no_port(options: tuple[str, ...]) -> None:
    with parent(*options) as (process, mark):
        status = status_of(process)
        # name server, network, two nodes, and the parent; BIND has a process around it
        assert len(marked_processes(mark)) == (6 if "--bind" in options else 5)

        process.send_signal(signal.SIGKILL)
        process.wait()

        assert_gone(mark, status)


@pytest.mark.parametrize("options", [(), ("--bind",)], ids=str)
def test_a_killed_parent_takes_children_with_it_that_were_frozen_from_outside(
    options: tuple[str, ...],
) -> None:
    with parent("--stub", *options) as (process, mark):
        status = status_of(process)
        for pid in marked_processes(mark):
            if pid != process.pid:
                os.kill(pid, signal.SIGSTOP)

        process.send_signal(signal.SIGKILL)
        process.wait()

        assert_gone(mark, status)


@pytest.mark.parametrize("options", [(), ("--qt",), ("--bind",)], ids=str)
def test_an_orderly_stop_leaves_nothing_either(options: tuple[str, ...]) -> None:
    with parent("--stub", "--stop", *options) as (process, mark):
        status = status_of(process)

        assert process.wait(timeout=20) == 0

        assert_gone(mark, status)
        assert not Path(status["password_file"]).parent.exists()


@pytest.mark.parametrize(
    "kills", [KILLS_SHORT, pytest.param(KILLS_LONG, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_a_parent_killed_at_any_moment_leaves_nothing(kills: int) -> None:
    seed = secrets.randbelow(1 << 32)
    moments = random.Random(seed)  # noqa: S311 - no secret: a failure names its seed
    ways = [(), ("--stub",), FROZEN, BROKEN, *([] if why_no_bind() else [("--stub", "--bind")])]
    for number in range(kills):
        moment_s = moments.random() * MOMENTS_S
        with parent(*moments.choice(ways)) as (process, mark):
            threading.Event().wait(moment_s)

            process.send_signal(signal.SIGKILL)
            process.wait()

            left = f"kill {number} of seed {seed}, after {moment_s:.3f} s, left a child behind"
            assert eventually(lambda mark=mark: not marked_processes(mark)), left  # type: ignore[misc] # mypy: lambda defaults


def test_a_child_whose_parent_is_another_ends_at_once() -> None:
    script = "from agmonitor.lab import lifeline; lifeline.tie_to_parent(1 << 22); print('alive')"

    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        said = child.stdout.read()  # with its standard input still open

    assert (child.returncode, said) == (0, "")


def test_a_child_ends_when_its_standard_input_does_and_hands_on_every_line_before() -> None:
    script = (
        "import sys, threading; from agmonitor.lab import lifeline; print(lifeline.first_line())\n"
        "lifeline.tie_to_parent(int(sys.argv[1]), lambda line: print(line, flush=True))\n"
        "threading.Event().wait()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(os.getpid())],
        input="first\nsecond\nthird\nhalf",
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert (ended.returncode, ended.stdout.split()) == (0, ["first", "second", "third"])


def test_a_command_that_cannot_be_obeyed_ends_the_child_with_a_traceback() -> None:
    script = (
        "import sys, threading; from agmonitor.lab import lifeline\n"
        "lifeline.tie_to_parent(int(sys.argv[1]), int); threading.Event().wait()"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script, str(os.getpid())],
        input="rubbish\n",
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert ended.returncode == 70
    assert "ValueError" in ended.stderr
