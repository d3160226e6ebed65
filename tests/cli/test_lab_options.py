"""What ``lab`` takes: HTTPS and BIND from the command line, and every verb that reaches such a lab."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.lab.support import needs_bind

pytestmark = pytest.mark.lab
LAB = (sys.executable, "-m", "agmonitor", "lab")


@contextlib.contextmanager
def running_lab(*options: str) -> Iterator[None]:
    with subprocess.Popen([*LAB, *options], stdout=subprocess.PIPE, text=True) as lab:
        assert lab.stdout is not None
        try:
            assert any("Ctrl+C ends it" in line for line in lab.stdout), "it ended at once"
            yield
        finally:
            lab.send_signal(signal.SIGTERM)
            lab.communicate(timeout=30)


@pytest.mark.parametrize("dns", ["embedded", "bind"])
def test_a_lab_over_https_is_verified_by_every_verb(dns: str) -> None:
    if dns == "bind":
        needs_bind()
    with running_lab("--https", "--dns", dns):
        group = json.loads(run("status", "lab", "--json").out)["groups"][0]
        assert group["verdict"] == "healthy", group
        assert all(node["url"].startswith("https:") for node in group["nodes"])

        assert run("lab", "fault", "swap_certificate", "gw-2").code == 0

        told = run("status", "lab")
        assert told.code == 1, told
        assert "gw-2 cannot be read (TLS failed)" in told.out


@pytest.mark.parametrize("verb", [("lab",), ("demo", "--unattended", "out")], ids=" ".join)
def test_a_missing_bind_is_told_with_what_to_install(
    verb: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("agmonitor.lab.bind_setup.PROGRAM", "no-such-name-server")

    ran = run(*verb, "--dns", "bind")

    assert ran.code == 1
    assert "sudo apt-get install bind9" in ran.err
    assert "Traceback" not in ran.err
