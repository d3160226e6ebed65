"""``agmonitor failover``: shows the table and the predicted course, wants the name typed, orders once.

Decides nothing itself: whether it may be ordered is ``agmonitor.failover``'s word, what came of it the
monitor's.
"""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

import click

from agmonitor.cli.faults import FailoverVerb, UserError, say, tell, tell_on
from agmonitor.cli.options import complete_group, password_option
from agmonitor.config.secrets import Passwords
from agmonitor.domain.model import GroupSettings
from agmonitor.failover.guards import ENOUGH_REASON, Guard, Intent, Kind, Outcome
from agmonitor.failover.preflight import Plan, Preflight, overridable

if TYPE_CHECKING:
    from agmonitor.domain.state import GroupState
    from agmonitor.failover.machine import Failover
    from agmonitor.monitor.surveying import Survey

EXAMPLES = """\b
Examples:
  agmonitor failover gw-prod --reason "patching gw-1, change 4711"
  agmonitor failover gw-prod --reason "monthly drill" --dry-run
  agmonitor failover gw-prod --reason drill --confirm gw-prod    for scripts
  agmonitor failover gw-prod --reason "gw-1 is dead" --emergency --override takeover_due

\b
Exit code: 0 succeeded (or a clean dry run), 1 refused by a guard and nothing sent,
2 refused by the node, 3 outcome unknown, 64 wrong usage, 130 interrupted and nothing sent.
"""


@click.command(cls=FailoverVerb, epilog=EXAMPLES)
@click.argument("group", shell_complete=complete_group)
@click.option("--reason", default="", metavar="TEXT", help="Why; kept with the order. Needless in the lab.")
@click.option("--emergency", is_flag=True, help="The Primary is silent: the Secondary shall take over.")
@click.option("--override", multiple=True, metavar="NAME", help="A failed check to act in spite of, by name.")
@click.option("--confirm", metavar="GROUP", help="The group's name again, instead of typing it when asked.")
@click.option("--dry-run", is_flag=True, help="Look and say what would happen; send nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@password_option
def failover(
    group: str,
    *,
    reason: str,
    emergency: bool,
    override: tuple[str, ...],
    confirm: str | None,
    dry_run: bool,
    as_json: bool,
    password_file: str | None,
) -> int:
    """Order a failover: the Primary yields; or, in an emergency, the Secondary takes over.

    The lab (failover lab) is nobody's service: there neither reason nor name is asked for.
    """
    from agmonitor.cli.targets import only_group, resolve_one

    kind = Kind.EMERGENCY if emergency else Kind.PLANNED
    _known(override, kind)
    targets = resolve_one(group, password_file)
    settings = only_group(targets)
    why = _one_line(reason)
    if len(why) < ENOUGH_REASON and not settings.lab:
        raise UserError(f"Say why, in {ENOUGH_REASON} letters or more: --reason TEXT.")
    wish = Intent(why, kind, "", frozenset(override))
    return _Run(settings, targets.passwords, wish, as_json=as_json).run(confirm, dry_run=dry_run)


def _one_line(reason: str) -> str:
    """As it can be kept and shown: no line ends, no signs that steer a terminal, no halves of letters."""
    words = " ".join(reason.split())
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in words)


def _known(overrides: tuple[str, ...], kind: Kind) -> None:
    known = overridable(kind)
    for name in overrides:
        if name not in known:
            can = ", ".join(known)
            raise UserError(f"No check {name!r} of a {kind} failover can be overridden; these can: {can}.")


class _Run:
    """One call of the verb; with ``--json`` the words go to standard error and the object out."""

    def __init__(self, settings: GroupSettings, passwords: Passwords, wish: Intent, *, as_json: bool) -> None:
        self._settings, self._passwords, self._wish = settings, passwords, wish
        self._tell = say if as_json else tell
        self._as_json = as_json
        self._told: dict[str, Any] = {}
        self._machines: list[Failover] = []  # the stages of the order, as far as it has come

    def run(self, confirm: str | None, *, dry_run: bool) -> int:
        outcome = self._run(confirm, dry_run=dry_run)
        if self._as_json:
            tell_on(json.dumps({"schema": 1, **self._told, "dry_run": dry_run, "exit": outcome.exit_code}))
        return outcome.exit_code

    def _run(self, confirm: str | None, *, dry_run: bool) -> Outcome:
        from agmonitor.cli.failover_wiring import survey_of
        from agmonitor.cli.once import run

        note = self._wish if dry_run else None
        state, flight, survey = run(survey_of(self._settings, self._passwords, self._wish.kind, note))
        self._show(state, flight, survey)
        standing = flight.standing(self._wish.overrides)
        if standing:
            for one in standing:
                say(f"Refused: {one.sentence}")
            return self._nothing(tuple(one.guard for one in standing))
        assert flight.plan is not None
        if dry_run:
            self._tell("Dry run: nothing was sent.")
            self._told["result"] = None
            return Outcome.SUCCEEDED
        name = self._name(confirm)
        if name != self._settings.name:
            say("The name does not match.")
            return self._nothing((Guard.NOT_CONFIRMED,))
        return self._order(name, flight.plan)

    def _show(self, state: GroupState, flight: Preflight, survey: Survey) -> None:
        from agmonitor.cli.terminal import ink
        from agmonitor.report.failover import course_lines, proven_words, survey_json, table
        from agmonitor.report.text import headline

        self._told |= survey_json(state, flight, survey.course, survey.proven_at)
        self._tell(headline(state, ink()))
        for line in table(flight, self._wish.overrides):
            self._tell(line)
        self._tell(proven_words(survey.proven_at, state.now))
        if flight.plan is not None:
            self._tell(f"{flight.plan.word}: {flight.plan.sentence}")
        for line in course_lines(survey.course):
            self._tell(line)

    def _nothing(self, guards: tuple[Guard, ...]) -> Outcome:
        say("Nothing was sent.")
        self._told["result"] = {"outcome": "refused_here", "guards": [guard.value for guard in guards]}
        return Outcome.REFUSED_HERE

    def _name(self, confirm: str | None) -> str:
        """The name as given, or typed now. The lab needs none, but a wrong one is no slip there."""
        from agmonitor.cli.terminal import ask_name, can_ask

        if confirm is not None:
            return confirm
        if self._settings.lab:
            return self._settings.name
        if not can_ask():
            raise UserError(f"Nobody can be asked here: give --confirm {self._settings.name}.")
        return ask_name(self._settings.name, "This moves the service.")

    def _order(self, name: str, confirmed: Plan) -> Outcome:
        from dataclasses import replace

        from agmonitor.cli.failover_wiring import order_failover
        from agmonitor.cli.once import run
        from agmonitor.config.log import redact
        from agmonitor.report.failover import course_lines, result_json, score_words

        wish = replace(self._wish, confirmed_name=name)
        order = order_failover(
            self._settings, self._passwords, wish, confirmed, self._tell_on, self._machines.append
        )
        try:
            result = run(order)
        except KeyboardInterrupt:
            if not self._may_have_left():
                say("Nothing was sent.")
                raise
            return self._unknown("Interrupted", name)
        except Exception:
            if not self._may_have_left():
                say("Nothing was sent.")
                raise
            say(redact(traceback.format_exc()))
            return self._unknown("Broken down", name)
        self._told["result"] = result_json(result)
        self._tell_on(result.sentence)
        for line in (*course_lines(result.course), score_words(result.course), *result.left):
            if line and result.outcome is Outcome.SUCCEEDED:
                self._tell_on(line)
        return result.outcome

    def _may_have_left(self) -> bool:
        return any(machine.sending for machine in self._machines)

    def _unknown(self, what: str, name: str) -> Outcome:
        self._told["result"] = {"outcome": "unknown"}
        say(f"{what}: the order may have been sent. Look with: agmonitor status {name}")
        return Outcome.UNKNOWN

    def _tell_on(self, line: str) -> None:
        tell_on(line, err=self._as_json)
