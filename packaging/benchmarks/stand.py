"""What every row stands on: the servers in a process of their own, and measuring processes run one by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).parent
LIMIT_S = 120.0


@dataclass(frozen=True, slots=True)
class Stand:
    """Gateway nodes and their name server; two ports running are a pair."""

    ports: list[int]
    dns: int
    fqdn: str
    orders: IO[str]
    answers: IO[str]

    def swap(self) -> float:
        """Swap the roles of every pair; the instant on the monotonic clock, which all processes share."""
        self.orders.write("swap\n")
        self.orders.flush()
        return float(json.loads(self.answers.readline())["at"])

    def words(self, nodes: int) -> tuple[str, int]:
        """How a measuring process is told where they are."""
        return json.dumps(self.ports[:nodes]), self.dns


@contextmanager
def servers(count: int) -> Iterator[Stand]:
    process = subprocess.Popen(
        [sys.executable, str(HERE / "servers.py"), str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        where = json.loads(process.stdout.readline())
        yield Stand(where["ports"], where["dns"], where["fqdn"], process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.wait(10)


def child(script: str, *words: object, **environment: str) -> dict[str, Any]:
    """Run one measuring process to its end and take its last line.

    Raises:
        RuntimeError: it failed, or told nothing.
    """
    done = subprocess.run(
        [sys.executable, str(HERE / script), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
        env={**os.environ, **environment},
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        why = done.stderr.strip().splitlines()[-1:] or ["nothing was told"]
        raise RuntimeError(f"{script} {words[:1]} exited {done.returncode}: {why[0]}")
    return dict(json.loads(lines[-1]))


def timed_child(script: str, *words: object, **environment: str) -> dict[str, float]:
    """As ``child``; what it tells are instants, and comes back as milliseconds since the process's start."""
    began = time.monotonic()
    return {what: (at - began) * 1000 for what, at in child(script, *words, **environment).items()}


@contextmanager
def talking_child(script: str, *words: object) -> Iterator[IO[str]]:
    """A measuring process that tells line by line, until the block ends; it ends when its input does."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / script), *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.stdin.close()
        process.wait(20)
