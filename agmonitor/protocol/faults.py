"""Every way to break a pair as one table, the same in virtual time (``World``) and on the live lab.

Only names, titles, numbers and wording; bringing a fault about is others' work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from agmonitor.texts import t


class Scope(StrEnum):
    """Which nodes a fault may be told."""

    ONE = "one"  # needs one node
    ONE_OR_BOTH = "one_or_both"  # takes one, and means both without


class Link(StrEnum):
    """A path that a link fault can hit, named after the node at its near end."""

    DOOR = "door"  # everything that comes to the node: clients, the peer's heartbeats, and us
    HEARTBEAT = "heartbeat"  # what the node sends to its peer
    DNS = "dns"  # what the node asks of and tells the name server
    WATCH = "watch"  # the monitor's own path to the node; nobody else's


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a fault. The unit is the name's last part: ``_s`` seconds, ``_share`` 0 to 1."""

    name: str
    title: str
    default: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break the pair. ``sentence`` holds ``{node}``, and ``{link}`` where ``takes_link``.

    Where it may mean both nodes, the sentence begins with neither and is true of one as of both.
    """

    name: str
    title: str
    scope: Scope
    lasts: bool  # goes on until it is healed, by hand or after a given time
    sentence: str
    takes_link: bool = False  # hits one Link of the node; the door without a word
    parameters: tuple[Parameter, ...] = ()

    @property
    def needs_node(self) -> bool:
        return self.scope is Scope.ONE


_LONG_S = 86_400.0
_DELAY = Parameter("delay_s", t("Delay each way"), 1.0, 0.0, 60.0)
_LOSS = Parameter("loss_share", t("Share lost"), 0.3, 0.0, 1.0)
_OFFSET = Parameter("offset_s", t("Clock ahead by"), 30.0, -_LONG_S, _LONG_S)
_CLIMB = Parameter("climb_s", t("From idle to 1 within"), 60.0, 1.0, 3600.0)

# Translators: keep {node} and {link}; both are filled in later
_ROWS = (
    Fault("kill", t("Kill"), Scope.ONE, lasts=True, sentence=t("{node} is killed: connections are refused.")),
    Fault(
        "freeze",
        t("Freeze"),
        Scope.ONE,
        lasts=True,
        sentence=t("{node} is frozen: it holds its connections and answers nothing."),
    ),
    Fault("restart", t("Restart"), Scope.ONE, lasts=False, sentence=t("{node} starts anew.")),
    Fault(
        "slow",
        t("Slow"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The {link} of {node} is slow: everything is late."),
        takes_link=True,
        parameters=(_DELAY,),
    ),
    Fault(
        "lossy",
        t("Lossy"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The {link} of {node} is lossy: a share of the exchanges disappears."),
        takes_link=True,
        parameters=(_LOSS,),
    ),
    Fault(
        "reset",
        t("Reset connections"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The {link} of {node} resets every connection."),
        takes_link=True,
    ),
    Fault(
        "blackhole",
        t("Black hole"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The {link} of {node} swallows everything."),
        takes_link=True,
    ),
    Fault(
        "cut_heartbeat",
        t("Cut the heartbeat path"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The heartbeat path from {node} is cut: what goes to the peer disappears."),
    ),
    Fault(
        "cut_dns",
        t("Cut from DNS"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The way from {node} to the name server is cut: questions and updates disappear."),
    ),
    Fault(
        "cut_both",
        t("Cut heartbeat and DNS"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The ways from {node} to the peer and to the name server are cut."),
    ),
    Fault(
        "hide",
        t("Hide from the monitor"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("Our own path to {node} is cut; the pair does not notice."),
    ),
    Fault(
        "expire_sign_ins",
        t("Expire sign-ins"),
        Scope.ONE_OR_BOTH,
        lasts=False,
        sentence=t("Whoever was signed in to {node} is so no longer."),
    ),
    Fault(
        "expire_certificate",
        t("Expire the certificate"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The certificate of {node} has expired."),
    ),
    Fault(
        "swap_certificate",
        t("Swap the certificate"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The certificate of {node} is one that nobody here has signed."),
    ),
    Fault(
        "skew_clock",
        t("Skew the clock"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The clock of {node} is off."),
        parameters=(_OFFSET,),
    ),
    Fault(
        "step_clock",
        t("Step the clock"),
        Scope.ONE_OR_BOTH,
        lasts=False,
        sentence=t("The clock of {node} was set; only a healed lab sets it right again."),
        parameters=(_OFFSET,),
    ),
    Fault(
        "overload",
        t("Overload"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The load of {node} climbs; at 1 it dies."),
        parameters=(_CLIMB,),
    ),
    Fault(
        "rubbish",
        t("Answer rubbish"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("The answers of {node} are what no Gateway would say."),
    ),
    Fault(
        "hook_raises",
        t("Hooks raise"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("Every role-change hook on {node} raises."),
    ),
    Fault(
        "hook_hangs",
        t("Hooks hang"),
        Scope.ONE_OR_BOTH,
        lasts=True,
        sentence=t("Role-change hooks on {node} do not return until healed."),
    ),
)
FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in _ROWS})
