"""One row of the benchmark's table, and the few measures all rows share."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_PROCESS_CLOCK = 2  # Linux: the lowest bits of a process's clock id


@dataclass(frozen=True, slots=True)
class Row:
    """``ratio`` is value over peer; ``met`` None where there is no goal, or nothing to hold it against.

    What could not be measured is None and never a number; ``note`` then says why.
    """

    name: str
    value: float | None = None
    unit: str = ""
    goal: str = ""
    peer: float | None = None
    peer_name: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return None if self.value is None or not self.peer else round(self.value / self.peer, 3)

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio}


@dataclass(frozen=True, slots=True)
class Source:
    """Rows measured together, in the order of their names."""

    names: tuple[str, ...]
    measure: Callable[[], Iterator[Row]]

    def rows(self) -> Iterator[Row]:
        """All of them; those that could not be measured say why."""
        found = 0
        note = "not measured"
        try:
            for row in self.measure():
                assert row.name == self.names[found], f"{row.name} where {self.names[found]} was due"
                yield row
                found += 1
        except Exception as error:  # noqa: BLE001 - one row that fails must not cost the others
            note = f"failed: {error or type(error).__name__}"
        for name in self.names[found:]:
            yield Row(name, note=note)


def cpu_s_of(pid: int) -> float:
    """CPU seconds a process has used, threads included: the clock that ``process_time`` reads for itself."""
    return time.clock_gettime(~pid << 3 | _PROCESS_CLOCK)


def resident_mb() -> float:
    """Memory this process holds."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmRSS")


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
