"""``agmonitor hooks --lint``: exit codes, text and document."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.running import run

RESOURCES = Path(__file__).parents[2] / "resources"
BAD = "from availability_group.api import EventId, subscribe\nsubscribe(EventId.ROLE, lambda event: None)\n"


def test_our_own_examples_are_clean() -> None:
    ran = run("hooks", "--lint", str(RESOURCES / "workflows"))

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "4 Python files read, 2 hooks, nothing to mend.\n"


def test_what_is_wrong_is_told_with_file_line_reason_and_mended_form(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(BAD)
    ran = run("hooks", "--lint", str(tmp_path))

    assert ran.code == 1
    assert "page.py:2: unknown_name\n    EventId has no ROLE; it has NODE_ROLE_CHANGED." in ran.out
    assert "      | EventId.NODE_ROLE_CHANGED\n" in ran.out


def test_the_document_holds_hooks_and_findings(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(BAD)
    document = json.loads(run("hooks", "--lint", str(tmp_path), "--json").out)

    assert [hook["callback"] for hook in document["hooks"]] == ["<lambda>"]
    assert {finding["rule"] for finding in document["findings"]} >= {"unknown_name", "no_role_check"}
    assert all(
        set(finding) == {"rule", "file", "line", "workflow", "callback", "why", "mended"}
        for finding in document["findings"]
    )


def test_nothing_to_lint_is_told_by_the_exit_code(tmp_path: Path) -> None:
    empty, nowhere = run("hooks", "--lint", str(tmp_path)), run("hooks", "--lint", str(tmp_path / "no"))

    assert (empty.code, nowhere.code) == (2, 2)
    assert "none subscribes" in empty.out
    assert "is no folder" in nowhere.err
    assert run("hooks", "lab", "--lint", str(tmp_path)).code == 2


def test_a_file_that_cannot_be_opened_is_named_and_not_counted_as_read(tmp_path: Path) -> None:
    (tmp_path / "odd.py").symlink_to("/proc/self/mem")  # a file to look at, and an error to read
    (tmp_path / "good.py").write_text(BAD, encoding="utf-8")

    ran = run("hooks", "--lint", str(tmp_path), "--json")

    document = json.loads(ran.out)
    assert document["files"] == 1
    assert [one["file"] for one in document["unread"]] == ["odd.py"]
    assert "cannot be opened" in document["unread"][0]["reason"]


def test_on_a_terminal_it_tells_how_far_it_is(tmp_path: Path) -> None:
    for number in range(600):
        (tmp_path / f"a{number}.py").touch()

    assert "500 Python files …" in run("hooks", "--lint", str(tmp_path), terminal=True).err
    assert run("hooks", "--lint", str(tmp_path)).err == ""
