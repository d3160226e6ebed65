"""What several tests of the lab share: waiting for something to come true, and a name server of their own."""

from __future__ import annotations

import base64
import functools
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.tsig
import pytest

from agmonitor.lab import bind_setup
from agmonitor.lab.errors import LabError

STUB_NODE = (sys.executable, str(Path(__file__).parent / "stub_node.py"))
ROOT = Path(__file__).parents[2]


def eventually(holds: Callable[[], bool], *, within_s: float = 10.0, every_s: float = 0.02) -> bool:
    """Whether it comes true in time; looks often, sleeps little."""
    pause = threading.Event()
    for _ in range(int(within_s / every_s)):
        if holds():
            return True
        pause.wait(every_s)
    return holds()


def marked_processes(mark: str) -> list[int]:
    """The processes that carry a mark in their environment; the dead have none."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if mark.encode() in environment:
            found.append(int(entry.name))
    return found


def listening_on(prefix: str) -> list[str]:
    """What listens on or is bound to a lab's own /24 ("127.83.20"), as the kernel tells."""
    a, b, c = (int(part) for part in prefix.split("."))
    tail = f"{c:02X}{b:02X}{a:02X}"  # the kernel writes addresses in host byte order
    found = []
    for table in ("tcp", "udp"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if local[2:8] == tail and (table == "udp" or state == "0A"):
                found.append(f"{table} {local}")
    return found


@dataclass(frozen=True)
class RunningNameserver:
    address: str
    port: int
    key: dns.tsig.Key
    process: subprocess.Popen[str]


@functools.cache
def why_no_bind() -> str:
    """Why BIND cannot be the lab's name server on this system; "" if it can."""
    try:
        named = bind_setup.program()
    except LabError as error:
        return str(error)
    with tempfile.TemporaryDirectory() as folder:
        conf = Path(folder) / bind_setup.CONF
        conf.write_text("nonsense;\n", encoding="ascii")  # read, understood and refused, where it may be read
        command = [str(named), "-g", "-c", str(conf)]
        said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stderr
    if "unknown option 'nonsense'" in said:
        return ""
    return "BIND may not read the tests' folders: " + bind_setup.why_it_fails(
        said, Path(folder) / "lab" / "bind"
    )


def needs_bind() -> None:
    """Skip the test where BIND is not installed or may not run."""
    if why_no_bind():
        pytest.skip(why_no_bind())


@contextmanager
def nameserver(
    zone: str = "lab.test", module: str = "agmonitor.lab.nameserver"
) -> Iterator[RunningNameserver]:
    secret = base64.b64encode(secrets.token_bytes(64)).decode()
    address = f"127.200.{secrets.randbelow(256)}.{1 + secrets.randbelow(254)}"
    folder = tempfile.TemporaryDirectory()
    with (
        folder,
        subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        configuration = {
            "parent_pid": os.getpid(),
            "address": address,
            "zone": zone,
            "tsig_name": "lab",
            "tsig_algorithm": "hmac-sha512",
            "tsig_secret": secret,
            "negative_ttl_s": 1,
            "folder": folder.name,
        }
        process.stdin.write(json.dumps(configuration) + "\n")
        ready = json.loads(process.stdout.readline())
        try:
            yield RunningNameserver(
                ready["address"], ready["port"], dns.tsig.Key("lab", secret, "hmac-sha512"), process
            )
        finally:
            process.kill()
