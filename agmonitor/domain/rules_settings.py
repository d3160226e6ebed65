"""Findings 12, 14, 15 and 18: clocks, settings, and a failover nobody here ordered."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from agmonitor.domain.circumstances import something_past
from agmonitor.domain.conditions import Question, within
from agmonitor.domain.differences import differences
from agmonitor.domain.facts import Facts
from agmonitor.domain.memory import ClockStep
from agmonitor.domain.model import Severity
from agmonitor.domain.phrases import NONE, seconds, seen_both
from agmonitor.domain.remembering import remembered
from agmonitor.domain.state import ClockOffset, NodeState, Timers
from agmonitor.domain.words import ago, duration, listed, number, sentences
from agmonitor.said import Said, joined, phrase

DAY_S = 86400.0
LEAST_SKEW_S = 2.0
SKEW_CRITICAL_S = 300.0
"""The usual fudge of TSIG (RFC 8945): beyond it updates are refused."""


# -- 12 -----------------------------------------------------------------------------------------------------


def _over(value: float | None, limit: float) -> bool | None:
    return None if value is None else value > limit


def _skew_s(f: Facts) -> float | None:
    """What of the difference is sure; never negative."""
    return f.once(_sure_skew_s)


def _sure_skew_s(f: Facts) -> float | None:
    bounds = [_bounds(f, node, node.offset) for node in f.heard if node.offset is not None]
    if len(bounds) < 2 or _told_apart(f):
        return None
    (a_low, a_high), (b_low, b_high) = bounds
    return max(0.0, a_low - b_high, b_low - a_high)


def _told_apart(f: Facts) -> bool:
    """One has come back since the other told its clock: both may have been set meanwhile."""
    if f.single_look:
        return False
    back_at = max([node.since or 0.0 for node in f.heard if node.before is not None], default=0.0)
    for node in f.heard:  # noqa: SIM110 - a loop costs half of any(), in every judgement of clocks apart
        if node.offset is not None and node.offset.at < back_at:
            return True
    return False


def _bounds(f: Facts, node: NodeState, offset: ClockOffset) -> tuple[float, float]:
    """Between which it lies. When the other's clock was set, so may this one have been, not seen yet.

    And one that was set may have been set back, until it is told again in a later round.
    """
    low_s, high_s = offset.low_s, offset.high_s
    if f.single_look:
        return low_s, high_s
    for step in (f.memory.clock_step, f.memory.date_step):
        if step is not None:
            shift_s = _shift_s(f, node, offset, step)
            low_s, high_s = min(low_s, offset.low_s + shift_s), max(high_s, offset.high_s + shift_s)
    return low_s, high_s


def _shift_s(f: Facts, node: NodeState, offset: ClockOffset, step: ClockStep) -> float:
    """By how much the clock of this node may since have been set, for all that this step tells."""
    if step.node == node.name:
        round_s = min(f.state.settings.cadence_s, f.timers.report_s / 2)
        return -step.step_s if offset.at <= step.at + round_s / 2 else 0.0
    if offset.at < step.at:
        return step.step_s
    told = [probe.sent_at for probe in (node.heard, node.load) if probe is not None]
    return step.step_s if max(told, default=step.at) < step.at else 0.0


def _off_s(f: Facts) -> float | None:
    """How far both are surely off from us, to the same side."""
    offsets = [node.offset for node in f.heard if node.offset is not None]
    if len(offsets) < 2:
        return None
    ahead, behind = min(o.low_s for o in offsets), -max(o.high_s for o in offsets)
    return max(0.0, ahead, behind)


def _some_clock_off(f: Facts) -> bool:
    """Surely by more than half of the least limit: two that are not differ by less than any limit."""
    a, b = f.nodes[0].offset, f.nodes[1].offset
    if a is None or b is None:
        return False
    half_s = LEAST_SKEW_S / 2
    return a.low_s > half_s or b.low_s > half_s or a.high_s < -half_s or b.high_s < -half_s


def _off_us(f: Facts) -> str:
    """Each node's clock as it stands to ours."""
    offs = [(node.name, node.offset.middle_s) for node in f.nodes if node.offset is not None]
    return joined(
        ", ",
        [
            phrase("{node} is {time} ahead of us", node=name, time=duration(abs(off_s)))
            if off_s >= 0
            else phrase("{node} is {time} behind us", node=name, time=duration(abs(off_s)))
            for name, off_s in offs
        ],
    )


SKEWED = Question(
    "the nodes' clocks differ beyond the uncertainty",
    lambda f: _over(_skew_s(f), skew_limit_s(f)),
    lambda f: seconds(_skew_s(f)),
    lambda f: f"> {seconds(skew_limit_s(f))}",
    seen_both,
)
WE_ARE_OFF = Question(
    "both clocks are off from ours alike",
    lambda f: _over(_off_s(f), skew_limit_s(f)),
    lambda f: seconds(_off_s(f)),
    lambda f: f"> {seconds(skew_limit_s(f))}",
    seen_both,
)


CLOCK_SKEW = within(_some_clock_off, SKEWED)
OUR_CLOCK_OFF = within(_some_clock_off, WE_ARE_OFF)


def skew_limit_s(f: Facts) -> float:
    return max(LEAST_SKEW_S, min(5.0, f.timers.absence_s / 10))


def skew_severity(f: Facts) -> Severity:
    return Severity.CRITICAL if (_skew_s(f) or 0.0) > SKEW_CRITICAL_S else Severity.WARNING


def say_skewed(f: Facts) -> str:
    return phrase(
        "The clocks of the nodes differ by at least {time}: {clocks}.",
        time=duration(_skew_s(f) or 0.0),
        clocks=_off_us(f),
    )


def say_our_clock(f: Facts) -> str:
    return phrase("Our own clock seems off: {clocks}.", clocks=_off_us(f))


# -- 14 -----------------------------------------------------------------------------------------------------


MEMBERS = "members"


def _patience_s(f: Facts) -> float:
    if f.single_look:
        return 0.0
    return max(f.timers.report_s, f.timers.check_s) + 2 * f.state.settings.cadence_s


def _differ_s(f: Facts) -> float | None:
    since = f.memory.differ_since
    return None if since is None else max(0.0, f.now - since)


DIFFER_LONG = Question(
    "the nodes' settings differ for long",
    lambda f: f.memory.differ_since is not None and (_differ_s(f) or 0.0) >= _patience_s(f),
    lambda f: seconds(_differ_s(f)) if differences(f.nodes) else phrase("no difference"),
    lambda f: f"≥ {seconds(_patience_s(f))}",
    seen_both,
)
SETTINGS_DIFFER = within(something_past, DIFFER_LONG)


def say_settings_differ(f: Facts) -> str:
    a, b = f.nodes
    told = [_differs(name, (left, a.name), (right, b.name)) for name, left, right in differences(f.nodes)]
    return phrase("The nodes' settings differ: {differences}.", differences=joined("; ", told))


def _differs(name: str, one: tuple[str, str], other: tuple[str, str]) -> str:
    """``one`` and ``other``: what the setting is, and on which node."""
    (left, a), (right, b) = one, other
    if name == MEMBERS:
        return phrase(
            "the members are {left} on {node} and {right} on {other}", left=left, node=a, right=right, other=b
        )
    return phrase(
        "{setting} is {left} on {node} and {right} on {other}",
        setting=name,
        left=left,
        node=a,
        right=right,
        other=b,
    )


# -- 15 -----------------------------------------------------------------------------------------------------

RISKS: tuple[tuple[Callable[[Timers], bool], Said], ...] = (
    (
        lambda t: t.absence_s <= t.check_s,
        phrase("The allowed absence ({a} s) is no longer than the check interval ({c} s)."),
    ),
    (
        lambda t: t.absence_s % t.check_s != 0,
        phrase("The allowed absence ({a} s) is no multiple of the check interval ({c} s)."),
    ),
    (
        lambda t: t.absence_s < 2 * t.report_s,
        phrase("The allowed absence ({a} s) is below two report intervals ({h} s each)."),
    ),
    (
        lambda t: t.report_s >= t.check_s,
        phrase("The report interval ({h} s) is not below the check interval ({c} s)."),
    ),
    (
        lambda t: t.ttl_s > t.absence_s,
        phrase("The TTL ({t} s) is longer than the allowed absence ({a} s)."),
    ),
)


def _risky(f: Facts) -> tuple[str, ...]:
    """The risks that hold; assumed intervals are nobody's risk."""
    if f.timers.assumed:
        return ()
    held = _risks_of(f.timers)
    return held if held and f.told_in_group else ()


@remembered
def _risks_of(timers: Timers) -> tuple[str, ...]:
    """Worked out and worded once per set of intervals, not once per answer."""
    return tuple(risks(timers))


def _plain(f: Facts) -> list[str]:
    return [node.name for node, word in f.told_in_group if word.external_scheme == "http"]


def _may_be_risky(f: Facts) -> bool:
    """By what was ever told, heard now or not."""
    a, b = f.nodes[0].configuration, f.nodes[1].configuration
    plain = (a is not None and a.external_scheme == "http") or (b is not None and b.external_scheme == "http")
    return plain or bool(_risks_of(f.timers))


RISKY = Question(
    "a setting is risky",
    lambda f: bool(_risky(f) or _plain(f)),
    lambda f: say_risky(f) or NONE,
    NONE,
    seen_both,
)
RISKY_SETTINGS = within(_may_be_risky, RISKY)


def say_risky(f: Facts) -> str:
    """Each risky setting said by itself."""
    plain = _plain(f)
    if not plain:
        return sentences(_risky(f))
    if len(plain) > 1:
        return sentences([*_risky(f), phrase("{nodes} serve over plain http.", nodes=listed(plain))])
    return sentences([*_risky(f), phrase("{node} serves over plain http.", node=plain[0])])


def risks(timers: Timers) -> list[str]:
    """A sentence for each interval that is risky, whoever's they are."""
    t = timers
    values = {"h": number(t.report_s), "c": number(t.check_s), "a": number(t.absence_s), "t": number(t.ttl_s)}
    return [risk.filled(**values) for holds, risk in RISKS if holds(timers)]


UNORDERED = phrase("Nobody here ordered it, and neither silence nor a gap explains it.")


# -- 18 -----------------------------------------------------------------------------------------------------


def _unexplained_s(f: Facts) -> float | None:
    change = f.memory.change
    if change is None or change.ordered_here or change.explained or f.now - change.at > DAY_S:
        return None
    if change == f.memory.acknowledged_change:
        return None
    return max(0.0, f.now - change.at)


WITHOUT_REASON = Question(
    "the Primary changed without order, silence or gap",
    lambda f: _unexplained_s(f) is not None,
    lambda f: seconds(_unexplained_s(f)),
    phrase("≤ {time} ago", time=seconds(DAY_S)),
    seen_both,
)
UNEXPLAINED = within(something_past, WITHOUT_REASON)


def say_unexplained(f: Facts) -> str:
    change = f.memory.change
    assert change is not None
    return _unordered(change.new, change.old, ago(f.now - change.at), change.bounce_s)


@lru_cache(maxsize=1024)  # the same is said step after step
def _unordered(node: str, old: str, when: str, bounce_s: float | None) -> str:
    if bounce_s is None:
        what = phrase("{node} took over from {old} {when}.", node=node, old=old, when=when)
    else:
        what = phrase(
            "{node} was Primary again {time} after {old} had taken over, {when}.",
            node=node,
            time=duration(bounce_s),
            old=old,
            when=when,
        )
    return sentences([what, UNORDERED])
