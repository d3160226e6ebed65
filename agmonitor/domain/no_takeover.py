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
from agmonitor.domain.words import ago

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
        return NoTakeover("Nothing has been judged yet.")
    if not heard.passed:
        return NoTakeover(_nobody(state, heard), heard)
    if not in_group.passed:
        return NoTakeover(f"No takeover: the other node has left the group ({in_group.value}).", in_group)
    name = next(node.name for node in state.nodes if node.role is Role.SECONDARY)
    if opened.passed and closed.passed:
        return _overdue(name, rows, closed)
    return _waiting(state, name, opened, closed)


def _nobody(state: GroupState, heard: LedgerRow) -> str:
    """No one is heard who could take over: because one has, because both have, or nobody knows."""
    if _holds(state, ISOLATED):
        return "Whether a takeover came or is near cannot be told from here: we are cut off ourselves."
    primaries = [node.name for node in state.nodes if node.role is Role.PRIMARY]
    if len(primaries) > 1:
        return (
            f"No takeover can follow: {' and '.join(primaries)} both say they are Primary; nobody stands by."
        )
    why = f"no Secondary is heard ({heard.value})"
    changed = _changed(state)
    return f"{changed}No further takeover: {why}." if changed else f"No takeover can follow: {why}."


def _changed(state: GroupState) -> str:
    """Who became Primary lately; empty where nobody did."""
    at, primary = state.primary_changed_at, only(state.nodes, Role.PRIMARY)
    if at is None or primary is None or state.now - at > RECENT_S:
        return ""
    if took_over_unwatched(state, primary.name) is not None:
        return f"{primary.name} became Primary while nobody watched. "
    return f"{primary.name} became Primary {ago(state.now - at)}. "


def _holds(state: GroupState, *numbers: int) -> bool:
    return any(finding.number in numbers for finding in state.verdict.findings)


def _waiting(state: GroupState, name: str, opened: LedgerRow, closed: LedgerRow) -> NoTakeover:
    """The takeover window has yet to open, or to close."""
    if opened.passed is None:
        return NoTakeover("Whether a takeover is near cannot be told: no heartbeat is known.", opened)
    clock = f" by the clock of {name}" if _holds(state, CLOCK_SKEW) else ""
    age = f"the heartbeat is {opened.value} old{clock}"
    if not opened.passed:
        when = f"{name} may take over only from {_bare(opened.limit)} on"
        if _holds(state, DUE, OVERDUE):
            return NoTakeover(f"No takeover yet: {age}, and {when}.", opened)
        further = "further " if _changed(state) else ""
        return NoTakeover(f"{_changed(state)}No {further}takeover is due: {age}, and {when}.", opened)
    must = f"by {_bare(closed.limit)} it must have done so"
    return NoTakeover(f"{name} may take over at any check now: {age}, and {must}.", closed)


def _overdue(name: str, rows: dict[tuple[int, str], LedgerRow], closed: LedgerRow) -> NoTakeover:
    cut = rows.get((DNS_LINK, f"{name}: {LINK.text}"))
    if cut is not None and cut.passed:
        says = f"{name} says that its connection to DNS is {cut.value}, so it cannot move the record"
        return NoTakeover(f"No takeover: {says}.", cut)
    idle = rows.get((CHECKING, NOT_CHECKING.text))
    if idle is not None and idle.passed:
        return NoTakeover(
            f"No takeover: {name} has not checked for {idle.value}, where {_bare(idle.limit)} are the limit.",
            idle,
        )
    return NoTakeover(
        f"No takeover, and nothing known from here keeps {name} from it: the heartbeat is {closed.value} old,"
        f" and by {_bare(closed.limit)} it must have taken over.",
        closed,
    )


def _bare(limit: str) -> str:
    """``≥ 60.0 s`` without its sign."""
    return limit.lstrip("≥> ")
