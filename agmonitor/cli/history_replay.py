"""``agmonitor history replay``: the recorded past stepped again, told or compared with what was stored."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agmonitor.cli.faults import UserError, Verb, say
from agmonitor.cli.history_time import span_options
from agmonitor.cli.options import complete_group
from agmonitor.domain.model import Instant

if TYPE_CHECKING:
    from agmonitor.history.replay import Check

EXAMPLES = """\b
Examples:
  agmonitor history replay gw-prod --from 2h
  agmonitor history replay gw-prod --from "2026-11-22 03:00" --to "2026-11-22 03:30"
  agmonitor history replay --check --json

\b
Exit code of --check: 0 the same, 1 something is judged differently, 2 nothing could be checked.
"""
DIFFERENT, COULD_NOT = 1, 2


@click.command(cls=Verb, epilog=EXAMPLES)
@click.argument("group", metavar="[GROUP]", required=False, shell_complete=complete_group)
@click.option("--check", "checking", is_flag=True, help="Compare with what was stored; print no events.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an event; with --check one document.")
@span_options
def replay(
    group: str | None, *, checking: bool, as_json: bool, since: Instant | None, until: Instant | None
) -> int:
    """Step the recorded inputs of a group again and print what happened.

    With --check the events must come out exactly as they were stored. What was recorded under other rules is
    told as judged differently where it is.
    """
    from agmonitor.cli.history_groups import history_file, wanted
    from agmonitor.history.faults import HistoryError

    path = history_file()
    try:
        span = -inf if since is None else since, until
        if checking:
            return _check(path, wanted(path, group, several=True), span, as_json=as_json)
        (name,) = wanted(path, group)
        return _tell(path, name, span, as_json=as_json)
    except HistoryError as error:
        raise UserError(str(error), COULD_NOT) from error


def _check(path: Path, names: list[str], span: tuple[Instant, Instant | None], *, as_json: bool) -> int:
    from agmonitor.history.replay import check, moments
    from agmonitor.report.replay import check_json, check_text

    found: list[tuple[str, Check]] = [(name, check(moments(path, name, *span))) for name in names]
    if as_json:
        document = {"schema": 1, "groups": [check_json(*one) for one in found]}
        click.echo(json.dumps(document, indent=2))
    else:
        click.echo("\n\n".join(check_text(*one) for one in found))
    if any(one.different for _, one in found):
        return DIFFERENT
    return 0 if any(one.inputs for _, one in found) else COULD_NOT


def _tell(path: Path, name: str, span: tuple[Instant, Instant | None], *, as_json: bool) -> int:
    """Print each event as it was; where an input could not be stepped, the one that was stored."""
    from agmonitor.cli.terminal import ink
    from agmonitor.history.replay import moments
    from agmonitor.report.events import event_json, event_line, folded
    from agmonitor.report.replay import day_of

    colour, day, moment = ink(), "", None
    for moment in moments(path, name, *span):
        events = moment.stored if moment.after is None else moment.events
        if as_json:
            for event in events:
                click.echo(json.dumps(event_json(name, event)))
            continue
        for event in folded(events):
            if day_of(event.at) != day:
                day = day_of(event.at)
                click.echo(day)
            click.echo(event_line(name, event, colour))
    if moment is None:
        say(f"Nothing of {name} was recorded then.")
    return 0
