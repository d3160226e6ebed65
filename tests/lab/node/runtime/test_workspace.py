"""What lies in folders of workflows is found in order, and folders made to hurt are told, never fatal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agmonitor.lab.node.runtime import workspace
from agmonitor.lab.node.runtime.workspace import look
from tests.lab.node.runtime.workflow_folders import good


def names(*folders: Path) -> list[str]:
    return [found.name for found in look(folders).workflows if not found.error]


def errors(*folders: Path) -> dict[str, str]:
    return {found.name: found.error for found in look(folders).workflows if found.error}


def test_categories_are_walked_whatever_their_names(tmp_path: Path) -> None:
    good(tmp_path / "plain")
    good(tmp_path / "UI Components" / "in_a_category")
    good(tmp_path / "Community" / "Deeper Still" / "in_two")
    (tmp_path / "UI Components" / "__init__.py").touch()

    assert names(tmp_path) == ["in_two", "in_a_category", "plain"]


def test_the_inventory_comes_first_wherever_it_lies(tmp_path: Path) -> None:
    good(tmp_path / "first" / "a")
    good(tmp_path / "second" / "hook_inventory")

    assert names(tmp_path / "first", tmp_path / "second") == ["hook_inventory", "a"]


def test_a_whole_workspace_brings_its_customizations_and_permissions(tmp_path: Path) -> None:
    good(tmp_path / "workflows" / "one")
    (tmp_path / "customizations").mkdir()
    (tmp_path / "permissions.json").write_text(
        '{"one": {"one_page": ["admin"], "open_page": ["admin", "all"]}}'
    )
    found = look([tmp_path])

    assert [one.name for one in found.workflows] == ["one"]
    assert found.customizations == (tmp_path / "customizations",)
    assert found.permits("one_page", ordinary=False)
    assert not found.permits("one_page", ordinary=True)
    assert found.permits("open_page", ordinary=True)
    assert found.permits("not_mentioned", ordinary=True)


def test_customizations_may_lie_among_the_categories(tmp_path: Path) -> None:
    good(tmp_path / "Edge" / "one")
    (tmp_path / "Edge" / "customizations" / "edge").mkdir(parents=True)

    assert look([tmp_path]).customizations == (tmp_path / "Edge" / "customizations",)


def test_a_name_is_taken_once_over_all_categories(tmp_path: Path) -> None:
    good(tmp_path / "x" / "same")
    good(tmp_path / "y" / "same")

    assert names(tmp_path) == ["same"]
    assert errors(tmp_path) == {"same": "there is another workflow named same, in x"}


def test_names_and_categories_that_a_gateway_does_not_take_are_told(tmp_path: Path) -> None:
    good(tmp_path / "9lives")
    good(tmp_path / "with-dash")
    good(tmp_path / "Administration" / "inner")

    told = errors(tmp_path)
    assert "no name for a workflow" in told["9lives"]
    assert "no name for a workflow" in told["with-dash"]
    assert told["inner"] == "the category Administration is Gateway's own"


def test_categories_of_one_name_in_two_folders_stay_apart(tmp_path: Path) -> None:
    good(tmp_path / "a" / "Same" / "one")
    good(tmp_path / "b" / "Same" / "two")

    modules = [found.module for found in look([tmp_path / "a", tmp_path / "b"]).workflows]
    assert modules == ["workflows.Same.one", "workflows_2.Same.two"]


def test_loops_of_links_and_odd_files_end(tmp_path: Path) -> None:
    good(tmp_path / "one")
    (tmp_path / "back").symlink_to(tmp_path)
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    (tmp_path / "nowhere").symlink_to("/nonexistent")
    for name in ("fifo", "device", "folder"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "fifo" / "__init__.py")
    (tmp_path / "device" / "__init__.py").symlink_to("/dev/zero")
    (tmp_path / "folder" / "__init__.py").mkdir()

    assert names(tmp_path) == ["one"]
    assert errors(tmp_path) == {}


def test_one_that_cannot_be_read_is_left_to_the_import_to_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good(tmp_path / "closed")

    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    assert names(tmp_path) == ["closed"]


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert look([tmp_path]).troubles == (f"{tmp_path} cannot be read: Permission denied",)


def test_ten_thousand_files_are_passed_over(tmp_path: Path) -> None:
    good(tmp_path / "zone" / "one")
    for number in range(10_000):
        (tmp_path / f"file{number}.py").touch()

    assert names(tmp_path) == ["one"]


def test_too_many_folders_or_workflows_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        good(tmp_path / "a" / f"wf{number}")
    monkeypatch.setattr(workspace, "MOST_WORKFLOWS", 3)
    found = look([tmp_path])
    assert len(found.workflows) == 3
    assert found.troubles == ("there are 5 workflows; only the first 3 are loaded",)

    monkeypatch.setattr(workspace, "MOST_FOLDERS", 4)
    (trouble,) = look([tmp_path]).troubles
    assert "more than 4 folders" in trouble


def test_a_folder_that_is_not_there_and_permissions_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    good(tmp_path / "one")
    (tmp_path / "permissions.json").write_text('{"one": ["no pages"]}')

    troubles = look([tmp_path, tmp_path / "gone"]).troubles
    assert troubles[0].startswith(f"{tmp_path}/permissions.json is not used: ")
    assert troubles[1] == f"there is no folder {tmp_path}/gone"
