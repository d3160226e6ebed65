"""A drill as data: what is set up, what is done in which order, what must be seen, and what never may be.

Written as TOML and read by ``scenario_reading``; ``resources/scenarios/README.md`` tells the format. Does
nothing and knows no World, no lab and no clock. Seconds are those of the pair's own timers, both in virtual
time and on the live lab.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from agmonitor.failover.guards import Guard, Kind, Outcome

NODES = ("gw-1", "gw-2")
PLACES = ("primary", "secondary", *NODES)
"""How a step may name a node: by its role at that moment, or by its name."""
STRANGER = "stranger"
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Pace:
    """The pair's settings, whole seconds as on a Gateway."""

    report_s: int
    check_s: int
    absence_s: int
    ttl_s: int


DOCUMENTED = Pace(20, 30, 60, 30)
DEMO = Pace(2, 3, 6, 3)
PACES: Mapping[str, Pace] = MappingProxyType({"documented": DOCUMENTED, "demo": DEMO})


@dataclass(frozen=True, slots=True)
class Condition:
    """What a table of subjects asks for, all of it at once; see ``scenario_conditions.SUBJECTS``."""

    subjects: tuple[tuple[str, tuple[str, ...]], ...]  # ("gw-1", ("primary",)), ("finding", ("healthy",))


@dataclass(frozen=True, slots=True)
class BringAbout:
    """A fault of the table. ``node`` None: both."""

    fault: str
    node: str | None = None
    link: str | None = None
    for_s: float | None = None
    parameters: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Heal:
    """End every fault."""


@dataclass(frozen=True, slots=True)
class Happen:
    """Something that is no fault of the table befalls the pair or us; see ``scenario_happenings``."""

    name: str
    node: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Let time pass."""

    seconds: float
    live_s: float | None = None  # where the live lab needs another length


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop watching; the pair goes on."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Watch again."""


@dataclass(frozen=True, slots=True)
class Agree:
    """A person is told what a failover would do now, and agrees to just that."""


@dataclass(frozen=True, slots=True)
class FailOver:
    """A failover through the monitor's guards. ``agreed``: only what was agreed to before."""

    reason: str
    ends: Outcome = Outcome.SUCCEEDED
    guards: tuple[Guard, ...] = ()  # each must be among those that refuse
    agreed: bool = False
    twice: bool = False  # a second order at the same moment, which must be refused
    kind: Kind = Kind.PLANNED
    overrides: tuple[Guard, ...] = ()  # checks that may fail, named


@dataclass(frozen=True, slots=True)
class Expect:
    """It must come to be so within that time, counted from the end of the step before."""

    condition: Condition
    within_s: float


@dataclass(frozen=True, slots=True)
class Hold:
    """It must be so now and stay so for that long."""

    condition: Condition
    for_s: float


Act = BringAbout | Heal | Happen | Wait | Pause | Resume | Agree | FailOver | Expect | Hold


@dataclass(frozen=True, slots=True)
class Step:
    """One act in its place. ``label``: what a negative expectation calls it by."""

    act: Act
    label: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Never:
    """What may not be seen once, from the end of one labelled step to the end of another."""

    condition: Condition
    after: str = ""  # empty: from the beginning
    until: str = ""  # empty: to the end
    why: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """What the monitor is told of the group."""

    cadence_s: float = 2.0
    timeout_s: float = 5.0
    judge_clients: bool = True
    failover_allowed: bool = True
    dns_server: bool = True  # False: it knows no authoritative server, and finds none
    one_url: bool = False  # both nodes' URLs lead to gw-1


@dataclass(frozen=True, slots=True)
class PairSetup:
    """How the pair is before the drill begins."""

    formed: bool = True
    scheme: str = "https"
    inventory: bool = True  # the hook inventory is installed
    certificate_days: float | None = None  # left on both certificates; None: plenty


@dataclass(frozen=True, slots=True)
class Covers:
    """What the scenario claims to show; a run proves it."""

    findings: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One drill. ``name`` is the file's own."""

    name: str
    title: str
    why: str
    steps: tuple[Step, ...]
    never: tuple[Never, ...] = ()
    covers: Covers = field(default_factory=Covers)
    pace: Pace = DOCUMENTED
    watch: Watch = field(default_factory=Watch)
    pair: PairSetup = field(default_factory=PairSetup)
    live: bool = False  # runs on the live lab too, and gives the same events there
