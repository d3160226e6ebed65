"""``groups export`` and ``import``: shown before anything is written, nothing half taken in."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from agmonitor.cli.group_book import compare_list, take_in
from agmonitor.cli.wiring import load_config, save_settings
from agmonitor.config.settings import ConfigError
from tests.cli.running import run
from tests.cli.test_groups import PAIR

OTHER_PAIR = ("--node", "gw-3=https://gw-3.example.net", "--node", "gw-4=https://gw-4.example.net")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list written on another machine: one group with a CA of its own, and one that may fail over there."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    run("groups", "add", "gw-prod", *PAIR, "--no-test", "--ca", str(tmp_path / "ca.pem"), "--tag", "prod")
    run("groups", "add", "gw-stage", *OTHER_PAIR, "--no-test")
    run("groups", "allow-failover", "gw-stage", "--confirm", "gw-stage")
    told = run("groups", "export", str(tmp_path / "groups.toml"))
    assert (told.code, told.out) == (0, f"{tmp_path}/groups.toml: 2 groups, without passwords.\n")
    monkeypatch.setenv("AGMONITOR_HOME", str(tmp_path / "elsewhere"))
    return tmp_path / "groups.toml"


def test_a_list_is_shown_and_then_taken_in(file: Path) -> None:
    shown = run("groups", "import", str(file), "--dry-run")
    before = load_config().groups
    taken = run("groups", "import", str(file), "--yes")
    again = run("groups", "import", str(file), "--yes")

    assert [line.split()[:2] for line in shown.out.splitlines()[:2]] == [
        ["new", "gw-prod"],
        ["new", "gw-stage"],
    ]
    assert (shown.code, before) == (0, ())
    assert "2 groups taken in" in taken.out
    prod, stage = load_config().groups
    assert not stage.failover_allowed
    assert prod.tags == ("prod",)
    assert prod.ca_file is not None
    assert prod.ca_file.startswith(os.environ["AGMONITOR_HOME"])
    assert "BEGIN CERTIFICATE" in Path(prod.ca_file).read_text(encoding="ascii")
    assert [line.split()[0] for line in again.out.splitlines()] == ["same", "same", "Nothing"]


def test_what_clashes_is_left_out(file: Path) -> None:
    run("groups", "add", "gw-prod", *OTHER_PAIR, "--no-test")

    told = run("groups", "import", str(file), "--yes")

    assert [line.split()[0] for line in told.out.splitlines()[:2]] == ["clash", "clash"]
    assert "Nothing was changed" in told.out
    assert len(load_config().groups) == 1


def test_nobody_is_asked_in_a_script(file: Path) -> None:
    told = run("groups", "import", str(file))

    assert "give --yes" in told.err
    assert load_config().groups == ()


def test_a_person_may_say_no(file: Path) -> None:
    told = run("groups", "import", str(file), typed="n\n", terminal=True)

    assert "Take in 2 groups?" in told.err
    assert load_config().groups == ()


def test_some_groups_may_be_named(file: Path, tmp_path: Path) -> None:
    run("groups", "import", str(file), "--yes")

    one = run("groups", "export", str(tmp_path / "one.toml"), "gw-stage")
    unknown = run("groups", "export", str(tmp_path / "none.toml"), "gw-x")

    assert "1 group," in one.out
    assert "Known: gw-prod, gw-stage" in unknown.err
    assert not (tmp_path / "none.toml").exists()


def test_what_moved_since_it_was_shown_is_not_overwritten(file: Path) -> None:
    run("groups", "import", str(file), "--yes")
    config = load_config()
    save_settings(replace(config, groups=tuple(replace(one, timeout_s=9.0) for one in config.groups)))
    shown = compare_list(file)
    save_settings(config)

    with pytest.raises(ConfigError, match="changed since this was shown"):
        take_in(shown)


def test_tags_are_set_and_taken_away(file: Path) -> None:
    run("groups", "import", str(file), "--yes")

    run("groups", "edit", "gw-prod", "--tag", "emea", "--tag", "gold")
    tagged = load_config().groups[0].tags
    shown, listed = run("groups", "show", "gw-prod").out, run("groups", "list").out
    run("groups", "edit", "gw-prod", "--no-tags")

    assert tagged == ("emea", "gold")
    assert "emea gold" in shown
    assert "#emea #gold" in listed
    assert load_config().groups[0].tags == ()
    assert "no space" in run("groups", "edit", "gw-prod", "--tag", "a b").err
