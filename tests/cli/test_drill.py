"""``agmonitor drill``: what it prints and writes, its exit codes, and its short words about mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from agmonitor.drill import scenario_shelf
from agmonitor.drill.scenario_shelf import names
from tests.cli.running import run

FAILS = """
title = "It fails"
why = "For a test."
[[steps]]
expect = { verdict = "group_down" }
within_s = 5
"""


@pytest.fixture
def failing(tmp_path: Path) -> str:
    path = tmp_path / "own.toml"
    path.write_text(FAILS, encoding="utf-8")
    return str(path)


def test_one_drill_passes_in_virtual_time_and_tells_its_steps() -> None:
    ran = run("drill", "split-brain")

    assert ran.code == 0
    assert "6. Expected within 45 s: the verdict is two_primaries critical" in ran.out
    assert "passed  split-brain" in ran.out


def test_a_drill_of_ones_own_that_fails_exits_with_1_and_says_what_was_seen(failing: str) -> None:
    ran = run("drill", failing)

    assert ran.code == 1
    assert "FAILED  own" in ran.out
    assert "gw-1 primary, gw-2 secondary" in ran.out


def test_all_of_them_as_json(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [
        scenario_shelf.scenario(word) for word in ("split-brain", failing)
    ]  # the shelf is played elsewhere
    monkeypatch.setattr(scenario_shelf, "every", lambda: few)

    ran = run("drill", "--all", "--json")

    drills = json.loads(ran.out)["drills"]
    assert ran.code == 1
    assert [(one["name"], one["passed"]) for one in drills] == [("split-brain", True), ("own", False)]
    assert all(set(one) == {"name", "passed", "findings", "wall_s"} for one in drills)


def test_one_as_json_holds_everything(failing: str) -> None:
    ran = run("drill", failing, "--json")

    told = json.loads(ran.out)
    assert ran.code == 1
    assert told["live"] is False
    assert [(step["number"], step["passed"]) for step in told["steps"]] == [(1, False)]
    assert told["events"][0]["event"] == "watching_began"


def test_junit_and_report_are_written_also_when_it_fails(failing: str, tmp_path: Path) -> None:
    junit, report = tmp_path / "junit.xml", tmp_path / "report.json"

    ran = run("drill", failing, "--junit", str(junit), "--report", str(report))

    assert ran.code == 1
    assert ET.parse(junit).getroot()[0].get("failures") == "1"  # noqa: S314 - our own
    assert json.loads(report.read_text(encoding="utf-8"))["drills"][0]["passed"] is False


def test_a_file_that_cannot_be_written_is_told_before_anything_is_played(
    failing: str, tmp_path: Path
) -> None:
    good = tmp_path / "report.json"

    ran = run("drill", failing, "--junit", str(tmp_path / "none" / "junit.xml"), "--report", str(good))

    assert ran.code == 2
    assert "cannot be written" in ran.err
    assert ran.out == ""
    assert not good.exists()


def test_the_list_names_every_drill() -> None:
    assert {line.split()[0] for line in run("drill", "--list").out.splitlines()} == set(names())
    told = json.loads(run("drill", "--list", "--json").out)["drills"]
    assert [one["name"] for one in told] == names()


def test_a_drill_is_shown_in_words_and_not_played() -> None:
    ran = run("drill", "--show", "secondary-killed")

    assert ran.code == 0
    assert "2. The Secondary is killed" in ran.out
    assert "Never: gw-2 is primary." in ran.out


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ((), "Name one drill"),
        (("--all", "split-brain"), "NAME does not go with --all"),
        (("--all", "--live"), "--live does not go with --all; it goes with the NAME of a drill"),
        (("split-brain", "--workflows", "."), "--workflows needs --live"),
        (("split-brain", "--dns", "bind"), "--dns needs --live"),
        (("--show",), "--show goes with the NAME of a drill"),
        (("--show", "--all"), "--show does not go with --all"),
        (("--show", "split-brain", "--json"), "--json does not go with --show"),
        (("--show", "split-brain", "--live"), "--live does not go with --show"),
        (("--seed", "7"), "--seed goes with --random or --step"),
        (("--step",), "--step needs --seed"),
        (("--step", "--seed", "7", "--json"), "--json does not go with --step"),
        (("--step", "--seed", "7", "--live"), "--live does not go with --step"),
        (("--random", "5", "--step", "--seed", "1"), "--random does not go with --step"),
        (("split-brain", "--random", "3"), "NAME does not go with --random"),
        (("--random", "2", "--junit", "x.xml"), "--junit does not go with --random"),
        (("--random", "2", "--show"), "--show does not go with --random"),
        (("split-brain", "--seed", "7"), "--seed does not go with NAME"),
        (("--list", "--report", "x.json"), "--report does not go with --list"),
        (("split-brian",), "Near to it: split-brain"),
        (("none.toml",), "No such file"),
        (("resolver-stale", "--live"), "virtual time only"),
    ],
)
def test_what_cannot_be_run_exits_with_2_and_says_why(arguments: tuple[str, ...], part: str) -> None:
    ran = run("drill", *arguments)

    assert ran.code == 2
    assert part in ran.err
    assert "Traceback" not in ran.err


def test_a_drill_that_cannot_run_leaves_no_older_report_to_be_read(tmp_path: Path) -> None:
    report = tmp_path / "junit.xml"
    report.write_text("of yesterday", encoding="utf-8")

    ran = run("drill", "split-brian", "--junit", str(report))

    assert ran.code == 2
    (suite,) = ET.parse(report).getroot()  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    (error,) = suite.findall("testcase/error")
    assert "Near to it: split-brain" in error.get("message", "")


def test_every_mistake_of_a_file_is_told_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('titel = "x"\n[[steps]]\nfault = "kil"\n', encoding="utf-8")

    ran = run("drill", str(path))

    assert ran.code == 2
    assert len(ran.err.splitlines()) == 4
    assert "Did you mean 'kill'?" in ran.err
