"""Has predictions made for the What-if tab: one at a time, and only for the newest question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from agmonitor.protocol.prediction import Prediction, WhatIf
from agmonitor.texts import t

if TYPE_CHECKING:
    from agmonitor.ui.bridge import Bridge
    from agmonitor.ui.whatif_tab import WhatIfTab


class Predictor(Protocol):
    """What makes predictions, in processes of its own."""

    async def predict(self, settings: WhatIf, tell: Callable[[Prediction], None]) -> None:
        """Tell a rough prediction soon and finer ones after it, the last one whole."""

    def close(self) -> None:
        """End what makes them, for now; the next question starts it again."""


class WhatIfSession:
    """Lives as long as the window. Without a predictor there is no What-if tab."""

    def __init__(self, predictor: Predictor | None, bridge: Bridge, tab: WhatIfTab) -> None:
        self._predictor, self._bridge, self._tab = predictor, bridge, tab
        self._question = 0
        self._task: asyncio.Task[object] | None = None
        if predictor is not None:
            tab.asked.connect(self._on_asked)
            tab.left.connect(self.stop)

    @property
    def possible(self) -> bool:
        return self._predictor is not None

    def stop(self) -> None:
        """Nobody looks: whatever is under way is given up, and its processes end."""
        self._give_up()
        if self._predictor is not None:
            self._predictor.close()

    def _on_asked(self, settings: object) -> None:
        assert isinstance(settings, WhatIf)
        self._give_up()
        question = self._question
        self._bridge.submit(t("Could not predict a failover"), lambda: self._predict(settings, question))

    def _give_up(self) -> None:
        self._question += 1
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    async def _predict(self, settings: WhatIf, question: int) -> None:
        if question != self._question:
            return  # another came before this one began
        assert self._predictor is not None
        self._task = asyncio.current_task()
        try:
            await self._predictor.predict(settings, lambda told: self._tell(told, question))
        finally:
            if question == self._question:
                self._task = None

    def _tell(self, told: Prediction, question: int) -> None:
        if question == self._question:
            self._tab.show_prediction(told)
