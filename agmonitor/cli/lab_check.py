"""``agmonitor lab check``: whether the workflows of a folder can be loaded, without starting the lab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agmonitor.cli.faults import UserError, Verb

if TYPE_CHECKING:
    from agmonitor.lab.trial import TrialResult

EXAMPLES = """\b
Examples:
  agmonitor lab check my-workflows
  agmonitor lab check my-workflows --pages --json

\b
Exit code: 0 all can be imported, 1 some cannot, 2 wrong usage or no workflow there.
"""
NOTHING_THERE = 2
SERVER_ERROR = 500


class _Check(Verb):
    error_code = NOTHING_THERE


@click.command(cls=_Check, epilog=EXAMPLES)
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@click.option("--pages", is_flag=True, help="Ask for the first page of each workflow too.")
def check(folder: Path, *, as_json: bool, pages: bool) -> int:
    """Load the custom workflows in DIR and say which cannot be, why, and which hooks they subscribe."""
    result = _try(folder, pages=pages)
    if not result.workflows:
        nothing = f"There is no workflow in {folder}: each is a folder whose __init__.py has sub_pages."
        raise UserError("\n".join([nothing, *result.troubles]))
    document = _document(str(folder), result, pages=pages)
    click.echo(json.dumps({"schema": 1, **document}, indent=2) if as_json else _text(result, pages=pages))
    return 1 if document["failed"] else 0


def _try(folder: Path, *, pages: bool) -> TrialResult:
    import asyncio
    import tempfile

    from agmonitor.lab.errors import LabError
    from agmonitor.lab.trial import try_workflows

    with tempfile.TemporaryDirectory(prefix="agmonitor-check-") as own:
        place = Path(own)
        try:
            return asyncio.run(
                try_workflows([folder], place / "result.json", place / "trial.log", pages=pages)
            )
        except LabError as error:
            raise UserError(str(error)) from error


def _document(folder: str, result: TrialResult, *, pages: bool) -> dict[str, object]:
    failed = [{"name": one.name, "reason": one.reason} for one in result.failed]
    failed += [{"name": folder, "reason": trouble} for trouble in result.troubles]
    hooks = [hook for one in result.workflows for hook in one.hooks]
    document: dict[str, object] = {
        "workflows": len(result.workflows),
        "imported": len(result.workflows) - len(result.failed),
        "failed": failed,
        "hooks": [
            {"workflow": h.workflow, "callback": h.callback, "file": h.file, "line": h.line} for h in hooks
        ],
    }
    if pages:
        document["pages"] = _pages(result)
    return document


def _pages(result: TrialResult) -> dict[str, object]:
    """How many first pages of each kind were asked for, how many came without server error, and the rest."""
    asked = [(one, one.page) for one in result.workflows if one.page is not None]
    good = [one for one, page in asked if page.status is not None and page.status < SERVER_ERROR]
    return {
        "asked": len(asked),
        "answered": len(good),
        "ui_asked": sum(one.kind == "ui" for one, _ in asked),
        "ui_answered": sum(one.kind == "ui" for one in good),
        "failed": [
            {"name": one.name, "path": page.path, "status": page.status, "reason": page.reason}
            for one, page in asked
            if one not in good
        ],
    }


def _text(result: TrialResult, *, pages: bool) -> str:
    total, failed = len(result.workflows), len(result.failed)
    lines = [f"{total - failed} of {total} {_workflows(total)} can be imported."]
    lines += list(result.troubles)
    lines += [f"  {one.name}: {one.reason}" for one in result.failed]
    if pages:
        lines += _page_lines(result)
    hooks = [hook for one in result.workflows for hook in one.hooks]
    lines += ["Hooks:"] if hooks else ["No hooks are subscribed."]
    lines += [f"  {hook.workflow}: {hook.callback} ({hook.file}:{hook.line})" for hook in hooks]
    return "\n".join(lines)


def _page_lines(result: TrialResult) -> list[str]:
    pages = [(one.name, one.page) for one in result.workflows if one.page is not None]
    bad = [(name, page) for name, page in pages if page.status is None or page.status >= SERVER_ERROR]
    lines = [f"{len(pages) - len(bad)} of {len(pages)} first pages answer without a server error."]
    return lines + [f"  {name}: {page.path}: {page.reason}" for name, page in bad]


def _workflows(count: int) -> str:
    return "workflow" if count == 1 else "workflows"
