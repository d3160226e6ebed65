"""``agmonitor groups export`` and ``import``: the list of groups as one file, without secrets."""

from __future__ import annotations

from pathlib import Path

import click

from agmonitor.cli.faults import UserError, Verb
from agmonitor.cli.options import complete_group

EXPORT_EXAMPLES = """\b
Examples:
  agmonitor groups export groups.toml
  agmonitor groups export toronto.toml gw-prod-toronto gw-stage-toronto

The file holds names, addresses, accounts' names and CA certificates; no password, and no leave to fail over.
"""
IMPORT_EXAMPLES = """\b
Examples:
  agmonitor groups import groups.toml --dry-run
  agmonitor groups import groups.toml --yes        for scripts

It is shown first what is new, changed, the same or clashing; what clashes is left out. Failover stays as it
is for groups that are there, and forbidden for new ones.
"""
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("export", cls=Verb, epilog=EXPORT_EXAMPLES)
@click.argument("file", type=_FILE)
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=complete_group)
def export_list(file: Path, names: tuple[str, ...]) -> None:
    """Write all groups, or those named, to a file that a colleague can take in."""
    from agmonitor.cli.wiring import load_config
    from agmonitor.config.group_list import write_list
    from agmonitor.config.settings import ConfigError

    config = load_config()
    unknown = [name for name in names if config.group(name) is None]
    if unknown:
        known = ", ".join(group.name for group in config.groups) or "none yet"
        raise UserError(f"There is no group {unknown[0]!r}. Known: {known}.")
    wanted = [group for group in config.groups if not names or group.name in names]
    if not wanted:
        raise UserError("There is no group yet. Add one with: agmonitor groups add NAME --node … --node …")
    try:
        count = write_list(file, wanted)
    except ConfigError as error:
        raise UserError(str(error)) from error
    click.echo(f"{file}: {_groups(count)}, without passwords.")


@click.command("import", cls=Verb, epilog=IMPORT_EXAMPLES)
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def import_list(file: Path, *, dry_run: bool, yes: bool) -> None:
    """Take in a colleague's list of groups, once it has been shown what that changes."""
    from agmonitor.cli.group_book import compare_list, take_in
    from agmonitor.cli.terminal import agree, can_ask
    from agmonitor.config.settings import ConfigError
    from agmonitor.report.words import table

    try:
        compared = compare_list(file)
        rows = [(one.coming.value, one.name, one.why) for one in compared]
        click.echo("\n".join(table(rows, indent="")))
        wanted = [one for one in compared if one.taken_in]
        if dry_run or not wanted:
            click.echo("Nothing was changed.")
            return
        if not yes and not can_ask():
            raise UserError("Nobody can be asked here: give --yes to take it in.")
        if not yes and not agree(f"Take in {_groups(len(wanted))}?"):
            raise UserError("Nothing was changed.")
        taken = take_in(compared)
    except ConfigError as error:
        raise UserError(str(error)) from error
    click.echo(f"{_groups(len(taken))} taken in. Passwords are asked for when they are needed.")


def _groups(count: int) -> str:
    return "1 group" if count == 1 else f"{count} groups"
