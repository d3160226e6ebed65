"""Whole folders: our own examples are clean, and nothing that lies there is fatal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agmonitor.hooklint import sources
from agmonitor.hooklint.lint import lint
from agmonitor.hooklint.remarks import Rule

RESOURCES = Path(__file__).parents[2] / "resources"
SUBSCRIBES = "from availability_group.api import subscribe\nsubscribe('e', print)\n"


@pytest.mark.parametrize("folder", ["workflows", "gateway_workflow"])
def test_what_we_ship_is_clean(folder: str) -> None:
    told = lint(RESOURCES / folder)

    assert told.remarks == ()
    assert told.exit_code == (0 if folder == "workflows" else 2)


def test_our_examples_hooks_are_found() -> None:
    hooks = [(hook.workflow, hook.callback) for hook in lint(RESOURCES / "workflows").hooks]

    assert hooks == [("ag_demo", "Work.role_changed"), ("dhcp_export", "on_role_changed")]


def test_nothing_to_lint_is_told_apart_from_clean(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text("print()\n")

    assert (lint(tmp_path).files, lint(tmp_path).exit_code) == (1, 2)


def test_files_that_are_no_python_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a_broken.py").write_text("import availability_group.api\ndef (:\n")
    (tmp_path / "b_of_no_matter.py").write_text("print 'old'\n")
    (tmp_path / "c_null.py").write_bytes(b"x = 1\0\n")
    (tmp_path / "d_deep.py").write_text("(" * 5000 + ")" * 5000)
    (tmp_path / "e_binary.py").write_bytes(bytes(range(256)))
    (tmp_path / "f_huge.py").write_bytes(b"#" * (sources.BYTES_MAX + 1))
    (tmp_path / "g_sound.py").write_text(SUBSCRIBES)
    os.mkfifo(tmp_path / "h_pipe.py")
    (tmp_path / "i_gone.py").symlink_to(tmp_path / "nowhere.py")
    told = lint(tmp_path)

    assert [hook.file for hook in told.hooks] == ["g_sound.py"]
    unreadable = [remark for remark in told.remarks if remark.rule is Rule.UNREADABLE]
    assert [(remark.file, remark.line) for remark in unreadable] == [("a_broken.py", 2)]
    assert {one.file[0] for one in told.unread} == set("abcdef")


def test_links_in_a_ring_are_followed_once(tmp_path: Path) -> None:
    inner = tmp_path / "one" / "two"
    inner.mkdir(parents=True)
    (inner / "page.py").write_text(SUBSCRIBES)
    (inner / "back").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "one")

    assert len(lint(tmp_path).hooks) == 1


def test_ten_thousand_files_are_no_trouble(tmp_path: Path) -> None:
    for folder in range(100):
        (tmp_path / f"w{folder}").mkdir()
        for number in range(100):
            (tmp_path / f"w{folder}" / f"page_{number}.py").touch()
    (tmp_path / "w7" / "hooks.py").write_text(SUBSCRIBES)
    told = lint(tmp_path)

    assert (told.files, len(told.hooks), told.truncated) == (10_001, 1, False)


def test_more_files_than_are_read_are_admitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "FILES_MAX", 2)
    for number in range(3):
        (tmp_path / f"{number}.py").write_text(SUBSCRIBES)

    assert (lint(tmp_path).files, lint(tmp_path).truncated) == (2, True)
