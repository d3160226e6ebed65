"""Folders of workflows become loaded packages, and one that fails does not stop the others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agmonitor.lab.node.runtime import loader
from agmonitor.lab.node.runtime.workspace import look


@pytest.fixture(autouse=True)
def clean_modules() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name == "workflows" or name.startswith("workflows.")]:
        del sys.modules[name]


def load(folders: list[Path]) -> list[tuple[str, str]]:
    return [(loaded.workflow, loaded.error) for loaded in loader.load(look(folders))]


def workflow(folder: Path, page: str = "loaded = True\n", *, declaration: str | None = None) -> Path:
    folder.mkdir(parents=True)
    name = f"{folder.name}_page"
    entry = {"name": name, "title": "t", "endpoint": "e", "description": "d"}
    text = f"type = 'ui'\nsub_pages = [{entry}]\n" if declaration is None else declaration
    (folder / "__init__.py").write_text(text)
    (folder / f"{name}.py").write_text(page)
    return folder


def test_every_workflow_below_a_folder_is_loaded_with_its_pages(tmp_path: Path) -> None:
    workflow(tmp_path / "plain")
    workflow(tmp_path / "UI Components" / "in_a_category")
    (tmp_path / "UI Components" / "__init__.py").touch()
    (tmp_path / "no_workflow").mkdir()

    assert load([tmp_path]) == [("in_a_category", ""), ("plain", "")]
    assert sys.modules["workflows.UI Components.in_a_category.in_a_category_page"].loaded
    assert sys.modules["workflows.plain.plain_page"].loaded


def test_a_folder_may_be_a_workflow_itself(tmp_path: Path) -> None:
    one = workflow(tmp_path / "one")
    workflow(tmp_path / "other")

    assert load([one]) == [("one", "")]


def test_the_inventory_comes_first_wherever_it_lies(tmp_path: Path) -> None:
    workflow(tmp_path / "first" / "a")
    workflow(tmp_path / "second" / "hook_inventory")

    names = [name for name, _ in load([tmp_path / "first", tmp_path / "second"])]
    assert names == ["hook_inventory", "a"]


def test_one_that_fails_is_reported_and_the_rest_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workflow(tmp_path / "a_raises", "raise KeyError('zone')\n")
    workflow(tmp_path / "b_lacks", "import no_such_package_anywhere\n")
    workflow(tmp_path / "c_broken", declaration="sub_pages = [\n")
    workflow(tmp_path / "d_exits", "raise SystemExit(3)\n")
    workflow(tmp_path / "e_sound")
    loaded = dict(load([tmp_path]))

    assert loaded["a_raises"] == "KeyError: 'zone' (a_raises/a_raises_page.py:1)"
    assert "no_such_package_anywhere" in loaded["b_lacks"]
    assert loaded["c_broken"] == "SyntaxError: '[' was never closed (c_broken/__init__.py:1)"
    assert "exits when it is imported" in loaded["d_exits"]
    assert loaded["e_sound"] == ""
    assert "Traceback" in capsys.readouterr().err


def test_a_second_workflow_of_one_name_is_refused(tmp_path: Path) -> None:
    workflow(tmp_path / "x" / "same")
    workflow(tmp_path / "y" / "same")

    assert [bool(error) for _, error in load([tmp_path])] == [False, True]


def test_a_shared_module_is_reached_by_a_relative_import(tmp_path: Path) -> None:
    category = tmp_path / "Community"
    workflow(category / "uses", "from ..shared import value\n")
    (category / "__init__.py").touch()
    (category / "shared.py").write_text("value = 1\n")

    assert load([tmp_path]) == [("uses", "")]
