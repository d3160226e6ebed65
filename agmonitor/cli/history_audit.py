"""``agmonitor history audit``: every failover ever ordered from here, and whether the file is whole."""

from __future__ import annotations

import json
from pathlib import Path

import click

from agmonitor.cli.faults import UserError, Verb, say
from agmonitor.cli.options import complete_group

TAMPERED = 1
UNREADABLE = 2
EXAMPLES = """\b
Examples:
  agmonitor history audit              who ordered what, when, why, and what came of it
  agmonitor history audit --verify     is it as it was written?
  agmonitor history audit --lab        that of labs, which is kept apart

\b
Exit code: 0 told, and whole where that was asked; 1 not as it was written; 2 cannot be read.
"""


@click.command(cls=Verb, epilog=EXAMPLES)
@click.argument("group", required=False, shell_complete=complete_group)
@click.option("--verify", is_flag=True, help="Prove every entry by the chain of hashes.")
@click.option("--lab", is_flag=True, help="The labs' audit.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def audit(group: str | None, *, verify: bool, lab: bool, as_json: bool) -> int:
    """Tell every failover ordered from this account; with --verify, whether anything was changed since."""
    from agmonitor.cli.wiring import places
    from agmonitor.history.audit import AuditTrail
    from agmonitor.report.audit import operations, told

    file: Path = places().lab_audit_file if lab else places().audit_file
    try:
        found = AuditTrail(file).read()
    except OSError as error:
        raise UserError(
            f"The audit cannot be read: {error.strerror or error}: {file}.", UNREADABLE
        ) from error
    ours = [one for one in operations([line.entry for line in found.lines]) if group in {None, one["group"]}]
    faults = found.faults if verify else ()
    if as_json:
        whole = {"file": str(file), "entries": len(found.lines), "head": found.head, "faults": list(faults)}
        click.echo(json.dumps({"schema": 1, **whole, "verified": verify, "operations": ours}))
        return TAMPERED if faults else 0
    for one in ours:
        for line in told(one):
            click.echo(line)
    if not ours:
        click.echo("No failover has been ordered from here." if group is None else f"None of {group}.")
    if verify:
        _say_verified(faults, len(found.lines), found.head, torn=bool(found.torn))
    return TAMPERED if faults else 0


def _say_verified(faults: tuple[str, ...], entries: int, head: str, *, torn: bool) -> None:
    for fault in faults:
        say(fault)
    if torn:
        say("The last line is torn: its writer was ended in the middle. The next entry will vouch for it.")
    if faults:
        say("The audit is NOT as it was written.")
    else:
        click.echo(f"All {entries} entries are as they were written. Newest hash: {head}")
