"""Runs the real trial on a folder, for the tests."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agmonitor.lab.trial import TrialResult, Tried, try_workflows


def tried(
    folder: Path, place: Path, *, pages: bool = False, limit_s: float = 30.0, budget_s: float = 60.0
) -> TrialResult:
    """``place`` takes the result and the log."""
    return asyncio.run(
        try_workflows(
            [folder],
            place / "result.json",
            place / "trial.log",
            pages=pages,
            limit_s=limit_s,
            budget_s=budget_s,
        )
    )


def by_name(result: TrialResult) -> dict[str, Tried]:
    return {one.name: one for one in result.workflows}
