"""Whose address is it: a node's own word first, else the members beside a role."""

from __future__ import annotations

from agmonitor.domain.addresses import addresses_of, members_known, owner_of
from agmonitor.domain.model import Members, Role
from tests.builders import MEMBERS, failed, heard, watched


def test_a_nodes_own_word_comes_first() -> None:
    swapped = Members("192.0.2.12", "192.0.2.11")

    nodes = watched(heard("gw-1", members=swapped), heard("gw-2")).nodes

    assert addresses_of(nodes) == ("192.0.2.11", "192.0.2.12")
    assert owner_of(nodes, "192.0.2.12") == "gw-2"
    assert owner_of(nodes, "198.51.100.7") is None
    assert owner_of(nodes, None) is None


def test_members_tell_by_the_reporting_nodes_role() -> None:
    by_primary = watched(heard("gw-1", configuration=None), failed("gw-2")).nodes
    by_secondary = watched(heard("gw-2", configuration=None)).nodes

    assert addresses_of(by_primary) == ("192.0.2.11", "192.0.2.12")
    assert addresses_of(by_secondary) == ("192.0.2.11", "192.0.2.12")
    assert members_known(by_secondary) == {"192.0.2.11", "192.0.2.12"}


def test_a_node_in_no_group_tells_nobodys_address() -> None:
    nodes = watched(heard("gw-1", Role.NOT_IN_GROUP, members=MEMBERS)).nodes

    assert addresses_of(nodes) == (None, None)


def test_an_address_outlives_silence() -> None:
    nodes = watched(heard("gw-1"), failed("gw-1"), failed("gw-1")).nodes

    assert owner_of(nodes, "192.0.2.11") == "gw-1"
