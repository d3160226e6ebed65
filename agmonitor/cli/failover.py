"""``agmonitor failover``: says what it will do, wants the group's name typed, orders once, and watches.

Decides nothing itself: whether it may be ordered is ``agmonitor.failover``'s word, what came of it the
monitor's.
"""

from __future__ import annotations

import click

from agmonitor.cli.faults import FailoverVerb, UserError, say, tell
from agmonitor.cli.options import complete_group, password_option
from agmonitor.config.secrets import Passwords
from agmonitor.domain.model import GroupSettings
from agmonitor.failover import Outcome, Plan, Refusal, plan

EXAMPLES = """\b
Examples:
  agmonitor failover gw-prod --reason "patching gw-1, change 4711"
  agmonitor failover gw-prod --reason "monthly drill" --dry-run
  agmonitor failover gw-prod --reason drill --confirm gw-prod    for scripts

\b
Exit code: 0 succeeded (or a clean dry run), 1 refused by a guard and nothing sent,
2 refused by the node, 3 outcome unknown, 64 wrong usage.
"""


@click.command(cls=FailoverVerb, epilog=EXAMPLES)
@click.argument("group", shell_complete=complete_group)
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the order.")
@click.option("--confirm", metavar="GROUP", help="The group's name again, instead of typing it when asked.")
@click.option("--dry-run", is_flag=True, help="Look and say what would happen; send nothing.")
@password_option
def failover(
    group: str, *, reason: str, confirm: str | None, dry_run: bool, password_file: str | None
) -> int:
    """Order a planned failover: the Primary yields to the Secondary.

    The lab (failover lab) is nobody's service: there no name is asked for, with or without a terminal.
    """
    from agmonitor.cli import wiring
    from agmonitor.cli.targets import only_group, resolve_one
    from agmonitor.monitor.one_order import only_order

    if not reason.strip():
        raise UserError("Say why: --reason TEXT.")
    targets = resolve_one(group, password_file)
    settings = only_group(targets)
    if dry_run:
        return _fail_over(settings, targets.passwords, reason.strip(), confirm, dry_run=True)
    with only_order(settings, wiring.places().data) as only:
        if not only:
            say(f"Refused: another failover of {group} is under way from here. Nothing was sent.")
            return Outcome.REFUSED_HERE.exit_code
        return _fail_over(settings, targets.passwords, reason.strip(), confirm, dry_run=False)


def _fail_over(
    settings: GroupSettings, passwords: Passwords, reason: str, confirm: str | None, *, dry_run: bool
) -> int:
    """Look, say what would happen, have it confirmed, and order it."""
    from agmonitor.cli.once import run
    from agmonitor.cli.terminal import ink
    from agmonitor.cli.wiring import look_at
    from agmonitor.report.text import headline

    (state,) = run(look_at([settings], passwords))
    tell(headline(state, ink()))
    made = plan(state)
    if isinstance(made, Refusal):
        for sentence in made.reasons:
            say(f"Refused: {sentence}")
        say("Nothing was sent.")
        return Outcome.REFUSED_HERE.exit_code
    tell(f"{made.word}: {made.sentence}")
    if dry_run:
        tell("Dry run: nothing was sent.")
        return Outcome.SUCCEEDED.exit_code
    if not _confirmed(settings, confirm):
        say("The name does not match. Nothing was sent.")
        return Outcome.REFUSED_HERE.exit_code
    return _order(settings, passwords, reason, made)


def _confirmed(settings: GroupSettings, confirm: str | None) -> bool:
    """Whether the name was given, or is typed now. The lab needs none, but a wrong one is no slip there."""
    from agmonitor.cli.terminal import ask_name, can_ask

    if confirm is not None:
        return confirm == settings.name
    if settings.lab:
        return True
    if not can_ask():
        raise UserError(f"Nobody can be asked here: give --confirm {settings.name}.")
    return ask_name(settings.name, "This moves the service.") == settings.name


def _order(settings: GroupSettings, passwords: Passwords, reason: str, confirmed: Plan) -> int:
    from agmonitor.cli.once import run
    from agmonitor.cli.wiring import order_failover

    try:
        result = run(order_failover(settings, passwords, reason, tell, confirmed))
    except KeyboardInterrupt:
        say(f"Interrupted: the order may have been sent. Look with: agmonitor status {settings.name}")
        return Outcome.UNKNOWN.exit_code
    tell(result.sentence)
    return result.outcome.exit_code
