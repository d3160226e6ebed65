"""The lab from the command line: up, broken, healed, watched and ended, with nothing left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import pytest

from agmonitor.cli.history_open import played
from agmonitor.domain.kept import Mark
from agmonitor.monitor.played_back import PlayedBack
from agmonitor.protocol.faults import FAULTS
from tests.cli.running import run

pytestmark = pytest.mark.lab
AGMONITOR = (sys.executable, "-m", "agmonitor")


@contextlib.contextmanager
def running_lab() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*AGMONITOR, "lab"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as lab:
        assert lab.stdout is not None
        try:
            said = _read_until(lab.stdout, "Ctrl+C ends it")
            assert "password in" in said
            yield lab
        finally:
            if lab.poll() is None:
                lab.send_signal(signal.SIGTERM)
            lab.communicate(timeout=30)


def _read_until(stream: IO[str], mark: str) -> str:
    said = ""
    for line in stream:
        said += line
        if mark in line:
            return said
    raise AssertionError(f"ended after: {said}")


def test_the_running_lab_is_reached_by_every_verb(home: Path) -> None:
    with running_lab() as lab:
        status = json.loads(run("lab", "status", "--json").out)
        assert [node["name"] for node in status["nodes"]] == ["gw-1", "gw-2"]
        assert status["began_at"].endswith("Z")

        looked = run("status", "lab", "--json")
        group = json.loads(looked.out)["groups"][0]
        assert (looked.code, group["verdict"]) == (0, "healthy"), group
        assert [node["role"] for node in group["nodes"]] == ["primary", "secondary"]

        hooks = run("hooks", "lab", "--json")
        assert hooks.code == 0, hooks
        assert json.loads(hooks.out)["groups"][0]["nodes"][0]["hooks"]

        assert "killed" in run("lab", "fault", "kill", "gw-2").out
        assert "fault   kill" in run("lab", "status").out
        slow = ("lab", "fault", "slow", "--for", "2min", "--link", "dns", "--set", "delay_s=0.1")
        assert (
            run(*slow).out == "The way to DNS of both nodes is slow: everything is late. It heals in 120 s.\n"
        )
        assert "both nodes, way to DNS, 0.1 s, 2 min left" in run("lab", "status").out
        assert "takes no link" in run("lab", "fault", "kill", "gw-1", "--link", "dns").err
        later = run("lab", "fault", "freeze", "gw-1", "--after", "90s", "--for", "20s")
        assert later.out == "Freeze of gw-1 begins in 90 s.\n"
        assert "gw-1, begins in 90 s" in run("lab", "status").out
        certificate = run("lab", "fault", "swap_certificate")
        assert (certificate.code, "speaks https" in certificate.err) == (1, True), certificate
        down = run("status", "lab")
        assert (down.code, "no_standby" in down.out) == (1, True), down
        assert run("lab", "heal").code == 0
        assert "begins in" not in run("lab", "status").out
        assert run("lab", "fault", "hide", "gw-1").code == 0  # our path alone: the pair does not notice
        hidden = json.loads(run("status", "lab", "--timeout", "1", "--json").out)["groups"][0]
        assert (hidden["nodes"][0]["answer"], hidden["clients"]["answer"]) == ("timeout", "ok"), hidden
        assert run("lab", "heal").code == 0

        secret = Path(status["password_file"]).read_text(encoding="utf-8").strip()
        assert secret not in looked.out + looked.err + hooks.out + down.out
        assert run("lab", "stop").code == 0
        lab.communicate(timeout=30)
        assert lab.returncode == 0

    assert not list((home / "run").glob("lab-*"))


def test_an_incident_of_the_lab_is_recorded_with_what_was_broken(tmp_path: Path) -> None:
    file = tmp_path / "incident.agmrec"
    with running_lab():
        with subprocess.Popen(
            [*AGMONITOR, "lab", "record", str(file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as recording:
            assert recording.stderr is not None
            _read_until(recording.stderr, "Recording the lab")
            assert run("lab", "fault", "kill", "gw-2", "--for", "1s").code == 0
            while '"ended_at": null' in run("lab", "status", "--json").out:
                pass  # each look takes its time
            assert run("watch", "lab", "--for", "3").code == 0  # so that both rounds are over
            recording.send_signal(signal.SIGINT)
            told, complaint = recording.communicate(timeout=60)
        assert (recording.returncode, file.exists()) == (0, True), complaint
        assert "is there already" in run("lab", "record", str(file)).err
        again = run("lab", "record", str(tmp_path / "again"), "--for", "2s")
        assert again.code == 0, again

    assert "incident.agmrec" in told
    with played(file) as seen:
        marks = asyncio.run(_marks(seen))
        assert [mark.text for mark in marks] == ["gw-2: kill", ""]
        assert all(seen.from_at <= mark.at <= seen.until_at for mark in marks)
        assert not seen.state(seen.name).settings.lab, "looked at, it is no lab to be broken"


def test_a_recording_that_could_not_be_written_is_refused_before_anything_is_recorded(tmp_path: Path) -> None:
    told = run("lab", "record", str(tmp_path / "nowhere" / "incident.agmrec"))
    assert "Nothing can be written into" in told.err


async def _marks(seen: PlayedBack) -> Sequence[Mark]:
    return await seen.marks(seen.name, 0.0)


def test_every_fault_is_listed_without_a_lab() -> None:
    listed = run("lab", "fault", "--list").out
    document = json.loads(run("lab", "fault", "--list", "--json").out)

    assert [line.split()[0] for line in listed.splitlines()] == list(FAULTS)
    assert [fault["name"] for fault in document["faults"]] == list(FAULTS)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("kill", "gw-1", "--for", "soon"), "'soon' is not a valid length; give 20, 20s, 1.5min or 2h."),
        (("kill", "gw-1", "--for", "e s"), "'e s' is not a valid length"),
        (("kill", "gw-1", "--for", "25h"), "25h is too long or too short; give more than 0 to 86400 s."),
        (("kill", "gw-1", "--for", "0s"), "0"),
        (("slow", "--set", "delay_s"), "NAME=NUMBER"),
        (("slow", "--json"), "--json goes with --list"),
        (("kill", "--after", "99999999999999h"), "give 0 to 86400 s"),
        (("--list", "--json", "nosuch"), "takes no NAME"),
        ((), "Which fault?"),
    ],
)
def test_what_cannot_be_understood_is_refused_before_a_lab_is_asked(
    words: tuple[str, ...], complaint: str
) -> None:
    refused = run("lab", "fault", *words)

    assert (refused.code, complaint in refused.err) == (2, True), refused


def test_a_planned_failover_of_the_lab_needs_no_typed_name() -> None:
    with running_lab():
        looked = run("failover", "lab", "--reason", "test", "--dry-run")
        assert (looked.code, "nothing was sent" in looked.out) == (0, True), looked

        ran = run("failover", "lab", "--reason", "test")

        assert ran.code == 0, ran
        assert "gw-2 is Primary" in ran.out
        group = json.loads(run("status", "lab", "--json").out)["groups"][0]
        assert [node["role"] for node in group["nodes"]] == ["secondary", "primary"]


def test_a_wrong_name_stops_even_the_labs_failover() -> None:
    with running_lab():
        ran = run("failover", "lab", "--reason", "test", "--confirm", "gw-prod")

        assert (ran.code, "Nothing was sent" in ran.err) == (1, True), ran
        group = json.loads(run("status", "lab", "--json").out)["groups"][0]
        assert [node["role"] for node in group["nodes"]] == ["primary", "secondary"]


def test_of_two_labs_one_is_named_by_its_process() -> None:
    with running_lab() as first, running_lab() as second:
        both = run("lab", "status")
        assert (both.code, f"--pid {first.pid}" in both.err) == (1, True), both

        assert json.loads(run("lab", "status", "--json", "--pid", str(second.pid)).out)["pid"] == second.pid
        assert "killed" in run("lab", "fault", "kill", "gw-2", "--pid", str(second.pid)).out
        assert run("lab", "heal", "--pid", str(second.pid)).code == 0
        assert run("lab", "stop", "--pid", str(first.pid)).code == 0
        assert run("status", "lab").code == 0


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_lab_interrupted_while_it_starts_leaves_nothing(home: Path, sent: signal.Signals) -> None:
    with subprocess.Popen([*AGMONITOR, "lab"], stderr=subprocess.PIPE, text=True) as lab:
        try:
            while not (places := list((home / "run").glob("lab-*/gw-2.log"))):  # its last child was started
                assert lab.poll() is None
                select.select([], [], [], 0.01)
            lab.send_signal(sent)
            lab.send_signal(sent)  # an impatient hand
            _, err = lab.communicate(timeout=30)
        finally:
            lab.kill()

    assert (lab.returncode, err) == (130, "Starting the lab …\nInterrupted.\n")
    assert not places[0].parent.exists()


def test_watch_tells_a_death_and_ends_cleanly_at_ctrl_c() -> None:
    with running_lab():
        with subprocess.Popen(
            [*AGMONITOR, "watch", "lab", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as watch:
            assert watch.stdout is not None
            _read_until(watch.stdout, '"healthy"')
            run("lab", "fault", "kill", "gw-2")
            said = _read_until(watch.stdout, '"node_lost"')
            watch.send_signal(signal.SIGINT)
            rest, err = watch.communicate(timeout=20)

        assert (watch.returncode, err) == (0, "")
        lines = [json.loads(line) for line in (said + rest).splitlines()]
        assert all({"at", "group", "event", "finding", "sentence"} <= set(line) for line in lines)
        assert lines[-1]["group"] == "lab"


def test_watch_survives_a_reader_that_goes_away() -> None:
    with (
        running_lab(),
        subprocess.Popen(
            [*AGMONITOR, "watch", "lab", "--json", "--for", "30"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as watch,
    ):
        assert watch.stdout is not None
        assert watch.stderr is not None
        watch.stdout.readline()
        watch.stdout.close()
        run("lab", "fault", "kill", "gw-2")

        assert watch.wait(timeout=25) == 0
        assert watch.stderr.read() == ""


def test_ctrl_c_ends_the_lab_with_all_its_children() -> None:
    with running_lab() as lab:
        children = Path(f"/proc/{lab.pid}/task/{lab.pid}/children").read_text(encoding="ascii").split()
        assert children

        lab.send_signal(signal.SIGINT)
        lab.communicate(timeout=30)

    assert lab.returncode == 0
    assert not any(_lives(int(child)) for child in children)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
