"""``agmonitor whatif``: how long a failover would take with a group's settings, or with others."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from agmonitor.cli.faults import UserError, Verb
from agmonitor.cli.options import Days, complete_group, password_option

if TYPE_CHECKING:
    from agmonitor.protocol.prediction import WhatIf
    from agmonitor.report.whatif import Told

RUNS, RUNS_MOST = 10_000, 1_000_000
DAYS, DAYS_MOST = 0.5, 3_650.0
WRONG_USAGE = 2

EXAMPLES = """\b
Examples:
  agmonitor whatif                               the documented defaults
  agmonitor whatif gw-prod                       the group's own settings
  agmonitor whatif gw-prod --set check=10 --set loss=1%   those beside changed ones
  agmonitor whatif gw-prod --trigger yield       a failover ordered on the Primary

\b
Settings: report (H), check (C), absence (A), ttl in seconds; loss, the share of the exchanges
between the nodes and with the name server that disappear, as 1% or 0.01. TCP mends lost
packets: a lost exchange is one that did not get through at all.

\b
JSON, one object:
  schema 1 · group, or null · trigger death|yield|take_over · runs · seed · wall_s
  predictions: the present settings first, then those of --set. Each:
    title · source: where its settings come from · assumed: documented defaults
    settings: report_s check_s absence_s ttl_s loss_share
    take_over_s: from the trigger until the Secondary is Primary and the record names it
    without_service_s: how long a client behind a resolver is not served
    phases: name · ends_with · took_s: this phase alone · ended_s: since the trigger
    false_failovers: per_year · how calculated|counted|unknown · sentence
      counted: failovers in simulated days, least_per_year and most_per_year (95 %); or null
    risks: sentences, as finding 15 (risky_settings) words them
  Every *_s of a prediction is {least p5 p50 p95 most never}: seconds that a run really took;
  never counts the runs that did not get there, null stands for them.

\b
Exit code: 0 predicted, 1 no such group, or settings that cannot be simulated, 2 wrong usage.
"""


@click.command(cls=Verb, epilog=EXAMPLES)
@click.argument("group", metavar="[GROUP]", required=False, shell_complete=complete_group)
@click.option(
    "--set", "changes", metavar="NAME=VALUE", multiple=True, help="Try another setting; repeatable."
)
@click.option(
    "--trigger",
    type=click.Choice(["death", "yield", "take_over"]),
    default="death",
    show_default=True,
    help="The Primary dies, or a failover is ordered on the Primary or on the Secondary.",
)
@click.option("--runs", type=click.IntRange(1, RUNS_MOST), default=RUNS, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same figures.")
@click.option(
    "--days",
    type=Days(0, DAYS_MOST),
    default=DAYS,
    show_default=True,
    help="Simulated days in which false failovers are counted, beside the calculation.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the JSON document described below.")
@password_option
def whatif(
    group: str | None,
    *,
    changes: tuple[str, ...],
    trigger: str,
    runs: int,
    seed: int,
    days: float,
    as_json: bool,
    password_file: str | None,
) -> int:
    """Predict a failover: thousands of simulated runs of a group's settings, or of others."""
    from agmonitor.cli.once import run
    from agmonitor.cli.terminal import ink
    from agmonitor.cli.whatif_runs import Asked, predicted, present, wall
    from agmonitor.drill.whatif_runner import Wanted
    from agmonitor.protocol.prediction import Trigger
    from agmonitor.report import whatif as report

    changed = _changes(changes)
    begun = wall()
    base = present(group, password_file)
    asked = [Asked("as it is" if group else "as given", base.source, base.settings, assumed=base.assumed)]
    if changed:
        other = Asked("changed", "by --set", _with(base.settings, changed))
        asked = (
            [*asked, other]
            if group is not None
            else [replace(other, title="as given", source="by --set, else documented defaults")]
        )
    asked = [replace(one, settings=replace(one.settings, trigger=Trigger(trigger))) for one in asked]
    told: list[Told] = run(predicted(asked, Wanted(runs=runs, seed=seed, days=days)))
    if as_json:
        click.echo(json.dumps(report.document(group, told, wall() - begun), indent=2))
    else:
        click.echo(report.text(group, told, ink()))
    return 0


def _changes(given: tuple[str, ...]) -> dict[str, float]:
    """The fields to change with their values.

    Raises:
        UserError: a name that is none, no number, or one out of range; it ends as wrong usage does.
    """
    from agmonitor.protocol.prediction import KNOBS

    knobs = {knob.name: knob for knob in KNOBS}
    changed = {}
    for text in given:
        name, _, value = text.partition("=")
        knob = knobs.get(name.strip().lower())
        if knob is None:
            raise UserError(f"--set {text}: there is {', '.join(knobs)}, as in --set check=10.", WRONG_USAGE)
        if not value.strip():
            raise UserError(f"--set {text}: to what? Say it as in --set {knob.name}=10.", WRONG_USAGE)
        number = _number(value)
        if number is None or not knob.least <= number <= knob.most:
            unit = "as a share or in %" if knob.is_share else "s"
            span = f"{name} goes from {knob.least:g} to {knob.most:g} {unit}"
            raise UserError(f"--set {text}: {span}.", WRONG_USAGE)
        changed[knob.field] = number
    return changed


def _number(text: str) -> float | None:
    text = text.strip()
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text.removesuffix("s"))
    except ValueError:
        return None


def _with(settings: WhatIf, changed: dict[str, float]) -> WhatIf:
    return replace(settings, **changed)  # type: ignore[arg-type]  # only the numbers have knobs
