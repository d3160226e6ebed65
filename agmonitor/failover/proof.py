"""What came of an order, from evidence alone: both nodes, the record, the client's path.

The answer to the PUT never proves anything; an error status only says what an unchanged group means.
"""

from __future__ import annotations

from agmonitor.domain.model import Answer, Instant, Role
from agmonitor.domain.state import GroupState
from agmonitor.failover.guards import Kind, Outcome
from agmonitor.failover.preflight import Plan
from agmonitor.failover.scene import names_only
from agmonitor.texts import t, worded

REFUSAL_SETTLES_S = 10.0  # after an error answer, this long without a change before we call it refused


def marks(plan: Plan, state: GroupState, since: Instant) -> frozenset[str]:
    """Which steps of the course are seen to be done, by their names in the prediction.

    The client's path counts only where its visit began after ``since``.
    """
    old, new = state.node(plan.old_primary), state.node(plan.new_primary)
    done = set()
    if names_only(state, plan.new_address):
        done.add("record")
    if new.role is Role.PRIMARY:
        done.add("promotion")
    if old.role is Role.SECONDARY:
        done.add("yielding")
    clients = state.clients
    served = clients is not None and clients.sent_at >= since and clients.answer is Answer.OK
    if clients is not None and served and clients.address == plan.new_address:
        done.add("clients")
    return frozenset(done)


def wanted(plan: Plan) -> frozenset[str]:
    """Which steps must be seen; a silent Primary cannot be seen to yield, nor an unjudged path to move."""
    steps = {"record", "promotion"}
    if plan.kind is Kind.PLANNED:
        steps.add("yielding")
    if plan.clients:
        steps.add("clients")
    return frozenset(steps)


def outcome(
    plan: Plan, state: GroupState, *, since: Instant, accepted: bool | None, waited_s: float
) -> Outcome | None:
    """What the witnesses show now; None: nothing certain yet.

    ``accepted`` False: an error status came. Two Primaries are never a success.
    """
    old = state.node(plan.old_primary)
    if wanted(plan) <= marks(plan, state, since) and old.role is not Role.PRIMARY:
        return Outcome.SUCCEEDED
    if accepted is False and stays(plan, state) and waited_s >= REFUSAL_SETTLES_S:
        return Outcome.REFUSED_BY_NODE
    return Outcome.UNKNOWN if waited_s >= plan.watch_s else None


def stays(plan: Plan, state: GroupState) -> bool:
    """Whether the roles are as before the order; of a silent Primary nothing is expected."""
    old, new = state.node(plan.old_primary), state.node(plan.new_primary)
    kept = old.role is Role.PRIMARY if plan.kind is Kind.PLANNED else old.role is not Role.SECONDARY
    return kept and new.role is Role.SECONDARY


def left_changed(plan: Plan, state: GroupState) -> tuple[str, ...]:
    """What is not as it was before, for whoever has to know in a year."""
    old, new = plan.old_primary, plan.new_primary
    left = [t("{new} is Primary now; it was {old}. There is no automatic fail-back.", new=new, old=old)]
    if state.node(old).role is not Role.SECONDARY:
        left.append(
            t("{old} is not heard as Secondary: the group has no standby until it comes back.", old=old)
        )
    stale = [
        one.resolver for one in state.resolvers if plan.old_address and plan.old_address in one.addresses
    ]
    if stale:
        left.append(
            t(
                "{resolvers} may answer the old address for {ttl:.0f} s at most.",
                resolvers=", ".join(stale),
                ttl=state.timers.ttl_s,
            )
        )
    left += [
        f"{one.node} {one.workflow}: {one.callback} {worded(one.text)}." for one in state.memory.hook_troubles
    ]
    return tuple(left)


def standing(plan: Plan, state: GroupState) -> str:
    """Who says what, in one sentence: for an outcome that is not known."""
    said = ", ".join(
        t("{node} says {role}", node=node.name, role=node.role or t("nothing")) for node in state.nodes
    )
    places = {
        plan.new_address: plan.new_primary,
        plan.old_address: t("{node} as before", node=plan.old_primary),
    }
    named = next((name for address, name in places.items() if address and names_only(state, address)), None)
    text = t("{said}; the record names {named}", said=said, named=named or t("somebody else or nobody"))
    if plan.clients and state.clients is not None and state.clients.address != plan.new_address:
        at = places.get(state.clients.address or "", state.clients.address or t("nobody"))
        text += "; " + t("the client's path leads to {node}", node=at)
    return text
