"""What a link does to what passes through it, and how faults on one link add up. Plain values."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from agmonitor.lab.lines import Line


@dataclass(frozen=True, slots=True)
class LinkCondition:
    """One link's condition; ``LinkCondition()`` is health. Both ways suffer alike."""

    blackhole: bool = False  # wins over ``reset``: nobody is told anything
    reset: bool = False
    delay_s: float = 0.0  # each way
    loss_share: float = 0.0  # of the exchanges, half of them on the way back

    def beside(self, other: LinkCondition) -> LinkCondition:
        """Both at once: delays add up, and what the one spares the other may lose."""
        return LinkCondition(
            self.blackhole or other.blackhole,
            self.reset or other.reset,
            self.delay_s + other.delay_s,
            1.0 - (1.0 - self.loss_share) * (1.0 - other.loss_share),
        )

    @property
    def lost_one_way(self) -> float:
        """The share that one way loses, so that there and back lose ``loss_share``."""
        return 1.0 - math.sqrt(1.0 - self.loss_share)

    @property
    def loses_connections(self) -> bool:
        """Whether there can be connections that nothing passes through any more."""
        return self.blackhole or self.loss_share > 0

    def document(self) -> Line:
        return asdict(self)


def condition_of(document: Line) -> LinkCondition:
    """Back from ``LinkCondition.document``."""
    return LinkCondition(
        blackhole=bool(document["blackhole"]),
        reset=bool(document["reset"]),
        delay_s=float(str(document["delay_s"])),
        loss_share=float(str(document["loss_share"])),
    )
