"""A program that ends in order while a failover is armed, or about to be fired, writes that down."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agmonitor.config.paths import paths
from agmonitor.config.settings import Config, save
from agmonitor.history.audit import AuditTrail
from tests.end_to_end.pair import PASSWORD
from tests.end_to_end.test_workspace import Pair, servers

ROOT = Path(__file__).parent.parent.parent
ENDED_BY_SIGNAL = 130
OTHERS = [pytest.param(number, marks=pytest.mark.long) for number in (signal.SIGINT, signal.SIGHUP)]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no POSIX signals")


def told() -> list[tuple[object, object]]:
    audit = AuditTrail(paths().audit_file).read()
    assert audit.faults == ()
    return [(line.entry["what"], line.entry.get("why")) for line in audit.lines]


@pytest.mark.parametrize("end", [signal.SIGTERM, None, *OTHERS], ids=str)
def test_a_window_that_ends_while_armed_is_disarmed_in_the_audit(end: signal.Signals | None) -> None:
    pair = Pair()
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "AGMONITOR_PASSWORD": PASSWORD}
    command = [sys.executable, "-m", "tests.end_to_end.armed_window", *([] if end else ["close"])]
    with servers(pair):
        save(paths().settings_file, Config((pair.settings(),)))
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline().strip() == "armed"
            if end is not None:
                child.send_signal(end)
            child.communicate(timeout=30)

    assert child.returncode == (0 if end is None else ENDED_BY_SIGNAL)
    assert told() == [("armed", None), ("disarmed", "the program ended")]
    assert pair.orders == []


@pytest.mark.parametrize("end", [signal.SIGTERM, *OTHERS], ids=str)
def test_a_command_that_is_ended_between_arming_and_firing_says_so_in_the_audit(end: signal.Signals) -> None:
    pair = Pair()
    children: list[subprocess.Popen[str]] = []
    first = pair.nodes[0]
    replies = first.reply

    def reply(
        method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        if children and told()[-1:] == [("armed", None)]:
            children.pop().send_signal(end)
        return replies(method, path, headers, body)

    first.reply = reply  # type: ignore[method-assign]
    order = ("failover", "g", "--reason", "patch day", "--confirm", "g")
    environment = os.environ | {"AGMONITOR_PASSWORD": PASSWORD}
    with servers(pair):
        save(paths().settings_file, Config((pair.settings(),)))
        with subprocess.Popen(
            [sys.executable, "-m", "agmonitor", *order],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            children.append(child)
            _, err = child.communicate(timeout=30)

    assert (child.returncode, pair.orders) == (ENDED_BY_SIGNAL, []), err
    assert "Nothing was sent." in err
    entry = AuditTrail(paths().audit_file).read().lines[-1].entry
    assert (entry["what"], entry["sent"]) == ("interrupted", False)
