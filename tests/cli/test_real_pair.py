"""Verbs against tiny servers of another hand: guards, refusals and what is never printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agmonitor.cli.wiring import load_config
from tests.cli.running import Ran, run
from tests.end_to_end.pair import ADDRESSES, FQDN, PASSWORD, USER, Node, Servers, Zone


@pytest.fixture
def pair() -> Iterator[Servers]:
    nodes = (Node(ADDRESSES[0], role="primary"), Node(ADDRESSES[1], role="secondary"))
    with Servers(*nodes, zone=Zone()) as servers:
        yield servers


def options(servers: Servers, folder: Path, password: str = PASSWORD) -> list[str]:
    secret = folder / "password"
    secret.write_text(f"{password}\n", encoding="utf-8")
    given = ["--user", USER, "--password-file", str(secret), "--fqdn", FQDN, "--timeout", "2"]
    for number, node in enumerate(servers.nodes, 1):
        assert node is not None
        given += ["--node", f"gw-{number}=http://127.0.0.1:{node.port}/"]
    assert servers.zone is not None
    return [*given, "--dns", f"127.0.0.1:{servers.zone.port}"]


def asked(servers: Servers, method: str) -> list[str]:
    return [
        line for node in servers.nodes if node is not None for line in node.asked if line.startswith(method)
    ]


def failover(folder: Path, *more: str, typed: str = "") -> Ran:
    arguments = ("failover", "gw", "--reason", "test", "--password-file", str(folder / "password"), *more)
    return run(*arguments, typed=typed, terminal=bool(typed))


def test_a_group_that_works_is_added_after_one_look(pair: Servers, tmp_path: Path) -> None:
    ran = run("groups", "add", "gw", *options(pair, tmp_path))

    assert ran.code == 0, ran
    assert "healthy" in ran.err
    assert PASSWORD not in ran.out + ran.err
    assert load_config().groups[0].failover_allowed is False


def test_a_group_whose_password_is_wrong_is_not_added(pair: Servers, tmp_path: Path) -> None:
    ran = run("groups", "add", "gw", *options(pair, tmp_path, "open sesame"))

    assert ran.code == 1
    assert "Not added" in ran.err
    assert "--no-test" in ran.err
    assert "open sesame" not in ran.out + ran.err
    assert load_config().groups == ()
    assert len([line for line in asked(pair, "POST") if "rest_login" in line]) == 1


def test_several_groups_with_one_refused_password_sign_in_once(pair: Servers, tmp_path: Path) -> None:
    for name in ("gw-a", "gw-b"):
        run("groups", "add", name, *options(pair, tmp_path, "open sesame"), "--no-test")

    ran = run("status", "--password-file", str(tmp_path / "password"), "--json")

    assert [group["name"] for group in json.loads(ran.out)["groups"]] == ["gw-a", "gw-b"]
    assert ran.code == 3
    assert len([line for line in asked(pair, "POST") if "rest_login" in line]) == 1


def test_the_password_may_come_from_stdin(pair: Servers, tmp_path: Path) -> None:
    given = options(pair, tmp_path)
    given[given.index("--password-file") + 1] = "-"

    ran = run("status", *given, "--json", typed=f"{PASSWORD}\n")

    assert ran.code == 0, ran
    assert json.loads(ran.out)["groups"][0]["verdict"] == "healthy"


def test_without_a_password_the_document_still_comes_and_stderr_says_how_to_give_it(
    pair: Servers, tmp_path: Path
) -> None:
    given = options(pair, tmp_path)
    place = given.index("--password-file")

    ran = run("status", *given[:place], *given[place + 2 :], "--json")

    assert (ran.code, json.loads(ran.out)["groups"][0]["nodes"][0]["answer"]) == (3, "sign_in_refused")
    assert "--password-file" in ran.err


def test_why_tells_conditions_in_text_and_in_json(pair: Servers, tmp_path: Path) -> None:
    text = run("status", *options(pair, tmp_path), "--why")
    document = run("status", *options(pair, tmp_path), "--why", "--json")

    assert "two_primaries" in text.out
    assert json.loads(document.out)["groups"][0]["ledger"]


def test_hooks_of_nodes_without_the_inventory_say_how_to_install_it(pair: Servers, tmp_path: Path) -> None:
    ran = run("hooks", *options(pair, tmp_path))

    assert ran.code == 1
    assert "gateway_workflow" in ran.out


@pytest.mark.parametrize(
    ("allow", "more", "typed", "code", "said"),
    [
        (False, ("--confirm", "gw"), "", 1, "not allowed"),
        (True, ("--confirm", "gx"), "", 1, "does not match"),
        (True, (), "gx\n", 1, "does not match"),
        (True, (), "", 64, "--confirm gw"),
        (True, ("--dry-run",), "", 0, ""),
    ],
)
def test_a_guard_that_holds_sends_nothing(
    pair: Servers, tmp_path: Path, *, allow: bool, more: tuple[str, ...], typed: str, code: int, said: str
) -> None:
    run("groups", "add", "gw", *options(pair, tmp_path), "--no-test")
    if allow:
        run("groups", "allow-failover", "gw", "--confirm", "gw")

    ran = failover(tmp_path, *more, typed=typed)

    assert ran.code == code, ran
    assert said in ran.err
    assert asked(pair, "PUT") == []


def test_two_primaries_are_never_failed_over(tmp_path: Path) -> None:
    nodes = (Node(ADDRESSES[0], role="primary"), Node(ADDRESSES[1], role="primary"))
    with Servers(*nodes, zone=Zone()) as servers:
        run("groups", "add", "gw", *options(servers, tmp_path), "--no-test")
        run("groups", "allow-failover", "gw", "--confirm", "gw")

        ran = failover(tmp_path, "--confirm", "gw")

        assert ran.code == 1
        assert "Nothing was sent" in ran.err
        assert asked(servers, "PUT") == []


def test_a_node_that_refuses_the_order_is_told_as_that(pair: Servers, tmp_path: Path) -> None:
    run("groups", "add", "gw", *options(pair, tmp_path), "--no-test")
    run("groups", "allow-failover", "gw", "--confirm", "gw")

    ran = failover(tmp_path, "--confirm", "gw")

    assert ran.code == 2, ran
    assert asked(pair, "PUT") == ["PUT /ag/api/v1/failover"]
    assert PASSWORD not in ran.out + ran.err


def test_a_name_that_the_nodes_contradict_is_refused(pair: Servers, tmp_path: Path) -> None:
    given = options(pair, tmp_path)
    given[given.index(FQDN)] = "other.example.test"

    ran = run("groups", "add", "gw", *given)

    assert ran.code == 1
    assert f"gw-1 is in the group {FQDN}" in ran.err
    assert "not other.example.test" in ran.err
    assert load_config().groups == ()


def test_a_silent_node_is_added_and_named_as_unchecked(pair: Servers, tmp_path: Path) -> None:
    pair.nodes[1].how = "hang"  # type: ignore[union-attr]  # the fixture has two nodes

    ran = run("groups", "add", "gw", *options(pair, tmp_path))

    assert ran.code == 0, ran
    assert "gw-2 did not answer: added without having been checked." in ran.err
    assert "gw-1 did not answer" not in ran.err


def test_a_password_file_given_before_the_verb_signs_in(pair: Servers, tmp_path: Path) -> None:
    given = options(pair, tmp_path)
    at = given.index("--password-file")
    secret = [given.pop(at), given.pop(at)]

    ran = run(*secret, "status", *given, "--json")

    assert ran.code == 0, ran
