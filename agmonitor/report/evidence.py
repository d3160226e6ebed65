"""Raw evidence of failed probes as text to read and to copy, and which of it a row of the ledger rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from agmonitor.domain.evidence import BODY_MAX, CLIENTS, DNS, Evidence, Exchange
from agmonitor.domain.model import Instant
from agmonitor.domain.state import LedgerRow
from agmonitor.domain.words import time_of_day
from agmonitor.texts import t, tn

OF_DNS = frozenset((6, 28, 30))  # findings that rest on the authoritative server's answer
OF_RESOLVERS = 27
OF_CLIENTS = 23
RESOLVER = "resolver "
Told = Callable[[Instant], str]


def newest(found: Iterable[Evidence], at: Instant) -> list[Evidence]:
    """The last failure of each subject and question that had come by then, newest first; nothing later."""
    last: dict[tuple[str, str], Evidence] = {}
    for one in found:
        if one.at <= at:
            goes_on = one.until_at is not None and one.until_at > at
            last[one.subject, one.asked] = replace(one, until_at=at, times=0) if goes_on else one
    return sorted(last.values(), key=lambda one: -(one.until_at or one.at))


def rests_on(row: LedgerRow, found: Sequence[Evidence]) -> list[Evidence]:
    """What of the evidence a condition rests on."""

    def concerns(one: Evidence) -> bool:
        if one.subject == DNS:
            return row.number in OF_DNS
        if one.subject == CLIENTS:
            return row.number == OF_CLIENTS
        if one.subject.startswith(RESOLVER):
            return row.number == OF_RESOLVERS
        told = row.condition if ": " in row.condition else f"{row.evidence} {row.value}"
        return re.search(rf"(?<![\w.-]){re.escape(one.subject)}(?![\w-])", told) is not None

    return [one for one in found if concerns(one)]


def text_of(found: Iterable[Evidence], told: Told = time_of_day, brief: Told | None = None) -> str:
    """All of it, a paragraph a failure; ``told`` words an instant, ``brief`` one on the same day."""
    return "\n\n".join("\n".join(_lines(one, told, brief or told)) for one in found)


def heading_of(one: Evidence, told: Told, brief: Told) -> str:
    """``gw-1 · group · refused · 03:14:09 UTC``; with how often since, where it was more than once."""
    first = f"{one.subject} · {one.asked} · {one.answer.replace('_', ' ')} · {told(one.at)}"
    if one.until_at is None:
        return first
    last = brief(one.until_at)
    if not one.times:
        return t("{first}, again and again until {last}", first=first, last=last)
    return tn(
        "{first}, {n} times until {last}",
        "{first}, {n} times until {last}",
        one.times,
        first=first,
        last=last,
    )


def _lines(one: Evidence, told: Told, brief: Told) -> Iterator[str]:
    yield heading_of(one, told, brief)
    if one.detail:
        yield f"  {one.detail}"
    for exchange in one.exchanges:
        yield from _exchange(exchange)
    if not one.exchanges:
        yield "  " + t("nothing was exchanged")


def _exchange(one: Exchange) -> Iterator[str]:
    after = f"{one.after_ms:.1f} ms"
    if one.took_ms is None:
        when = t("after {time}, never ended", time=after)
    else:
        when = t("after {time}, took {long}", time=after, long=f"{one.took_ms:.1f} ms")
    yield f"  → {one.request}  ({when})"
    if one.status:
        yield f"  ← {one.status}"
    for name, value in one.headers:
        yield f"    {name}: {value}"
    if one.error:
        yield f"  ✕ {one.error}"
    if one.body:
        yield "    " + _body(one)
        yield from (f"    | {line}" for line in one.body.splitlines())


def _body(one: Exchange) -> str:
    if one.body_bytes <= BODY_MAX:
        return t("body, {bytes} bytes, whole:", bytes=one.body_bytes)
    return t("body, {bytes} bytes, the first {count} characters:", bytes=one.body_bytes, count=len(one.body))
