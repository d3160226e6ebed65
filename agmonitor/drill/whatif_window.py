"""Predictions as a window wants them: rough at once, then finer, and gentle to whatever else runs here."""

from __future__ import annotations

from collections.abc import Callable

from agmonitor.drill.whatif_runner import Wanted, WhatIfRunner
from agmonitor.protocol.prediction import Prediction, WhatIf

RUNS, SEED = 3_000, 1
DAYS = 0.25  # simulated to count false failovers


class WindowPredictor:
    """Its processes start with a question and end with ``close``; another question starts them again."""

    def __init__(self, runs: int = RUNS, days: float = DAYS) -> None:
        self._wanted = Wanted(runs=runs, seed=SEED, days=days)
        self._runner = WhatIfRunner()

    async def predict(self, settings: WhatIf, tell: Callable[[Prediction], None]) -> None:
        """Tell each refinement, and at last the whole.

        Raises:
            WorkerError: a process ended meanwhile.
            OSError: no process can be started.
        """
        tell(await self._runner.predict(settings, self._wanted, tell=tell))

    def close(self) -> None:
        self._runner.close()
