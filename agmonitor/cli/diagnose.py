"""``agmonitor diagnose``: what a bug report needs, and checks of what this program needs. Holds no secret."""

from __future__ import annotations

import json

import click

from agmonitor.cli.faults import Verb
from agmonitor.report.words import table

EXAMPLES = """\b
Examples:
  agmonitor diagnose
  agmonitor diagnose --json > report.json

\b
Exit code: 0 all checks passed, 1 one at least did not.
"""

MARKS = {True: "passed", False: "FAILED", None: "note"}


@click.command(cls=Verb, epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
def diagnose(*, as_json: bool) -> int:
    """Show versions, paths, log and checks, for a bug report."""
    from agmonitor.cli import checkup

    facts, checks = checkup.facts(), checkup.checks()
    if as_json:
        listed = [{"name": c.name, "passed": c.passed, "detail": c.detail} for c in checks]
        click.echo(json.dumps({"schema": 1, **facts, "checks": listed}, indent=2))
    else:
        for title, values in facts.items():
            click.echo(title)
            click.echo("\n".join(table([(key, str(value)) for key, value in values.items()])))
        click.echo("checks")
        rows = [(MARKS[c.passed], c.name, c.detail) for c in checks]
        click.echo("\n".join(table(rows)))
    return 1 if any(check.passed is False for check in checks) else 0
