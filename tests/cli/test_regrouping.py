"""Groups renamed and removed from the command line: settings, history and password together or not at all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agmonitor.cli.wiring import load_config
from agmonitor.history.queries import read_past
from agmonitor.history.store import Store
from tests.cli.conftest import Drawer
from tests.cli.running import run
from tests.cli.test_groups import PAIR
from tests.history.recorded import record, watched


@pytest.fixture
def path(home: Path) -> Path:
    run("groups", "add", "gw-prod", *PAIR, "--no-test")
    run("groups", "add", "gw-stage", *PAIR, "--no-test")
    path = home / "data" / "history.db"
    path.parent.mkdir(parents=True)
    record(path, watched(3)[:400], group="gw-prod")
    return path


def names() -> list[str]:
    return [group.name for group in load_config().groups]


def recorded(path: Path, group: str) -> int:
    return len(read_past(path, group, 0, None))


def test_a_renamed_group_takes_its_history_and_password_along(
    path: Path, drawer: Drawer, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("secret\n", encoding="utf-8")
    run("groups", "edit", "gw-prod", "--user", "monitor", "--password-file", str(tmp_path / "password"))

    told = run("groups", "rename", "gw-prod", "gw-toronto")

    assert (told.code, told.err) == (0, "")
    assert "its history goes with it" in told.out
    assert names() == ["gw-toronto", "gw-stage"]
    assert (recorded(path, "gw-prod"), recorded(path, "gw-toronto")) == (0, 400)
    assert list(drawer.kept) == ["password of gw-toronto"]


@pytest.mark.parametrize(
    ("after", "said"),
    [("GW-Stage", "already"), ("lab", "kept for the lab"), ("a/b", "no '/'"), ("", "1 to 64")],
)
def test_a_name_that_cannot_be_is_refused(path: Path, after: str, said: str) -> None:
    told = run("groups", "rename", "gw-prod", after)

    assert told.code != 0
    assert said in told.err
    assert names() == ["gw-prod", "gw-stage"]


def test_a_name_the_history_knows_from_before_is_refused(path: Path) -> None:
    record(path, watched(3)[:10], group="gw-old")

    told = run("groups", "rename", "gw-prod", "gw-old")

    assert "--with-history" in told.err
    assert names() == ["gw-prod", "gw-stage"]
    assert recorded(path, "gw-prod") == 400


def test_while_another_copy_writes_nothing_is_renamed_or_erased(path: Path) -> None:
    store = Store.open(path)
    try:
        renamed = run("groups", "rename", "gw-prod", "gw-toronto")
        erased = run("groups", "remove", "gw-prod", "--with-history", "--yes")
    finally:
        asyncio.run(store.close())

    assert "Another copy of agmonitor is writing the history. Rename gw-prod there" in renamed.err
    assert "Erase the history of gw-prod there" in erased.err
    assert renamed.code == erased.code != 0
    assert names() == ["gw-prod", "gw-stage"]
    assert recorded(path, "gw-prod") == 400


def test_removing_keeps_the_history_unless_told_otherwise(path: Path) -> None:
    kept = run("groups", "remove", "gw-prod")
    after = recorded(path, "gw-prod")
    run("groups", "add", "gw-prod", *PAIR, "--no-test")

    erased = run("groups", "remove", "gw-prod", "--with-history", "--yes")

    assert ("is kept" in kept.out, after) == (True, 400)
    assert ("is erased" in erased.out, recorded(path, "gw-prod")) == (True, 0)


def test_a_script_must_say_twice_that_it_erases(path: Path) -> None:
    told = run("groups", "remove", "gw-prod", "--with-history")

    assert "--yes" in told.err
    assert (names(), recorded(path, "gw-prod")) == (["gw-prod", "gw-stage"], 400)


def test_a_person_is_asked(path: Path) -> None:
    stays = run("groups", "remove", "gw-prod", typed="n\n", terminal=True)
    before = names()
    run("groups", "remove", "gw-prod", typed="y\n", terminal=True)

    assert "Stop watching gw-prod?" in stays.err
    assert "Nothing was changed" in stays.err
    assert (before, names()) == (["gw-prod", "gw-stage"], ["gw-stage"])
