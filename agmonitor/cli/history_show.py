"""``agmonitor history show``: what a stretch of the past came to, in honest numbers."""

from __future__ import annotations

import json

import click

from agmonitor.cli.faults import UserError, Verb
from agmonitor.cli.history_time import span_options, utc_option
from agmonitor.cli.options import complete_group
from agmonitor.domain.model import Instant

EXAMPLES = """\b
Examples:
  agmonitor history show                                all groups, the last 24 hours
  agmonitor history show gw-prod --from yesterday --to today
  agmonitor history show gw-prod --from -30d --json
  agmonitor history show --from "2026-11-22 03:00" --to "2026-11-22 04:00" --csv

\b
Shares are of the time that was really seen; how much that is stands beside each.
Exit code: 0, or 2 when nothing is recorded.
"""
USUAL_S = 86_400.0


@click.command(cls=Verb, epilog=EXAMPLES)
@click.argument("group", metavar="[GROUP]", required=False, shell_complete=complete_group)
@utc_option
@click.option("--json", "as_json", is_flag=True, help="Print the JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print one row a figure, for a spreadsheet.")
@span_options
def show(
    group: str | None,
    *,
    utc: bool,
    as_json: bool,
    as_csv: bool,
    since: Instant | None,
    until: Instant | None,
) -> int:
    """Show service, availability, episodes, takeovers and heartbeats of a range, and how much of it was seen.

    Without --from it is the last 24 hours.
    """
    from agmonitor.cli.history_groups import NO_GROUP, history_file, wanted
    from agmonitor.cli.terminal import ink
    from agmonitor.cli.wiring import now
    from agmonitor.domain.numbers import numbers_of
    from agmonitor.history.faults import HistoryError
    from agmonitor.history.numbers_of import read_seen
    from agmonitor.report.history import history_text
    from agmonitor.report.history_data import history_csv, history_json

    if as_json and as_csv:
        raise click.UsageError("Choose one of --json and --csv.")
    ends = now() if until is None else until
    begins = ends - USUAL_S if since is None else since
    if begins >= ends:
        raise UserError("The range is empty: --from must be before --to.", NO_GROUP)
    path = history_file()
    try:
        names = wanted(path, group, several=True)
        found = [numbers_of(read_seen(path, name, begins, ends)) for name in names]
    except HistoryError as error:
        raise UserError(str(error), NO_GROUP) from error
    if as_json:
        click.echo(json.dumps({"schema": 1, "groups": [history_json(one) for one in found]}, indent=2))
    elif as_csv:
        click.echo(history_csv(found))
    else:
        click.echo("\n\n".join(history_text(one, utc=utc, ink=ink()) for one in found))
    return 0
