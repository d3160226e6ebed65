"""``agmonitor lab``: runs the pair without a window, or reaches the one that runs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from agmonitor.cli.faults import Verb, VerbGroup
from agmonitor.cli.lab_check import check
from agmonitor.cli.lab_faults import fault
from agmonitor.cli.lab_record import record
from agmonitor.cli.lab_wish import BIND, LabWish, lab_options

EXAMPLES = """\b
Examples:
  agmonitor lab                          until Ctrl+C; then, in another terminal:
  agmonitor lab fault kill gw-1 --for 20s
  agmonitor lab fault cut_heartbeat
  agmonitor lab fault --list
  agmonitor lab heal
  agmonitor lab record incident.agmrec   what happens in it, as a file
  agmonitor status lab
  agmonitor lab --https --dns bind       over TLS, on a BIND 9
  agmonitor lab check DIR                which of your custom workflows can be loaded
  agmonitor lab --workflows DIR          with them in both nodes

Every verb knows the running lab as the group "lab".
"""


@click.group(cls=VerbGroup, invoke_without_command=True, epilog=EXAMPLES)
@click.option(
    "--documented", is_flag=True, help="Timers as documented (20/30/60/30 s), not ten times faster."
)
@lab_options
@click.pass_context
def lab(ctx: click.Context, *, documented: bool, https: bool, dns: str, workflows: tuple[Path, ...]) -> int:
    """Run a real pair of Gateway nodes on this machine, on loopback alone."""
    if ctx.invoked_subcommand is not None:
        return 0
    from agmonitor.cli.lab_run import run_lab
    from agmonitor.cli.once import run

    wish = LabWish(documented=documented, https=https, bind=dns == BIND, workflows=workflows)
    return run(run_lab(wish))


lab.add_command(check)


def _example(text: str) -> str:
    return f"\b\nExample:\n  agmonitor lab {text}"


_which_lab = click.option("--pid", metavar="PID", type=int, help="The lab's process, where several run.")


@lab.command(cls=Verb, epilog=_example("status --json"))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@_which_lab
def status(*, as_json: bool, pid: int | None) -> None:
    """Show the running lab: nodes, faults, and what its client has lost."""
    from agmonitor.cli.lab_run import status_text, with_instants
    from agmonitor.cli.wiring import ask_lab

    answer = ask_lab({"do": "status", "pid": pid})["status"]
    assert isinstance(answer, dict)
    click.echo(
        json.dumps({"schema": 1, **with_instants(answer)}, indent=2) if as_json else status_text(answer)
    )


lab.add_command(fault)
lab.add_command(record)


@lab.command(cls=Verb, epilog=_example("heal"))
@_which_lab
def heal(*, pid: int | None) -> None:
    """Mend everything that was broken on purpose."""
    from agmonitor.cli.wiring import ask_lab

    click.echo(ask_lab({"do": "heal", "pid": pid})["sentence"])


@lab.command(cls=Verb, epilog=_example("stop"))
@_which_lab
def stop(*, pid: int | None) -> None:
    """End the running lab."""
    from agmonitor.cli.wiring import ask_lab

    click.echo(ask_lab({"do": "stop", "pid": pid})["sentence"])
