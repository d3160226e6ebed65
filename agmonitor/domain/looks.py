"""Which questions must be asked again outside the rounds, and until when a single look may ask at all.

A look stays wanted, with the same subject and instant, until an answer to a question sent since has come.
"""

from __future__ import annotations

from math import inf

from agmonitor.domain import named
from agmonitor.domain.memory import Doubt, Doubted
from agmonitor.domain.model import SILENT, Instant
from agmonitor.domain.pair import asked_again_at
from agmonitor.domain.state import GroupState, Look, NodeState

DNS = "dns"
SECOND_LOOK_S = 5.3
"""``status`` ends within twice the deadline plus six seconds; start and exit take the rest."""


def last_look_at(state: GroupState) -> Instant:
    """A question sent later could outlast a single look's time."""
    if state.mode is named.WATCHING:
        return inf
    return state.began_at + state.settings.timeout_s + SECOND_LOOK_S


def looks_of(state: GroupState) -> tuple[Look, ...]:
    """All second looks wanted now, the earliest first."""
    memory = state.memory
    if state.mode is named.WATCHING and memory.doubt is None and memory.record_doubt is None:
        return ()  # nearly always
    wanted: dict[str, Instant] = {}
    for doubt in (memory.doubt, memory.record_doubt):
        if doubt is not None and doubt.second_look is named.WANTED:
            wanted.update(_to_confirm(doubt, state))
    if state.mode is named.SINGLE_LOOK:
        for node in state.nodes:
            if _silent_once(node):
                assert node.last is not None
                wanted[node.name] = node.last.received_at
    limit = last_look_at(state)
    looks = (Look(subject, at) for subject, at in wanted.items() if at <= limit)
    return tuple(sorted(looks, key=lambda look: (look.at, look.subject)))


def _silent_once(node: NodeState) -> bool:
    """Never heard and lost once: a single look asks a second time."""
    lost_once = node.condition is named.UNKNOWN and node.failures == 1
    return lost_once and node.last is not None and node.last.answer in SILENT


def _to_confirm(doubt: Doubt, state: GroupState) -> dict[str, Instant]:
    due = asked_again_at(doubt)
    if doubt.what is Doubted.TWO_PRIMARIES:
        return {node.name: due for node in state.nodes if doubt.both or node.name == doubt.older}
    if state.mode is named.WATCHING:
        return {}  # the next round is the second look
    wanted = {
        node.name: due
        for node in state.nodes
        if node.condition is named.HEARD and node.last is not None and node.last.sent_at < due
    }
    if doubt.what is Doubted.RECORD and state.dns is not None and state.dns.sent_at < due:
        wanted[DNS] = due
    return wanted
