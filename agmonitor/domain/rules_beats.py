"""Findings 4, 5, 8, 9, 24 and 30: the heartbeat's age, its way, and the takeover it leads to."""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.circumstances import pair_broken
from agmonitor.domain.conditions import Not, Question, all_of, any_of, within
from agmonitor.domain.facts import Facts
from agmonitor.domain.model import HeartbeatMethod, Severity
from agmonitor.domain.phrases import (
    NONE,
    UNKNOWN,
    assumed,
    beat_words,
    beat_words_now,
    dns_says,
    roles_now,
    seconds,
    seen_dns,
    seen_secondary,
    standing,
    word_of,
)
from agmonitor.domain.rules_roles import PRIMARY_HEARD, SECONDARY_HEARD
from agmonitor.domain.state import NodeState
from agmonitor.domain.window import watched_since
from agmonitor.domain.words import duration, sentences, time_of_day
from agmonitor.said import joined, phrase

UNPROTECTED = phrase("Service is up, protection is gone.")

# -- 4, 5 ---------------------------------------------------------------------------------------------------


def _other_lost(f: Facts) -> bool:
    other = f.other(f.secondary)
    if other is None:
        return False
    unreadable = other.condition is named.UNREADABLE
    return other.condition is named.SILENT or (unreadable and f.late is True)


def _other_condition(f: Facts) -> str:
    other = f.other(f.secondary)
    return UNKNOWN if other is None else joined(" ", (other.name, word_of(other.condition)))


def _newest_stamp(f: Facts) -> str:
    beat = f.state.beat
    return NONE if beat is None else time_of_day(beat.stamped_at - f.clock.offset_s)


def _first_failure(f: Facts) -> str:
    other = f.other(f.secondary)
    at = other.first_failed_at if other is not None else None
    return phrase("no failed probe") if at is None else f"> {time_of_day(at)}"


def _until(f: Facts, *, opens: bool) -> str:
    """The age at which the window opens or closes."""
    window, beat = f.state.window, f.state.beat
    if window is None:
        return phrase("no window")
    at = window.opens_at if opens else window.closes_at
    sign = "≥" if opens else ">"
    if beat is None:
        return f"{sign} {time_of_day(at - window.offset_s)}"
    return f"{sign} {seconds(at - beat.stamped_at)}"


def _pair(f: Facts) -> tuple[NodeState, NodeState]:
    secondary, other = f.secondary, f.other(f.secondary)
    assert secondary is not None
    assert other is not None
    return secondary, other


def _takeover_near(f: Facts) -> bool:
    """The other is not to be heard as it should be, or the window has opened."""
    return bool(f.reached) or pair_broken(f)


OTHER_IN_GROUP = Question(
    "the other is in the group",
    lambda f: named.NOT_IN_GROUP not in f.roles(),
    roles_now,
    phrase("primary or secondary"),
    seen_secondary,
)
OTHER_LOST = Question(
    "the other is silent, or unreadable and the beat late",
    _other_lost,
    _other_condition,
    phrase("silent, or unreadable and late"),
    seen_secondary,
)
BEAT_SINCE = Question(
    "a beat is stamped after our first failed probe",
    lambda f: f.beat_since_failure(f.other(f.secondary)),
    _newest_stamp,
    _first_failure,
    seen_secondary,
)
OPENED = Question(
    "the beat age has reached the window's opening",
    lambda f: f.reached,
    lambda f: seconds(f.age_s),
    lambda f: _until(f, opens=True),
    seen_secondary,
)
CLOSED = Question(
    "the window is closed",
    lambda f: f.closed,
    lambda f: seconds(f.age_s),
    lambda f: _until(f, opens=False),
    seen_secondary,
)
_DUE = (SECONDARY_HEARD, OTHER_IN_GROUP, any_of(all_of(OTHER_LOST, Not(BEAT_SINCE)), OPENED))
TAKEOVER_DUE = within(_takeover_near, *_DUE, Not(CLOSED))
TAKEOVER_OVERDUE = within(_takeover_near, *_DUE, CLOSED)


def say_takeover_due(f: Facts) -> str:
    secondary, other = _pair(f)
    window = f.state.window
    assert window is not None
    now = f.now + window.offset_s
    may = _may_take_over(secondary, window.opens_at - now, max(0.0, window.closes_at - now))
    quiet_s = f.unheard_s(other)
    if f.primary is None:
        told = phrase("{standing}; {beat}. {may}.", standing=standing(other), beat=beat_words_now(f), may=may)
    elif quiet_s > 0:
        told = phrase(
            "{other} was Primary when it last answered, {time} ago; {beat}. {may}.",
            other=other.name,
            time=duration(quiet_s),
            beat=beat_words_now(f),
            may=may,
        )
    else:
        told = phrase(
            "{node} hears no heartbeat although {other} is Primary; {beat}. A split brain is coming: {may}.",
            node=secondary.name,
            other=other.name,
            beat=beat_words_now(f),
            may=may,
        )
    return sentences([told, assumed(f)])


def _may_take_over(secondary: NodeState, opens_s: float, closes_s: float) -> str:
    """From when on, and until when at the latest, counted from now."""
    latest = duration(closes_s)
    if opens_s < 1:
        return phrase(
            "{node} may take over any moment and must have done so within {latest}",
            node=secondary.name,
            latest=latest,
        )
    return phrase(
        "{node} may take over in {time} and must have done so within {latest}",
        node=secondary.name,
        time=duration(opens_s),
        latest=latest,
    )


def say_takeover_overdue(f: Facts) -> str:
    secondary, other = _pair(f)
    window = f.state.window
    assert window is not None
    since = duration(max(0.0, f.now + window.offset_s - window.closes_at))
    told = phrase(
        "{node} should have taken over {time} ago and is still Secondary. {standing}; {beat}.",
        node=secondary.name,
        time=since,
        standing=standing(other),
        beat=beat_words_now(f),
    )
    unprotected = f.primary is not None and f.unheard_s(other) == 0
    return sentences([told, UNPROTECTED if unprotected else "", dns_says(f), assumed(f)])


# -- 8, 9 ---------------------------------------------------------------------------------------------------


def _method(f: Facts) -> HeartbeatMethod | None:
    secondary = f.secondary
    if secondary is None or secondary.heard is None or secondary.heard.report is None:
        return None
    return secondary.heard.report.heartbeat_method


def _method_word(f: Facts) -> str:
    method = _method(f)
    return UNKNOWN if method is None else word_of(method)


BEAT_KNOWN = Question(
    "a heartbeat is known",
    lambda f: f.age_s is not None,
    lambda f: seconds(f.age_s),
    phrase("known"),
    seen_secondary,
)
BEAT_LATE = Question(
    "the beat is late",
    lambda f: f.late,
    lambda f: seconds(f.age_s),
    lambda f: joined(" ", (">", seconds(f.state.beat.late_after_s if f.state.beat is not None else None))),
    seen_secondary,
)
BELOW_ABSENCE = Question(
    "its age is below the allowed absence",
    lambda f: f.age_s is not None and f.age_s < f.timers.absence_s,
    lambda f: seconds(f.age_s),
    lambda f: f"< {seconds(f.timers.absence_s)}",
    seen_secondary,
)
BY_DNS = Question(
    "the Secondary says dns",
    lambda f: _method(f) is named.BY_DNS,
    _method_word,
    phrase("dns"),
    seen_secondary,
)
HEARTBEAT_LATE = within(BEAT_LATE.holds, PRIMARY_HEARD, SECONDARY_HEARD, BEAT_LATE, BELOW_ABSENCE)
BEAT_BY_DNS = within(BY_DNS.holds, SECONDARY_HEARD, BY_DNS)


def say_heartbeat_late(f: Facts) -> str:
    primary, secondary, beat = f.primary, f.secondary, f.state.beat
    assert primary is not None
    assert secondary is not None
    assert beat is not None
    told = phrase(
        "The last heartbeat of {primary} known to {node} is {time} old, late after {limit};"
        " {node} takes over after {absence}.",
        primary=primary.name,
        node=secondary.name,
        time=duration(beat.age_s),
        limit=duration(beat.late_after_s),
        absence=duration(f.timers.absence_s),
    )
    return sentences([told, assumed(f)])


def by_dns_severity(f: Facts) -> Severity:
    """Where the report interval is longer than the check's, methods alternate in good health."""
    return Severity.NOTICE if f.timers.report_s > f.timers.check_s else Severity.WARNING


def say_by_dns(f: Facts) -> str:
    secondary, other = _pair(f)
    return phrase(
        "{node} takes the heartbeat from DNS: it no longer comes directly from {other}; {beat}.",
        node=secondary.name,
        other=other.name,
        beat=beat_words(f),
    )


# -- 24, 30 -------------------------------------------------------------------------------------------------


def _over(value: float | None, limit: float) -> bool | None:
    return None if value is None else value > limit


def _long_unchecked(f: Facts) -> bool:
    """Longer than two checks by its clock as it is known, whatever must be allowed for."""
    secondary = f.secondary
    if secondary is None or secondary.heard is None or secondary.heard.report is None:
        return False
    told, checked_at = secondary.heard, secondary.heard.report.last_updated_at
    return checked_at is not None and told.received_at + f.clock.offset_s - checked_at > 2 * f.timers.check_s


def _checked_s(f: Facts) -> float | None:
    """Age of the Secondary's last check on its clock, as of its answer; counted from its taking the role."""
    secondary, report = f.secondary, f.report_of(f.secondary)
    if secondary is None or secondary.heard is None or report is None or report.last_updated_at is None:
        return None
    checked_at = report.last_updated_at
    if secondary.begun_at is not None:
        checked_at = max(checked_at, watched_since(secondary, f.clock))
    return max(0.0, secondary.heard.received_at + f.clock.offset_s - checked_at)


def _readable_txt_s(f: Facts) -> float | None:
    """Age of the TXT beat; a record that is there in a form we cannot read is no evidence."""
    if f.record is None or (f.record.txt_seen and f.record.heartbeat_at is None):
        return None
    return f.txt_age_s


def _txt_old(f: Facts) -> bool:
    """Two intervals old, whatever must be allowed for; mostly it is young, and its clock is dear."""
    age_s = f.txt_age_s
    return age_s is not None and age_s > f.timers.report_s + f.timers.check_s


def _txt_stale(f: Facts) -> bool | None:
    age_s, beats_s = _readable_txt_s(f), f.timers.report_s + f.timers.check_s
    if age_s is None:
        return None
    return age_s > beats_s and age_s > beats_s + f.writer.slack_s


NOT_CHECKING = Question(
    "the Secondary's last check is old",
    lambda f: _over(_checked_s(f), 2 * f.timers.check_s + f.clock.slack_s),
    lambda f: seconds(_checked_s(f)),
    lambda f: f"> {seconds(2 * f.timers.check_s + f.clock.slack_s)}",
    seen_secondary,
)
DIRECT = Question(
    "the Secondary says direct",
    lambda f: _method(f) is named.DIRECT,
    _method_word,
    phrase("direct"),
    seen_secondary,
)
TXT_STALE = Question(
    "TXT's stamp is old",
    _txt_stale,
    lambda f: seconds(_readable_txt_s(f)),
    lambda f: f"> {seconds(f.timers.report_s + f.timers.check_s + f.writer.slack_s)}",
    seen_dns,
)
STANDBY_NOT_CHECKING = within(_long_unchecked, SECONDARY_HEARD, NOT_CHECKING)
HEARTBEAT_TXT_STALE = within(_txt_old, SECONDARY_HEARD, DIRECT, Not(BEAT_LATE), TXT_STALE)


def say_not_checking(f: Facts) -> str:
    secondary = f.secondary
    assert secondary is not None
    return phrase(
        "{node} last checked its Primary {time} ago; it should every {interval}.",
        node=secondary.name,
        time=duration(_checked_s(f) or 0.0),
        interval=duration(f.timers.check_s),
    )


def say_txt_stale(f: Facts) -> str:
    return phrase(
        "Heartbeats come directly, but the one in DNS is {time} old: the way to fall back on is dead.",
        time=duration(f.txt_age_s or 0.0),
    )
