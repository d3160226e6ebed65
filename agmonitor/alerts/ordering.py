"""What a person may ask for: a silence or a maintenance, checked before it is made. Pure.

Windows and scripts ask here, so that both say the same and refuse the same.
"""

from __future__ import annotations

from agmonitor.alerts.model import Maintenance, Quiet, Silence
from agmonitor.domain.findings import TABLE
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.titles import title_of
from agmonitor.domain.words import duration
from agmonitor.texts import t

LONGEST_S = 30 * 86_400.0
LONGEST_REASON = 500
FINDINGS = tuple(row.name for row in TABLE if row.severity not in {Severity.OK, Severity.NOTICE})
"""What can be silenced by name."""


def mistake_of(
    reason: str, from_at: Instant, until: Instant, now: Instant, finding: str | None = None
) -> str:
    """What is wrong with such a wish; nothing: it can be had."""
    if not reason.strip():
        return t("Say why: whoever looks next must know.")
    if len(reason) > LONGEST_REASON or not all(sign.isprintable() for sign in reason):
        return t("The reason is one line of at most {count} printable characters.", count=LONGEST_REASON)
    if finding is not None and finding not in FINDINGS:
        return t(
            "There is no finding {name} to silence; there are {findings}.",
            name=repr(finding),
            findings=", ".join(FINDINGS),
        )
    if not until > max(now, from_at):
        return t("It must end after it begins, and not in the past.")
    if not until - max(now, from_at) <= LONGEST_S:
        return t("It may last {time} at most.", time=duration(LONGEST_S))
    return ""


def note_of(one: Silence | Maintenance, until: str) -> str:
    """What the history is told of it; ``until`` is worded by whoever knows the zone."""
    if isinstance(one, Maintenance):
        return f"Maintenance until {until}: {one.reason}"
    what = one.finding if one.finding is not None else "all alerts"
    return f"Silenced {what} until {until}: {one.reason}"


def end_of(one: Silence | Maintenance) -> str:
    """What the history is told when it ends before its time."""
    what = "Maintenance" if isinstance(one, Maintenance) else f"Silence of {one.finding or 'all alerts'}"
    return f"{what} ended: {one.reason}"


def badge_of(one: Silence | Maintenance, until: str) -> str:
    """``silenced until 04:00 by anna: disk is being changed``."""
    if isinstance(one, Maintenance):
        return t("maintenance until {end} by {who}: {reason}", end=until, who=one.who, reason=one.reason)
    said = t("silenced until {end} by {who}: {reason}", end=until, who=one.who, reason=one.reason)
    if one.finding is None:
        return said
    return t("{finding} {silenced}", finding=title_of(one.finding), silenced=said)


def active(quiet: Quiet, now: Instant) -> tuple[Silence | Maintenance, ...]:
    """All that is or will be quiet, by group and end."""
    silences = [one for one in quiet.silences if now < one.until]
    work = [one for one in quiet.maintenance if now < one.until]
    return tuple(sorted([*work, *silences], key=lambda one: (one.group.casefold(), one.until)))
