"""What stands behind the window's drills: scenario files, the lab for one, the report in three forms."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from agmonitor.cli.lab_wish import LabWish
from agmonitor.cli.window_drills import WindowDrills
from agmonitor.drill.scenario_shelf import ScenarioError, scenario, shelf
from agmonitor.drill.stage import Played
from agmonitor.drill.virtual import play


@pytest.fixture(scope="module")
def played() -> Played:
    return play(scenario("guard-no-reason"))


def test_the_drills_offered_are_those_that_can_be_played_live() -> None:
    offered = asyncio.run(WindowDrills(None).every())

    assert "primary-killed" in [one.name for one in offered]
    assert all(one.live for one in offered)


def test_a_file_that_needs_virtual_time_is_refused() -> None:
    with pytest.raises(ScenarioError, match="virtual time only"):
        asyncio.run(WindowDrills(None).read(shelf() / "resolver-stale.toml"))


def test_the_lab_has_the_drills_pace_and_what_the_person_wished() -> None:
    wish = LabWish(bind=True, workflows=(Path("mine"),))

    options = WindowDrills(wish).lab(scenario("primary-frozen-demo")).options

    assert (options.absence_s, options.dns, options.scheme) == (12, "bind", "http")
    assert Path("mine") in (options.workflows or ())


def test_the_report_has_the_form_that_its_ending_names(tmp_path: Path, played: Played) -> None:
    files = [tmp_path / name for name in ("a.xml", "b.json", "c.txt", "d")]

    for file in files:
        asyncio.run(WindowDrills(None).save(file, played))

    xml, told, text, bare = (file.read_text(encoding="utf-8") for file in files)
    assert ET.fromstring(xml)[0].get("failures") == "0"  # noqa: S314 - our own
    assert json.loads(told)["drills"][0]["live"] is True
    assert text.startswith("passed  guard-no-reason")
    assert bare == xml
