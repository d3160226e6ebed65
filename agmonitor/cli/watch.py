"""``agmonitor watch``: one line per event; on a terminal a status line below, renewed in place."""

from __future__ import annotations

import sys

import click

from agmonitor.cli.faults import Verb
from agmonitor.cli.options import PairOptions, Seconds, complete_group, pair_options

EXAMPLES = """\b
Examples:
  agmonitor watch                       all configured groups, until Ctrl+C
  agmonitor watch lab --for 60          the running lab, for a minute
  agmonitor watch gw-prod --json | jq   one JSON object a line
  agmonitor watch --alerts              and run the command or webhook that is set for alerts

Writes no history; the window does.
"""


@click.command(cls=Verb, epilog=EXAMPLES)
@click.argument("groups", metavar="[GROUP]...", nargs=-1, shell_complete=complete_group)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option(
    "--for",
    "for_s",
    metavar="SECONDS",
    type=Seconds(0, min_open=True),
    help="Stop after so many seconds.",
)
@click.option(
    "--alerts", "with_alerts", is_flag=True, help="Send alerts by the command or webhook of the settings."
)
@click.option("--name", metavar="G", help="What to call a group described ad hoc.")
@pair_options
def watch(
    groups: tuple[str, ...],
    *,
    as_json: bool,
    for_s: float | None,
    with_alerts: bool,
    name: str | None,
    pair: PairOptions,
) -> int:
    """Print each change of groups, or of a pair described by options, as it happens."""
    from agmonitor.cli.alerting import alerted
    from agmonitor.cli.once import run, until_stopped
    from agmonitor.cli.printer import Printer
    from agmonitor.cli.targets import Targets, resolve
    from agmonitor.cli.terminal import ink
    from agmonitor.cli.wiring import watching

    async def main(targets: Targets) -> int:
        printer = Printer(as_json=as_json, on_terminal=sys.stdout.isatty(), colour=ink())
        workspace = watching(targets.groups, targets.passwords)
        workspace.subscribe(printer.show)
        work = alerted(workspace) if with_alerts else workspace.run
        await until_stopped(work, for_s, stopped=printer.stopped)
        return printer.end()

    try:
        return run(main(resolve(groups, pair, name)))
    except KeyboardInterrupt:
        return 0
