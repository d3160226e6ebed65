"""Drills on the live lab: they pass there too, with the same events in the same order as in virtual time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as ET

import pytest

from agmonitor.cli.drill_live import play_live
from agmonitor.cli.drill_wish import DrillLab
from agmonitor.cli.faults import UserError
from agmonitor.domain.events import Event, EventKind
from agmonitor.drill.live_setup import not_live
from agmonitor.drill.scenario import DEMO
from agmonitor.drill.scenario_shelf import every, scenario
from agmonitor.drill.virtual import play
from agmonitor.lab.options import example_workflows
from tests.drill.agreement import disagreement
from tests.lab.support import needs_bind

LIVE = [one.name for one in every() if one.live]
QUICK = ("planned-failover", "primary-killed")
ROUND_S = 1.0  # half of the demo's report interval

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the lab needs Linux")


def agree_both_ways(name: str, dns: Literal["embedded", "bind"] = "embedded") -> None:
    drill = scenario(name)

    live = play_live(drill, DrillLab(dns=dns), lambda _: None)
    virtual = play(drill)

    told = [f"{step.sentence} {step.seen}" for step in live.steps if not step.passed]
    assert told + [never.seen for never in live.never if not never.passed] == []
    if _kept_up(live.events):
        assert disagreement(live.events, virtual.events, ROUND_S) == []
    assert live.not_shown == ()


def _kept_up(events: Sequence[Event]) -> bool:
    """A machine so loaded that our own watching has gaps proves nothing of the order."""
    return all(event.kind is not EventKind.GAP for event in events)


@pytest.mark.lab
@pytest.mark.parametrize("name", QUICK)
def test_live_and_virtual_time_agree(name: str) -> None:
    agree_both_ways(name)


@pytest.mark.lab
@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in LIVE if name not in QUICK])
def test_live_and_virtual_time_agree_in_every_live_drill(name: str) -> None:
    agree_both_ways(name)


@pytest.mark.lab
def test_a_failover_on_a_real_bind_agrees_with_virtual_time() -> None:
    needs_bind()
    agree_both_ways("planned-failover", "bind")


@pytest.mark.lab
@pytest.mark.long
@pytest.mark.parametrize("name", LIVE)
def test_every_live_drill_on_a_real_bind_agrees_with_virtual_time(name: str) -> None:
    needs_bind()
    agree_both_ways(name, "bind")


@pytest.mark.parametrize("name", LIVE)
def test_a_live_drill_can_be_set_up_in_the_lab_and_is_quick(name: str) -> None:
    drill = scenario(name)

    assert not_live(drill) == ""
    assert drill.pace.absence_s <= 2 * DEMO.absence_s


def test_what_the_lab_cannot_do_is_refused_before_it_starts() -> None:
    assert "virtual time only" in not_live(scenario("resolver-stale"))
    assert "virtual time only" in not_live(scenario("one-gateway-twice"))


@pytest.mark.lab
def test_an_authors_workflow_that_raises_fails_the_drill_and_is_named_in_the_report(tmp_path: Path) -> None:
    junit, report = tmp_path / "junit.xml", tmp_path / "report.json"
    drill = tmp_path / "own.toml"
    drill.write_text(
        'title = "t"\nwhy = "w"\ntimers = "demo"\npair = { scheme = "http" }\n'
        '[[steps]]\nexpect = { verdict = "healthy", heartbeat = "direct" }\nwithin_s = 20\n'
        '[[steps]]\nfailover = "a test"\n'
        '[[steps]]\nexpect = { hook = "gw-2 secondary primary returned" }\nwithin_s = 12\n'
        '[[never]]\nhook = "gw-2 secondary primary raised"\n',
        encoding="utf-8",
    )
    own = tmp_path / "workflows"
    shutil.copytree(example_workflows()[1], own)
    (own / "miss").mkdir()
    (own / "miss" / "__init__.py").write_text("sub_pages = []\nimport nothing_like_this\n", encoding="utf-8")
    command = [sys.executable, "-m", "agmonitor", "drill", str(drill), "--live"]
    command += ["--workflows", str(own), "--junit", str(junit), "--report", str(report)]

    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 1, done.stdout + done.stderr
    (suite,) = ET.parse(junit).getroot()  # noqa: S314 - our own
    assert (suite.get("failures"), suite.get("errors")) == ("1", "1")
    missed = suite.find("testcase/error")
    assert missed is not None
    assert "workflow miss was not loaded" in missed.get("message", "")
    (told,) = json.loads(report.read_text(encoding="utf-8"))["drills"]
    raised = [hook for hook in told["hooks"] if hook["outcome"] == "raised"]
    assert [(hook["node"], hook["workflow"], hook["error"]) for hook in raised] == [
        ("gw-2", "dhcp_export", "KeyError: 'zone'")
    ]
    assert ("gw-1", "primary", "secondary") in {
        (hook["node"], hook["previous"], hook["new"]) for hook in told["hooks"]
    }
    assert raised[0]["duration_ms"] >= 0
    assert raised[0]["source"]


@pytest.mark.lab
def test_a_folder_without_a_workflow_that_loads_is_nothing_to_drill(tmp_path: Path) -> None:
    broken = tmp_path / "workflows" / "broken"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("sub_pages = []\nimport nothing_like_this\n", encoding="utf-8")

    with pytest.raises(UserError, match=r"could be loaded(.|\n)*nothing_like_this"):
        play_live(scenario("planned-failover"), DrillLab(broken.parent), lambda _: None)
