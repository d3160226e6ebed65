"""``agmonitor status``: one look at one or more groups, side by side; exits as a Nagios plug-in does."""

from __future__ import annotations

import json

import click

from agmonitor.cli.faults import StatusVerb
from agmonitor.cli.options import PairOptions, complete_group, pair_options
from agmonitor.domain.state import GroupState

EXAMPLES = """\b
Examples:
  agmonitor status                     all configured groups
  agmonitor status gw-prod --why       with every condition that was judged
  agmonitor status lab --json          the running lab, for a script
  agmonitor status --node gw-1=https://192.0.2.11 --node gw-2=https://192.0.2.12 \\
      --user monitor --password-file pw --fqdn gateway.example.net --ca ca.pem

\b
Exit code: 0 ok or notice, 1 warning, 2 critical, 3 unknown (wrong usage too).
"""


@click.command(cls=StatusVerb, epilog=EXAMPLES)
@click.argument("groups", metavar="[GROUP]...", nargs=-1, shell_complete=complete_group)
@click.option("--json", "as_json", is_flag=True, help="Print the JSON document.")
@click.option("--why", is_flag=True, help="Show each condition with its value, limit and evidence.")
@click.option("--name", metavar="G", help="What to call a group described ad hoc.")
@pair_options
def status(groups: tuple[str, ...], *, as_json: bool, why: bool, name: str | None, pair: PairOptions) -> int:
    """Look once at groups, or at a pair described by options."""
    from agmonitor.cli.once import run
    from agmonitor.cli.targets import resolve
    from agmonitor.cli.wiring import look_at, now
    from agmonitor.report.status_json import document, exit_code

    targets = resolve(groups, pair, name)
    states = run(look_at(targets.groups, targets.passwords))
    if as_json:
        from agmonitor.domain.findings import ledger

        click.echo(json.dumps(document(states, now(), ledger=ledger if why else None), indent=2))
    else:
        click.echo(_text(states, why=why))
    return exit_code(states)


def _text(states: list[GroupState], *, why: bool) -> str:
    from agmonitor.cli.terminal import ink
    from agmonitor.domain.findings import ledger
    from agmonitor.report.ledger import why as ledger_text
    from agmonitor.report.text import status as status_text

    colour = ink()
    parts = []
    for state in sorted(states, key=lambda one: -one.verdict.severity):
        parts.append(status_text(state, colour))
        if why:
            parts.append(ledger_text(state, ledger(state), colour))
    return "\n\n".join(parts)
