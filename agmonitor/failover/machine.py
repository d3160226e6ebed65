"""One failover as a state machine: idle → checked → armed → fired → watching → succeeded, refused or unknown.

Pure: whoever drives it brings the states, the instants and the answer; each step gives a new value, and a
step out of turn raises ``OutOfTurnError``. The one PUT may leave only while a machine stands at ``fired``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from agmonitor.domain.model import Instant
from agmonitor.domain.observations import FailoverAnswer
from agmonitor.domain.state import GroupState
from agmonitor.domain.words import duration
from agmonitor.failover.guards import ENOUGH_REASON, Guard, Intent, Kind, Objection, Outcome, Surroundings
from agmonitor.failover.preflight import Plan, Preflight, preflight
from agmonitor.failover.proof import marks, outcome, standing
from agmonitor.failover.snapshot import Snapshot, moved, moved_meanwhile, snapshot
from agmonitor.texts import t

ARMED_S = 30.0  # to fire within
AT_ONCE_S = 0.05


class Stage(StrEnum):
    """Where it stands. ``unknown`` is watched on until the time to look is over."""

    IDLE = "idle"
    CHECKED = "checked"
    ARMED = "armed"
    FIRED = "fired"
    WATCHING = "watching"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class OutOfTurnError(RuntimeError):
    """A step that does not follow from where the machine stands."""


class NotArmedError(KeyError):
    """Nothing is armed there, or no longer: nothing was sent."""


@dataclass(frozen=True, slots=True)
class Failover:
    """One operation of one group, from the first look to its outcome."""

    stage: Stage = Stage.IDLE
    preflight: Preflight | None = None
    wish: Intent | None = None
    armed: Snapshot | None = None
    armed_at: Instant | None = None
    plan: Plan | None = None
    fired_at: Instant | None = None
    answer: FailoverAnswer | None = None
    answered_at: Instant | None = None
    outcome: Outcome | None = None  # None: not ended
    objections: tuple[Objection, ...] = ()  # what refused
    sentence: str = ""
    reached_s: tuple[tuple[str, float], ...] = ()  # steps seen done, seconds after firing

    @property
    def ended(self) -> bool:
        return self.outcome is not None

    @property
    def sending(self) -> bool:
        """Whether the PUT may have left this machine."""
        if self.answer is not None:
            return self.answer.sent
        return self.stage is Stage.WATCHING

    @property
    def guards(self) -> tuple[Guard, ...]:
        return tuple(one.guard for one in self.objections)

    def expires_at(self) -> Instant:
        """When arming runs out."""
        assert self.armed_at is not None
        return self.armed_at + ARMED_S


def check(machine: Failover, state: GroupState, kind: Kind, around: Surroundings) -> Failover:
    """Judge the table; may be done again as often as evidence comes, until it is armed."""
    _turn(machine, Stage.IDLE, Stage.CHECKED)
    return replace(machine, stage=Stage.CHECKED, preflight=preflight(state, kind, around))


def arm(
    machine: Failover, state: GroupState, wish: Intent, around: Surroundings, confirmed: Plan | None = None
) -> Failover:
    """Take the snapshot to be compared with, or refuse. ``confirmed``: what the person was shown."""
    _turn(machine, Stage.CHECKED)
    made = preflight(state, wish.kind, around)
    against = [*_person(state, wish), *made.standing(wish.overrides)]
    if confirmed is not None and made.plan is not None and _differs(confirmed, made.plan):
        text = t(
            "The roles have moved since this was confirmed: {node} is Primary now.",
            node=made.plan.old_primary,
        )
        against.append(Objection(Guard.ROLES_MOVED, text))
    machine = replace(machine, preflight=made, wish=wish, plan=made.plan)
    if against:
        return refused(machine, *against)
    return replace(machine, stage=Stage.ARMED, armed=snapshot(state), armed_at=state.now)


def hold(machine: Failover, state: GroupState) -> Failover:
    """While it is armed: whatever is seen to move refuses it, though it should move back before it fires."""
    _turn(machine, Stage.ARMED)
    assert machine.armed is not None
    changes = moved_meanwhile(machine.armed, snapshot(state))
    if not changes:
        return machine
    return refused(
        machine, *(Objection(Guard.ROLES_MOVED, t("Since it was armed: {what}", what=one)) for one in changes)
    )


def fire(machine: Failover, state: GroupState, around: Surroundings) -> Failover:
    """Compare and act: everything as it was armed, and every check as good, or nothing is sent."""
    _turn(machine, Stage.ARMED)
    assert machine.armed is not None
    assert machine.wish is not None
    if not 0 <= state.now - (machine.armed_at or 0.0) <= ARMED_S:
        text = t("It was armed more than {limit:.0f} s ago.", limit=ARMED_S)
        return refused(machine, Objection(Guard.ARM_EXPIRED, text))
    changes = moved(machine.armed, snapshot(state))
    made = preflight(state, machine.wish.kind, around)
    against = [
        Objection(Guard.ROLES_MOVED, t("Since it was armed: {what}", what=change)) for change in changes
    ]
    against += made.standing(machine.wish.overrides)
    if not against and _differs(made.plan, machine.plan):
        against = [Objection(Guard.ROLES_MOVED, t("Since it was armed the plan has become another."))]
    machine = replace(machine, preflight=made)
    if against:
        return refused(machine, *against)
    return replace(machine, stage=Stage.FIRED, fired_at=state.now)


def sent(machine: Failover, at: Instant) -> Failover:
    """The PUT is about to leave; whatever comes back, it was this one and no second."""
    _turn(machine, Stage.FIRED)
    return replace(machine, stage=Stage.WATCHING, fired_at=at)


def answered(machine: Failover, answer: FailoverAnswer, at: Instant) -> Failover:
    """What came back, or did not. It decides nothing but whether anything was sent at all."""
    _turn(machine, Stage.WATCHING)
    machine = replace(machine, answer=answer, answered_at=at)
    if not answer.sent:
        return refused(machine, Objection(Guard.NOT_SENT, answer.detail))
    return replace(machine, stage=Stage.UNKNOWN) if answer.accepted is None else machine


def watch(machine: Failover, state: GroupState) -> Failover:
    """What the witnesses show now. Before the answer is there, or lost, nothing ends."""
    _turn(machine, Stage.WATCHING, Stage.UNKNOWN)
    plan, fired_at = machine.plan, machine.fired_at
    assert plan is not None
    assert fired_at is not None
    machine = _reached(machine, plan, state)
    answer, answered_at = machine.answer, machine.answered_at
    if answer is None or answered_at is None:
        return machine
    waited_s = state.now - answered_at
    came = outcome(plan, state, since=fired_at, accepted=answer.accepted, waited_s=waited_s)
    if came is None:
        return machine
    stage = {Outcome.SUCCEEDED: Stage.SUCCEEDED, Outcome.REFUSED_BY_NODE: Stage.REFUSED}
    took_s = state.now - fired_at
    sentence = ended_words(plan, answer, came, took_s) or _unknown(plan, state, took_s)
    return replace(machine, stage=stage.get(came, Stage.UNKNOWN), outcome=came, sentence=sentence)


def refused(machine: Failover, *objections: Objection) -> Failover:
    """Ended here, and nothing was sent."""
    sentence = " ".join(one.sentence for one in objections)
    return replace(
        machine,
        stage=Stage.REFUSED,
        outcome=Outcome.REFUSED_HERE,
        objections=tuple(objections),
        sentence=sentence,
    )


def _turn(machine: Failover, *stages: Stage) -> None:
    if machine.stage not in stages or machine.ended:
        raise OutOfTurnError(f"A failover that is {machine.stage} cannot go there.")


def _person(state: GroupState, wish: Intent) -> list[Objection]:
    """What only a person can give. The lab is nobody's service: nothing is asked there."""
    name, against = state.settings.name, []
    if state.settings.lab:
        return []
    if len(wish.reason.strip()) < ENOUGH_REASON:
        against.append(Objection(Guard.NO_REASON, t("A failover needs a reason.")))
    if wish.confirmed_name != name:
        against.append(
            Objection(Guard.NOT_CONFIRMED, t("The group's name was not typed: {group}.", group=name))
        )
    return against


def _differs(one: Plan | None, other: Plan | None) -> bool:
    if one is None or other is None:
        return one is not other
    return (one.target, one.word, one.new_address) != (other.target, other.word, other.new_address)


def _reached(machine: Failover, plan: Plan, state: GroupState) -> Failover:
    """Keep when each step was first seen done."""
    assert machine.fired_at is not None
    known = dict(machine.reached_s)
    took_s = round(max(0.0, state.now - machine.fired_at), 3)
    new = [(name, took_s) for name in sorted(marks(plan, state, machine.fired_at)) if name not in known]
    return replace(machine, reached_s=(*machine.reached_s, *new)) if new else machine


def ended_words(plan: Plan, answer: FailoverAnswer, came: Outcome, took_s: float) -> str:
    """How an order ended, that long after it; nothing of one that is unknown."""
    old, new = plan.old_primary, plan.new_primary
    if came is Outcome.SUCCEEDED:
        after = t("at once") if took_s < AT_ONCE_S else t("after {length}", length=duration(took_s))
        if plan.kind is Kind.EMERGENCY:
            return t("{new} is Primary {after}; the record names {new}.", new=new, after=after)
        return t(
            "{new} is Primary and {old} Secondary {after}; the record names {new}.",
            new=new,
            old=old,
            after=after,
        )
    return _refusal(plan, answer) if came is Outcome.REFUSED_BY_NODE else ""


def _unknown(plan: Plan, state: GroupState, took_s: float) -> str:
    return t(
        "Unknown after {took:.0f} s: {standing}. Keep watching before acting again.",
        took=took_s,
        standing=standing(plan, state),
    )


def _refusal(plan: Plan, answer: FailoverAnswer) -> str:
    status = f"HTTP {answer.http_status}" if answer.http_status is not None else t("an error")
    if plan.kind is Kind.EMERGENCY:
        return t(
            "{node} refused with {status}; {new} still Secondary.",
            node=plan.target,
            status=status,
            new=plan.new_primary,
        )
    return t(
        "{node} refused with {status}; {old} is still Primary and {new} still Secondary.",
        node=plan.target,
        status=status,
        old=plan.old_primary,
        new=plan.new_primary,
    )
