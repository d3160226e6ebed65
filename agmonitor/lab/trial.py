"""Has workflows tried in a process of its own before any node loads them; tells which are fit, and why not.

The process is ``agmonitor.lab.node.runtime.trial``. Its result stays in a file, which nodes read too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agmonitor.lab.child import Child
from agmonitor.lab.environment import without_secrets
from agmonitor.lab.options import PYTHON_MODULE, example_workflows
from agmonitor.lab.status import LabWorkflows, UnfitWorkflow

MODULE = "agmonitor.lab.node.runtime.trial"
LIMIT_S = 10.0  # for one import, or one page
BUDGET_S = 60.0  # for all imports, and again for all pages
RESULT_FILE = "workflows.json"
MOST_SHOWN = 100
START_S = 60.0  # to get going on a busy machine


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What came of asking for a workflow's first page; ``status`` None: no answer."""

    path: str
    status: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A callback that a workflow subscribes when it is imported; ``file`` from the workflows' folder on."""

    workflow: str
    callback: str
    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One workflow; ``reason`` is empty where it could be imported."""

    name: str
    reason: str
    kind: str
    hooks: tuple[Subscribed, ...]
    page: FirstPage | None


@dataclass(frozen=True, slots=True)
class TrialResult:
    """All of them; ``troubles`` are of the folders themselves."""

    workflows: tuple[Tried, ...]
    troubles: tuple[str, ...]

    @property
    def failed(self) -> tuple[Tried, ...]:
        return tuple(one for one in self.workflows if one.reason)


async def try_workflows(
    folders: Sequence[Path],
    result_file: Path,
    log: Path,
    *,
    pages: bool = False,
    limit_s: float = LIMIT_S,
    budget_s: float = BUDGET_S,
) -> TrialResult:
    """Try every workflow in these folders; with ``pages`` ask for their first pages too.

    Raises:
        LabError: the trial itself failed, which no workflow should bring about.
    """
    child = Child(
        "the trial of the workflows",
        (*PYTHON_MODULE, MODULE),
        log=log,
        environment=without_secrets(os.environ),
    )
    child.spawn()
    try:
        child.tell(
            {
                "parent_pid": os.getpid(),
                "folders": [str(folder.resolve()) for folder in folders],
                "pages": pages,
                "limit_s": limit_s,
                "budget_s": budget_s,
                "result_file": str(result_file),
            }
        )
        await child.wait_ready(START_S + 2 * (budget_s + 2 * limit_s))
    finally:
        await child.end()
    return _result(result_file)


async def try_own(folders: Sequence[Path], place: Path) -> LabWorkflows | None:
    """Try the folders that do not come with the program; the result file is left in ``place`` for the nodes.

    Raises:
        LabError: the trial itself failed.
    """
    own = [folder for folder in folders if folder not in example_workflows()]
    if not own:
        return None
    result = await try_workflows(own, place / RESULT_FILE, place / "trial.log")
    found, failed = len(result.workflows), result.failed
    unfit = tuple(UnfitWorkflow(one.name, one.reason) for one in failed[:MOST_SHOWN])
    return LabWorkflows(found, found - len(failed), unfit, result.troubles[:MOST_SHOWN])


def _result(file: Path) -> TrialResult:
    told = json.loads(file.read_text(encoding="utf-8"))
    return TrialResult(tuple(_tried(row) for row in told["workflows"]), tuple(told["troubles"]))


def _tried(row: Mapping[str, Any]) -> Tried:
    return Tried(
        name=row["name"],
        reason=row["reason"],
        kind=row["kind"],
        hooks=tuple(Subscribed(**hook) for hook in row["hooks"]),
        page=None if row["page"] is None else FirstPage(**row["page"]),
    )
