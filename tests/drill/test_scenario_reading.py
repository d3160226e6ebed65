"""A scenario file is read as a whole: what is right becomes a drill, every mistake is told with its key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from agmonitor.drill.scenario import DEMO, BringAbout, Condition, Expect, FailOver, Happen, Hold, Wait
from agmonitor.drill.scenario_reading import read_scenario
from agmonitor.drill.scenario_shelf import ScenarioError, every, opened, scenario, shelf
from agmonitor.drill.scenario_words import told
from agmonitor.failover.guards import Guard, Outcome

HEAD = 'title = "A title"\nwhy = "For a reader."\n'
RIGHT = (
    HEAD
    + """
timers = "demo"
live = true
covers = { findings = ["no_standby"], faults = ["kill"], guards = ["not_heard"] }
[watch]
cadence_s = 1
failover_allowed = false
[[steps]]
fault = "kill"
node = "primary"
for_s = 20
label = "killed"
[[steps]]
fault = "slow"
node = "gw-2"
link = "heartbeat"
delay_s = 2
[[steps]]
happen = "set_setting"
node = "gw-2"
to = "group_fqdn_ttl 60"
[[steps]]
failover = "a reason"
ends = "refused_here"
guards = ["not_heard"]
[[steps]]
expect = { gw-2 = "primary", finding = ["no_standby warning"], record = "gw-2" }
within_s = 30
[[steps]]
hold = { verdict = "no_standby", exit = 1 }
for_s = 5
[[steps]]
wait_s = 3
live_wait_s = 4
[[never]]
gw-2 = "not_in_group"
after = "killed"
"""
)


def mistakes(text: str) -> dict[str, str]:
    _, found = read_scenario("own", tomllib.loads(text))
    return {mistake.key: mistake.sentence for mistake in found}


def test_a_right_file_becomes_a_drill() -> None:
    found, wrong = read_scenario("own", tomllib.loads(RIGHT))

    assert wrong == ()
    assert (found.name, found.pace, found.live) == ("own", DEMO, True)
    assert found.watch.cadence_s == 1.0
    assert not found.watch.failover_allowed
    assert found.covers.guards == (Guard.NOT_HEARD,)
    assert [step.act for step in found.steps] == [
        BringAbout("kill", "primary", for_s=20),
        BringAbout("slow", "gw-2", "heartbeat", None, (("delay_s", 2.0),)),
        Happen("set_setting", "gw-2", "group_fqdn_ttl 60"),
        FailOver("a reason", Outcome.REFUSED_HERE, (Guard.NOT_HEARD,)),
        Expect(
            Condition((("gw-2", ("primary",)), ("finding", ("no_standby warning",)), ("record", ("gw-2",)))),
            30,
        ),
        Hold(Condition((("verdict", ("no_standby",)), ("exit", ("1",)))), 5),
        Wait(3, 4),
    ]
    assert found.never[0].after == "killed"


def test_a_drill_is_told_in_words() -> None:
    found, _ = read_scenario("own", tomllib.loads(RIGHT))

    words = told(found)

    assert "The Primary is killed: connections are refused. For 20 s. [killed]" in words
    assert (
        "Expected within 30 s: gw-2 is primary, no_standby warning is found and the record names gw-2."
        in words
    )
    assert "it is refused here and nothing is sent: not heard" in words
    assert "Never after [killed]: gw-2 is not in group." in words


@pytest.mark.parametrize(
    ("text", "key", "part"),
    [
        ("titel = 'x'", "titel", "Did you mean 'title'?"),
        ("title = 3", "title", "a text"),
        ("timers = 'fast'", "timers", "documented or demo"),
        ("timers = { report_s = 1.5, check_s = 2, absence_s = 4, ttl_s = 1 }", "timers.report_s", "whole"),
        ("timers = { report_s = 1 }", "timers.check_s", "missing"),
        ("covers = { findings = ['no_standbi'] }", "covers.findings", "Did you mean 'no_standby'?"),
        ("covers = { guards = ['x'] }", "covers.guards", "Allowed are"),
        ("watch = { cadence = 1 }", "watch.cadence", "Did you mean 'cadence_s'?"),
        ("watch = { one_url = 1 }", "watch.one_url", "true or false"),
        ("pair = { scheme = 'ftp' }", "pair.scheme", "Allowed are http, https"),
        ("steps = 3", "steps", "[[steps]]"),
        ("[[steps]]\nwait = 1", "steps[1]", "exactly one of"),
        ("[[steps]]\nwait_s = 1\nheal = true", "steps[1]", "exactly one of"),
        ("[[steps]]\nwait_s = 0", "steps[1].wait_s", "more than nothing"),
        ("[[steps]]\nwait_s = inf", "steps[1].wait_s", "a number from"),
        ("[[steps]]\nheal = false", "steps[1].heal", "Must be true"),
        ("[[steps]]\nfault = 'kil'\nnode = 'primary'", "steps[1].fault", "Did you mean 'kill'?"),
        ("[[steps]]\nfault = 'kill'", "steps[1].node", "needs a node"),
        ("[[steps]]\nfault = 'kill'\nnode = 'gw-3'", "steps[1].node", "Allowed are primary"),
        ("[[steps]]\nfault = 'kill'\nnode = 'gw-1'\nlink = 'door'", "steps[1].link", "not known here"),
        ("[[steps]]\nfault = 'restart'\nnode = 'gw-1'\nfor_s = 3", "steps[1].for_s", "not known here"),
        ("[[steps]]\nfault = 'slow'\nlink = 'wire'", "steps[1].link", "Allowed are door"),
        ("[[steps]]\nfault = 'slow'\ndelay_s = 61", "steps[1].delay_s", "from 0 to 60"),
        ("[[steps]]\nfault = 'slow'\nloss_share = 1", "steps[1].loss_share", "not known here"),
        ("[[steps]]\nhappen = 'leave'", "steps[1].node", "missing"),
        ("[[steps]]\nhappen = 'edit_record'\nto = 'gw-9'", "steps[1].to", "Allowed are gw-1"),
        ("[[steps]]\nhappen = 'set_setting'\nnode = 'gw-1'\nto = 'ttl'", "steps[1].to", "and its value"),
        ("[[steps]]\nfailover = ''\nends = 'fine'", "steps[1].ends", "Allowed are succeeded"),
        ("[[steps]]\nfailover = 'r'\nguards = ['not_heard']", "steps[1].ends", "refused_here"),
        ("[[steps]]\nexpect = {}\nwithin_s = 1", "steps[1].expect", "Asks for nothing"),
        ("[[steps]]\nexpect = { finding = 'x' }\nwithin_s = 1", "steps[1].expect.finding", "not known here"),
        ("[[steps]]\nexpect = { gw-1 = 'boss' }\nwithin_s = 1", "steps[1].expect.gw-1", "Allowed are"),
        ("[[steps]]\nexpect = { hook = 'gw-1' }\nwithin_s = 1", "steps[1].expect.hook", "such as"),
        ("[[steps]]\nexpect = { verdict = 'healthy' }", "steps[1].within_s", "missing"),
        ("[[steps]]\nhold = { verdict = 'healthy' }", "steps[1].for_s", "missing"),
        ("[[steps]]\nwait_s = 1\n[[never]]\nworst = 'bad'", "never[1].worst", "Allowed are ok"),
        ("[[steps]]\nwait_s = 1\n[[never]]\nworst = 'ok'\nafter = 'x'", "never[1].after", "No step"),
        ("[[steps]]\nwait_s = 1\nlabel = 'a'\n[[steps]]\nwait_s = 1\nlabel = 'a'", "steps[2].label", "taken"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_is_allowed(text: str, key: str, part: str) -> None:
    assert part in mistakes(text)[key]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("titel = 'x'\n[[steps]]\nfault = 'kil'\n[[steps]]\nwait_s = -1\n", encoding="utf-8")

    with pytest.raises(ScenarioError) as caught:
        opened(path)

    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    assert {line.split(": ")[1] for line in lines} == {
        "titel",
        "title",
        "why",
        "steps[1].fault",
        "steps[2].wait_s",
    }


@pytest.mark.parametrize("content", [b"= broken", b"\xff\xfe", b"title = 'x'\n" * 100_000])
def test_what_is_no_scenario_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(content)

    with pytest.raises(ScenarioError, match=r"own\.toml"):
        opened(path)


def test_a_missing_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="No such file"):
        scenario(str(tmp_path / "none.toml"))


def test_an_unknown_name_suggests_the_near_ones() -> None:
    some = every(shelf())[0].name

    with pytest.raises(ScenarioError, match=some):
        scenario(f"{some}x")
