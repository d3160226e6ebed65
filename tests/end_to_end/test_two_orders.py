"""Two programs that order a failover of one group at once: one PUT, whichever of them is quicker."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from agmonitor.config.paths import paths
from agmonitor.history.audit import AuditTrail
from tests.cli.running import run
from tests.end_to_end.pair import ADDRESSES, PASSWORD, USER
from tests.end_to_end.test_failover import Pair, serving

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 120.0
ORDER = (
    sys.executable, "-m", "agmonitor", "failover", "gw", "--reason", "patch day", "--confirm", "gw",
    "--override", "cooling_down",
)  # fmt: skip


def order() -> tuple[int, str]:
    """Exit code and all that was said; the cool-down is overridden, so that the lock alone stands between."""
    ran = subprocess.run(
        ORDER,
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=PATIENCE_S,
        stdin=subprocess.DEVNULL,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_of_two_programs_that_order_at_once_one_sends_and_the_other_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AGMONITOR_PASSWORD", PASSWORD)
    with serving(Pair("200_without")) as pair, ThreadPoolExecutor(2) as both:
        nodes = [f"gw-{number}=http://127.0.0.1:{node.port}" for number, node in enumerate(pair.nodes, 1)]
        added = run(
            "groups", "add", "gw", "--node", nodes[0], "--node", nodes[1], "--user", USER,
            "--dns", f"127.0.0.1:{pair.zone.port}", "--no-test",
        )  # fmt: skip
        assert added.code == 0, added.err
        run("groups", "allow-failover", "gw", "--confirm", "gw")

        ordered: set[Future[tuple[int, str]]] = {both.submit(order), both.submit(order)}
        ended, watching = wait(ordered, PATIENCE_S, FIRST_COMPLETED)
        assert (len(ended), len(watching)) == (1, 1), [one.result() for one in ended]
        while not pair.puts and not wait(watching, 0.05).done:
            pass
        pair.swap()  # nothing had moved so far: a second look alone would have let the second one pass
        refused, sent = ended.pop().result(), watching.pop().result(PATIENCE_S)

    assert refused[0] == 1, refused[1]
    assert "Another failover of gw is under way already." in refused[1]
    assert sent[0] == 0, sent[1]
    assert pair.puts == [ADDRESSES[0]]
    audit = AuditTrail(paths().audit_file).read()
    assert audit.faults == ()
    assert [line.entry["what"] for line in audit.lines].count("firing") == 1
