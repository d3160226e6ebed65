"""The table ``[alerts]``: read with every mistake, kept short, and gone round without a loss."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agmonitor.alerts.settings import AlertSettings, Doors, Flapping, Thresholds
from agmonitor.config.settings import Config, ConfigError, load, save
from agmonitor.domain.model import GroupSettings, NodeAddress, Severity

GROUP = GroupSettings("gw", (NodeAddress("a", "https://a.example"), NodeAddress("b", "https://b.example")))
GROUP_TEXT = """
[[groups]]
name = "gw"
nodes = [{ name = "a", url = "https://a.example" }, { name = "b", url = "https://b.example" }]
"""


def read(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "settings.toml"
    path.write_text(text + GROUP_TEXT)
    return load(path)


def test_without_a_table_the_defaults_hold_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    save(path, Config((GROUP,)))

    assert load(path).alerts == AlertSettings()
    assert "alerts" not in path.read_text()


def test_what_was_saved_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    general = Thresholds(bad_rounds=4)
    settings = AlertSettings(
        general,
        Flapping(messages=9),
        Doors(desktop=False, command=("/bin/page", "--to", "us"), webhook="https://x.example/T0/secret"),
        {"gw": replace(general, good_rounds=7, least=Severity.CRITICAL)},
    )

    save(path, Config((GROUP,), alerts=settings))

    assert load(path).alerts == settings


def test_a_group_takes_what_it_does_not_say_from_all(tmp_path: Path) -> None:
    alerts = read(tmp_path, "[alerts]\nbad_rounds = 5\n[alerts.groups.gw]\ngood_rounds = 9\n").alerts

    assert alerts.of("gw") == Thresholds(5, 9)
    assert alerts.of("other") == Thresholds(5, 3)


def test_what_a_removed_group_had_set_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    save(path, Config((), alerts=AlertSettings(groups={"gw": Thresholds(9, 9)})))

    assert load(path).alerts == AlertSettings()


@pytest.mark.parametrize(
    ("line", "key", "part"),
    [
        ("bad_rounds = 0", "alerts.bad_rounds", "allowed are 1 to 1000"),
        ("bad_rounds = 1.5", "alerts.bad_rounds", "whole number"),
        ("timeout_s = nan", "alerts.timeout_s", "out of range"),
        ("least = 'notice'", "alerts.least", "warning, unknown, critical"),
        ("sound = 1", "alerts.sound", "true or false"),
        ("command = '/bin/page'", "alerts.command", "list of texts"),
        ("command = ['']", "alerts.command", "none of them empty"),
        ("webhook = 'x.example'", "alerts.webhook", "https://HOST"),
        ("webhook = 'http://x.example/hook'", "alerts.webhook", "forge alerts"),
        ("webhook = 'https://me:pw@x.example/'", "alerts.webhook", "no user or password"),
        ("webhook_ca_file = '/nowhere/ca.pem'", "alerts.webhook_ca_file", "There is no file"),
        ("bell = true", "alerts.bell", "unknown key"),
        ("[alerts.groups.nobody]", "alerts.groups.nobody", "no group of that name"),
        ("[alerts.groups.gw]\nsound = true", "alerts.groups.gw.sound", "unknown key"),
    ],
)
def test_every_mistake_is_told_with_its_key(tmp_path: Path, line: str, key: str, part: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, f"[alerts]\n{line}\n")

    (mistake,) = caught.value.mistakes
    assert mistake.key == key
    assert part in mistake.sentence
    assert "pw@" not in mistake.sentence


def test_plain_http_is_for_this_machine_or_by_leave(tmp_path: Path) -> None:
    assert read(tmp_path, "[alerts]\nwebhook = 'http://127.0.0.1:9/x'\n").alerts.doors.webhook
    allowed = "[alerts]\nwebhook = 'http://x.example/x'\nwebhook_allow_http = true\n"
    assert read(tmp_path, allowed).alerts.doors.webhook
