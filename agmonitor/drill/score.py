"""What many random drills came to: the counts of what was false, missed and late, by finding and by seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from agmonitor.drill.oracle import Fault, Finding
from agmonitor.drill.oracle_case import NAMES
from agmonitor.drill.random_run import Outcome

SEEDS_SHOWN = 10


@dataclass(slots=True)
class Tally:
    """One critical finding over all runs.

    ``true``: times that it truly was so, for however short. ``visible``: times that it was there to be seen.
    ``raised``: times that it was said.
    """

    true: int = 0
    visible: int = 0
    raised: int = 0
    false: int = 0
    missed: int = 0
    late: int = 0
    worst_lateness_s: float = 0.0

    def add(self, finding: Finding) -> None:
        self.true += finding.true
        self.visible += finding.visible
        self.raised += finding.raised
        faults = [charge.fault for charge in finding.charges]
        self.false += faults.count(Fault.FALSE)
        self.missed += faults.count(Fault.MISSED)
        self.late += faults.count(Fault.LATE)
        self.worst_lateness_s = max(self.worst_lateness_s, finding.worst_lateness_s)

    @property
    def wrong(self) -> int:
        return self.false + self.missed + self.late

    def as_json(self) -> dict[str, object]:
        return {
            "true": self.true,
            "visible": self.visible,
            "raised": self.raised,
            "false_alarms": self.false,
            "missed": self.missed,
            "late": self.late,
            "worst_lateness_s": self.worst_lateness_s,
        }


@dataclass(slots=True)
class Score:
    """All runs so far; ``add`` them in any order."""

    runs: int = 0
    virtual_s: float = 0.0
    inputs: int = 0
    findings: dict[int, Tally] = field(default_factory=lambda: {number: Tally() for number in NAMES})
    seeds: dict[int, Tally] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        self.runs += 1
        self.virtual_s += outcome.virtual_s
        self.inputs += outcome.inputs
        of_seed = Tally()
        for finding in outcome.findings:
            self.findings[finding.number].add(finding)
            of_seed.add(finding)
        self.seeds[outcome.seed] = of_seed
        if len(self.seeds) > 20 * SEEDS_SHOWN:
            self.seeds = dict(self._worst(SEEDS_SHOWN))

    @property
    def false_alarms(self) -> int:
        return sum(tally.false for tally in self.findings.values())

    @property
    def missed(self) -> int:
        return sum(tally.missed for tally in self.findings.values())

    @property
    def late(self) -> int:
        return sum(tally.late for tally in self.findings.values())

    @property
    def worst_lateness_s(self) -> float:
        return max(tally.worst_lateness_s for tally in self.findings.values())

    @property
    def is_clean(self) -> bool:
        return self.false_alarms == self.missed == self.late == 0

    def worst_seeds(self) -> list[tuple[int, Tally]]:
        """Those with something wrong, the most of it first; then the slowest."""
        return self._worst(SEEDS_SHOWN)

    def wrong_seeds(self) -> list[int]:
        """Those with something wrong, as far as they are remembered."""
        return sorted(seed for seed, tally in self.seeds.items() if tally.wrong)

    def as_json(self, wall_s: float) -> dict[str, object]:
        """The document of ``agmonitor drill --random``."""
        return {
            "runs": self.runs,
            "wall_s": round(wall_s, 3),
            "virtual_s": round(self.virtual_s, 3),
            "false_alarms": self.false_alarms,
            "missed": self.missed,
            "late": self.late,
            "worst_lateness_s": self.worst_lateness_s,
            "by_finding": {NAMES[number]: tally.as_json() for number, tally in self.findings.items()},
            "worst_seeds": [
                {
                    "seed": seed,
                    "false_alarms": tally.false,
                    "missed": tally.missed,
                    "late": tally.late,
                    "worst_lateness_s": tally.worst_lateness_s,
                }
                for seed, tally in self.worst_seeds()
            ],
        }

    def lines(self, wall_s: float) -> Iterator[str]:
        """The same for people."""
        hours = self.virtual_s / 3600
        yield (
            f"{self.runs} {'run' if self.runs == 1 else 'runs'}, {hours:.0f} virtual hours in {wall_s:.0f} s:"
            f" {self.false_alarms} false, {self.missed} missed, {self.late} late;"
            f" the latest came {self.worst_lateness_s:.1f} s after it was there to be seen."
        )
        yield f"{'':24}{'true':>8}{'visible':>9}{'raised':>8}{'false':>7}{'missed':>8}{'late':>6}{'worst':>9}"
        for number, tally in self.findings.items():
            yield (
                f"{number:3} {NAMES[number]:20}{tally.true:8}{tally.visible:9}{tally.raised:8}"
                f"{tally.false:7}{tally.missed:8}{tally.late:6}{tally.worst_lateness_s:7.1f} s"
            )
        for seed, tally in self.worst_seeds():
            if tally.wrong:
                yield f"agmonitor drill --seed {seed} --step tells what was wrong there."

    def _worst(self, count: int) -> list[tuple[int, Tally]]:
        ranked = sorted(self.seeds.items(), key=lambda row: (-row[1].wrong, -row[1].worst_lateness_s, row[0]))
        return ranked[:count]
