"""``agmonitor history copy``: the whole history as one file, while it goes on being written."""

from __future__ import annotations

from pathlib import Path

import click

from agmonitor.cli.faults import UserError, Verb

EXAMPLES = """\b
Examples:
  agmonitor history copy /backup/history.db

A plain copy may catch the file and its log at different moments; this one is whole, and one file.
Exit code: 0 copied, 1 not copied and nothing left there, 2 there is no history.
"""
NO_HISTORY = 2


@click.command("copy", cls=Verb, epilog=EXAMPLES)
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
def copy_past(file: Path) -> None:
    """Copy all that was recorded to a file, for a backup; watching goes on meanwhile."""
    from agmonitor.cli.history_groups import history_file
    from agmonitor.history.copying import copy

    path = history_file()
    if not path.is_file():
        raise UserError(f"There is no history at {path} yet.", NO_HISTORY)
    if file.exists():
        raise UserError(f"{file} is there already.")
    if not file.parent.is_dir():
        raise UserError(f"There is no folder {file.parent}.")
    copy(path, file)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")
