"""What a node keeps over a restart is whole, readable by its owner alone, and newer settings win."""

from __future__ import annotations

from pathlib import Path

import pytest

from agmonitor.lab.node.configuration import configuration_of
from agmonitor.lab.node.membership import Membership, NotKeptError

PRESET = configuration_of(
    {
        "allowed_absence_interval": 6,
        "external_ipv4_address": "127.0.0.2",
        "external_port": 443,
        "external_scheme": "http",
        "group_fqdn": "gateway.lab.test",
        "group_fqdn_ttl": 3,
        "health_check_interval": 3,
        "health_report_interval": 2,
        "tsig_algorithm": "hmac-sha512",
        "tsig_name": "ag",
        "tsig_secret": "c2VjcmV0",
    }
)


def test_a_restart_finds_everything_again(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    before = Membership(file, PRESET)
    before.save({"group_fqdn_ttl": 9})
    before.change_shared({"health_check_interval": 4})
    before.remember(member=True, peer="127.0.0.3")
    after = Membership(file, configuration_of({}))

    assert after.now == before.now
    assert (after.now.member, after.now.peer, after.now.revision) == (True, "127.0.0.3", 1)
    assert after.now.configuration["group_fqdn_ttl"] == 9


def test_the_file_holds_a_secret_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    Membership(file, PRESET).remember(member=True, peer=None)

    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_only_newer_settings_are_adopted_and_only_those_a_secondary_inherits(tmp_path: Path) -> None:
    membership = Membership(tmp_path / "state.json", PRESET)
    membership.change_shared({"group_fqdn_ttl": 5})

    assert not membership.adopt(1, {"group_fqdn_ttl": 7})
    assert membership.adopt(2, {"group_fqdn_ttl": 8, "external_ipv4_address": "127.0.0.9"})
    assert membership.now.configuration["group_fqdn_ttl"] == 8
    assert membership.now.configuration["external_ipv4_address"] == "127.0.0.2"


def test_a_joiner_adopts_whatever_the_primary_has(tmp_path: Path) -> None:
    membership = Membership(tmp_path / "state.json", PRESET)
    membership.change_shared({"group_fqdn_ttl": 5})

    assert membership.adopt(0, {"group_fqdn_ttl": 30}, joining=True)
    assert (membership.now.revision, membership.now.configuration["group_fqdn_ttl"]) == (0, 30)


def test_what_cannot_be_written_is_refused_with_the_file_and_the_reason_and_nothing_changes(
    tmp_path: Path,
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    membership = Membership(place / "state.json", PRESET)
    before = membership.now
    place.rmdir()

    with pytest.raises(NotKeptError, match=r"place/state\.json: No such file or directory"):
        membership.save({"group_fqdn_ttl": 9})
    membership.remember(member=True, peer="127.0.0.3")
    assert membership.now == before

    place.mkdir()
    membership.remember(member=True, peer="127.0.0.3")
    assert Membership(place / "state.json", PRESET).now.peer == "127.0.0.3"
