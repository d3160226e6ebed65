"""Why no takeover: the first condition that was not met, in one sentence, read off the ledger.

In the order in which a Secondary gets there: it is one, the other is in the group, the heartbeat is old
enough, a check comes, the record can be moved. Judges nothing anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agmonitor.domain.model import Role
from agmonitor.domain.rules_beats import CLOSED, NOT_CHECKING, OPENED, OTHER_IN_GROUP
from agmonitor.domain.rules_paths import LINK
from agmonitor.domain.rules_roles import SECONDARY_HEARD
from agmonitor.domain.state import GroupState, LedgerRow
from agmonitor.domain.unwatched import took_over_unwatched
from agmonitor.domain.window import only
from agmonitor.domain.words import ago, duration, listed
from agmonitor.said import joined, phrase

DUE, OVERDUE, DNS_LINK, CLOCK_SKEW, ISOLATED, CHECKING = 4, 5, 10, 12, 21, 24
RECENT_S = 3600.0  # a change of Primary is worth a word for this long


@dataclass(frozen=True, slots=True)
class NoTakeover:
    """``row``: the condition that the sentence is about; None: the ledger has none."""

    sentence: str
    row: LedgerRow | None = None


def no_takeover(state: GroupState, ledger: Sequence[LedgerRow]) -> NoTakeover:
    """What kept the Secondary from taking over, as far as it is known from here."""
    rows = {(row.number, row.condition): row for row in ledger}
    heard = rows.get((DUE, SECONDARY_HEARD.text))
    in_group = rows.get((DUE, OTHER_IN_GROUP.text))
    opened = rows.get((DUE, OPENED.text))
    closed = rows.get((OVERDUE, CLOSED.text))
    if heard is None or in_group is None or opened is None or closed is None:
        return NoTakeover(phrase("Nothing has been judged yet."))
    if not heard.passed:
        return NoTakeover(_nobody(state, heard), heard)
    if not in_group.passed:
        told = phrase("No takeover: the other node has left the group ({roles}).", roles=in_group.value)
        return NoTakeover(told, in_group)
    name = next(node.name for node in state.nodes if node.role is Role.SECONDARY)
    if opened.passed and closed.passed:
        return _overdue(state, name, rows, closed)
    return _waiting(state, name, opened, closed)


def _nobody(state: GroupState, heard: LedgerRow) -> str:
    """No one is heard who could take over: because one has, because both have, or nobody knows."""
    if _holds(state, ISOLATED):
        return phrase(
            "Whether a takeover came or is near cannot be told from here: we are cut off ourselves."
        )
    primaries = [node.name for node in state.nodes if node.role is Role.PRIMARY]
    if len(primaries) > 1:
        return phrase(
            "No takeover can follow: {nodes} both say they are Primary; nobody stands by.",
            nodes=listed(primaries),
        )
    why = phrase("no Secondary is heard ({roles})", roles=heard.value)
    changed = _changed(state)
    if changed:
        return joined(" ", (changed, phrase("No further takeover: {why}.", why=why)))
    return phrase("No takeover can follow: {why}.", why=why)


def _changed(state: GroupState) -> str:
    """Who became Primary lately; empty where nobody did."""
    at, primary = state.primary_changed_at, only(state.nodes, Role.PRIMARY)
    if at is None or primary is None or state.now - at > RECENT_S:
        return ""
    if took_over_unwatched(state, primary.name) is not None:
        return phrase("{node} became Primary while nobody watched.", node=primary.name)
    return phrase("{node} became Primary {when}.", node=primary.name, when=ago(state.now - at))


def _holds(state: GroupState, *numbers: int) -> bool:
    return any(finding.number in numbers for finding in state.verdict.findings)


def _waiting(state: GroupState, name: str, opened: LedgerRow, closed: LedgerRow) -> NoTakeover:
    """The takeover window has yet to open, or to close."""
    if opened.passed is None:
        told = phrase("Whether a takeover is near cannot be told: no heartbeat is known.")
        return NoTakeover(told, opened)
    time = _age_now(state, opened)
    age = phrase("the heartbeat is {time} old", time=time)
    if _holds(state, CLOCK_SKEW):
        age = phrase("the heartbeat is {time} old by the clock of {node}", time=time, node=name)
    if opened.passed or _opened_since(state):
        told = phrase(
            "{node} may take over at any check now: {age}, and by {limit} it must have done so.",
            node=name,
            age=age,
            limit=_bare(closed.limit),
        )
        return NoTakeover(told, closed)
    when = phrase("{node} may take over only from {limit} on", node=name, limit=_bare(opened.limit))
    if _holds(state, DUE, OVERDUE):
        return NoTakeover(phrase("No takeover yet: {age}, and {when}.", age=age, when=when), opened)
    changed = _changed(state)
    if changed:
        further = phrase("No further takeover is due: {age}, and {when}.", age=age, when=when)
        return NoTakeover(joined(" ", (changed, further)), opened)
    return NoTakeover(phrase("No takeover is due: {age}, and {when}.", age=age, when=when), opened)


def _overdue(
    state: GroupState, name: str, rows: dict[tuple[int, str], LedgerRow], closed: LedgerRow
) -> NoTakeover:
    cut = rows.get((DNS_LINK, f"{name}: {LINK.text}"))
    if cut is not None and cut.passed:
        told = phrase(
            "No takeover: {node} says that its connection to DNS is {link}, so it cannot move the record.",
            node=name,
            link=cut.value,
        )
        return NoTakeover(told, cut)
    idle = rows.get((CHECKING, NOT_CHECKING.text))
    if idle is not None and idle.passed:
        told = phrase(
            "No takeover: {node} has not checked for {time}, where {limit} are the limit.",
            node=name,
            time=idle.value,
            limit=_bare(idle.limit),
        )
        return NoTakeover(told, idle)
    told = phrase(
        "No takeover, and nothing known from here keeps {node} from it: the heartbeat is {time} old,"
        " and by {limit} it must have taken over.",
        node=name,
        time=_age_now(state, closed),
        limit=_bare(closed.limit),
    )
    return NoTakeover(told, closed)


def _age_now(state: GroupState, row: LedgerRow) -> str:
    """The heartbeat's age as the verdict's sentence has it: counted on since the answer that was judged."""
    return row.value if state.beat is None or state.window is None else duration(_counted_s(state))


def _opened_since(state: GroupState) -> bool:
    """Whether the window opened after the answer that was judged."""
    if state.beat is None or state.window is None:
        return False
    return _counted_s(state) >= state.window.opens_at - state.beat.stamped_at


def _counted_s(state: GroupState) -> float:
    assert state.beat is not None
    assert state.window is not None
    return max(0.0, state.now + state.window.offset_s - state.beat.stamped_at)


def _bare(limit: str) -> str:
    """``≥ 60.0 s`` without its sign."""
    return limit.lstrip("≥> ")
