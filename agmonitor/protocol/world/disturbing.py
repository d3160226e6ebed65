"""Brings faults about in a scene and takes them back; what there is to bring about stands in ``FAULTS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agmonitor.protocol.faults import Fault, Link
from agmonitor.protocol.world.fault_checks import ActiveFault, checked, hits_of
from agmonitor.protocol.world.node import Certificate, Process
from agmonitor.protocol.world.scene import Scene

START_S = 0.8
"""A process takes so long to start and listen."""
LINK_WORDS = {
    Link.DOOR: "door",
    Link.HEARTBEAT: "heartbeat path",
    Link.DNS: "way to DNS",
    Link.WATCH: "watch",
}


Effect = Callable[["Disturbances", Process, ActiveFault], object]


class Disturbances:
    """At most one active fault of a name on one link of one node: a second one replaces the first."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.active: list[ActiveFault] = []

    def begin(
        self, name: str, node: str | None, link: Link | None, for_s: float | None, given: Mapping[str, float]
    ) -> str:
        """Bring it about; gives the sentence that says so.

        Raises:
            ValueError: no such fault, or not with this node, link, length or number.
        """
        fault, parameters = checked(name, node, link, for_s, given, tuple(self.scene.nodes))
        link = (link or Link.DOOR) if fault.takes_link else None
        now = self.scene.schedule.now
        for each in [node] if node is not None else list(self.scene.nodes):
            ends_at = None if for_s is None else now + for_s
            self._begin(fault, ActiveFault(name, each, link, parameters, now, ends_at))
        word = LINK_WORDS[link] if link is not None else ""
        return fault.sentence.format(node=node or "both nodes", link=word)

    @property
    def names(self) -> tuple[str, ...]:
        """What is active, one text each: "slow gw-1 door"."""
        return tuple(map(str, self.active)) if self.active else ()

    def heal(self) -> str:
        """Everything is as it was: faults end, processes run, clocks are right."""
        for active in list(self.active):
            self.end(active)
        for node in self.scene.nodes.values():
            node.clock.set_right(self.scene.schedule.now)
            self.clock_set(node)
        return "Everything is healed."

    def end(self, active: ActiveFault) -> None:
        """It is over, if it has not been before."""
        if active not in self.active:
            return
        self.active.remove(active)
        self._take_effect(active, ENDINGS)

    def clock_set(self, node: Process) -> None:
        """Its clock was set: what is due is looked at anew."""
        if node.alive and not node.frozen:
            node.wind()
        self.scene.touch_service()

    def drop(self, node: Process, *names: str) -> None:
        """Forget faults that ended with the process they hit."""
        self.active = [each for each in self.active if each.node != node.name or each.name not in names]

    def start_soon(self, node: Process) -> None:
        """A new process listens before long, unless something forbids it by then."""
        self.scene.schedule.after(START_S, self._start, node, node.life)

    def is_active(self, name: str, node: Process) -> bool:
        return any(each.name == name and each.node == node.name for each in self.active)

    def settle_paths(self, node: Process) -> None:
        """All link faults of a node together."""
        for link, path in self.scene.network.paths[node.name].by_link():
            hits = [hit for each in self.active if each.node == node.name for hit in hits_of(each, link)]
            kept = 1.0
            for hit in hits:
                kept *= 1.0 - hit.loss_share
            path.become(
                delay_s=sum(hit.delay_s for hit in hits),
                loss_share=1.0 - kept,
                reset=any(hit.reset for hit in hits),
                blackhole=any(hit.blackhole for hit in hits),
            )
        self.scene.touch_service()

    def _begin(self, fault: Fault, active: ActiveFault) -> None:
        for other in list(self.active):
            if (other.name, other.node, other.link) == (active.name, active.node, active.link):
                self.active.remove(other)  # without an end: a frozen node must not thaw for a moment
                if active.name in ADD_UP:
                    self._take_effect(other, ENDINGS)
        if fault.lasts:
            self.active.append(active)
            if active.ends_at is not None:
                self.scene.schedule.at(active.ends_at, self.end, active)
        self._take_effect(active, BEGINNINGS)

    def _take_effect(self, active: ActiveFault, effects: Mapping[str, Effect]) -> None:
        node = self.scene.nodes[active.node]
        effect = effects.get(active.name)
        if effect is not None:
            effect(self, node, active)
        else:
            self.settle_paths(node)
        self.scene.touch_service()

    def _start(self, node: Process, life: int) -> None:
        if node.life == life and not node.alive and not self.is_active("kill", node):
            node.start()


def _kill(_: Disturbances, node: Process, __: ActiveFault) -> None:
    if node.alive:
        node.end()


def _unkill(disturbances: Disturbances, node: Process, _: ActiveFault) -> None:
    if not node.alive:
        disturbances.start_soon(node)


def _freeze(_: Disturbances, node: Process, __: ActiveFault) -> None:
    if node.alive:
        node.freeze()


def _thaw(_: Disturbances, node: Process, __: ActiveFault) -> None:
    node.thaw()


def _restart(disturbances: Disturbances, node: Process, _: ActiveFault) -> None:
    disturbances.drop(node, "kill", "freeze", "overload")
    node.load_climbs = None
    if node.alive:
        node.end()
    disturbances.start_soon(node)


def _expire_sign_ins(_: Disturbances, node: Process, __: ActiveFault) -> None:
    node.signed_in = False


def _certify(_: Disturbances, node: Process, active: ActiveFault) -> None:
    expired = active.name == "expire_certificate"
    node.certificate = Certificate.EXPIRED if expired else Certificate.SWAPPED


def _recertify(disturbances: Disturbances, node: Process, _: ActiveFault) -> None:
    node.certificate = Certificate.GOOD
    if disturbances.is_active("expire_certificate", node):
        node.certificate = Certificate.EXPIRED
    elif disturbances.is_active("swap_certificate", node):
        node.certificate = Certificate.SWAPPED


def _set_clock(disturbances: Disturbances, node: Process, active: ActiveFault) -> None:
    node.clock.step(active.parameters["offset_s"])
    disturbances.clock_set(node)


def _set_clock_back(disturbances: Disturbances, node: Process, active: ActiveFault) -> None:
    node.clock.step(-active.parameters["offset_s"])
    disturbances.clock_set(node)


def _overload(disturbances: Disturbances, node: Process, active: ActiveFault) -> None:
    climb_s = active.parameters["climb_s"]
    now = disturbances.scene.schedule.now
    node.load_climbs = now, climb_s

    def dies() -> None:
        if active in disturbances.active and node.alive:
            node.end()
            disturbances.scene.touch_service()

    disturbances.scene.schedule.after(climb_s, dies)


def _unload(disturbances: Disturbances, node: Process, _: ActiveFault) -> None:
    node.load_climbs = None
    if not node.alive:
        disturbances.start_soon(node)


def _rubbish(disturbances: Disturbances, node: Process, active: ActiveFault) -> None:
    node.rubbish = disturbances.is_active(active.name, node)


def _hooks(disturbances: Disturbances, node: Process, _: ActiveFault) -> None:
    node.hooks.raises = disturbances.is_active("hook_raises", node)
    node.hooks.hangs = disturbances.is_active("hook_hangs", node)
    node.hooks.heal()


ADD_UP = frozenset({"skew_clock"})
"""Faults of which two would come to more than the second one."""
BEGINNINGS: Mapping[str, Effect] = {
    "kill": _kill,
    "freeze": _freeze,
    "restart": _restart,
    "expire_sign_ins": _expire_sign_ins,
    "expire_certificate": _certify,
    "swap_certificate": _certify,
    "skew_clock": _set_clock,
    "step_clock": _set_clock,
    "overload": _overload,
    "rubbish": _rubbish,
    "hook_raises": _hooks,
    "hook_hangs": _hooks,
}
"""What is none of these is a fault of links."""
ENDINGS: Mapping[str, Effect] = {
    **BEGINNINGS,
    "kill": _unkill,
    "freeze": _thaw,
    "expire_certificate": _recertify,
    "swap_certificate": _recertify,
    "skew_clock": _set_clock_back,
    "overload": _unload,
}
