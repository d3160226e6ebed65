"""``agmonitor history replay``: tells the story again, and checks it with an honest exit code."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.history.recorded import record, watched


@pytest.fixture
def path(home: Path) -> Path:
    return home / "data" / "history.db"


def edit(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_the_story_is_told_again_in_full(path: Path) -> None:
    session = watched(2)[:800]
    record(path, session)

    told = [json.loads(line) for line in run("history", "replay", "--json").out.splitlines()]

    assert [event["sentence"] for event in told] == [e.sentence for one in session for e in one.events]
    assert {event["group"] for event in told} == {"g"}
    text = run("history", "replay", "g").out
    assert told[-1]["sentence"] in text


def test_a_part_of_it_is_told(path: Path) -> None:
    session = watched(2)[:800]
    record(path, session)
    whole = [json.loads(line) for line in run("history", "replay", "--json").out.splitlines()]
    at = whole[3]["at"]

    part = [json.loads(line) for line in run("history", "replay", "--json", "--from", at).out.splitlines()]

    assert 0 < len(part) < len(whole)
    assert part == whole[-len(part) :]


def test_check_says_equal_different_or_not_possible(path: Path) -> None:
    assert run("history", "replay", "--check").code == 2
    record(path, watched(2)[:300])

    equal = run("history", "replay", "--check")
    assert (equal.code, "all as stored" in equal.out) == (0, True)

    edit(path, "UPDATE events SET sentence = 'Another.' WHERE id = 2")
    different = run("history", "replay", "--check")
    assert (different.code, "please report it" in different.out) == (1, True)
    assert "- stored   Another." in different.out

    edit(path, "UPDATE checkpoints SET rules = '0'")
    newer = run("history", "replay", "--check")
    assert (newer.code, "judged differently" in newer.out) == (1, True)

    edit(path, "DELETE FROM checkpoints")
    assert run("history", "replay", "--check").code == 2


def test_check_as_json_has_all_keys_always(path: Path) -> None:
    record(path, watched(2)[:300])
    edit(path, "UPDATE events SET severity = 4 WHERE id = 2")

    document = json.loads(run("history", "replay", "--check", "--json").out)

    (group,) = document["groups"]
    assert list(group) == [
        "group",
        "equal",
        "inputs",
        "events",
        "sessions",
        "rules",
        "different",
        "differences",
        "unchecked",
    ]
    assert (group["equal"], group["different"], group["unchecked"]) == (False, 1, [])
    assert group["differences"][0]["stored"] != group["differences"][0]["replayed"]


def test_a_group_must_be_named_where_there_are_several(path: Path) -> None:
    record(path, watched(2)[:20])
    record(path, watched(2)[:20], group="other")

    assert (run("history", "replay").code, run("history", "replay", "nobody").code) == (2, 2)
    assert "g, other" in run("history", "replay").err
    assert run("history", "replay", "--check").code == 0


@pytest.mark.parametrize("text", ["soon", "", "infs", "2026-13-40", "nand"])
def test_what_is_no_time_is_told(text: str) -> None:
    ran = run("history", "replay", "--from", text)

    assert ran.code == 2
    assert "30m" in ran.err
