"""What an expectation may ask about, and whether it is so: one small table of subjects.

Reads the monitor's own state and events alone, never the true state of the pair: a drill judges what was
shown. A subject's values all have to hold, and so have all subjects of one condition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from agmonitor.domain.addresses import owner_of
from agmonitor.domain.events import Event, EventKind, Trigger
from agmonitor.domain.findings import TABLE
from agmonitor.domain.model import Answer, HeartbeatMethod, Instant, Role, Severity
from agmonitor.domain.observations import HookOutcome
from agmonitor.domain.state import Condition as NodeCondition
from agmonitor.domain.state import Finding, GroupState
from agmonitor.drill.scenario import NOBODY, NODES, STRANGER, Condition

EXIT_CODES: Mapping[Severity, str] = MappingProxyType(
    {
        Severity.OK: "0",
        Severity.NOTICE: "0",
        Severity.WARNING: "1",
        Severity.CRITICAL: "2",
        Severity.UNKNOWN: "3",
    }
)
"""What ``status`` would exit with, as a Nagios plug-in does."""

FINDINGS = tuple(dict.fromkeys(row.name for row in TABLE))
_SEVERITIES = tuple(severity.word for severity in Severity)
_NODE_WORDS = (*(role.value for role in Role), *(c.value for c in NodeCondition))
_START = "start"


@dataclass(frozen=True, slots=True)
class View:
    """What has been shown so far. ``since``: when the drill began."""

    state: GroupState
    events: Sequence[Event]
    since: Instant


Holds = Callable[[View, str], bool]


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to ask about. ``words``: for each place of a value what may stand there; None: anything."""

    holds: Holds
    words: tuple[tuple[str, ...] | None, ...]
    least: int  # so many words at least
    form: str  # how a value looks, for a mistake's sentence


def holds(condition: Condition, view: View) -> bool:
    """Whether all of it is so."""
    return all(_subject_holds(name, values, view) for name, values in condition.subjects)


def _subject_holds(name: str, values: tuple[str, ...], view: View) -> bool:
    if name == "events":
        return _in_order(values, view.events)
    return all(SUBJECTS[name].holds(view, value) for value in values)


# -- nodes ---------------------------------------------------------------------------------------------------


def _node(name: str) -> Subject:
    def is_so(view: View, word: str) -> bool:
        node = view.state.node(name)
        return word == node.condition.value or (node.role is not None and word == node.role.value)

    return Subject(is_so, (_NODE_WORDS,), 1, "one of " + ", ".join(_NODE_WORDS))


def _heartbeat(view: View, word: str) -> bool:
    """As the Secondary says."""
    heard = [n.heard for n in view.state.nodes if n.role is Role.SECONDARY and n.heard is not None]
    methods = [one.report.heartbeat_method for one in heard if one.report is not None]
    return [m.value if m is not None else "" for m in methods] == [word]


def _answer(view: View, text: str) -> bool:
    name, answer = text.split()
    last = view.state.node(name).last
    return last is not None and last.answer.value == answer


# -- verdict and findings ------------------------------------------------------------------------------------


def _verdict(view: View, text: str) -> bool:
    verdict = view.state.verdict
    return _matches(text, verdict.name, verdict.severity)


def _finding(view: View, text: str) -> bool:
    """Among the findings or as the verdict itself, which is how healthy and not_enough_evidence show."""
    return _verdict(view, text) or any(
        _matches(text, one.name, one.severity) for one in view.state.verdict.findings
    )


def _no_finding(view: View, text: str) -> bool:
    return not _finding(view, text)


def _matches(text: str, name: str, severity: Severity) -> bool:
    words = text.split()
    return words[0] == name and (len(words) == 1 or words[1] == severity.word)


def _says(view: View, part: str) -> bool:
    findings: Sequence[Finding] = view.state.verdict.findings
    return any(part in one.sentence for one in findings) or part in view.state.verdict.sentence


def _worst(view: View, word: str) -> bool:
    return view.state.verdict.severity.word == word


def _exit(view: View, code: str) -> bool:
    return EXIT_CODES[view.state.verdict.severity] == code


# -- DNS, clients, hooks, episodes, events -------------------------------------------------------------------


def _record(view: View, word: str) -> bool:
    dns = view.state.dns
    if dns is None or (dns.answer.value not in {"ok", "nxdomain", "nodata"}):
        return False
    if len(dns.addresses) != 1:
        return word == NOBODY and not dns.addresses
    return word == (owner_of(view.state.nodes, dns.addresses[0]) or STRANGER)


def _clients(view: View, word: str) -> bool:
    clients = view.state.clients
    if word == "lost":
        return view.state.clients_failures >= 2
    if clients is None or clients.answer is not Answer.OK:
        return False
    return word == "served" or owner_of(view.state.nodes, clients.address) == word


def _hook(view: View, text: str) -> bool:
    """A call since the drill began: node, previous role, new role and, perhaps, its outcome."""
    words = text.split()
    seen = view.state.node(words[0]).inventory
    if seen is None:
        return False
    return any(
        [call.previous.value if call.previous is not None else _START, call.new.value] == words[1:3]
        and call.started_at >= view.since
        and (len(words) == 3 or call.outcome.value == words[3])
        for call in seen.calls
    )


def _trigger(view: View, word: str) -> bool:
    """Of the newest failover or outage, going on or ended."""
    newest = view.state.episode or (view.state.episodes[-1] if view.state.episodes else None)
    return newest is not None and newest.trigger.value == word


def event_words(event: Event) -> tuple[str, ...]:
    """What an event may be called by: its kind, its node, its finding."""
    return tuple(word for word in (event.kind.value, event.node, event.finding) if word)


def _in_order(wanted: Sequence[str], events: Sequence[Event]) -> bool:
    """Whether these have happened one after the other, whatever happened between."""
    left = list(wanted)
    for event in events:
        if left and set(left[0].split()) <= set(event_words(event)):
            left.pop(0)
    return not left


def _event(view: View, text: str) -> bool:
    return _in_order((text,), view.events)


_ROLES = tuple(role.value for role in Role)
_EVENTS = tuple(kind.value for kind in EventKind)

# fmt: off
SUBJECTS: Mapping[str, Subject] = MappingProxyType({
    **{name: _node(name) for name in NODES},
    "answer": Subject(_answer, (NODES, tuple(a.value for a in Answer)), 2, 'such as "gw-1 refused"'),
    "verdict": Subject(_verdict, (FINDINGS, _SEVERITIES), 1, "a finding's name, perhaps with its severity"),
    "worst": Subject(_worst, (_SEVERITIES,), 1, "one of " + ", ".join(_SEVERITIES)),
    "exit": Subject(_exit, (tuple(EXIT_CODES.values()),), 1, "0, 1, 2 or 3"),
    "finding": Subject(_finding, (FINDINGS, _SEVERITIES), 1, "a finding's name, perhaps with its severity"),
    "no_finding": Subject(_no_finding, (FINDINGS, _SEVERITIES), 1, "a finding's name, perhaps with its severity"),  # noqa: E501 - one row, one line
    "says": Subject(_says, (), 1, "a part of a finding's sentence"),
    "heartbeat": Subject(_heartbeat, (tuple(m.value for m in HeartbeatMethod),), 1, "direct or dns"),
    "record": Subject(_record, ((*NODES, NOBODY, STRANGER),), 1, "gw-1, gw-2, nobody or stranger"),
    "clients": Subject(_clients, (("served", "lost", *NODES),), 1, "served, lost, gw-1 or gw-2"),
    "hook": Subject(_hook, (NODES, (_START, *_ROLES), _ROLES, tuple(o.value for o in HookOutcome)), 3, 'such as "gw-2 secondary primary returned"'),  # noqa: E501 - one row, one line
    "trigger": Subject(_trigger, (tuple(t.value for t in Trigger),), 1, "one of " + ", ".join(t.value for t in Trigger)),  # noqa: E501 - one row, one line
    "events": Subject(_event, (_EVENTS, (*NODES, *FINDINGS)), 1, 'such as "role_changed gw-2"'),
})
# fmt: on
