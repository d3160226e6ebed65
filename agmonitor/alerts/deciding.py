"""Who is told what: from looks at all groups to alerts. Pure: the same looks and quiet give the same alerts.

A group's troubles count up in ``troubles``; here they meet silences and maintenance, flapping, and the case
that it is us who are cut off. Nothing is told twice; what was silenced is told when the silence ends and it
still holds. Two Primaries are told at once, through thresholds, maintenance, flapping and any silence but one
of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from agmonitor.alerts import wording
from agmonitor.alerts.damping import NEVER, Damping, damped
from agmonitor.alerts.model import TWO_PRIMARIES, Alert, AlertKind, Quiet, Silence
from agmonitor.alerts.seeing import Seen
from agmonitor.alerts.settings import AlertSettings, Thresholds
from agmonitor.alerts.troubles import Trouble, Troubles, followed, needed
from agmonitor.domain.model import Severity
from agmonitor.domain.replacing import replace


@dataclass(frozen=True, slots=True)
class GroupMemory:
    """What is remembered of one group."""

    troubles: Troubles = ()
    alarmed: Severity | None = None  # the worst that stands told; None: the last word was that all is well
    damping: Damping = NEVER
    silenced: frozenset[str] = frozenset()  # ids of silences under which something was wrong
    isolated: bool = False
    isolated_rounds: int = 0  # running, that say otherwise than ``isolated``


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of all."""

    groups: dict[str, GroupMemory] = field(default_factory=dict)
    isolated: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What one look has led to. ``ended``: silences that are over because their trouble is."""

    memory: Memory
    alerts: tuple[Alert, ...] = ()
    ended: tuple[Silence, ...] = ()


def decide(memory: Memory, seen: Seen, quiet: Quiet, settings: AlertSettings) -> Decision:
    """Take one look in."""
    limits = settings.of(seen.group)
    group = _isolation_followed(memory.groups.get(seen.group, GroupMemory()), seen, limits)
    groups = {**memory.groups, seen.group: group}
    isolated = any(one.isolated for one in groups.values())
    alerts: list[Alert] = []
    if isolated != memory.isolated:
        alerts.append(wording.isolation(seen, isolated=isolated))
    ended: tuple[Silence, ...] = ()
    if not seen.isolated and not (isolated and seen.cut_off):  # else what it says of nodes is about us
        group = replace(group, troubles=followed(group.troubles, seen, limits))
        group, ended = _silences_ended(group, seen, quiet)
        group, alert = _told(group, seen, _without(quiet, ended), limits)
        group, alert = _damped(group, alert, seen, quiet, settings)
        alerts += [alert] if alert is not None else []
        groups[seen.group] = group
    return Decision(Memory(groups, isolated), tuple(alerts), ended)


def forgotten(memory: Memory, group: str) -> Memory:
    """That group is watched no more."""
    groups = {name: one for name, one in memory.groups.items() if name != group}
    return Memory(groups, isolated=any(one.isolated for one in groups.values()))


def _isolation_followed(group: GroupMemory, seen: Seen, limits: Thresholds) -> GroupMemory:
    """N rounds that say it begin it, M rounds that do not end it."""
    if seen.isolated == group.isolated:
        return group if group.isolated_rounds == 0 else replace(group, isolated_rounds=0)
    rounds = group.isolated_rounds + seen.round_over
    if rounds >= (limits.bad_rounds if seen.isolated else limits.good_rounds):
        return replace(group, isolated=seen.isolated, isolated_rounds=0)
    return replace(group, isolated_rounds=rounds)


def _silences_ended(group: GroupMemory, seen: Seen, quiet: Quiet) -> tuple[GroupMemory, tuple[Silence, ...]]:
    """A silence is over when what it silenced is; one made ahead of any trouble waits for it."""
    here = [one for one in quiet.silences if one.group == seen.group]
    names = {trouble.finding.name for trouble in group.troubles}
    wrong = {one.id for one in here if (one.finding in names if one.finding is not None else names)}
    ended = tuple(one for one in here if one.id in group.silenced and one.id not in wrong)
    known = (group.silenced | wrong) & {one.id for one in here} - {one.id for one in ended}
    return (group if known == group.silenced else replace(group, silenced=known)), ended


def _without(quiet: Quiet, ended: tuple[Silence, ...]) -> Quiet:
    if not ended:
        return quiet
    return replace(quiet, silences=tuple(one for one in quiet.silences if one not in ended))


def _muted(trouble: Trouble, seen: Seen, quiet: Quiet) -> bool:
    number, name = trouble.finding.number, trouble.finding.name
    if quiet.silence_of(seen.group, number, name, seen.at) is not None:
        return True
    return quiet.maintained(seen.group, seen.at) is not None and number != TWO_PRIMARIES


def _told(
    group: GroupMemory, seen: Seen, quiet: Quiet, limits: Thresholds
) -> tuple[GroupMemory, Alert | None]:
    """The alert that is due, as if nothing flapped; what is muted counts as never told."""
    muted = {one.finding.name for one in group.troubles if _muted(one, seen, quiet)}
    held = {finding.name for finding in seen.findings} - muted
    due = {t.finding.name for t in group.troubles if t.finding.name in held and t.counts(limits)}
    worse = any(t.told is not None for t in group.troubles if t.finding.name in due)
    # What stands beside the new one is told with it, as bad as it is now.
    listed = {t.finding.name for t in group.troubles if t.told is not None} & held | due if due else set()
    troubles = tuple(_marked(one, muted, listed, limits) for one in group.troubles)
    group = replace(group, troubles=troubles)
    if due:
        told = tuple(one.finding for one in troubles if one.finding.name in listed)
        alert = wording.trouble(
            seen, AlertKind.WORSE if worse and len(due) == 1 else AlertKind.RAISED, told, due
        )
        return replace(group, alarmed=max(alert.severity, group.alarmed or alert.severity)), alert
    return _eased(group, seen, quiet)


def _marked(trouble: Trouble, muted: set[str], listed: set[str], limits: Thresholds) -> Trouble:
    name = trouble.finding.name
    if name in muted:
        if trouble.told is None:
            return trouble  # its rounds go on counting: it is told at once when the quiet ends
        return replace(trouble, told=None, bad=needed(trouble.finding, limits))
    return replace(trouble, told=trouble.finding.severity, bad=0, good=0) if name in listed else trouble


def _eased(group: GroupMemory, seen: Seen, quiet: Quiet) -> tuple[GroupMemory, Alert | None]:
    """All is well again, or at least nothing critical is left; said when it may be said."""
    if group.alarmed is None or quiet.maintained(seen.group, seen.at) is not None:
        return group, None
    # What came and went too soon to be told keeps nobody; what may still come to be told is waited for.
    left = [
        one for one in group.troubles if one.told is not None or one.good == 0 or _muted(one, seen, quiet)
    ]
    if any(one.told is None and not _muted(one, seen, quiet) for one in left):
        return group, None
    if not left:
        return replace(group, alarmed=None), wording.recovery(seen)
    worst = max(max(one.finding.severity, one.told or Severity.OK) for one in left)
    if group.alarmed is Severity.CRITICAL and worst < Severity.CRITICAL:
        return replace(group, alarmed=worst), wording.easing(seen, tuple(one.finding for one in left))
    return group, None


def _damped(
    group: GroupMemory, alert: Alert | None, seen: Seen, quiet: Quiet, settings: AlertSettings
) -> tuple[GroupMemory, Alert | None]:
    if alert is None and (not group.damping.flapping or quiet.maintained(seen.group, seen.at) is not None):
        return group, None
    standing = tuple(one.finding for one in group.troubles if one.told is not None)
    damping, told = damped(group.damping, alert, seen, settings.flapping, standing)
    if alert is None and told is not None and told.kind is AlertKind.RECOVERED and group.troubles:
        told = None  # steady, and what is left is silenced
    return (group if damping is group.damping else replace(group, damping=damping)), told
