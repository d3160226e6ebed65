"""``agmonitor history note`` and ``acknowledge``: what people leave in the history."""

from __future__ import annotations

import click

from agmonitor.cli.faults import UserError, Verb
from agmonitor.cli.history_time import FORMS, When, utc_option
from agmonitor.cli.options import complete_group
from agmonitor.domain.model import Instant

NOT_WRITTEN = 1
EXAMPLES_NOTE = """\b
Examples:
  agmonitor history note gw-prod "switch in rack 4 replaced"
  agmonitor history note gw-prod "power was lost" --at "2026-11-22 03:12"

\b
Exit code: 0 written, 1 not written, 2 no such group. Where another agmonitor writes, it is handed over to it.
"""
EXAMPLES_ACKNOWLEDGE = """\b
Examples:
  agmonitor history acknowledge gw-prod --why "done by hand, change 4711"
  agmonitor history acknowledge gw-prod 4 --why "gw-1 patched"

\b
Exit code: 0 written, 1 not written, 2 nothing of the kind. Where another agmonitor writes, it is handed over.
"""


@click.command(cls=Verb, epilog=EXAMPLES_NOTE)
@click.argument("group", shell_complete=complete_group)
@click.argument("text")
@utc_option
@click.option("--at", "at", metavar="TIME", type=When(), help=f"The instant it belongs to; else now. {FORMS}")
def note(group: str, text: str, *, utc: bool, at: Instant | None) -> int:  # noqa: ARG001 - read by --at
    """Pin a note to an instant of a group's history. It is only ever added, never changed."""
    from agmonitor.cli.history_groups import history_file, wanted
    from agmonitor.cli.once import run

    if not text.strip():
        raise UserError("Say what the note is.", 2)
    (name,) = wanted(history_file(), group)
    try:
        run(_leave_note(name, text.strip(), at))
    except OSError as error:
        raise UserError(str(error), NOT_WRITTEN) from error
    return 0


@click.command(cls=Verb, epilog=EXAMPLES_ACKNOWLEDGE)
@click.argument("group", shell_complete=complete_group)
@click.argument("episode", type=click.IntRange(1), required=False)
@click.option("--why", required=True, metavar="TEXT", help="Why it needs no more looking at; kept with it.")
def acknowledge(group: str, episode: int | None, *, why: str) -> int:
    """Take note of an episode; without a number, of the change of Primary that nothing explains.

    That ends the finding unexplained_failover.
    """
    from agmonitor.cli.history_groups import NO_GROUP, history_file, wanted
    from agmonitor.cli.once import run

    if not why.strip():
        raise UserError("Say why: --why TEXT.", NO_GROUP)
    (name,) = wanted(history_file(), group)
    try:
        run(_acknowledge(name, episode, why.strip()))
    except OSError as error:
        raise UserError(str(error), NOT_WRITTEN) from error
    except ValueError as error:
        raise UserError(str(error), NO_GROUP) from error
    return 0


async def _leave_note(group: str, text: str, at: Instant | None) -> None:
    from agmonitor.cli.wiring import now, recording, who
    from agmonitor.domain.kept import Mark, MarkKind

    written_at = now()
    mark = Mark(written_at if at is None else at, MarkKind.NOTE, who(), text, written_at)
    async with recording() as history:
        await history.mark(group, mark)


async def _acknowledge(group: str, episode: int | None, why: str) -> None:
    from agmonitor.cli.wiring import now, recording, who
    from agmonitor.monitor.acknowledging import acknowledge as acknowledge_at_rest

    async with recording() as history:
        await acknowledge_at_rest(history, group, episode, who(), why, now())
