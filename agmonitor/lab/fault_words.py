"""What a fault that is on says about itself: its target, link, numbers and the time it has left, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from agmonitor.domain.model import Instant
from agmonitor.lab.fault_order import LINK_WORDS
from agmonitor.lab.status import FaultRecord
from agmonitor.protocol.faults import FAULTS, Link, Parameter
from agmonitor.texts import t


def title_of(name: str) -> str:
    """``cut from DNS``; the bare name where it is unknown."""
    title = FAULTS[name].title if name in FAULTS else name
    return title[:1].lower() + title[1:]


def number_in_words(parameter: Parameter, value: float) -> str:
    """``2 s``, ``30 %``."""
    return f"{100 * value:g} %" if parameter.name.endswith("_share") else f"{value:g} s"


def detail_of(record: FaultRecord) -> str:
    """``door, 2 s``: on which link, by how much; empty where there is neither."""
    parts = [LINK_WORDS[Link(record.link)]] if record.link in set(Link) else []
    fault = FAULTS.get(record.name)
    parts += [
        number_in_words(parameter, record.parameters[parameter.name])
        for parameter in (fault.parameters if fault is not None else ())
        if parameter.name in record.parameters
    ]
    return ", ".join(parts)


def left_of(record: FaultRecord, now: Instant) -> str:
    """``12 s left``, ``begins in 12 s``; empty where it stays until it is healed."""
    if record.began_at > now:
        return t("begins in {length}", length=_short(record.began_at - now))
    if record.ends_at is None:
        return ""
    left_s = max(0, math.ceil(record.ends_at - now))
    if left_s < 120:
        return t("{seconds} s left", seconds=left_s)
    return t("{minutes} min left", minutes=math.ceil(left_s / 60))


def _short(seconds: float) -> str:
    whole_s = max(0, math.ceil(seconds))
    return f"{whole_s} s" if whole_s < 120 else f"{math.ceil(whole_s / 60)} min"


def in_words(record: FaultRecord, now: Instant) -> str:
    """``gw-1: slow (door, 2 s), 12 s left``."""
    detail, left = detail_of(record), left_of(record, now)
    node = record.node or t("both")
    told = f"{node}: {title_of(record.name)}"
    return told + (f" ({detail})" if detail else "") + (f", {left}" if left else "")


def in_short(records: Iterable[FaultRecord]) -> str:
    """``gw-1: slow + gw-2: kill``, for as long as they are on; empty: nothing is."""
    both = t("both")
    return " + ".join(f"{one.node or both}: {title_of(one.name)}" for one in records)


def broken_when(records: Sequence[FaultRecord]) -> list[tuple[Instant, str]]:
    """Each instant at which what was on became another, with ``in_short`` of it from then on."""
    changes: list[tuple[Instant, str]] = []
    for at in sorted({at for one in records for at in (one.began_at, one.ended_at) if at is not None}):
        on = [one for one in records if one.began_at <= at and (one.ended_at is None or at < one.ended_at)]
        words = in_short(on)
        if words != (changes[-1][1] if changes else ""):
            changes.append((at, words))
    return changes
