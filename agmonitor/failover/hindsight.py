"""What later evidence makes of an order that ended unknown: it is proven, given up, or never known.

Pure. Only a swap that the evidence places within the order's own time is its outcome; what happened while
nobody looked proves nothing, however well it would fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from agmonitor.domain.model import Instant, Role
from agmonitor.domain.observations import FailoverAnswer, GapReason
from agmonitor.domain.state import GroupState, NodeState
from agmonitor.domain.words import duration
from agmonitor.failover.guards import Kind, Outcome
from agmonitor.failover.machine import Failover, OutOfTurnError, Stage, ended_words
from agmonitor.failover.preflight import Plan
from agmonitor.failover.proof import REFUSAL_SETTLES_S, marks, standing, stays, wanted
from agmonitor.texts import t

WITHIN_S = 86_400.0
"""Evidence that has not come by then is not waited for: the order stays unknown for good."""
UNWATCHED_S = 3_600.0
"""Roles that are as they were, first seen so long after an order, may have swapped and swapped back."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked about: one order, and when its own time was over."""

    plan: Plan
    fired_at: Instant
    answer: FailoverAnswer
    answered_at: Instant
    promoted_at: Instant | None  # as its own program saw it, while that watched

    @property
    def until_at(self) -> Instant:
        return self.answered_at + self.plan.watch_s

    @property
    def time_s(self) -> float:
        return self.until_at - self.fired_at


def resolve(machine: Failover, state: GroupState) -> Failover:
    """Its outcome for good, as that state tells it; the very same machine where it tells nothing yet."""
    if machine.outcome is not Outcome.UNKNOWN:
        raise OutOfTurnError("Only an outcome that is unknown can resolve itself.")
    plan, fired_at, answer, answered_at = (
        machine.plan,
        machine.fired_at,
        machine.answer,
        machine.answered_at,
    )
    assert plan is not None
    assert fired_at is not None
    assert answer is not None
    assert answered_at is not None
    promoted_s = dict(machine.reached_s).get("promotion")
    promoted_at = None if promoted_s is None else fired_at + promoted_s
    order = _Order(plan, fired_at, answer, answered_at, promoted_at)
    if _came_true(order, state):
        return _proven(machine, order, state)
    found = _refused(order, state) or _given_up(order, state)
    if found is None and state.now - fired_at > WITHIN_S:
        took = duration(state.now - fired_at)
        words = t(
            "nothing seen in the {took} since the order tells what came of it: {standing}.",
            took=took,
            standing=standing(plan, state),
        )
        found = Outcome.NEVER_KNOWN, words
    if found is None:
        return machine
    outcome, words = found
    stage = Stage.UNKNOWN if outcome is Outcome.NEVER_KNOWN else Stage.REFUSED
    return replace(machine, stage=stage, outcome=outcome, sentence=_said(outcome, words))


def _said(outcome: Outcome, words: str) -> str:
    if outcome is Outcome.NEVER_KNOWN:
        return t("Stays unknown: {why}", why=words)
    if outcome is Outcome.NOT_TAKEN:
        return t("Given up: {why}", why=words)
    return t("Resolved: {outcome} Until now it was unknown.", outcome=words)


def _proven(machine: Failover, order: _Order, state: GroupState) -> Failover:
    """Measured is only what was seen in time: what stood there afterwards may have come at any moment."""
    swap = _swap(order, state)
    assert swap is not None
    took_s = round(max(0.0, swap[1] - order.fired_at), 3)
    seen = {"promotion": took_s, **dict(machine.reached_s)}
    if state.now <= order.until_at:
        now_s = round(state.now - order.fired_at, 3)
        seen = dict.fromkeys(sorted(marks(order.plan, state, order.fired_at)), now_s) | seen
    words = ended_words(order.plan, order.answer, Outcome.SUCCEEDED, took_s)
    return replace(
        machine,
        stage=Stage.SUCCEEDED,
        outcome=Outcome.SUCCEEDED,
        reached_s=tuple(seen.items()),
        sentence=_said(Outcome.SUCCEEDED, words),
    )


def _came_true(order: _Order, state: GroupState) -> bool:
    """All of it is seen, by witnesses asked since, and the swap lies within the order's time."""
    plan, swap = order.plan, _swap(order, state)
    asked = [node.last.sent_at for node in state.nodes if node.last is not None]
    asked += [state.dns.sent_at] if state.dns is not None else []
    fresh = len(asked) == len(state.nodes) + 1 and min(asked) > order.fired_at
    seen = wanted(plan) <= marks(plan, state, order.fired_at)
    in_time = swap is not None and swap[1] <= order.until_at and not _clock_was_set(order, state)
    return fresh and seen and in_time and state.node(plan.old_primary).role is not Role.PRIMARY


def _refused(order: _Order, state: GroupState) -> tuple[Outcome, str] | None:
    """An error came back, and some time later nothing has changed."""
    settled = state.now - order.answered_at >= REFUSAL_SETTLES_S
    heard = all(_heard_since(node, order.answered_at) for node in _speakers(order, state))
    if order.answer.accepted is not False or not settled or not heard or not stays(order.plan, state):
        return None
    took_s = state.now - order.fired_at
    return Outcome.REFUSED_BY_NODE, ended_words(order.plan, order.answer, Outcome.REFUSED_BY_NODE, took_s)


def _given_up(order: _Order, state: GroupState) -> tuple[Outcome, str] | None:
    """Its time is over, and whoever has to speak has spoken since."""
    speakers = _speakers(order, state)
    if stays(order.plan, state) and all(_heard_since(node, order.until_at) for node in speakers):
        return _unchanged(order, state, speakers)
    if _heard_since(state.node(order.plan.new_primary), order.until_at):
        return _swapped_otherwise(order, state)
    return None


def _unchanged(order: _Order, state: GroupState, speakers: list[NodeState]) -> tuple[Outcome, str]:
    plan = order.plan
    who = t("{new} is still Secondary", new=plan.new_primary)
    if plan.kind is Kind.PLANNED:
        who = t("{old} is Primary and {new} Secondary", old=plan.old_primary, new=plan.new_primary)
    since = [node.role_since or state.now for node in speakers]
    took, own = duration(state.now - order.fired_at), duration(order.time_s)
    if _swapped_back(order, state, speakers):
        words = t("{who} {took} after the order, but the roles have changed in between.", who=who, took=took)
        return Outcome.NEVER_KNOWN, words
    if max(since) - order.fired_at > UNWATCHED_S or _clock_was_set(order, state):
        words = t(
            "{who} {took} after the order, as before it; but not all of that time was watched, so they may "
            "have swapped and swapped back.",
            who=who,
            took=took,
        )
        return Outcome.NEVER_KNOWN, words
    words = t(
        "{who} {took} after the order, as before it, and its time of {own} is over.",
        who=who,
        took=took,
        own=own,
    )
    return Outcome.NOT_TAKEN, words


def _swapped_otherwise(order: _Order, state: GroupState) -> tuple[Outcome, str] | None:
    """The roles are swapped, and nothing places that within the order's time."""
    swap, new = _swap(order, state), order.plan.new_primary
    if swap is None or (swap[1] <= order.until_at and not _clock_was_set(order, state)):
        return None  # placed, or no swap at all; what else it takes may still come
    from_s, by_s = (max(0.0, at - order.fired_at) for at in swap)
    own = duration(order.time_s)
    if swap[0] >= order.until_at and not _clock_was_set(order, state):
        words = t(
            "{new} was still Secondary when the order's time of {own} was over, and became Primary only "
            "between {since} and {by} after it.",
            new=new,
            own=own,
            since=duration(from_s),
            by=duration(by_s),
        )
        return Outcome.NOT_TAKEN, words
    words = t(
        "{new} became Primary at some moment between {since} and {by} after the order, whose own time was "
        "{own}: nobody saw which.",
        new=new,
        own=own,
        since=duration(from_s),
        by=duration(by_s),
    )
    return Outcome.NEVER_KNOWN, words


def _swap(order: _Order, state: GroupState) -> tuple[Instant, Instant] | None:
    """Between which instants the new Primary became it, as far as was seen; None: it is not Primary.

    At firing it was Secondary, so an earlier bound than that tells nothing.
    """
    new, change = state.node(order.plan.new_primary), state.memory.change
    if new.role is not Role.PRIMARY:
        return None
    from_at, by = order.fired_at, new.role_since if new.role_since is not None else state.now
    if change is not None and change.new == new.name and change.at >= order.fired_at:
        by = min(by, change.at)
        until_at = new.role_until_at if change.unwatched is None else change.unwatched.from_at
        from_at = max(from_at, until_at if until_at is not None else from_at)
    if order.promoted_at is not None and order.promoted_at <= by:
        return order.fired_at, order.promoted_at
    return from_at, max(by, from_at)


def _swapped_back(order: _Order, state: GroupState, speakers: list[NodeState]) -> bool:
    """Whether a change since the order was seen, though the roles are as they were."""
    seen = any(change.at > order.fired_at for change in state.memory.changes)
    return seen or any(
        node.role_change_seen and node.role_since is not None and node.role_since > order.fired_at
        for node in speakers
    )


def _speakers(order: _Order, state: GroupState) -> list[NodeState]:
    """Who must be heard: both; of an emergency, whose Primary is silent, the one that was to take over."""
    if order.plan.kind is Kind.PLANNED:
        return list(state.nodes)
    return [state.node(order.plan.new_primary)]


def _heard_since(node: NodeState, at: Instant) -> bool:
    return node.role is not None and node.heard is not None and node.heard.sent_at > at


def _clock_was_set(order: _Order, state: GroupState) -> bool:
    """Whether our own clock was since: then its instants do not compare with the order's."""
    gap = state.last_gap
    return gap is not None and gap.reason is GapReason.CLOCK_STEPPED and gap.until_at > order.fired_at
