"""Does the group's record point where it should? In a single look it is asked again before it is said."""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.addresses import address_of, members_known, owner_of
from agmonitor.domain.memory import Doubt, Doubted, SecondLook
from agmonitor.domain.model import Instant
from agmonitor.domain.outside import record_of
from agmonitor.domain.pair import asked_again_at, or_too_late
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import GroupState
from agmonitor.domain.window import seats


def record_names(state: GroupState) -> str | None:
    """The one node the record names; None for nobody, several, a stranger or no word that counts."""
    record = record_of(state)
    if record is None or len(set(record.addresses)) != 1:
        return None
    return owner_of(state.nodes, record.addresses[0])


def record_is_wrong(state: GroupState) -> bool | None:
    """Whether it names another than the Primary, or no member where only a Secondary is heard.

    None: cannot be judged; no word of DNS, an address nobody has told yet, or roles that decide nothing.
    """
    record = record_of(state)
    if record is None:
        return None
    primary, secondary = seats(state.nodes)
    if primary is not None:
        own = address_of(state.nodes, primary)
        if record.addresses and own is None:
            return None
        return record.addresses != (own,) and set(record.addresses) != {own}
    if secondary is None or all(n.condition is named.HEARD for n in state.nodes):
        return None
    members = members_known(state.nodes)
    if record.addresses and len(members) < 2:
        return None
    return not members & set(record.addresses)


def doubt_of_record(state: GroupState, last_look_at: Instant) -> Doubt | None:
    """The doubt of a single look after any answer."""
    doubt = state.memory.record_doubt
    wrong = record_is_wrong(state)
    if doubt is None:
        return or_too_late(Doubt(Doubted.RECORD, since=state.now), last_look_at) if wrong else None
    due = asked_again_at(doubt)
    dns = state.dns
    lost = dns is not None and state.dns_failures > 0 and dns.sent_at >= due
    if not wrong:
        return replace(doubt, second_look=SecondLook.FAILED) if lost else None
    if doubt.second_look is not named.WANTED or dns is None or dns.sent_at < due:
        return doubt
    asked = [node.last for node in state.nodes if node.condition is named.HEARD]
    again = all(probe is not None and probe.sent_at >= due for probe in asked)
    return replace(doubt, second_look=SecondLook.CONFIRMED) if again else doubt
