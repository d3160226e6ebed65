"""The rules of an Availability group as one numbered table.

``DOCUMENTED`` rules stand in the vendor's pages, ``INFERRED`` ones follow from them, and ``CHOICE`` marks
where they are silent and we had to choose. For one input the rules are asked in the table's order; each sees
the state that the ones before it left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, cast

from agmonitor.domain.model import Role
from agmonitor.protocol import inputs as i
from agmonitor.protocol import rules_clock as clock
from agmonitor.protocol import rules_failover as failover
from agmonitor.protocol import rules_membership as membership
from agmonitor.protocol import rules_primary as primary
from agmonitor.protocol import rules_secondary as secondary
from agmonitor.protocol.outcome import Outcome
from agmonitor.protocol.state import NodeState


class Source(StrEnum):
    """Where a rule comes from."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"
    CHOICE = "our choice"


Turn = tuple[Role, Role]
"""The role before and the role after."""
_OUT, _PRIMARY, _SECONDARY = Role.NOT_IN_GROUP, Role.PRIMARY, Role.SECONDARY
_TAKES_OVER, _YIELDS = (_SECONDARY, _PRIMARY), (_PRIMARY, _SECONDARY)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a number that keeps its meaning for ever, a name, the wording, its source, the rule itself.

    ``apply`` takes inputs of the kind ``on`` alone. ``turns``: the changes of role that it may bring about; a
    start counts as one, from the role that a new process has before anything happened to it.
    """

    number: int
    name: str
    words: str
    source: Source
    on: type[i.Input]
    apply: Callable[[NodeState, Any], Outcome]
    turns: tuple[Turn, ...] = ()


_In = TypeVar("_In", bound=i.Input)


def _rule(
    number: int,
    source: Source,
    on: type[_In],
    act: Callable[[NodeState, _In], Outcome],
    *turns: Turn,
) -> Rule:
    assert act.__doc__ is not None, "a rule's docstring is its wording"
    wording = " ".join(act.__doc__.split())
    return Rule(number, act.__name__, wording, source, cast("type[i.Input]", on), act, turns)


RULES: tuple[Rule, ...] = (
    _rule(1, Source.INFERRED, i.Restarted, membership.started, (_OUT, _OUT)),
    _rule(2, Source.DOCUMENTED, i.CreateOrdered, membership.create),
    _rule(3, Source.DOCUMENTED, i.RecordUpdated, membership.created, (_OUT, _PRIMARY)),
    _rule(4, Source.DOCUMENTED, i.JoinOrdered, membership.join, (_OUT, _SECONDARY)),
    _rule(5, Source.CHOICE, i.PeerJoined, membership.peer_joined),
    _rule(6, Source.CHOICE, i.LeaveOrdered, membership.leave, (_PRIMARY, _OUT), (_SECONDARY, _OUT)),
    _rule(7, Source.CHOICE, i.PeerLeft, membership.peer_left),
    _rule(8, Source.CHOICE, i.TimersChanged, membership.timers_changed),
    _rule(9, Source.INFERRED, i.Restarted, membership.came_back, (_OUT, _SECONDARY)),
    _rule(10, Source.CHOICE, i.RecordRead, membership.return_decided, _TAKES_OVER),
    _rule(11, Source.INFERRED, i.HeartbeatReceived, membership.return_heard),
    _rule(12, Source.CHOICE, i.Tick, clock.clock_set_back),
    _rule(20, Source.CHOICE, i.Tick, primary.overslept),
    _rule(21, Source.DOCUMENTED, i.Tick, primary.beat_direct),
    _rule(22, Source.DOCUMENTED, i.Tick, primary.beat_txt),
    _rule(23, Source.CHOICE, i.Tick, primary.beat_looks_at_record),
    _rule(24, Source.DOCUMENTED, i.HeartbeatSent, primary.beat_delivered),
    _rule(25, Source.INFERRED, i.HeartbeatSent, primary.beat_not_delivered),
    _rule(26, Source.CHOICE, i.TxtWritten, primary.beat_stored),
    _rule(27, Source.CHOICE, i.HeartbeatSent, primary.doubted_by_answer),
    _rule(28, Source.CHOICE, i.HeartbeatReceived, primary.doubted_by_beat),
    _rule(29, Source.CHOICE, i.RecordRead, primary.overridden, _YIELDS),
    _rule(40, Source.DOCUMENTED, i.HeartbeatReceived, secondary.beat_received),
    _rule(41, Source.CHOICE, i.Tick, secondary.check_looks_at_record),
    _rule(42, Source.DOCUMENTED, i.Tick, secondary.check_direct),
    _rule(43, Source.DOCUMENTED, i.Tick, secondary.check_by_dns),
    _rule(44, Source.DOCUMENTED, i.TxtRead, secondary.txt_read),
    _rule(45, Source.DOCUMENTED, i.TxtRead, secondary.absent),
    _rule(46, Source.DOCUMENTED, i.RecordUpdated, secondary.took_over, _TAKES_OVER),
    _rule(47, Source.CHOICE, i.RecordUpdated, secondary.could_not_take_over),
    _rule(48, Source.INFERRED, i.TxtRead, secondary.txt_tells_link),
    _rule(49, Source.INFERRED, i.RecordRead, secondary.record_tells_link),
    _rule(60, Source.DOCUMENTED, i.FailoverOrdered, failover.refuse_failover),
    _rule(61, Source.CHOICE, i.FailoverOrdered, failover.failover_on_primary),
    _rule(62, Source.DOCUMENTED, i.FailoverOrdered, failover.failover_on_secondary),
    _rule(63, Source.CHOICE, i.TakeOverAsked, failover.take_over_asked),
    _rule(64, Source.DOCUMENTED, i.PeerAnswered, failover.peer_took_over, _YIELDS),
    _rule(65, Source.CHOICE, i.PeerAnswered, failover.peer_told),
    _rule(66, Source.CHOICE, i.PeerClaims, failover.peer_claims, _YIELDS),
)


def choices() -> tuple[Rule, ...]:
    """The rules in which the contract is silent and we chose; for the README's table."""
    return tuple(rule for rule in RULES if rule.source is Source.CHOICE)


def _by_input() -> dict[type[i.Input], tuple[Rule, ...]]:
    kinds = {rule.on for rule in RULES}
    return {kind: tuple(rule for rule in RULES if rule.on is kind) for kind in kinds}


RULES_ON: Mapping[type[i.Input], tuple[Rule, ...]] = _by_input()
"""The rules that an input of a kind concerns, in the table's order."""
