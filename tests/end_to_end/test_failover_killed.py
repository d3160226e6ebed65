"""Killed with SIGKILL at any point: no PUT without its entry before it, and an audit that is whole."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agmonitor.history.audit import AuditTrail
from tests.end_to_end.test_failover import Pair, serving

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="children are forked")


class Killer:
    """Has orders made and killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def order(self, folder: Path, point: int) -> int:
        """How many calls it took; -1 where it was killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        folder.mkdir()
        self._process.stdin.write(f"{folder} {point}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def killer(pair: Pair) -> Iterator[Killer]:
    ports = json.dumps([pair.nodes[0].port, pair.nodes[1].port, pair.zone.port])
    command = [sys.executable, "-m", "tests.end_to_end.killed_order", ports]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        yield Killer(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.parametrize("points", [10, pytest.param(100, marks=pytest.mark.long)])
def test_killed_at_any_point_the_audit_is_whole_and_knows_every_put(tmp_path: Path, points: int) -> None:
    fired = answered = killed = 0
    with serving(Pair()) as pair, killer(pair) as orders:
        calls = orders.order(tmp_path / "whole", 0)
        assert calls > points
        assert kinds(tmp_path / "whole") == ["armed", "firing", "answered", "ended"]
        first = len(pair.puts)
        for number in range(points):
            folder = tmp_path / f"point {number}"
            killed += orders.order(folder, 1 + calls * number // points) == -1
            told = kinds(folder)
            assert told == ["armed", "firing", "answered", "ended"][: len(told)]
            fired, answered = fired + ("firing" in told), answered + ("answered" in told)
            AuditTrail(folder / "audit.jsonl").append({"what": "after"})
            assert AuditTrail(folder / "audit.jsonl").read().faults == ()

    assert first == 1
    assert killed > points * 0.7, "most died before their end"
    assert answered <= len(pair.puts) - first <= fired, "no PUT without its entry before it"


def kinds(folder: Path) -> list[str]:
    audit = AuditTrail(folder / "audit.jsonl").read()
    assert audit.faults == ()
    return [str(line.entry["what"]) for line in audit.lines]
