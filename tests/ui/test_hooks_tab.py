"""The hooks of both nodes stand side by side; what was missed or differs is said by word and shape."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from agmonitor.domain.memory import HookTrouble, HookTroubleKind, Memory
from agmonitor.domain.model import Role, Severity
from agmonitor.domain.observations import Hook, HookOutcome
from agmonitor.domain.state import GroupState
from agmonitor.ui.hook_marks import HookMarkKind, HookMarks, summary
from agmonitor.ui.hooks_tab import COLUMNS, REGISTERED, HookRow, HooksTab, hook_rows, said_above
from tests.ui import staged

ONLY_HERE = Hook("zone_sync", "on_role", "zone_sync/page.py:7", "node_role_changed", staged.NOW - 900, 2)


def trouble(
    kind: HookTroubleKind, text: str, workflow: str = "zone_sync", callback: str = "on_role"
) -> HookTrouble:
    return HookTrouble(kind, staged.TWO, Role.PRIMARY, workflow, callback, text)


def state(*troubles: HookTrouble, hook: Hook | None = None, earlier: tuple[str, ...] = ()) -> GroupState:
    base = staged.healthy()
    one, two = base.nodes
    assert two.hooks is not None
    told = replace(two.hooks, hooks=(*two.hooks.hooks, hook) if hook else two.hooks.hooks, earlier=earlier)
    two = replace(two, hooks=told, inventory=told)
    return replace(base, nodes=(one, two), memory=Memory(hook_troubles=troubles))


def cells(row: HookRow) -> dict[str, str]:
    return {column.title: column.text(row) for column in COLUMNS}


def test_a_hook_on_one_node_only_stands_on_the_other_as_not_here() -> None:
    shown = state(hook=ONLY_HERE)
    absent, here = hook_rows(shown)[-2:]

    assert (cells(absent)["Node"], cells(absent)["Registered"], cells(absent)["Outcome"]) == (
        staged.ONE,
        "not here",
        "",
    )
    assert cells(here)["Registered"] == "2 times"
    assert cells(here)["Where"] == "page.py:7"
    assert f"zone_sync: on_role is registered on {staged.TWO} and not on {staged.ONE}." in said_above(shown)


def test_a_missed_hook_is_marked_by_word_and_shape() -> None:
    missed = trouble(HookTroubleKind.MISSED, "was not called within 10 s")
    row = hook_rows(state(missed, hook=ONLY_HERE))[1]  # what went wrong comes first

    assert (row.outcome, row.mark, row.wrong) == ("missed", Severity.WARNING, "was not called within 10 s")


def test_what_else_went_wrong_is_the_outcome() -> None:
    twice = trouble(HookTroubleKind.RAN_TWICE, "ran twice", "dns_audit", "on_role_change")
    row = next(row for row in hook_rows(state(twice)) if row.troubles)

    assert (row.outcome, row.mark) == ("ran twice", Severity.WARNING)


def test_a_hook_that_raised_keeps_the_square_and_its_error() -> None:
    raised = trouble(
        HookTroubleKind.RAISED, "raised KeyError: 'zone' after 9 ms", "dhcp_export", "export.start"
    )
    row = next(row for row in hook_rows(state(raised)) if row.troubles)

    assert (row.outcome, row.mark) == ("raised", Severity.CRITICAL)
    assert row.wrong == "KeyError: 'zone'"


def test_a_call_that_runs_tells_for_how_long() -> None:
    call = replace(staged.hooks(staged.TWO, staged.NOW).calls[0], duration_ms=None, so_far_ms=2500.0)
    row = HookRow(
        staged.TWO, ONLY_HERE, registered=True, call=replace(call, outcome=HookOutcome.RUNNING), calls=1
    )

    assert (row.took, row.outcome) == ("2.5 s", "running")


def test_workflows_that_were_there_first_are_named() -> None:
    assert "hooks of theirs may be unknown: old_sync." in said_above(state(earlier=("old_sync",)))


def test_a_missed_hook_is_one_mark_at_the_change() -> None:
    missed = trouble(HookTroubleKind.MISSED, "was not called within 10 s")
    shown, marks = state(missed, hook=ONLY_HERE), HookMarks()
    for _ in range(2):
        marks.miss(shown, staged.TWO)
        marks.miss(shown, staged.ONE)

    (mark,) = marks.marks
    assert (mark.at, mark.kind, mark.wrong) == (shown.nodes[1].role_since, HookMarkKind.MISSED, True)
    assert summary(marks.marks) == "1 missed: zone_sync"


def test_where_every_hook_is_registered_once_that_takes_no_room(qtbot: QtBot) -> None:
    tab = HooksTab()
    qtbot.addWidget(tab)
    tab.resize(960, 200)
    tab.show()

    tab.show_state(staged.healthy())
    assert tab.table.isColumnHidden(REGISTERED)
    widths = [tab.table.columnWidth(place) for place in range(len(COLUMNS))]
    assert sum(widths) == tab.table.viewport().width()
    assert all(tab.table.sizeHintForColumn(place) <= widths[place] for place in range(REGISTERED))

    tab.show_state(state(hook=ONLY_HERE))
    assert not tab.table.isColumnHidden(REGISTERED)
