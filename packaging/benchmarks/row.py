"""One row of the benchmark's table, and the few measures all rows share."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Row:
    """``ratio`` is value over peer; ``met`` None where the goal needs a peer that is not installed."""

    name: str
    value: float | None
    unit: str
    goal: str
    peer: float | None
    peer_name: str
    met: bool | None

    @property
    def ratio(self) -> float | None:
        return None if self.value is None or not self.peer else round(self.value / self.peer, 3)

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio}


def cpu_s_of(pid: int) -> float:
    """CPU seconds a process has used, its own threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb_of(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
