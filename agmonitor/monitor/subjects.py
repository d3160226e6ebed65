"""Whom to ask: the subjects of a group, which of them a round asks, and the one place that asks them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from agmonitor.domain.model import Configuration, Role
from agmonitor.domain.observations import Observation
from agmonitor.domain.state import Condition, GroupState, Look
from agmonitor.monitor.ports import Prober

SELDOM = 5  # resolvers, load, and a client path that has not worked yet: every fifth round
RARELY = 10  # hooks: every tenth


class Kind(StrEnum):
    """What is asked."""

    NODE = "node"
    LOAD = "load"
    HOOKS = "hooks"
    DNS = "dns"
    RESOLVERS = "resolvers"
    CLIENTS = "clients"


class Subject(NamedTuple):
    """One thing to ask; ``node`` for the three kinds that belong to a node."""

    kind: Kind
    node: str = ""


_DNS, _RESOLVERS, _CLIENTS = Subject(Kind.DNS), Subject(Kind.RESOLVERS), Subject(Kind.CLIENTS)


class GroupName(NamedTuple):
    """The group's name in DNS, and how clients reach it there."""

    fqdn: str
    scheme: str
    port: int


def group_name(state: GroupState) -> GroupName | None:
    """From the settings, else from what the nodes told; None while nobody knows it."""
    told = list(_configurations(state))
    fqdn = state.settings.fqdn or next((c.group_fqdn for c in told if c.group_fqdn), None)
    if fqdn is None:
        return None
    scheme = next((c.external_scheme for c in told if c.external_scheme), None)
    port = next((c.external_port for c in told if c.external_port), None)
    if scheme is None or port is None:
        url = urlsplit(state.settings.nodes[0].url)
        scheme = scheme or url.scheme
        port = port or url.port or (443 if scheme == "https" else 80)
    return GroupName(fqdn, scheme, port)


def of_round(
    state: GroupState, number: int, *, named: bool = True, hooks_wanted: bool = False
) -> list[Subject]:
    """The subjects of round ``number`` (from 0); a node is asked for details only while it is heard.

    ``named``: the group's name is known, so what hangs on it can be asked.
    """
    subjects = [Subject(Kind.NODE, node.name) for node in state.nodes]
    if named:
        subjects += _by_name(state, number)
    if number % SELDOM == 1:
        subjects += [Subject(Kind.LOAD, node) for node in _heard(state)]
    if hooks_wanted or number % RARELY == 2:
        subjects += [Subject(Kind.HOOKS, node) for node in _heard(state)]
    return subjects


def _heard(state: GroupState) -> list[str]:
    return [node.name for node in state.nodes if node.condition is Condition.HEARD]


def of_look(look: Look) -> Subject:
    """The subject of a second look."""
    return _DNS if look.subject == "dns" else Subject(Kind.NODE, look.subject)


async def ask(prober: Prober, subject: Subject, name: GroupName | None) -> Sequence[Observation]:
    """Ask one subject. What needs the group's name is not asked while nobody knows it."""
    kind, node = subject
    found: Sequence[Observation] = ()
    if kind is Kind.NODE:
        found = (await prober.ask_node(node),)
    elif kind is Kind.LOAD:
        found = (await prober.ask_load(node),)
    elif kind is Kind.HOOKS:
        found = (await prober.ask_hooks(node),)
    elif name is None:
        pass
    elif kind is Kind.DNS:
        found = (await prober.ask_dns(name.fqdn),)
    elif kind is Kind.RESOLVERS:
        found = await prober.ask_resolvers(name.fqdn)
    elif kind is Kind.CLIENTS:
        found = (await prober.ask_clients(name.fqdn, name.scheme, name.port),)
    return found


def _by_name(state: GroupState, number: int) -> Iterator[Subject]:
    seldom = number % SELDOM == 0
    yield _DNS
    if seldom:
        yield _RESOLVERS
    judged = state.settings.judge_clients
    if judged or (judged is None and (state.clients_ever_worked or seldom)):
        yield _CLIENTS


def _configurations(state: GroupState) -> Iterator[Configuration]:
    """What the nodes told about the group, the Primary's first."""
    for node in sorted(state.nodes, key=lambda node: node.role is not Role.PRIMARY):
        if node.configuration is not None:
            yield node.configuration
