"""``agmonitor whatif``: real runs in real processes, from a group's own settings or from others."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from agmonitor.cli import whatif_runs, wiring
from agmonitor.cli.whatif_runs import _still
from agmonitor.domain.model import Role
from agmonitor.domain.observations import Input
from agmonitor.history.store import Store
from tests import builders
from tests.cli.running import run

PAIR = ("--node", "gw-1=http://127.0.0.1:1", "--node", "gw-2=http://127.0.0.2:1")
FEW = ("--runs", "60", "--days", "0")
TOLD = {
    "health_report_interval": 4,
    "health_check_interval": 5,
    "allowed_absence_interval": 15,
    "group_fqdn_ttl": 7,
}


def printed(*arguments: str) -> dict[str, Any]:
    ran = run("whatif", *arguments, *FEW, "--json")
    assert (ran.code, ran.err) == (0, "")
    return dict(json.loads(ran.out))


def add_group() -> None:
    assert run("groups", "add", "gw-prod", *PAIR, "--timeout", "0.5", "--no-test").code == 0


def remember(*inputs: Input) -> None:
    """Have heard that, before."""

    async def main() -> None:
        history = Store.open(wiring.places().history_file)
        await history.record("gw-prod", inputs, ())
        await history.close()

    asyncio.run(main())


def heard(at: float) -> tuple[Input, ...]:
    told = {node: builders.configuration(node, **TOLD) for node in ("gw-1", "gw-2")}
    return (
        builders.heard("gw-1", at=at, role=Role.PRIMARY, configuration=told["gw-1"]),
        builders.heard("gw-2", at=at, role=Role.SECONDARY, configuration=told["gw-2"]),
    )


def test_without_a_group_the_documented_defaults_are_marked_assumed() -> None:
    document = printed()

    (one,) = document["predictions"]
    assert one["assumed"] is True
    assert "assumed" in one["source"]
    assert 39 < one["take_over_s"]["least"] <= one["take_over_s"]["p50"] <= one["take_over_s"]["most"] < 91
    assert one["false_failovers"]["how"] == "calculated"
    assert one["risks"] == []
    assert document["runs"] == 60


def test_the_same_seed_gives_the_same_document() -> None:
    first, second = printed("--seed", "4"), printed("--seed", "4")

    assert first["predictions"] == second["predictions"]
    assert printed("--seed", "5")["predictions"] != first["predictions"]


def test_settings_are_set_in_seconds_and_loss_in_percent() -> None:
    (one,) = printed("--set", "check=10", "--set", "absence=15s", "--set", "loss=2%")["predictions"]

    assert one["settings"] == {
        "report_s": 20.0,
        "check_s": 10.0,
        "absence_s": 15.0,
        "ttl_s": 30.0,
        "loss_share": 0.02,
    }
    assert any("no multiple" in risk for risk in one["risks"])
    assert any("two report intervals" in risk for risk in one["risks"])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("chekc=10", "there is report, check, absence, ttl, loss"),
        ("check=soon", "check goes from"),
        ("check", "to what? Say it as in --set check=10"),
        ("loss=95%", "loss goes from 0 to 0.9"),
        ("absence=-1", "absence goes from"),
        ("ttl=nan", "ttl goes from"),
    ],
)
def test_what_cannot_be_set_is_said_in_a_sentence(given: str, told: str) -> None:
    ran = run("whatif", "--set", given)

    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_no_number_of_days_is_refused() -> None:
    ran = run("whatif", "--days", "nan")

    assert ran.code == 2
    assert "it must be a number of days" in ran.err


def test_a_planned_failover_is_predicted_too() -> None:
    (one,) = printed("--trigger", "yield")["predictions"]

    assert [phase["name"] for phase in one["phases"]] == ["record", "promotion", "yielding", "clients"]
    assert one["without_service_s"]["most"] == 0


def test_a_group_is_predicted_with_what_its_nodes_told_last() -> None:
    add_group()
    remember(*heard(wiring.now() - 5))

    present, changed = printed("gw-prod", "--set", "check=3")["predictions"]

    assert present["settings"]["absence_s"] == 15.0
    assert present["source"].startswith("as heard at")
    assert not present["assumed"]
    assert changed["settings"] == {**present["settings"], "check_s": 3.0}
    assert changed["take_over_s"]["p95"] < present["take_over_s"]["p95"]


def test_where_a_look_finds_nobody_older_history_is_better_than_a_guess() -> None:
    add_group()
    remember(*heard(wiring.now() - whatif_runs.FRESH_S - 60))

    (one,) = printed("gw-prod")["predictions"]

    assert one["settings"]["ttl_s"] == 7.0


def test_a_group_that_never_told_its_settings_gets_the_documented_ones() -> None:
    add_group()

    (one,) = printed("gw-prod")["predictions"]

    assert one["assumed"] is True
    assert "no node told" in one["source"]


def test_a_group_that_is_none_is_said_so() -> None:
    ran = run("whatif", "gw-none")

    assert ran.code == 1
    assert "There is no group 'gw-none'" in ran.err


def test_progress_is_shown_on_a_terminal_only() -> None:
    on_terminal = run("whatif", *FEW, terminal=True)

    assert "100%" in on_terminal.err
    assert on_terminal.err.endswith("\r\x1b[2K")
    assert run("whatif", *FEW).err == ""


@pytest.mark.parametrize(
    ("share", "spent_s", "told"),
    [
        pytest.param(0.01, 10.0, ", about 16 min left", id="ten years of loss"),
        pytest.param(0.0001, 0.1, "", id="too early to say"),
        pytest.param(0.5, 5.0, "", id="nearly there"),
    ],
)
def test_what_takes_long_says_how_long_still(share: float, spent_s: float, told: str) -> None:
    assert _still(share, spent_s) == told


def test_every_key_of_the_document_stands_in_the_help() -> None:
    document = printed("--days", "0.01")
    help_text = run("whatif", "--help").out

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*(keys(one) for one in value.values()))
        return set().union(*(keys(one) for one in value)) if isinstance(value, list) else set()

    assert {key for key in keys(document) if key not in help_text} == set()
