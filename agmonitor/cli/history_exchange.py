"""``agmonitor history export`` and ``import``: a group's past as one file, to be carried elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from agmonitor.cli.faults import UserError, Verb
from agmonitor.cli.history_time import span_options
from agmonitor.cli.options import complete_group
from agmonitor.domain.model import Instant

if TYPE_CHECKING:
    from agmonitor.history.recording import Header

SUFFIX = ".agmrec"
EXPORT_EXAMPLES = """\b
Examples:
  agmonitor history export gw-prod --from "2026-11-22 03:00" --to "2026-11-22 03:30" incident.agmrec
  agmonitor history export --from 2h last-two-hours.agmrec

The file holds addresses, names of nodes and accounts, and what was answered; no password and no token.
"""
IMPORT_EXAMPLES = """\b
Examples:
  agmonitor history import incident.agmrec
  agmonitor history import incident.agmrec --as "gw-prod, November"

Nothing that is there is touched: without --as it becomes "gw-prod (imported 2026-11-22)".
"""
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("export", cls=Verb, epilog=EXPORT_EXAMPLES)
@click.argument("where", metavar="[GROUP] FILE", nargs=-1, shell_complete=complete_group)
@span_options
@click.pass_context
def export_past(
    ctx: click.Context, *, where: tuple[str, ...], since: Instant | None, until: Instant | None
) -> None:
    """Write a group's recorded past to a file that replays and opens by itself."""
    if len(where) not in {1, 2}:
        raise click.UsageError(
            "Name one file to write, and before it the group where there are several.", ctx
        )
    group, file = where[0] if len(where) > 1 else None, Path(where[-1])
    from agmonitor.cli.history_groups import history_file, wanted
    from agmonitor.history.exchange import export_recording
    from agmonitor.report.replay import exchanged_text

    path = history_file()
    (name,) = wanted(path, group)
    told = export_recording(path, name, file, float("-inf") if since is None else since, until)
    if told is None:
        raise UserError(f"Nothing of {name} was recorded then.")
    click.echo(f"{file}: {exchanged_text(told)}")


@click.command("import", cls=Verb, epilog=IMPORT_EXAMPLES)
@click.argument("file", metavar="FILE", type=_FILE)
@click.option("--as", "name", metavar="NAME", help="Call the group so.")
def import_past(file: Path, *, name: str | None) -> None:
    """Take such a file into the history, as a group of its own beside the others."""
    from agmonitor.cli.history_groups import history_file
    from agmonitor.history.exchange import import_recording
    from agmonitor.history.recording import RecordingError
    from agmonitor.report.replay import exchanged_text

    watched = _watched_names()

    def name_for(header: Header, taken: list[str]) -> str:
        return _name(name, header, [*taken, *watched])

    try:
        told = import_recording(history_file(), file, name_for)
    except RecordingError as error:
        raise UserError(f"{file} cannot be taken in. {error}") from error
    click.echo(f"{exchanged_text(told)}, as the group {told.group}")


def _watched_names() -> list[str]:
    from agmonitor.cli.wiring import group_names

    return group_names()


def _name(wished: str | None, header: Header, taken: list[str]) -> str:
    from agmonitor.cli.wiring import now
    from agmonitor.history.exchange import free_name
    from agmonitor.report.replay import date_of

    if wished is None:
        return free_name(header.group, date_of(now()), taken)
    if not wished.strip() or not wished.isprintable():
        raise UserError(f"{wished!r} is no name for a group.")
    if wished in taken:
        raise UserError(f"There is a group {wished} already; nothing was taken in.")
    return wished
