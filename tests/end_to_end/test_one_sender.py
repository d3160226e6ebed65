"""Two real programs that watch one group and alert: each alert once, and never by nobody."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agmonitor.config.paths import paths
from tests.cli.running import run
from tests.end_to_end.pair import PASSWORD, USER
from tests.end_to_end.test_failover import Pair, serving
from tests.lab.support import ROOT, eventually

WITHIN_S = 60.0
KEEP = "import sys; f = open(sys.argv[1], 'a'); f.write(sys.stdin.read() + chr(10))"
RAISED = '"finding_raised", "finding": "two_primaries"'
CLEARED = '"finding_cleared", "finding": "two_primaries"'
SETTINGS = '\n[alerts]\ncommand = {command}\nbad_rounds = 1\ngood_rounds = 1\nleast = "critical"\n'


@dataclass
class Watch:
    """One ``agmonitor watch --alerts`` and what it says."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def says(self, text: str) -> bool:
        return eventually(lambda: text in self.err.read_text(), within_s=WITHIN_S)

    def tells(self, text: str, times: int = 1) -> bool:
        return eventually(lambda: self.out.read_text().count(text) >= times, within_s=WITHIN_S)


@contextlib.contextmanager
def watching(folder: Path, name: str) -> Iterator[Watch]:
    out, err = folder / f"{name}.out", folder / f"{name}.err"
    with out.open("wb") as told, err.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "agmonitor", "watch", "--alerts", "--json"],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=said,
            cwd=ROOT,
        )
    try:
        yield Watch(process, out, err)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    monkeypatch.setenv("AGMONITOR_PASSWORD", PASSWORD)
    with serving(Pair()) as pair:
        nodes = [f"gw-{number}=http://127.0.0.1:{node.port}" for number, node in enumerate(pair.nodes, 1)]
        added = run(
            "groups", "add", "gw", "--node", nodes[0], "--node", nodes[1], "--user", USER,
            "--dns", f"127.0.0.1:{pair.zone.port}", "--no-test",
        )  # fmt: skip
        assert added.code == 0, added.err
        command = json.dumps([sys.executable, "-c", KEEP, str(tmp_path / "alerts")])
        with paths().settings_file.open("a") as settings:
            settings.write(SETTINGS.format(command=command))
        yield pair


def claims_the_group() -> bool:
    for file in (paths().data / "alert-senders").glob("*.json"):
        try:
            claim = json.loads(file.read_text())
        except (OSError, ValueError):
            continue
        if [one.split()[0] for one in claim["groups"]] == ["gw"]:
            return True
    return False


def last_word_is(kind: str) -> bool:
    """Whether that is noted as told: stopped before, its sender would have it sent once more."""
    words = []
    for file in (paths().data / "alert-senders").glob("*.json"):
        with contextlib.suppress(OSError, ValueError):
            words += json.loads(file.read_text())["told"]
    newest = max(words, key=lambda word: float(word["noted_at"]), default={"kind": "", "sure": False})
    return bool(newest["kind"] == kind and newest["sure"])


def sent(folder: Path) -> list[str]:
    file = folder / "alerts"
    lines = file.read_text().splitlines() if file.exists() else []
    return [json.loads(line)["alert"] for line in lines]


def test_one_of_two_sends_and_the_other_takes_over_when_it_is_killed(tmp_path: Path, pair: Pair) -> None:
    def all_sent(*kinds: str) -> bool:
        told = eventually(lambda: sent(tmp_path) == list(kinds), within_s=WITHIN_S)
        return told and eventually(lambda: last_word_is(kinds[-1]), within_s=WITHIN_S)

    with watching(tmp_path, "first") as first:
        assert eventually(claims_the_group, within_s=WITHIN_S)
        with watching(tmp_path, "second") as second:
            assert second.says(f"sent by another agmonitor (process {first.process.pid}, since ")
            pair.nodes[1].role = "primary"
            assert first.tells(RAISED)
            assert second.tells(RAISED)
            assert all_sent("raised"), sent(tmp_path)
            pair.nodes[1].role = "secondary"
            assert all_sent("raised", "recovered"), sent(tmp_path)
            assert second.tells(CLEARED)

            # Stopped, it decides nothing any more and still holds the lock.
            os.kill(first.process.pid, signal.SIGSTOP)
            pair.nodes[1].role = "primary"
            assert second.tells(RAISED, times=2)
            assert sent(tmp_path) == ["raised", "recovered"], "it is still the first one's to send"
            first.process.kill()
            assert second.says("they are sent from here now")
            assert all_sent("raised", "recovered", "raised"), (
                "what the first one left untold",
                sent(tmp_path),
            )
            with watching(tmp_path, "third") as third:
                assert third.says(f"process {second.process.pid}, since ")
                second.process.terminate()
                assert third.says("they are sent from here now")
                pair.nodes[1].role = "secondary"
                assert all_sent("raised", "recovered", "raised", "recovered"), sent(tmp_path)
