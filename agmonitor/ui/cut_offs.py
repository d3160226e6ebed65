"""Since when and until when we were cut off ourselves: what no answer then tells of no node. View only.

Hatched as gaps are, though the time was watched: bars of "no answer" there would blame whom nobody blames.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agmonitor.domain.model import Instant
from agmonitor.domain.state import GroupState
from agmonitor.texts import t
from agmonitor.ui.phrases import lasting

ISOLATED = 21
CAP = 1_000


@dataclass(frozen=True, slots=True)
class CutOff:
    """One stretch, from the first question that got no answer."""

    from_at: Instant
    until_at: Instant

    @property
    def words(self) -> str:
        return t("cut off {time}", time=lasting(self.until_at - self.from_at))


class CutOffs:
    """Folds states into stretches, oldest forgotten first."""

    __slots__ = ("_all", "now")

    def __init__(self) -> None:
        self._all: deque[CutOff] = deque(maxlen=CAP)
        self.now = False

    def feed(self, state: GroupState, at: Instant) -> None:
        """The state after an input."""
        was, self.now = self.now, any(one.number == ISOLATED for one in state.verdict.findings)
        if self.now and not was:
            failed = [node.first_failed_at for node in state.nodes if node.first_failed_at is not None]
            self._all.append(CutOff(min([at, *failed]), at))
        elif was:
            self._all[-1] = replace(self._all[-1], until_at=max(at, self._all[-1].until_at))

    def forget_after(self, at: Instant) -> None:
        """Our clock was set back."""
        self._all = deque((one for one in self._all if one.until_at <= at), CAP)
        self.now = False

    @property
    def all(self) -> Sequence[CutOff]:
        return tuple(self._all)
