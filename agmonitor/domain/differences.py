"""What the nodes of a group are set to, and where they disagree. Compares only what both have told."""

from __future__ import annotations

from operator import attrgetter

from agmonitor.domain import named
from agmonitor.domain.model import Configuration
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.remembering import remembered
from agmonitor.domain.state import NodeState

Pair = tuple[NodeState, NodeState]

COMPARED = (
    "health_report_interval",
    "health_check_interval",
    "allowed_absence_interval",
    "group_fqdn_ttl",
    "external_scheme",
    "tsig_name",
    "tsig_algorithm",
)
_values = attrgetter(*COMPARED)


@remembered
def _compared(configuration: Configuration) -> tuple[object, ...]:
    values: tuple[object, ...] = _values(configuration)
    return values


def members_heard(nodes: Pair) -> list[tuple[NodeState, NodeReport]]:
    """The nodes heard now that are in a group, with what they say."""
    return [
        (node, node.heard.report)
        for node in nodes
        if node.condition is named.HEARD
        and node.role is not named.NOT_IN_GROUP
        and node.heard is not None
        and node.heard.report is not None
    ]


def configurations(nodes: Pair) -> list[tuple[NodeState, Configuration]]:
    """What the nodes heard now and in the group are set to."""
    heard = members_heard(nodes)
    return [(node, report.configuration) for node, report in heard if report.configuration is not None]


def differences(nodes: Pair) -> list[tuple[str, str, str]]:
    """What two members disagree on: name, first node's value, second's."""
    heard = members_heard(nodes)
    if len(heard) < 2:
        return []
    (_, first), (_, second) = heard
    differing: list[tuple[str, str, str]] = []
    a, b = first.configuration, second.configuration
    if a is not None and b is not None and _compared(a) != _compared(b):
        values = zip(COMPARED, _compared(a), _compared(b), strict=True)
        differing = [(name, str(x), str(y)) for name, x, y in values if None not in {x, y} and x != y]
    if first.members is not None and second.members is not None and first.members != second.members:
        seats = [{m.primary, m.secondary} - {None} for m in (first.members, second.members)]
        if seats[0] != seats[1]:
            differing.append(("members", _seats(seats[0]), _seats(seats[1])))
    return differing


def _seats(seats: set[str | None]) -> str:
    return ", ".join(sorted(seat for seat in seats if seat)) or "nobody"
