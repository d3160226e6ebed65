"""How long the window takes to show a past moment, anywhere in a week of one-second samples of two nodes."""

from __future__ import annotations

from collections.abc import Iterator

from row import Row, Source, median
from stand import child

GOAL_MS = 100
MEDIAN = "jump to a past moment in a week of 1 s samples, window painted, median"
WORST = "jump to a past moment in a week of 1 s samples, window painted, worst"


def rows() -> Iterator[Row]:
    found = child("moment.py")
    took, read = found["window_ms"], found["read_ms"]
    size = f"{found['inputs']:.2g} inputs, {found['mb']:.0f} MB, {len(took)} jumps"
    told = f"{size}; {median(read):.0f} ms of it reading"
    yield _row(MEDIAN, median(took), f"{told}, {median(found['cpu_ms']):.0f} ms of a processor")
    yield _row(
        WORST, max(took), f"reading at most {max(read):.0f} ms, {max(found['cpu_ms']):.0f} of a processor"
    )


def _row(name: str, value: float, note: str) -> Row:
    return Row(name, round(value, 1), "ms", f"≤ {GOAL_MS} ms", met=value <= GOAL_MS, note=note)


SOURCE = Source((MEDIAN, WORST), rows)
