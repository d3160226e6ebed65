"""The command line as a whole: quick, helpful, and every mistake one sentence with the right exit code."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from agmonitor import __version__
from agmonitor.cli.faults import FailoverVerb, StatusVerb, UserError, Verb
from agmonitor.cli.main import VERBS
from agmonitor.cli.options import AD_HOC_NAME, PairOptions, changed, settings_from
from agmonitor.domain.model import HostPort
from tests.cli.running import run

HEAVY = {"PySide6", "httpx", "aiohttp", "flask", "keyring", "dns", "numpy", "sqlite3", "asyncio"}
PAIR = ("--node", "gw-1=https://gw-1.example.net/", "--node", "gw-2=https://[2001:db8::2]:8443")


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), *((verb, "--help") for verb in VERBS)])
def test_asking_for_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys; from agmonitor.cli.main import main; "
        f"assert main({list(arguments)!r}) == 0; print(*sorted(set(sys.modules) & {HEAVY!r}))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == ""


def test_the_version_is_told() -> None:
    assert run("--version").out == f"agmonitor {__version__}\n"


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_examples_and_the_same_short_help_everywhere(verb: str) -> None:
    ran = run(verb, "--help")

    assert ran.code == 0
    assert "Example" in ran.out
    assert f"agmonitor {verb}" in ran.out
    assert VERBS[verb] in " ".join(run("--help").out.split())


def test_each_verb_below_a_verb_has_an_example_too() -> None:
    for group in ("groups", "lab", "history"):
        command = getattr(importlib.import_module(f"agmonitor.cli.{group}"), group)
        for verb in command.commands:
            assert f"agmonitor {group} {verb}" in run(group, verb, "--help").out.partition("Example")[2]


def test_every_verb_module_holds_its_command() -> None:
    for verb in VERBS:
        command = getattr(importlib.import_module(f"agmonitor.cli.{verb}"), verb)
        assert isinstance(command, click.Command)
        assert command.name == verb


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["status", "--bogus"], 3),
        (["status", "--timeout", "soon"], 3),
        (["status"], 3),
        (["status", "nobody"], 3),
        (["status", "--node", "gw-1"], 3),
        (["status", "nobody", *PAIR], 3),
        (["status", "--name", "x"], 3),
        (["status", *PAIR, "--password-file", "/nowhere/at/all"], 3),
        (["status", *PAIR, "--dns", "one:two:three"], 3),
        (["status", *PAIR, "--ca", "/nowhere/at/all"], 3),
        (["status", "--node", "a=ftp://x", "--node", "b=https://y"], 3),
        (["status", "--node", "a=http://192.0.2.1", "--node", "b=https://y"], 3),
        (["status", "--node", "a=https://x", "--node", "a=https://y"], 3),
        (["status", "lab"], 3),
        (["failover"], 64),
        (["failover", "nobody"], 64),
        (["failover", "nobody", "--reason", "x"], 64),
        (["failover", "nobody", "--reason", " "], 64),
        (["watch", "--for", "-1"], 2),
        (["watch", "--for", "nan"], 2),
        (["status", "gw", "--timeout", "nan"], 3),
        (["status", "--timeout", "1e9"], 3),
        (["lab", "fault", "kill", "gw-1", "--for", "nan"], 2),
        (["status", *PAIR, "--ca", "~nobody-has-this/x"], 3),
        (["status", *PAIR, "--password-file", "~nobody-has-this/x"], 3),
        (["status", *PAIR, "--name", "a\x9bb"], 3),
        (["lab", "status", "--pid", "1"], 1),
        (["demo", "--unattended", "/proc"], 1),
        (["watch"], 1),
        (["hooks", "nobody"], 1),
        (["groups", "show", "nobody"], 1),
        (["groups", "add", "x"], 1),
        (["lab", "status"], 1),
        (["lab", "fault", "kill"], 1),
        (["frobnicate"], 2),
        (["--password-file", "/nowhere", "frobnicate"], 2),
        (["--password-file", "/nowhere/at/all", "status", *PAIR], 3),
        (["--password-file", "/nowhere/at/all", "groups", "add", "x", *PAIR, "--user", "me"], 1),
        (["--password-file", "/nowhere", "lab", "status"], 2),
    ],
)
def test_wrong_usage_is_a_sentence_with_the_verbs_exit_code(arguments: list[str], code: int) -> None:
    ran = run(*arguments)

    assert (ran.code, ran.out) == (code, "")
    assert ran.err.strip()
    assert "Traceback" not in ran.err


def test_a_password_file_given_before_the_verb_reaches_the_verb(tmp_path: Path) -> None:
    named = str(tmp_path / "not-there")

    ran = run("--password-file", named, "status", *PAIR, "--user", "me")

    assert ran.code == 3
    assert named in ran.err


def test_the_verbs_own_password_file_wins() -> None:
    ran = run("--password-file", "/nowhere/first", "status", *PAIR, "--password-file", "/nowhere/second")

    assert "/nowhere/second" in ran.err
    assert "first" not in ran.err


@pytest.mark.parametrize(
    "url",
    [
        "https://admin:hunter2@gw-1.example.net",
        "admin:hunter2@gw-1.example.net",
        "//admin:hunter2@gw-1",
        "https://admin:hunter2@[::1",
        "ftp://admin:hunter2@x",
    ],
)
@pytest.mark.parametrize("name", ["gw-1=", ""])
def test_a_password_in_a_url_is_refused_and_never_repeated(name: str, url: str) -> None:
    ran = run("status", "--node", name + url, "--node", "gw-2=https://gw-2.example.net", "--json")

    assert ran.code == 3
    assert "hunter2" not in ran.out + ran.err
    assert "must not stand in a URL" in ran.err


def test_a_broken_settings_file_is_told_with_every_mistake(home: Path) -> None:
    file = home / "config" / "settings.toml"
    file.parent.mkdir()
    file.write_text('[[groups]]\nname = "x"\nbogus = 1\n', encoding="utf-8")

    ran = run("status")

    assert ran.code == 3
    assert "bogus" in ran.err
    assert "nodes" in ran.err
    assert str(file) in ran.err


@pytest.mark.parametrize(("kind", "code"), [(Verb, 1), (StatusVerb, 3), (FailoverVerb, 3)])
def test_a_mistake_of_ours_is_told_with_its_traceback_and_claims_nothing(
    kind: type[Verb], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise KeyError("password='hunter2'")

    command = kind("x", callback=broken)
    with pytest.raises(click.exceptions.Exit) as ended:
        command.invoke(click.Context(command))

    told = capsys.readouterr().err
    assert ended.value.exit_code == code
    assert "Traceback" in told
    assert "hunter2" not in told


def test_what_one_of_several_tasks_failed_of_is_told_as_if_it_stood_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken() -> None:
        raise ExceptionGroup("tasks", [ExceptionGroup("more", [OSError(28, "No space left on device", "x")])])

    command = Verb("x", callback=broken)
    with pytest.raises(click.exceptions.Exit):
        command.invoke(click.Context(command, info_name="x"))

    assert capsys.readouterr().err == "x: No space left on device: x\n"


def test_without_a_display_the_window_says_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)

    ran = run()

    assert ran.code == 1
    assert "no display" in ran.err
    assert "demo --unattended" in ran.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_printed(shell: str) -> None:
    assert "_AGMONITOR_COMPLETE" in run("--show-completion", shell).out


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("status gw", "plain,gw-prod\n"),
        ("lab fault cut", "plain,cut_heartbeat\nplain,cut_dns\nplain,cut_both\n"),
        ("lab fault kill s", "plain,secondary\n"),
        ("status --ca /et", "file,/et\n"),
        ("status --password-file /et", "file,/et\n"),
    ],
)
def test_names_and_files_complete(home: Path, words: str, completed: str) -> None:
    assert run("groups", "add", "gw-prod", *PAIR, "--no-test").code == 0
    last = len(words.split())
    environment = {**os.environ, "COMP_WORDS": f"agmonitor {words}", "COMP_CWORD": str(last)}

    done = subprocess.run(
        [sys.executable, "-m", "agmonitor"],
        env={**environment, "_AGMONITOR_COMPLETE": "bash_complete"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == completed


def test_options_describe_a_pair() -> None:
    pair = PairOptions(
        node=("gw-1=https://gw-1.example.net/", "gw-2=https://[2001:db8::2]:8443"),
        user="monitor",
        dns="[2001:db8::53]:5353",
        timeout=2.5,
    )

    group = settings_from(pair, None, ad_hoc=True)

    assert group.name == AD_HOC_NAME
    assert [node.url for node in group.nodes] == ["https://gw-1.example.net", "https://[2001:db8::2]:8443"]
    assert group.dns_server == HostPort("2001:db8::53", 5353)
    assert group.timeout_s == 2.5
    assert (
        settings_from(PairOptions(node=pair.node, fqdn="gw.example.net"), None, ad_hoc=True).name
        == "gw.example.net"
    )


def test_editing_changes_only_what_is_given() -> None:
    nodes = ("gw-1=https://gw-1.example.net", "gw-2=https://gw-2.example.net")
    before = settings_from(PairOptions(node=nodes, user="monitor", insecure=True), "gw", ad_hoc=False)

    after = changed(before, PairOptions(timeout=3.0))

    assert (after.user, after.nodes, after.insecure, after.timeout_s) == ("monitor", before.nodes, True, 3.0)


def test_all_mistakes_are_told_at_once() -> None:
    pair = PairOptions(node=("a=ftp://x", "a=https://y"), fqdn="not a name")

    with pytest.raises(UserError) as told:
        settings_from(pair, None, ad_hoc=True)

    assert len(str(told.value).splitlines()) >= 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--at", "yesterday"), "'yesterday' is no link to a moment. A link reads agmonitor://"),
        (("--at", "agmonitor://g/99:99"), "leads to no moment (there is no hour 99). A link reads "),
        (("--at", "agmonitor://g/2026-11-22T03:14:09Z", "diagnose"), "--at opens the window"),
    ],
)
def test_a_link_is_for_the_window_and_must_be_one(arguments: tuple[str, ...], told: str) -> None:
    ran = run(*arguments)

    assert ran.code != 0
    assert told in ran.err
