"""``agmonitor hooks``: the role-change hooks of both nodes, each with its last call."""

from __future__ import annotations

import json

import click

from agmonitor.cli.faults import Verb
from agmonitor.cli.options import PairOptions, complete_group, pair_options
from agmonitor.domain.model import Answer

EXAMPLES = """\b
Examples:
  agmonitor hooks gw-prod
  agmonitor hooks lab --json

\b
Exit code: 0 both inventories were read, 1 at least one was not.
"""


@click.command(cls=Verb, epilog=EXAMPLES)
@click.argument("groups", metavar="[GROUP]...", nargs=-1, shell_complete=complete_group)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@click.option("--name", metavar="G", help="What to call a group described ad hoc.")
@pair_options
def hooks(groups: tuple[str, ...], *, as_json: bool, name: str | None, pair: PairOptions) -> int:
    """Show which code runs at a role change, on both nodes, and how its last call went.

    The nodes need the hook inventory workflow; a node without it is named, and how to install it.
    """
    from agmonitor.cli.once import run
    from agmonitor.cli.targets import resolve
    from agmonitor.cli.wiring import hooks_of, resource
    from agmonitor.report.hooks import hooks_json, hooks_text

    targets = resolve(groups, pair, name)
    told = [(group.name, run(hooks_of(group, targets.passwords))) for group in targets.groups]
    if as_json:
        document = {"schema": 1, "groups": [hooks_json(*one) for one in told]}
        click.echo(json.dumps(document, indent=2))
    else:
        hint = (
            f"Where the inventory is missing: import the workflow in {resource('gateway_workflow')} into "
            "that Gateway (Administration, Workflow management), then grant its permission to the account."
        )
        click.echo("\n\n".join(f"{group}\n{hooks_text(nodes, hint)}" for group, nodes in told))
    heard = all(node.answer is Answer.OK for _, nodes in told for node in nodes)
    return 0 if heard else 1
