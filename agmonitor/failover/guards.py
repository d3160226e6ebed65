"""The words of the guards: what stands between a wish and the one PUT, and what came of looking.

Names and values only; what each guard asks is in ``planned`` and ``emergency``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import NamedTuple

from agmonitor.domain.model import Instant

ENOUGH_REASON = 3  # letters
FRESH_S = 15.0  # a look and its second look take less; older evidence was read for another purpose


class Kind(StrEnum):
    """Two paths with two lists: the Primary yields, or the Secondary takes over from a silent one."""

    PLANNED = "planned"
    EMERGENCY = "emergency"


class Outcome(Enum):
    """How an order ended; the value is the verb's exit code.

    No verb ends with the last two: they are what an outcome that was unknown comes to, for good.
    """

    SUCCEEDED = 0
    REFUSED_HERE = 1
    REFUSED_BY_NODE = 2
    UNKNOWN = 3
    NOT_TAKEN = 4  # its time went by, and nothing had changed
    NEVER_KNOWN = 5  # what was to be seen of it nobody saw

    @property
    def exit_code(self) -> int:
        return self.value


class Guard(StrEnum):
    """What stands between a wish and the one PUT; each has refused by its own sentence."""

    NOT_ALLOWED = "not_allowed"  # the group is read-only
    NOT_HEARD = "not_heard"
    NO_PAIR = "no_pair"  # not one Primary and one Secondary
    NO_ADDRESS = "no_address"  # a node does not tell its own, so its record cannot be recognised
    ONE_GATEWAY = "one_gateway"  # both URLs lead to the same node
    OTHER_NAME = "other_name"  # groups of different names
    OTHER_MEMBERS = "other_members"  # a node lists others than these two
    CUT_FROM_DNS = "cut_from_dns"  # a node says it could not move the record
    NO_DNS_WITNESS = "no_dns_witness"
    NO_RECORD = "no_record"  # DNS does not give it
    RECORD_ELSEWHERE = "record_elsewhere"
    HEARTBEAT_LATE = "heartbeat_late"  # or none known
    HEARTBEAT_BY_DNS = "heartbeat_by_dns"
    CLOCKS_APART = "clocks_apart"
    OVERLOADED = "overloaded"
    HOOK_TROUBLE = "hook_trouble"
    COOLING_DOWN = "cooling_down"  # another order of ours has only just ended
    PRIMARY_LIVES = "primary_lives"  # some witness has a sign of its life
    TAKEOVER_DUE = "takeover_due"  # it comes by itself
    OLD_EVIDENCE = "old_evidence"
    UNDER_WAY = "under_way"  # another order of this group
    NO_AUDIT = "no_audit"  # it could not be written down before it is sent
    NO_REASON = "no_reason"
    NOT_CONFIRMED = "not_confirmed"  # the group's name was not typed
    ROLES_MOVED = "roles_moved"  # anything has, since a person was told and agreed
    ARM_EXPIRED = "arm_expired"
    GROUP_CHANGED = "group_changed"  # it was removed, renamed or set up otherwise while it was armed
    NOT_SENT = "not_sent"  # nothing left this machine


class Result(StrEnum):
    """How a check came out. A notice stops nothing."""

    PASSED = "passed"
    FAILED = "failed"
    NOTICE = "notice"
    NOT_JUDGED = "not_judged"  # another check has failed that it needs


class Judged(NamedTuple):
    """What a row of a table finds."""

    result: Result
    value: str
    sentence: str = ""  # why it failed, or what to notice
    age_s: float | None = None  # of the oldest evidence it rests on


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the pre-flight table as it was judged."""

    guard: Guard
    title: str
    value: str
    limit: str
    result: Result
    sentence: str
    age_s: float | None
    overridable: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is true around the group, as far as guards ask: told by whoever may read clocks and files."""

    under_way: bool = False  # another operation of this group holds the lock
    cools_until: Instant | None = None  # after the last order of ours
    audit_fault: str = ""  # why the audit cannot be written; nothing where it can
    forbidden: bool = False  # by the settings as they are kept now, whatever they were


@dataclass(frozen=True, slots=True)
class Intent:
    """What a person wants. ``confirmed_name``: the group's name as typed; ``overrides``: checks, by name."""

    reason: str
    kind: Kind = Kind.PLANNED
    confirmed_name: str = ""
    overrides: frozenset[str] = field(default_factory=frozenset)
    who: str = ""  # operating system account; whoever drives the operation knows it


class Objection(NamedTuple):
    """One guard that refuses, in one sentence."""

    guard: Guard
    sentence: str
