"""What a fleet of groups costs the window: a round of news, and a frame of the scrolled list."""

from __future__ import annotations

from collections.abc import Iterator

from row import Row, Source, median
from stand import child

RUNS = 3
GROUPS = 200
FRAME_MS, ROUND_MS = 16.0, 100.0
ROUND = f"fleet of {GROUPS} groups: one round's news, in the GUI thread"
FRAME = f"fleet of {GROUPS} groups: frame of the scrolled list, p99"
ROUNDS_S = 2.0  # the usual cadence


def fleet_rows() -> Iterator[Row]:
    runs = [child("fleet.py", GROUPS) for _ in range(RUNS)]
    round_ms = median([run["round_ms"] for run in runs])
    share = f"{round_ms / ROUNDS_S / 10:.1f} % of a core at a round every {ROUNDS_S:g} s"
    yield Row(ROUND, round(round_ms, 1), "ms", f"≤ {ROUND_MS:g} ms", met=round_ms <= ROUND_MS, note=share)
    frame_ms = median([run["frame_p99_ms"] for run in runs])
    yield Row(FRAME, round(frame_ms, 1), "ms", f"≤ {FRAME_MS:g} ms", met=frame_ms <= FRAME_MS)


SOURCE = Source((ROUND, FRAME), fleet_rows)
