"""What the window keeps: groups in the settings file, their passwords in the keyring or the session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.cli import wiring
from agmonitor.cli.window_wiring import forget_group, keep_group
from agmonitor.config.settings import Config
from agmonitor.domain.model import GroupSettings, NodeAddress

NODES = (NodeAddress("gw-1", "https://192.0.2.1"), NodeAddress("gw-2", "https://192.0.2.2"))
FIRST, SECOND = GroupSettings("gw-first", NODES), GroupSettings("gw-second", NODES)


def test_a_new_group_comes_last_and_a_changed_one_keeps_its_place() -> None:
    secrets = wiring.passwords(None)
    changed = replace(FIRST, timeout_s=3.0)

    for settings in (FIRST, SECOND, changed):
        keep_group(settings, None, secrets)

    assert wiring.load_settings().groups == (changed, SECOND)


@pytest.mark.parametrize("on_file", [True, False])
def test_what_was_forbidden_meanwhile_stays_forbidden(on_file: bool) -> None:
    wiring.save_settings(Config((replace(FIRST, failover_allowed=on_file),)))

    keep_group(replace(FIRST, failover_allowed=True, timeout_s=3.0), None, wiring.passwords(None))

    assert wiring.load_settings().groups[0].failover_allowed is on_file


def test_a_forgotten_group_leaves_the_file_and_takes_its_password_along() -> None:
    secrets = wiring.passwords(None)
    for settings in (FIRST, SECOND):
        keep_group(settings, "secret", secrets)

    forget_group("gw-first", secrets)

    assert wiring.load_settings().groups == (SECOND,)
    assert secrets.get("gw-first") is None
    assert secrets.get("gw-second") == "secret"
