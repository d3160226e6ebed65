"""JUnit XML as CI systems read it: counts that fit the cases, failures and skips told, text always legal."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from agmonitor.drill.junit import junit
from agmonitor.drill.report import document, summary, text
from agmonitor.drill.scenario import Expect, Never, Scenario
from agmonitor.drill.scenario_shelf import scenario
from agmonitor.drill.stage import Played
from agmonitor.drill.virtual import play


def failing() -> Scenario:
    """Its third step cannot come true, and what it forbids happens."""
    whole = scenario("primary-killed")
    healthy, wish = whole.steps[0].act, whole.steps[2].act
    assert isinstance(healthy, Expect)
    assert isinstance(wish, Expect)
    wrong = replace(whole.steps[2], act=replace(wish, within_s=0.2))
    return replace(
        whole, steps=(*whole.steps[:2], wrong, *whole.steps[3:]), never=(Never(healthy.condition),)
    )


def suite_of(*drills: Played) -> list[ET.Element]:
    root = ET.fromstring(junit(drills))  # noqa: S314 - our own
    assert root.tag == "testsuites"
    return list(root)


def test_every_step_is_a_case_and_the_counts_fit() -> None:
    played = play(failing())

    (suite,) = suite_of(played)

    cases = suite.findall("testcase")
    assert suite.tag == "testsuite"
    assert suite.get("name") == "primary-killed"
    assert int(suite.get("tests", "")) == len(cases) == len(played.steps) + len(played.never)
    assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure")) == 2
    assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped")) == len(played.steps) - 3
    assert int(suite.get("errors", "")) == 0
    assert float(suite.get("time", "")) > 0
    for case in cases:
        assert case.get("classname") == "agmonitor.drill.primary-killed"
        assert case.get("name")
        assert float(case.get("time", "")) >= 0


def test_a_failure_says_what_was_seen() -> None:
    (suite,) = suite_of(play(failing()))

    failure = suite.find("testcase/failure")

    assert failure is not None
    assert "gw-1 primary, gw-2 secondary" in failure.get("message", "")
    assert "healthy (ok): gw-1 is Primary, gw-2 stands by" in failure.get("message", "")


def test_a_workflow_that_did_not_load_is_a_case_in_error_and_no_drill_passes_with_it() -> None:
    played = play(scenario("primary-killed"))
    lacking = replace(played, unloaded=("workflow miss was not loaded: no module named x",))

    (suite,) = suite_of(lacking)

    assert (played.passed, lacking.passed) == (True, False)
    assert (suite.get("errors"), suite.get("failures")) == ("1", "0")
    assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
    (error,) = suite.findall("testcase/error")
    assert error.get("message") == "workflow miss was not loaded: no module named x"
    assert "workflow miss was not loaded" in text(lacking)
    assert document(lacking, 1.0, live=True)["unloaded"] == list(lacking.unloaded)


def test_the_hooks_stand_in_the_output() -> None:
    (suite,) = suite_of(play(scenario("hooks-raise")))

    output = suite.findtext("system-out") or ""

    assert "gw-2 dhcp_export on_role_change (secondary → primary) raised" in output


def test_words_that_xml_cannot_carry_are_replaced() -> None:
    played = play(scenario("hooks-raise"))
    (hook, *others) = played.hooks
    loud = replace(hook, call=replace(hook.call, error="boom\x00\x1b]]> \ud800 <&>"))

    (suite,) = suite_of(replace(played, hooks=(loud, *others)))

    assert "boom??]]> ? <&>" in (suite.findtext("system-out") or "")


def test_several_drills_are_several_suites() -> None:
    played = play(scenario("healthy-pair"))

    assert len(suite_of(played, played)) == 2


def test_the_summary_has_the_agreed_keys() -> None:
    told = summary(play(scenario("secondary-killed")), 0.1234)

    assert told == {
        "name": "secondary-killed",
        "passed": True,
        "findings": ["healthy", "no_standby", "not_enough_evidence", "risky_settings"],
        "wall_s": 0.123,
    }


def test_the_report_tells_each_hook_call_in_full() -> None:
    played = play(scenario("hooks-raise"))

    hooks = document(played, 0.1, live=False)["hooks"]

    assert isinstance(hooks, list)
    assert hooks[0] | {"started_at": "", "duration_ms": 0} == {
        "node": "gw-2",
        "workflow": "dhcp_export",
        "callback": "on_role_change",
        "source": "dhcp_export/__init__.py:21",
        "previous": "secondary",
        "new": "primary",
        "started_at": "",
        "duration_ms": 0,
        "outcome": "raised",
        "error": "RuntimeError: a fault makes every hook raise",
    }


def test_the_text_names_what_failed_and_not_what_was_never_reached() -> None:
    told = text(play(failing()))

    assert told.startswith("FAILED  primary-killed")
    assert "  3. Expected within 0.2 s" in told
    assert "  4. " not in told
