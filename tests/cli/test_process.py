"""The process as a shell sees it: it ends when it should, with the right code, and says no secret."""

from __future__ import annotations

import io
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agmonitor.cli.faults import tell
from agmonitor.cli.terminal import ink
from agmonitor.report.words import no_ink
from tests.cli.running import run
from tests.end_to_end.pair import ADDRESSES, FQDN, PASSWORD, USER, Node, Servers, Zone

AGMONITOR = (sys.executable, "-m", "agmonitor")
HANGING = """
import asyncio, sys, time
from agmonitor import __main__ as program
from agmonitor.cli.once import run

async def asks():
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 60)  # a resolver that hangs
    await asyncio.sleep(0.05)
    return 2

program.run = lambda: run(asks())
program.main()
"""


IGNORING_SIGINT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_a_hanging_name_lookup_does_not_keep_the_process_alive() -> None:
    began = time.monotonic()

    done = subprocess.run([sys.executable, "-c", HANGING], capture_output=True, timeout=40, check=False)

    assert (done.returncode, done.stderr) == (2, b"")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_look_ends_with_130_and_no_traceback(sent: signal.Signals) -> None:
    assert _interrupted_look(AGMONITOR, sent) == (130, "", "\nInterrupted.\n")


def test_a_background_job_of_a_script_is_terminated_though_it_ignores_what_ctrl_c_sends() -> None:
    as_a_shell_starts_it = (sys.executable, "-c", IGNORING_SIGINT, *AGMONITOR)

    assert _interrupted_look(as_a_shell_starts_it, signal.SIGTERM) == (130, "", "\nInterrupted.\n")


def _interrupted_look(program: tuple[str, ...], sent: signal.Signals) -> tuple[int, str, str]:
    """How a look at a pair that never answers ended, which had begun to ask when that signal came."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            subprocess.Popen(
                [*program, "status", "--node", f"a={url}", "--node", f"b={url}/", "--timeout", "30"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as looking,
            silent.accept()[0],
        ):
            looking.send_signal(sent)
            try:
                out, err = looking.communicate(timeout=20)
            finally:
                looking.kill()
    return looking.returncode, out, err


@pytest.mark.parametrize(("verb", "code"), [("status", 3), ("hooks", 1)])
def test_output_to_a_reader_that_has_gone_claims_nothing(verb: str, code: int) -> None:
    pair = ("--node", "a=http://127.0.0.1:1", "--node", "b=http://127.0.0.1:1/x", "--timeout", "1")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            [*AGMONITOR, verb, *pair, "--json"], stdout=gone, stderr=subprocess.PIPE, text=True, check=False
        )

    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_closed_standard_stream_costs_no_exit_code(closed: str) -> None:
    pair = "--node a=http://127.0.0.1:1 --node b=http://127.0.0.1:1/x --timeout 1 --user me"

    done = subprocess.run(
        [
            "/bin/sh",  # only a shell closes a stream
            "-c",
            f"{shlex.quote(sys.executable)} -m agmonitor status {pair} --password-file - {closed}",
        ],
        input="hunter2\n" if "<&-" not in closed else None,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == (3 if "<&-" in closed else 2)
    assert "Traceback" not in done.stderr


def test_an_encoding_that_lacks_a_sign_costs_neither_the_answer_nor_its_exit_code() -> None:
    pair = ("--node", "a=http://127.0.0.1:1", "--node", "b=http://127.0.0.1:1/x", "--timeout", "1")

    done = subprocess.run(
        [*AGMONITOR, "status", *pair],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (2, b"")
    assert done.stdout.startswith(b"? CRITICAL  ad-hoc: group_down.")


def test_an_order_goes_on_when_nobody_reads_its_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with io.TextIOWrapper(io.FileIO(writing, "w"), write_through=True) as gone:
        monkeypatch.setattr(sys, "stdout", gone)

        tell("Reading both nodes.")
        tell("Ordered.")


def test_the_password_may_come_from_the_environment_and_shows_nowhere(tmp_path: Path) -> None:
    nodes = (Node(ADDRESSES[0], role="primary"), Node(ADDRESSES[1], role="secondary"))
    with Servers(*nodes, zone=Zone()) as servers:
        urls = [f"http://127.0.0.1:{node.port}" for node in nodes]
        assert servers.zone is not None
        given = ["--node", f"gw-1={urls[0]}", "--node", f"gw-2={urls[1]}/"]
        given += ["--dns", f"127.0.0.1:{servers.zone.port}"]
        done = subprocess.run(
            [*AGMONITOR, "status", *given, "--user", USER, "--fqdn", FQDN, "--json", "--why"],
            env={**os.environ, "AGMONITOR_PASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            check=False,
        )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["groups"][0]["verdict"] == "healthy"
    assert PASSWORD not in done.stdout
    assert "secret-token" not in done.stdout


def test_nothing_listening_still_gives_a_document() -> None:
    pair = ("--node", "a=http://127.0.0.1:1", "--node", "b=http://[::1]:1/", "--timeout", "1")

    ran = run("status", *pair, "--json")

    group = json.loads(ran.out)["groups"][0]
    assert (ran.code, ran.err, group["verdict"]) == (2, "", "group_down")
    assert [node["answer"] for node in group["nodes"]] == ["refused", "refused"]
    assert group["dns"] is group["clients"] is group["window"] is None


def test_watching_a_pair_described_ad_hoc_ends_by_itself() -> None:
    pair = ("--node", "a=http://127.0.0.1:1", "--node", "b=http://127.0.0.1:1/x", "--timeout", "1")

    done = subprocess.run(
        [*AGMONITOR, "watch", *pair, "--json", "--for", "1.5", "--name", "mine"],
        capture_output=True,
        text=True,
        check=False,
    )

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert lines
    assert {line["group"] for line in lines} == {"mine"}


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour_only_where_it_is_wanted(
    terminal: bool, environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)

    assert (ink() is not no_ink) is coloured


def test_diagnose_tells_versions_and_checks_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGMONITOR_PASSWORD", PASSWORD)

    text = run("diagnose")
    document = json.loads(run("diagnose", "--json").out)

    assert PASSWORD not in text.out + text.err + json.dumps(document)
    assert document["versions"]["agmonitor"]
    assert document["environment"]["AGMONITOR_PASSWORD"] == "set"
    assert {"settings", "keyring", "packages", "display"} <= {check["name"] for check in document["checks"]}


def test_diagnose_fails_on_settings_that_cannot_be_read(home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text("nonsense", encoding="utf-8")

    ran = run("diagnose")

    assert ran.code == 1
    assert "FAILED  settings" in ran.out
