"""The pre-flight as a whole: every check of its table, and the one PUT that would follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agmonitor.domain.model import Answer, Instant, Role
from agmonitor.domain.outside import clients_judged
from agmonitor.domain.state import GroupState
from agmonitor.failover.emergency import EMERGENCY
from agmonitor.failover.guards import Check, Guard, Kind, Objection, Result, Surroundings
from agmonitor.failover.planned import PLANNED
from agmonitor.failover.rows import address_told
from agmonitor.failover.scene import Scene
from agmonitor.texts import t

WATCH_MIN_S = 60.0
SPARE_S = 30.0
TABLES = {Kind.PLANNED: PLANNED, Kind.EMERGENCY: EMERGENCY}


@dataclass(frozen=True, slots=True)
class Plan:
    """One PUT to ``target``, and what must be seen afterwards."""

    kind: Kind
    target: str  # the node's name
    word: str  # what that node will do: "Yield" or "Take over"
    old_primary: str
    new_primary: str
    old_address: str  # what the host record names now; "" where nobody has told it
    new_address: str  # what it must name in the end
    clients: bool  # the client's path works or is judged, and must lead to the new Primary
    watch_s: float  # how long to look for the swap before the outcome stays unknown

    @property
    def sentence(self) -> str:
        new, old = self.new_primary, self.old_primary
        if self.kind is Kind.EMERGENCY:
            return t(
                "{new} will take over: it becomes Primary in the place of {old}, which is silent.",
                new=new,
                old=old,
            )
        return t("{old} will yield: {new} becomes Primary and {old} Secondary.", old=old, new=new)


@dataclass(frozen=True, slots=True)
class Preflight:
    """A table as it was judged at an instant. ``plan`` None: nobody could say whom to order what."""

    kind: Kind
    at: Instant
    checks: tuple[Check, ...]
    plan: Plan | None

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.result is Result.FAILED)

    @property
    def clean(self) -> bool:
        """Nothing has failed: it could be armed without an override."""
        return self.plan is not None and not self.failed

    def standing(self, overrides: Iterable[str]) -> tuple[Objection, ...]:
        """What still refuses when these checks are overridden by name."""
        named = frozenset(overrides)
        left = [
            Objection(check.guard, check.sentence)
            for check in self.failed
            if not (check.overridable and check.guard in named)
        ]
        if self.plan is None and not left:
            left = [Objection(Guard.NO_PAIR, t("Nobody could say which node to order what."))]
        return tuple(left)


def preflight(state: GroupState, kind: Kind, around: Surroundings | None = None) -> Preflight:
    """Every check of the kind's table, and what would be sent where."""
    scene = Scene(state, kind, around or Surroundings())
    return Preflight(kind, state.now, tuple(row.of(scene) for row in TABLES[kind]), _plan(scene))


def overridable(kind: Kind) -> tuple[Guard, ...]:
    """The checks of that kind that can be overridden by name."""
    return tuple(row.guard for row in TABLES[kind] if row.overridable)


def _plan(scene: Scene) -> Plan | None:
    primary, secondary = scene.primary, scene.secondary
    if primary is None or secondary is None:
        return None
    emergency = scene.kind is Kind.EMERGENCY
    speaks = primary.last is not None and primary.last.answer is Answer.OK
    if emergency and primary.role is Role.PRIMARY and speaks:
        return None  # two healthy nodes have a planned failover
    timers, clients = scene.state.timers, scene.state.clients
    worked = emergency or (clients is not None and clients.answer is Answer.OK)
    return Plan(
        kind=scene.kind,
        target=secondary.name if emergency else primary.name,
        word=t("Take over") if emergency else t("Yield"),
        old_primary=primary.name,
        new_primary=secondary.name,
        old_address=address_told(scene, primary) or "",
        new_address=address_told(scene, secondary) or "",
        clients=clients is not None and worked and clients_judged(scene.state),
        watch_s=max(WATCH_MIN_S, timers.absence_s + timers.check_s + timers.ttl_s + SPARE_S),
    )
