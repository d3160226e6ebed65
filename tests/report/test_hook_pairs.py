"""Hooks of both nodes are put side by side, and what differs is said once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agmonitor.domain.model import Answer, Role
from agmonitor.domain.observations import Hook, HookCall, HookOutcome, HooksObservation
from agmonitor.report.hook_pairs import differences, side_by_side
from agmonitor.report.hooks import hooks_json, hooks_text

AT = 1_767_603_600.0
ZONES = Hook("zones", "on_change", "zones/page.py:12", "node_role_changed", AT - 600)
EXPORT = Hook("export", "go", "export/page.py:3", "node_role_changed", AT - 600)
CALL = HookCall(
    *("zones", "on_change", Role.SECONDARY, Role.PRIMARY, AT, None, HookOutcome.RUNNING),
    source=ZONES.source,
    so_far_ms=2500.0,
)


def told(node: str, *hooks: Hook, calls: tuple[HookCall, ...] = ()) -> HooksObservation:
    return HooksObservation(node, AT, AT, Answer.OK, hooks=hooks, calls=calls, version="2.0")


def sentences(*observations: HooksObservation) -> list[str]:
    return [difference.sentence for difference in differences(side_by_side(observations))]


def test_the_same_on_both_nodes_is_one_pair_and_no_difference() -> None:
    both = told("gw-1", ZONES, EXPORT), told("gw-2", EXPORT, ZONES, calls=(CALL,))

    pairs = side_by_side(both)

    assert [(pair.workflow, [one.node for one in pair.known]) for pair in pairs] == [
        ("export", ["gw-1", "gw-2"]),
        ("zones", ["gw-1", "gw-2"]),
    ]
    assert [len(one.calls) for one in pairs[1].known] == [0, 1]
    assert sentences(*both) == []


def test_what_is_registered_on_one_only_is_said() -> None:
    assert sentences(told("gw-1", ZONES, EXPORT), told("gw-2", ZONES)) == [
        "export: go is registered on gw-1 and not on gw-2."
    ]


def test_other_counts_and_places_are_said() -> None:
    other = replace(ZONES, registrations=2, source="zones/page.py:14")

    counts, places = sentences(told("gw-1", ZONES), told("gw-2", other))

    assert counts == "zones: on_change is registered 1× on gw-1 and 2× on gw-2."
    assert places.startswith(
        "zones: on_change stands in zones/page.py:12 on gw-1 and in zones/page.py:14 on gw-2:"
    )


def test_nothing_is_said_against_a_node_that_was_not_read() -> None:
    silent = HooksObservation("gw-2", AT, AT, Answer.TIMEOUT, "no answer")

    assert sentences(told("gw-1", ZONES), silent) == []


def test_two_of_one_name_are_told_apart_by_their_place() -> None:
    first, second = (
        replace(ZONES, callback="<lambda>"),
        replace(ZONES, callback="<lambda>", source="zones/page.py:9"),
    )

    pairs = side_by_side((told("gw-1", first, second), told("gw-2", second, first)))

    assert [[one.hook.source for one in pair.known] for pair in pairs] == [
        ["zones/page.py:9", "zones/page.py:9"],
        ["zones/page.py:12", "zones/page.py:12"],
    ]


def test_the_text_shows_both_nodes_of_each_hook_and_the_differences_last() -> None:
    late = replace(told("gw-2", replace(ZONES, registrations=3), calls=(CALL,)), earlier=("old_sync",))

    lines = hooks_text((told("gw-1", ZONES, EXPORT), late), "Import it.").splitlines()

    assert lines[0] == (
        "gw-2: loaded before the inventory, so that hooks of theirs may be unknown: old_sync."
    )
    assert lines[1] == "export: go  export/page.py:3  node_role_changed"
    assert [line.split() for line in lines[2:4]] == [
        ["gw-1", "registered", "never", "called"],
        ["gw-2", "not", "registered"],
    ]
    assert lines[6].endswith("secondary → primary, … running for 2.5 s")
    assert "registered 3 times" in lines[6]
    assert lines[-2:] == [
        "▲ export: go is registered on gw-1 and not on gw-2.",
        "▲ zones: on_change is registered 1× on gw-1 and 3× on gw-2.",
    ]


def test_the_document_holds_place_registrations_calls_and_differences() -> None:
    document: Any = hooks_json("gw-prod", (told("gw-1", ZONES), told("gw-2", calls=(CALL,))))
    first, second = document["nodes"]

    hook = first["hooks"][0]
    assert (hook["file"], hook["line"], hook["event"]) == ("zones/page.py", 12, "node_role_changed")
    assert (hook["registered_at"], hook["registrations"]) == ("2026-01-05T08:50:00Z", 1)
    assert (hook["last_call"], hook["calls"], hook["call_count"]) == (None, [], 0)
    gone = second["hooks"][0]
    assert (gone["registered"], gone["registrations"], gone["last_call"]["so_far_ms"]) == (False, 0, 2500.0)
    assert [one["kind"] for one in document["differences"]] == ["registered_on_one_only"]
