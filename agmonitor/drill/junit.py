"""Drills as JUnit XML, in the shape that CI systems read: a suite per drill, a case per step and per "never".

A workflow that could not be loaded is a case in error, and so is a drill that could not run.

Only text from values; writes no file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from agmonitor.drill.report import hook_line
from agmonitor.drill.stage import Played
from agmonitor.drill.steps import NOT_REACHED

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry, however it is escaped; a hook's own words may hold anything."""


def junit(drills: Sequence[Played]) -> str:
    """The whole document, declaration included."""
    suites = ET.Element("testsuites", name="agmonitor drill")
    for played in drills:
        suites.append(_suite(played))
    return _document(suites)


def not_run(name: str, why: str) -> str:
    """The document of a drill that could not run: so no older one is taken for it."""
    suites = ET.Element("testsuites", name="agmonitor drill")
    suite = ET.SubElement(suites, "testsuite", name=_plain(name))
    _error(_case(suite, name, "the drill runs", 0.0), why, "not run")
    suite.attrib |= {"tests": "1", "failures": "0", "errors": "1", "skipped": "0", "time": "0.000"}
    return _document(suites)


def _document(suites: ET.Element) -> str:
    ET.indent(suites)
    text = ET.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _suite(played: Played) -> ET.Element:
    name = played.scenario.name
    suite = ET.Element("testsuite", name=name)
    failures = skipped = 0
    for number, why in enumerate(played.unloaded, 1):
        _error(_case(suite, name, f"the author's workflows load ({number})", 0.0), why, "workflow")
    for step in played.steps:
        case = _case(suite, name, f"{step.number}. {step.sentence}", step.took_s)
        if step.seen == NOT_REACHED:
            skipped += 1
            ET.SubElement(case, "skipped", message=NOT_REACHED)
        elif not step.passed:
            failures += 1
            _failure(case, step.seen)
    for never in played.never:
        case = _case(suite, name, never.sentence, 0.0)
        if not never.passed:
            failures += 1
            _failure(case, never.seen)
    if played.hooks:
        ET.SubElement(suite, "system-out").text = _plain("\n".join(hook_line(one) for one in played.hooks))
    suite.attrib |= {
        "tests": str(len(played.unloaded) + len(played.steps) + len(played.never)),
        "failures": str(failures),
        "errors": str(len(played.unloaded)),
        "skipped": str(skipped),
        "time": f"{played.ended_at - played.began_at:.3f}",
    }
    return suite


def _case(suite: ET.Element, drill: str, name: str, took_s: float) -> ET.Element:
    return ET.SubElement(
        suite,
        "testcase",
        classname=_plain(f"agmonitor.drill.{drill}"),
        name=_plain(name),
        time=f"{took_s:.3f}",
    )


def _failure(case: ET.Element, seen: str) -> None:
    failure = ET.SubElement(case, "failure", message=_plain(seen), type="expectation")
    failure.text = _plain(seen)


def _error(case: ET.Element, why: str, kind: str) -> None:
    ET.SubElement(case, "error", message=_plain(why), type=kind).text = _plain(why)


def _plain(text: str) -> str:
    return _FORBIDDEN.sub("?", text)
