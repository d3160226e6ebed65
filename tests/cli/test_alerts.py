"""``agmonitor alerts``: silences for scripts, heeded by whoever watches; alerts of a headless watch."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path

import pytest

from agmonitor.alerts.kept import QuietFile
from agmonitor.cli.alerting import quiet_file
from agmonitor.cli.wiring import load_config
from agmonitor.config.paths import paths
from agmonitor.history.marks import read_marks
from tests.cli.running import run
from tests.end_to_end.pair import ADDRESSES, Node, Servers, Zone

GROUP = (
    '[[groups]]\nname = "gw"\nallow_http = true\ncadence_s = 0.5\n'
    'nodes = [{{ name = "a", url = "{}" }}, {{ name = "b", url = "{}" }}]\n'
)


def configure(text: str = "", first: str = "https://a.example", second: str = "https://b.example") -> None:
    path = paths().settings_file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + GROUP.format(first, second))


def test_a_silence_has_an_author_a_reason_and_an_end() -> None:
    configure()

    ran = run("alerts", "silence", "gw", "--for", "4h", "--reason", "disk is being changed")

    assert ran.code == 0, ran
    (one,) = quiet_file().read().silences
    assert (one.group, one.finding, one.who) == ("gw", None, getpass.getuser())
    assert one.until - one.made_at == pytest.approx(4 * 3600)
    assert "disk is being changed" in run("alerts", "list").out
    (told,) = json.loads(run("alerts", "list", "--json").out)["quiet"]
    assert (told["kind"], told["reason"], told["id"]) == ("silence", "disk is being changed", one.id)
    (note,) = read_marks(paths().history_file, "gw", 0.0, None)
    assert note.text.startswith("Silenced all alerts until ")


def test_maintenance_is_planned_ahead_and_both_are_ended_by_group() -> None:
    configure()
    run("alerts", "silence", "gw", "--for", "30m", "--reason", "x", "--finding", "no_standby")
    ran = run(
        *("alerts", "maintenance", "gw", "--from", "2199-01-01T02:00Z", "--for", "2h"),
        *("--reason", "patch day"),
    )
    assert ran.code == 0, ran
    assert len(json.loads(run("alerts", "list", "--json").out)["quiet"]) == 2

    ended = run("alerts", "unsilence", "gw")

    assert ended.out.count("Ended:") == 2
    told = {mark.text for mark in read_marks(paths().history_file, "gw", 0.0, None)}
    assert {"Maintenance ended: patch day", "Silence of no_standby ended: x"} <= told
    assert run("alerts", "list").err.startswith("Nothing is silenced")
    assert run("alerts", "unsilence", "gw").code == 1


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("nobody", "--for", "1h", "--reason", "x"), "There is no group 'nobody'"),
        (("gw", "--for", "1h", "--reason", " "), "Say why"),
        (("gw", "--reason", "x"), "Say when it ends"),
        (("gw", "--for", "1h", "--until", "2199-01-01", "--reason", "x"), "Say when it ends"),
        (("gw", "--for", "90d", "--reason", "x"), "30 d at most"),
        (("gw", "--until", "2001-01-01", "--reason", "x"), "not in the past"),
        (("gw", "--for", "soon", "--reason", "x"), "is no length"),
        (("gw", "--for", "1h", "--reason", "x", "--finding", "gremlins"), "no finding 'gremlins'"),
    ],
)
def test_what_cannot_be_silenced_is_told_and_nothing_is_kept(arguments: tuple[str, ...], part: str) -> None:
    configure()

    ran = run("alerts", "silence", *arguments)

    assert ran.code == 2
    assert part in ran.err
    assert not quiet_file().path.exists()


def test_a_test_goes_through_the_doors_that_are_set(tmp_path: Path) -> None:
    script = f"import sys; open({str(tmp_path / 'told')!r}, 'w').write(sys.stdin.read())"
    command = json.dumps([sys.executable, "-c", script])
    configure(f"[alerts]\ndesktop = false\ncommand = {command}\nwebhook = 'http://127.0.0.1:9/s3cret'\n")

    ran = run("alerts", "test")

    assert ran.code == 1
    assert json.loads((tmp_path / "told").read_text())["alert"] == "test"
    assert "command: sent to" in ran.out
    assert "webhook: http://127.0.0.1:9 could not be reached" in ran.out
    assert "s3cret" not in ran.out + ran.err


def test_a_headless_watch_runs_the_command_and_diagnose_tells_how_it_did(tmp_path: Path) -> None:
    script = f"import sys; open({str(tmp_path / 'told')!r}, 'a').write(sys.stdin.read() + chr(10))"
    command = json.dumps([sys.executable, "-c", script])
    with Servers(Node(ADDRESSES[0]), Node(ADDRESSES[1]), zone=Zone()) as servers:
        ports = [node.port for node in servers.nodes if node is not None]
    first, second = (f"http://127.0.0.1:{port}" for port in ports)  # nobody listens there any more
    configure(f"[alerts]\nbad_rounds = 1\ncommand = {command}\n", first, second)

    ran = run("watch", "gw", "--alerts", "--for", "7")

    assert ran.code == 0, ran
    told = [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]
    assert [one["alert"] for one in told] == ["raised"]
    assert told[0]["group"] == "gw"
    checks = json.loads(run("diagnose", "--json").out)["checks"]
    assert next(c for c in checks if c["name"] == "alerts by command")["passed"] is True


def test_a_watch_without_a_door_says_what_to_do() -> None:
    configure()

    ran = run("watch", "gw", "--alerts", "--for", "1")

    assert ran.code == 2
    assert "Neither a command nor a webhook is set" in ran.err


def test_a_damaged_file_of_silences_is_a_failed_check() -> None:
    QuietFile(quiet_file().path)
    quiet_file().path.parent.mkdir(parents=True, exist_ok=True)
    quiet_file().path.write_text("{")

    checks = json.loads(run("diagnose", "--json").out)["checks"]

    assert next(c for c in checks if c["name"] == "silences")["passed"] is False


def test_a_renamed_group_keeps_its_limits_and_what_is_silenced() -> None:
    configure("[alerts.groups.gw]\nbad_rounds = 9\n")
    run("alerts", "silence", "gw", "--for", "4h", "--reason", "x")

    ran = run("groups", "rename", "gw", "gw-oslo")

    assert ran.code == 0, ran
    assert load_config().alerts.of("gw-oslo").bad_rounds == 9
    assert [one.group for one in quiet_file().read().silences] == ["gw-oslo"]
