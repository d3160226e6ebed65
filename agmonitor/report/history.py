"""The honest numbers of a range for a person on call: what happened, how bad, and how much of it was seen."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from agmonitor.domain.events import Trigger
from agmonitor.domain.kept import KeptEpisode, MarkKind
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.numbers import Figure, GapTotal, NodeNumbers, Numbers
from agmonitor.domain.numbers_service import Ending, Outage
from agmonitor.domain.words import duration, listed
from agmonitor.report.words import Ink, calendar, no_ink, plain

TOLD_MAX = 50
TRIGGERS = {
    Trigger.AUTOMATIC: "automatic",
    Trigger.ORDERED_HERE: "ordered here",
    Trigger.ORDERED_ELSEWHERE: "ordered elsewhere",
    Trigger.UNKNOWN: "trigger unknown",
}
ENDINGS = {
    Ending.BACK: "",
    Ending.UNSEEN: "at least ",  # nobody saw the end
    Ending.LASTS: "so far ",
}


def history_text(found: Numbers, *, utc: bool = False, ink: Ink = no_ink) -> str:
    """One group, many lines, no line break at the end."""
    return "\n".join(_Text(found, utc=utc, ink=ink).lines())


def percent(share: float | None) -> str:
    """``99.93 %``, never rounded up: 100 % is said of all or nothing else. ``–``: nothing was seen."""
    if share is None:
        return "–"
    if share >= 1:
        return "100 %"
    digits = 4 if share >= 0.9999 else 2
    return f"{math.floor(share * 100 * 10**digits) / 10**digits:.{digits}f} %"


class _Text:
    """One range being written down."""

    def __init__(self, found: Numbers, *, utc: bool, ink: Ink) -> None:
        self._found = found
        self._utc = utc
        self._ink = ink
        days = {self._day(found.from_at), self._day(found.until_at)}
        self._only_day = days.pop() if len(days) == 1 else ""

    def lines(self) -> Iterator[str]:
        found = self._found
        length = duration(max(0.0, found.until_at - found.from_at))
        span = f"{self._stamp(found.from_at)} to {self._stamp(found.until_at)}"
        yield f"{plain(found.group)}  {span}  ({length})"
        if found.watched.observed_s <= 0:
            yield "  Nothing was observed in this time."
        else:
            yield from self._figures()
        yield from self._gaps()
        yield from self._episodes()
        yield from self._outages()
        yield from self._misses()
        for mark in found.notes:
            yield f"  note      {self._time(mark.at)}  {plain(mark.text)} ({plain(mark.who)})"

    def _figures(self) -> Iterator[str]:
        found = self._found
        yield f"  watched   {percent(found.watched.share)} of the time"
        yield f"  service   {self._service()}"
        yield f"  Primary   {self._shown(found.primary)}; with a Secondary {percent(found.pair.share)}"
        for node in found.nodes:
            if node.answered.coverage.observed_s > 0:
                yield f"  {plain(node.name):<8}  {self._node(node)}"
        if found.median_takeover_s is not None:
            yield f"  takeover  {self._takeover(found.median_takeover_s)}"
        yield f"  beats     {self._beats()}"

    def _takeover(self, median_s: float) -> str:
        took = self._found.takeovers
        if len(took) == 1:
            return duration(median_s)
        each = listed(duration(one.measured_s) for one in took[-TOLD_MAX:])
        return f"{duration(median_s)}, the median of {len(took)} ({each})"

    def _service(self) -> str:
        found = self._found
        if found.service.share is None:
            return "not seen as clients see it"
        lost_s = sum(each.length_s for each in found.outages)
        count = len(found.outages)
        text = f"{self._shown(found.service)} as clients saw it"
        if not count:
            return f"{text}; no outage"
        said = f"{count} outage{'s' if count > 1 else ''}, {duration(lost_s)}"
        return f"{text}; {self._ink(said, Severity.WARNING)}"

    def _shown(self, figure: Figure) -> str:
        """The share, and how much of the time it rests on where that is not all of it."""
        covered = figure.coverage.share
        seen = "" if covered >= 0.9995 else f" (of {percent(covered)} seen)"
        return f"{percent(figure.share)}{seen}"

    def _node(self, node: NodeNumbers) -> str:
        times = (
            ("Primary", node.primary_s),
            ("Secondary", node.secondary_s),
            ("silent", node.silent_s),
            ("unreadable", node.unreadable_s),
        )
        told = ", ".join(f"{word} {duration(seconds)}" for word, seconds in times if seconds > 0)
        return f"answered {self._shown(node.answered)}: {told}"

    def _beats(self) -> str:
        beats = self._found.heartbeats
        if beats.missed is None:
            return f"{beats.came} came; how often they are due is not known"
        if beats.share is None:
            return "none was due while a Secondary told"
        return f"{beats.came} came, {beats.missed} missed ({percent(beats.share)} came)"

    def _gaps(self) -> Iterator[str]:
        for gap in self._found.gaps:
            yield f"  gap       {gap.reason.replace('_', ' ')}: {self._gap(gap)}"
        unasked_s = self._found.watched.unasked_s
        if unasked_s >= 1 and unasked_s > 0.001 * self._found.watched.range_s:
            yield f"  unseen    {duration(unasked_s)} without any record"

    def _gap(self, gap: GapTotal) -> str:
        when = listed(f"{self._time(start)} to {self._time(end)}" for start, end in gap.gaps[:3])
        more = f" and {gap.count - 3} more" if gap.count > 3 else ""
        return f"{duration(gap.total_s)} ({when}{more})"

    def _episodes(self) -> Iterator[str]:
        found = self._found
        if not found.episodes:
            yield "  episodes  none"
        for kept in found.episodes[-TOLD_MAX:]:
            each = kept.episode
            cause = plain(each.cause) or "no cause known"
            yield f"  episode {each.number:<3} {self._time(each.began_at)}  {cause}"
            yield f"            {self._episode(kept)}"
            for mark in kept.marks:
                word = "acknowledged by " if mark.kind is MarkKind.ACKNOWLEDGED else ""
                yield f"            {self._time(mark.at)}  {word}{plain(mark.who)}: {plain(mark.text)}"
        if len(found.episodes) > TOLD_MAX:
            yield f"            and {len(found.episodes) - TOLD_MAX} before; --json has them all"

    def _episode(self, kept: KeptEpisode) -> str:
        each = kept.episode
        parts = [TRIGGERS[each.trigger]]
        if each.new_primary is not None:
            parts.append(f"{plain(each.old_primary or 'nobody')} → {plain(each.new_primary)}")
        if each.measured_takeover_s is not None:
            expected = _expected(each.expected_takeover_s)
            parts.append(f"took over in {duration(each.measured_takeover_s)}{expected}")
        if each.unwatched is not None:
            unseen = duration(each.unwatched.until_at - each.unwatched.from_at)
            parts.append(f"took over within {unseen} that nobody watched")
        if each.clients_without_service_s:
            least = "at least " if each.unseen_s else ""
            parts.append(f"clients without service {least}{duration(each.clients_without_service_s)}")
        if each.ended_at is None:
            parts.append(self._ink("not over", Severity.WARNING))
        else:
            parts.append(f"over after {duration(max(0.0, each.ended_at - each.began_at))}")
        if kept.acknowledged is None:
            parts.append("not acknowledged")
        return ", ".join(parts)

    def _outages(self) -> Iterator[str]:
        for outage in self._found.outages[-TOLD_MAX:]:
            yield f"  outage    {self._time(outage.from_at)}  {_outage(outage)}"

    def _misses(self) -> Iterator[str]:
        for run in self._found.heartbeats.runs[-TOLD_MAX:]:
            span = f"{self._time(run.from_at)} to {self._time(run.until_at)}"
            count = f"{run.count} heartbeat{'s' if run.count > 1 else ''}"
            yield f"  missed    {span}  {count}, by {plain(run.node)}'s word"

    def _moment(self, at: Instant) -> dt.datetime:
        moment = calendar(at)
        return moment if self._utc else moment.astimezone()

    def _day(self, at: Instant) -> str:
        return f"{self._moment(at):%Y-%m-%d}"

    def _stamp(self, at: Instant) -> str:
        return f"{self._moment(at):%a %Y-%m-%d %H:%M %Z}"

    def _time(self, at: Instant) -> str:
        """With its day where that does not go without saying."""
        moment = self._moment(at)
        return f"{moment:%H:%M:%S}" if self._day(at) == self._only_day else f"{moment:%Y-%m-%d %H:%M:%S}"


def _expected(window: tuple[float, float] | None) -> str:
    return "" if window is None else f" (expected {duration(window[0])} to {duration(window[1])})"


def _outage(outage: Outage) -> str:
    episode = "" if outage.episode is None else f"episode {outage.episode}: "
    return f"{ENDINGS[outage.ending]}{duration(outage.length_s)}  {episode}{plain(outage.cause)}"
