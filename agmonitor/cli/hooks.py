"""``agmonitor hooks``: the role-change hooks of both nodes with their last calls, or a look at their code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from agmonitor.cli.faults import Verb
from agmonitor.cli.options import PairOptions, complete_group, pair_options
from agmonitor.domain.model import Answer

EXAMPLES = """\b
Examples:
  agmonitor hooks gw-prod
  agmonitor hooks lab --json
  agmonitor hooks --lint workflows/

\b
Exit code: 0 both inventories were read, 1 at least one was not.
With --lint: 0 clean, 1 something to mend, 2 nothing there that subscribes.
"""
NOTHING_TO_LINT = 2
TOLD_EVERY = 500


@click.command(cls=Verb, epilog=EXAMPLES)
@click.argument("groups", metavar="[GROUP]...", nargs=-1, shell_complete=complete_group)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@click.option("--name", metavar="G", help="What to call a group described ad hoc.")
@click.option(
    "--lint",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Read the workflows in DIR, without running them, for mistakes in their hooks.",
)
@pair_options
def hooks(
    groups: tuple[str, ...], *, as_json: bool, name: str | None, folder: Path | None, pair: PairOptions
) -> int:
    """Show which code runs at a role change, on both nodes, and how its last call went.

    The nodes need the hook inventory workflow; a node without it is named, and how to install it.
    """
    if folder is not None:
        return _lint(folder, groups, as_json=as_json)
    from agmonitor.cli.once import run
    from agmonitor.cli.targets import resolve
    from agmonitor.cli.wiring import hooks_of, resource
    from agmonitor.report.hooks import hooks_json, hooks_text

    targets = resolve(groups, pair, name)
    told = [(group.name, run(hooks_of(group, targets.passwords))) for group in targets.groups]
    if as_json:
        document = {"schema": 1, "groups": [hooks_json(*one) for one in told]}
        click.echo(json.dumps(document, indent=2))
    else:
        hint = (
            f"Where the inventory is missing: import the workflow in {resource('gateway_workflow')} into "
            "that Gateway (Administration, Workflow management), then grant its permission to the account."
        )
        click.echo("\n\n".join(f"{group}\n{hooks_text(nodes, hint)}" for group, nodes in told))
    heard = all(node.answer is Answer.OK for _, nodes in told for node in nodes)
    return 0 if heard else 1


class _Progress:
    """How many files were looked at, on stderr where that is a terminal: a folder may be a whole disk."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._told: int | None = None

    def show(self, files: int) -> None:
        if self._shown and abs(files - (self._told or 0)) >= TOLD_EVERY:
            self._told = files
            click.echo(f"\r{files} Python files …", err=True, nl=False)

    def end(self) -> None:
        if self._told is not None:
            click.echo("\r\x1b[2K", err=True, nl=False)


def _lint(folder: Path, groups: tuple[str, ...], *, as_json: bool) -> int:
    from agmonitor.cli.faults import UserError
    from agmonitor.hooklint.lint import lint
    from agmonitor.report.hook_lint import lint_json, lint_text

    if groups:
        raise click.UsageError("--lint reads a folder and asks no group; give one or the other.")
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder.", NOTHING_TO_LINT)
    progress = _Progress()
    told = lint(folder, progress.show)
    progress.end()
    click.echo(json.dumps(lint_json(str(folder), told), indent=2) if as_json else lint_text(told))
    return told.exit_code
