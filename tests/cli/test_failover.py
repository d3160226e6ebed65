"""The verb ``failover`` against servers: what it shows, what it asks, what it sends, and its exit codes."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from agmonitor.cli import faults
from agmonitor.config.paths import paths
from tests.cli.running import Ran, run
from tests.end_to_end.pair import ADDRESSES, PASSWORD, USER
from tests.end_to_end.test_failover import Pair, _short_waits, serving

__all__ = ["_short_waits"]  # the fixture: what is waited for, made short


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """A pair that swaps, added as ``gw`` and allowed."""
    monkeypatch.setenv("AGMONITOR_PASSWORD", PASSWORD)
    with serving(Pair()) as made:
        nodes = [f"gw-{number}=http://127.0.0.1:{node.port}" for number, node in enumerate(made.nodes, 1)]
        dns = f"127.0.0.1:{made.zone.port}"
        added = run(
            "groups", "add", "gw", "--node", nodes[0], "--node", nodes[1], "--user", USER,
            "--dns", dns, "--no-test",
        )  # fmt: skip
        assert added.code == 0, added.err
        run("groups", "allow-failover", "gw", "--confirm", "gw")
        yield made


def failover(*more: str, typed: str = "") -> Ran:
    return run("failover", "gw", "--reason", "patch day", *more, typed=typed, terminal=bool(typed))


def test_a_script_gives_the_name_and_the_course_is_told(pair: Pair) -> None:
    ran = failover("--confirm", "gw")

    assert ran.code == 0, ran.err
    assert pair.puts == [ADDRESSES[0]]
    assert "Both nodes answer" in ran.out
    assert "Yield: gw-1 will yield" in ran.out
    assert "predicted" in ran.out
    assert "measured" in ran.out
    assert "There is no automatic fail-back." in ran.out


@pytest.mark.parametrize(("typed", "code", "puts"), [("gw\n", 0, 1), ("gv\n", 1, 0)])
def test_a_person_types_the_name(pair: Pair, typed: str, code: int, puts: int) -> None:
    ran = failover(typed=typed)

    assert (ran.code, len(pair.puts)) == (code, puts)
    assert ("The name does not match." in ran.err) is (code == 1)


def test_where_nobody_can_be_asked_nothing_is_sent(pair: Pair) -> None:
    ran = failover()

    assert (ran.code, pair.puts) == (64, [])
    assert "--confirm gw" in ran.err


def test_a_dry_run_sends_nothing_and_is_written_down(pair: Pair) -> None:
    ran = failover("--dry-run")

    assert (ran.code, pair.puts) == (0, [])
    told = run("history", "audit", "--json")
    (one,) = json.loads(told.out)["operations"]
    assert (one["outcome"], one["reason"]) == ("dry_run", "patch day")
    assert one["predicted"]


def test_a_failed_check_refuses_unless_it_is_named(pair: Pair) -> None:
    pair.zone.addresses = ["192.0.2.99"]

    refused, overridden = failover("--confirm", "gw"), failover("--dry-run", "--override", "record_elsewhere")

    assert (refused.code, pair.puts) == (1, [])
    assert "--override record_elsewhere" in refused.out
    assert overridden.code == 0


def test_a_check_that_cannot_be_overridden_is_wrong_usage() -> None:
    ran = failover("--override", "not_allowed", "--confirm", "gw")

    assert ran.code == 64
    assert "record_elsewhere" in ran.err


def test_a_read_only_group_is_refused_whatever_is_named(pair: Pair) -> None:
    run("groups", "forbid-failover", "gw")

    ran = failover("--confirm", "gw")

    assert (ran.code, pair.puts) == (1, [])
    assert "not allowed" in ran.err


@pytest.mark.parametrize(("how", "code"), [("refuse", 2), ("200_without", 3), ("drop_after", 0)])
def test_the_exit_code_tells_how_it_ended(pair: Pair, how: str, code: int) -> None:
    pair.on_put = how

    ran = failover("--confirm", "gw")

    assert (ran.code, len(pair.puts)) == (code, 1)


def test_json_is_one_object_on_standard_output(pair: Pair) -> None:
    ran = failover("--confirm", "gw", "--json")

    told = json.loads(ran.out)
    assert (told["schema"], told["kind"], told["exit"]) == (1, "planned", 0)
    assert {check["name"] for check in told["checks"]} >= {"not_heard", "heartbeat_late"}
    assert told["result"]["outcome"] == "succeeded"
    assert told["result"]["course"][0]["measured_s"] is not None
    assert pair.puts == [ADDRESSES[0]]


def test_json_of_a_refusal_names_the_guards(pair: Pair) -> None:
    pair.zone.addresses = []

    told = json.loads(failover("--confirm", "gw", "--json").out)

    assert (told["exit"], told["result"]["guards"]) == (1, ["no_record"])


def test_the_second_order_waits_for_the_cool_down(pair: Pair) -> None:
    assert failover("--confirm", "gw").code == 0

    again = failover("--confirm", "gw")
    back = failover("--confirm", "gw", "--override", "cooling_down")

    assert again.code == 1
    assert "cool-down are left" in again.err
    assert (back.code, pair.puts) == (0, [ADDRESSES[0], ADDRESSES[1]])


def test_an_emergency_is_ordered_of_the_secondary(pair: Pair) -> None:
    pair.lose_the_primary()

    ran = failover("--emergency", "--confirm", "gw")

    assert (ran.code, pair.puts) == (0, [ADDRESSES[1]]), ran.err


def test_the_audit_tells_it_and_finds_tampering(pair: Pair) -> None:
    failover("--confirm", "gw")

    told = run("history", "audit", "--verify")
    assert told.code == 0
    assert "Yield gw-1" in told.out
    assert "patch day" in told.out
    assert "All 4 entries are as they were written" in told.out
    assert "None of other" in run("history", "audit", "other").out

    file = paths().audit_file
    file.write_text(file.read_text(encoding="utf-8").replace("patch day", "party day"), encoding="utf-8")
    found = run("history", "audit", "--verify")
    assert found.code == 1
    assert "NOT as it was written" in found.err


def test_a_later_look_tells_when_it_was_last_proven(pair: Pair) -> None:
    before = failover("--dry-run")
    failover("--confirm", "gw")
    after = failover("--dry-run")

    assert "No failover of this group has been proven" in before.out
    assert "last proven today" in after.out


def test_the_groups_facts_tell_when_a_failover_was_last_proven(pair: Pair) -> None:
    before = run("groups", "show", "gw").out
    failover("--confirm", "gw")

    assert "No failover of this group has been proven within what is kept." in before
    assert "A failover of this group was last proven today." in run("groups", "show", "gw").out


def test_a_group_that_is_forbidden_while_the_name_is_typed_is_not_fired_at(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbids(name: str, _what: str) -> str:
        assert run("groups", "forbid-failover", "gw").code == 0
        return name

    monkeypatch.setattr("agmonitor.cli.terminal.ask_name", forbids)
    ran = failover(typed="\n")

    assert (ran.code, pair.puts) == (1, [])
    assert "Failover is not allowed for gw" in ran.out + ran.err


@pytest.mark.parametrize("reason", ["", "  ", "ab"])
def test_a_real_group_wants_a_reason(pair: Pair, reason: str) -> None:
    ran = run("failover", "gw", "--reason", reason, "--confirm", "gw")

    assert (ran.code, pair.puts) == (64, [])
    assert "Say why" in ran.err


def test_the_lab_wants_none() -> None:
    ran = run("failover", "lab")

    assert ran.code == 64
    assert "no lab" in ran.err.lower()


def test_a_reason_is_kept_on_one_line_and_steers_no_terminal(pair: Pair) -> None:
    run("failover", "gw", "--reason", "caf\udce9\x1b[2J\nfaked", "--dry-run")

    (one,) = json.loads(run("history", "audit", "--json").out)["operations"]
    assert one["reason"].isprintable()
    assert one["reason"].endswith("faked")


@pytest.mark.parametrize(("at", "code", "puts"), [("Reading both", 130, 0), ("accepted the order", 3, 1)])
def test_an_interrupted_order_says_whether_it_may_have_been_sent(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, at: str, code: int, puts: int
) -> None:
    pair.on_put = "200_without"
    tell_on = faults.tell_on

    def pressed(line: str, *, err: bool = False) -> None:
        tell_on(line, err=err)
        if at in line:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("agmonitor.cli.failover.tell_on", pressed)
    ran = failover("--confirm", "gw")

    assert (ran.code, len(pair.puts)) == (code, puts)
    assert ("Nothing was sent." if puts == 0 else "may have been sent") in ran.err


def test_what_breaks_down_after_the_order_leaves_the_outcome_unknown(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.on_put = "200_without"

    def full(line: str, *, err: bool = False) -> None:
        if "accepted the order" in line:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("agmonitor.cli.failover.tell_on", full)

    ran = failover("--confirm", "gw")

    assert (ran.code, len(pair.puts)) == (3, 1)


def test_a_terminal_that_is_gone_changes_neither_the_order_nor_its_code(pair: Pair) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "agmonitor", "failover", "gw", "--reason", "patch day", "--confirm", "gw"],
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "AGMONITOR_PASSWORD": PASSWORD},
    ) as ordering:
        os.close(theirs)
        heard = b""
        while b"Reading both" not in heard:
            heard += os.read(ours, 4096)
        os.close(ours)

        assert ordering.wait(60) == 0
    assert len(pair.puts) == 1
