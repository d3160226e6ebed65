"""Groups are kept in the settings file, passwords in the keyring or nowhere, and failover is off at first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agmonitor.cli.wiring import keyring_box, load_config, places
from agmonitor.monitor.one_order import only_order
from tests.cli.conftest import Drawer
from tests.cli.running import run

PAIR = ("--node", "gw-1=https://gw-1.example.net", "--node", "gw-2=https://gw-2.example.net")


@pytest.fixture(autouse=True)
def _fresh_keyring() -> None:
    keyring_box.cache_clear()


def test_a_group_is_added_shown_changed_and_removed() -> None:
    added = run("groups", "add", "gw-prod", *PAIR, "--fqdn", "gateway.example.net", "--no-test")
    assert (added.code, added.err) == (0, "")
    assert "failover is forbidden" in added.out

    assert "gw-1=https://gw-1.example.net" in run("groups", "list").out
    assert "gateway.example.net" in run("groups", "show", "gw-prod").out

    assert run("groups", "edit", "gw-prod", "--timeout", "3").code == 0
    assert load_config().groups[0].timeout_s == 3

    assert run("groups", "remove", "gw-prod").code == 0
    assert load_config().groups == ()
    assert run("groups", "list").out == ""


def test_what_is_seldom_set_is_set_shown_kept_and_carried_to_a_colleague(tmp_path: Path) -> None:
    seldom = ("--cadence", "4", "--judge-clients", "never", "--sign-in", "bam_alias=main", "--use-proxies")
    resolvers = ("--resolver", "192.0.2.53", "--resolver", "dns.example.net:5353")
    assert run("groups", "add", "gw-prod", *PAIR, *seldom, *resolvers, "--no-test").code == 0
    (added,) = load_config().groups

    assert [str(one) for one in added.resolvers] == ["192.0.2.53:53", "dns.example.net:5353"]
    assert (added.cadence_s, added.judge_clients, added.use_proxies) == (4, False, True)
    assert added.sign_in_extras == (("bam_alias", "main"),)
    shown = run("groups", "show", "gw-prod").out
    assert all(word in shown for word in ("dns.example.net:5353", "every 4 s", "judged never", "bam_alias"))

    assert run("groups", "edit", "gw-prod", "--timeout", "3").code == 0
    assert load_config().groups[0] == replace(added, timeout_s=3)

    assert run("groups", "export", str(tmp_path / "list.toml")).code == 0
    run("groups", "remove", "gw-prod")
    assert run("groups", "import", str(tmp_path / "list.toml"), "--yes").code == 0
    assert load_config().groups[0] == replace(added, timeout_s=3)

    away = ("--no-resolvers", "--judge-clients", "once-seen", "--sign-in", "bam_alias=", "--no-proxies")
    assert run("groups", "edit", "gw-prod", *away, "--cadence", "2").code == 0
    (plain,) = load_config().groups
    assert (plain.resolvers, plain.sign_in_extras, plain.use_proxies) == ((), (), False)
    assert (plain.judge_clients, plain.cadence_s) == (None, 2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--resolver", "dns server"), "no HOST:PORT"),
        (("--resolver", "192.0.2.53:70000"), "no HOST:PORT"),
        (("--sign-in", "password=hunter2"), "allowed are bam_url"),
        (("--cadence", "0"), "--cadence"),
    ],
)
def test_what_cannot_be_set_is_said_and_changes_nothing(options: tuple[str, ...], said: str) -> None:
    run("groups", "add", "gw-prod", *PAIR, "--no-test")
    (before,) = load_config().groups

    ran = run("groups", "edit", "gw-prod", *options)

    assert ran.code != 0
    assert said in ran.err
    assert "hunter2" not in ran.err
    assert load_config().groups == (before,)


@pytest.mark.parametrize(
    "verb", [("edit", "gw-prod", "--timeout", "3"), ("remove", "gw-prod"), ("rename", "gw-prod", "gw-new")]
)
def test_nothing_is_changed_under_an_order_or_what_a_window_has_armed(verb: tuple[str, ...]) -> None:
    run("groups", "add", "gw-prod", *PAIR, "--no-test")
    (before,) = load_config().groups

    with only_order(before, places().data):
        ran = run("groups", *verb)

    assert ran.code == 1
    assert "under way or armed in another copy" in ran.err
    assert load_config().groups == (before,)
    assert run("groups", *verb).code == 0


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("gw-prod", (), "twice"),
        ("lab", PAIR, "kept for the lab"),
        ("", PAIR, "1 to 64"),
        ("a\u202eb", PAIR, "printable"),
        ("gw", ("--node", "a=https://x", "--node", "b=https://x"), "same URL"),
        ("gw", ("--node", "a=http://192.0.2.1", "--node", "b=https://x"), "--allow-http"),
        ("gw", (*PAIR, "--ca", "/nowhere"), "no file"),
        ("gw/prod", PAIR, "no '/'"),
        ("../gw", PAIR, "begins with no dot"),
        (".gw", PAIR, "begins with no dot"),
    ],
)
def test_what_cannot_work_is_refused_with_a_reason(name: str, options: tuple[str, ...], reason: str) -> None:
    ran = run("groups", "add", name, *options, "--no-test")

    assert ran.code == 1
    assert reason in ran.err
    assert load_config().groups == ()


def test_a_ca_file_is_found_from_every_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ca.pem").touch()
    monkeypatch.chdir(tmp_path)

    assert run("groups", "add", "gw", *PAIR, "--ca", "ca.pem", "--no-test").code == 0

    assert load_config().groups[0].ca_file == str(tmp_path / "ca.pem")


def test_a_name_is_taken_once_whatever_its_case() -> None:
    run("groups", "add", "gw-prod", *PAIR, "--no-test")

    ran = run("groups", "add", "GW-Prod", *PAIR, "--no-test")

    assert ran.code == 1
    assert "already" in ran.err


def test_the_password_goes_into_the_keyring_and_nowhere_else(
    drawer: Drawer, home: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "pw"
    secret.write_text("hunter2\n", encoding="utf-8")

    ran = run("groups", "add", "gw", *PAIR, "--user", "me", "--password-file", str(secret), "--no-test")

    assert ran.code == 0
    assert "keyring" in ran.out
    assert list(drawer.kept.values()) == ["hunter2"]
    written = [path.read_text(encoding="utf-8") for path in home.rglob("*") if path.is_file()]
    assert written
    assert not any("hunter2" in text for text in (*written, ran.out, ran.err))
    assert run("groups", "remove", "gw").code == 0
    assert drawer.kept == {}


def test_a_password_from_stdin_is_taken() -> None:
    ran = run(
        "groups", "add", "gw", *PAIR, "--user", "me", "--password-file", "-", "--no-test", typed="hunter2\n"
    )

    assert ran.code == 0
    assert "hunter2" not in ran.out + ran.err


def test_without_a_keyring_it_is_said_that_the_password_is_not_kept(tmp_path: Path) -> None:
    secret = tmp_path / "pw"
    secret.write_text("hunter2\n", encoding="utf-8")

    ran = run("groups", "add", "gw", *PAIR, "--user", "me", "--password-file", str(secret), "--no-test")

    assert ran.code == 0
    assert "give it again with each call" in ran.out


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "allowed"),
    [
        (("--confirm", "gw"), "", 0, True),
        (("--confirm", "gx"), "", 1, False),
        (("--confirm", "GW"), "", 1, False),
        (("--confirm", " gw"), "", 1, False),
        (("--confirm", ""), "", 1, False),
        ((), "gw\n", 0, True),
        ((), "gx\n", 1, False),
    ],
)
def test_failover_is_allowed_once_the_name_is_given_again(
    arguments: tuple[str, ...], typed: str, code: int, allowed: bool
) -> None:
    run("groups", "add", "gw", *PAIR, "--no-test")

    ran = run("groups", "allow-failover", "gw", *arguments, typed=typed, terminal=bool(typed))

    assert ran.code == code
    assert load_config().groups[0].failover_allowed is allowed


def test_what_another_program_saves_while_the_name_is_typed_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    run("groups", "add", "gw", *PAIR, "--no-test")

    def typed(group: str, _purpose: str) -> str:
        assert run("groups", "edit", "gw", "--tag", "night").code == 0
        return group

    monkeypatch.setattr("agmonitor.cli.terminal.can_ask", lambda: True)
    monkeypatch.setattr("agmonitor.cli.terminal.ask_name", typed)
    assert run("groups", "allow-failover", "gw").code == 0

    (kept,) = load_config().groups
    assert (kept.failover_allowed, kept.tags) == (True, ("night",))


def test_what_is_forbidden_again_needs_no_name() -> None:
    run("groups", "add", "gw", "--node", "a=https://a", "--node", "b=https://b", "--no-test")
    run("groups", "allow-failover", "gw", "--confirm", "gw")

    ran = run("groups", "forbid-failover", "gw")

    assert ran.code == 0
    assert load_config().groups[0].failover_allowed is False


def test_where_nobody_can_be_asked_nothing_is_allowed() -> None:
    run("groups", "add", "gw", *PAIR, "--no-test")

    ran = run("groups", "allow-failover", "gw")

    assert ran.code == 1
    assert "--confirm gw" in ran.err


def test_other_nodes_take_the_permission_away() -> None:
    run("groups", "add", "gw", *PAIR, "--no-test")
    run("groups", "allow-failover", "gw", "--confirm", "gw")

    ran = run("groups", "edit", "gw", "--node", "a=https://other-1", "--node", "b=https://other-2")

    assert ran.code == 0
    assert load_config().groups[0].failover_allowed is False
    assert "Allow failover again" in ran.err
