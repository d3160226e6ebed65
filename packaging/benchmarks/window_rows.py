"""What the window costs a person: time to see it, time to use it, stalls, delay of news, memory."""

from __future__ import annotations

import json
import queue
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import IO

from row import Row, Source, median, percentile
from stand import Stand, child, servers, talking_child, timed_child

STARTS = 7
NODES = (2, 20, 200)
STALL_RUNS, STALL_S = 3, 3.0
SWAP_RUNS, SWAPS, CADENCE_S = 3, 15, 0.5
SWAP_LIMIT_S = 10.0
PAINT_MS = 60.0

FIRST_PAINT = "time to first paint"
USABLE = "time to usable: first verdict painted"
STALLS = {nodes: f"stall of the GUI thread, p99, {nodes} nodes" for nodes in NODES}
CHANGE = f"role change in an answer to changed pixel, p99, cadence {CADENCE_S:g} s"
MEMORY_START = "memory after start"
MEMORY_DAY = "memory after a day of rounds"


def start_rows() -> Iterator[Row]:
    bare, painted, usable = [], [], []
    with servers(2) as stand, tempfile.TemporaryDirectory() as folder:
        child("ours.py", "settings", *stand.words(2), folder)
        home = {"AGMONITOR_HOME": folder, "AGMONITOR_PASSWORD": "bench"}
        for run in range(STARTS + 1):
            ours, peer = timed_child("start.py", **home), timed_child("bare.py")
            if run:  # the first fills the disk's cache for both
                bare.append(peer["painted"])
                painted.append(ours["painted"])
                usable.append(ours["usable"])
    peer_ms, first_ms, usable_ms = median(bare), median(painted), median(usable)
    name = "bare Qt window"
    yield Row(
        FIRST_PAINT, round(first_ms), "ms", f"≤ 1.3 × {name}", round(peer_ms), name, first_ms <= 1.3 * peer_ms
    )
    yield Row(USABLE, round(usable_ms), "ms", "≤ 1000 ms", round(peer_ms), name, usable_ms <= 1000)


def stall_rows() -> Iterator[Row]:
    found: dict[int, list[float]] = {nodes: [] for nodes in (0, *NODES)}
    with servers(max(NODES)) as stand:
        for _ in range(STALL_RUNS):
            for nodes, values in found.items():
                values.append(child("window.py", "stall", *stand.words(nodes), STALL_S)["p99_ms"])
    none = median(found[0])
    for nodes in NODES:
        value = median(found[nodes])
        yield Row(
            STALLS[nodes],
            round(value, 1),
            "ms",
            "≤ 5 ms more than none",
            round(none, 1),
            "no nodes",
            value <= none + 5,
        )


def change_rows() -> Iterator[Row]:
    worst, trips = [], []
    with servers(2) as stand:
        for seed in range(SWAP_RUNS):
            delays, trip_ms = _swaps(stand, random.Random(seed))
            worst.append(percentile(delays, 0.99))
            trips.append(trip_ms)
    limit = CADENCE_S * 1000 + median(trips) + PAINT_MS
    value = median(worst)
    goal = f"≤ {limit:.0f} ms: cadence + round trip + {PAINT_MS:g} ms"
    yield Row(CHANGE, round(value), "ms", goal, met=value <= limit)


def _swaps(stand: Stand, rng: random.Random) -> tuple[list[float], float]:
    """Delays in ms of some swaps at random instants, and the round trip."""
    delays = []
    with talking_child("window.py", "change", *stand.words(2), CADENCE_S) as lines:
        news: queue.SimpleQueue[dict[str, float]] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(lines, news), daemon=True).start()
        seen = news.get(timeout=SWAP_LIMIT_S)
        for _ in range(SWAPS):
            time.sleep(rng.uniform(0.5 * CADENCE_S, 1.5 * CADENCE_S))
            swapped_at = stand.swap()
            seen = news.get(timeout=SWAP_LIMIT_S)
            delays.append((seen["at"] - swapped_at) * 1000)
    return delays, seen["round_trip_ms"]


def _read(lines: IO[str], news: queue.SimpleQueue[dict[str, float]]) -> None:
    for line in lines:
        news.put(json.loads(line))


def memory_rows() -> Iterator[Row]:
    used = child("day.py")
    start_mb, day_mb = round(used["start_mb"], 1), round(used["day_mb"], 1)
    yield Row(MEMORY_START, start_mb, "MB")
    grown = f"{used['day_mb'] - used['start_mb']:+.1f} MB over {used['rounds']:.0f} rounds"
    yield Row(MEMORY_DAY, day_mb, "MB", "", start_mb, "after start", None, grown)


SOURCES = (
    Source((FIRST_PAINT, USABLE), start_rows),
    Source(tuple(STALLS.values()), stall_rows),
    Source((CHANGE,), change_rows),
    Source((MEMORY_START, MEMORY_DAY), memory_rows),
)
