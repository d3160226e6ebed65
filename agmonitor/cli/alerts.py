"""``agmonitor alerts``: silences and maintenance for scripts, and a test of all doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from agmonitor.cli.faults import UserError, Verb, say
from agmonitor.cli.history_time import FORMS, When, utc_option
from agmonitor.cli.options import complete_group

if TYPE_CHECKING:
    from agmonitor.alerts.kept import QuietFile
    from agmonitor.alerts.model import Alert, Maintenance, Silence
    from agmonitor.domain.model import Instant

UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
EXAMPLES = """\b
Examples:
  agmonitor alerts silence gw-prod --for 4h --reason "disk is being changed"
  agmonitor alerts maintenance gw-prod --from "2026-11-22 02:00" --for 2h --reason "patch day"
  agmonitor alerts list
  agmonitor alerts unsilence gw-prod
  agmonitor alerts test

A window that runs, and watch --alerts, heed it within a second.

\b
What is sent and how, in the settings file or in the window (Ctrl+Shift+A):
  [alerts]
  command = ["/usr/local/bin/page", "--team", "dns"]  # gets the alert as JSON on standard input
  webhook = "https://hooks.example.net/dns"           # gets it by POST
  bad_rounds = 2                                      # rounds running before it is sent
  good_rounds = 3                                     # and before it is over
  least = "warning"                                   # or unknown, or critical
  in_tray = true                                      # a closed window goes on watching in the tray
  [alerts.groups.gw-test]
  least = "critical"
"""


class Length(click.ParamType[float]):
    """Seconds from ``90s``, ``30m``, ``4h`` or ``2d``."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip()
        try:
            seconds = float(text[:-1]) * UNITS_S[text[-1:]]
        except (ValueError, KeyError):
            seconds = -1.0
        if not 0 < seconds < float("inf"):
            self.fail(f"{text!r} is no length; give 90s, 30m, 4h or 2d.", param, ctx)
        return seconds


def _ends(command: Any) -> Any:
    for option in (
        click.option("--reason", required=True, metavar="TEXT", help="Why; shown wherever it is quiet."),
        click.option("--until", metavar="TIME", type=When(), help=f"When it ends. {FORMS}"),
        click.option("--for", "for_s", metavar="LENGTH", type=Length(), help="How long: 30m, 4h, 2d."),
        utc_option,
        click.argument("group", shell_complete=complete_group),
    ):
        command = option(command)
    return command


@click.group(epilog=EXAMPLES)
def alerts() -> None:
    """Silence alerts, plan maintenance, and test how alerts get out."""


@alerts.command("list", cls=Verb)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@utc_option
def list_quiet(*, as_json: bool, utc: bool) -> None:
    """Tell what is silenced or under maintenance, now or soon."""
    import json

    from agmonitor.alerts import ordering
    from agmonitor.cli.wiring import now
    from agmonitor.report.words import table

    found = ordering.active(_file().read(), now())
    if as_json:
        click.echo(json.dumps({"schema": 1, "quiet": [_plain(one) for one in found]}, indent=2))
    elif not found:
        say("Nothing is silenced, and no maintenance is planned.")
    else:
        rows = [(one.id, one.group, ordering.badge_of(one, _told(one.until, utc=utc))) for one in found]
        click.echo("\n".join(table(rows, indent="")))


@alerts.command(cls=Verb, epilog=EXAMPLES)
@_ends
@click.option("--finding", metavar="NAME", help="Of this finding alone, such as no_standby.")
def silence(
    group: str, *, utc: bool, for_s: float | None, until: float | None, reason: str, finding: str | None
) -> None:
    """Send nothing about a group until then, or until what is wrong is over.

    Two Primaries are sent all the same, unless they are silenced by name.
    """
    from agmonitor.alerts import kept
    from agmonitor.alerts.model import Silence
    from agmonitor.cli.wiring import now, who

    at = now()
    ends = _end(at, for_s, until)
    _check(group, reason, at, ends, finding)
    one = Silence(kept.new_id(), group, finding, who(), reason.strip(), at, ends)
    _file().change(kept.with_silence(one), at)
    _tell(one, at, utc=utc)


@alerts.command(cls=Verb, epilog=EXAMPLES)
@_ends
@click.option("--from", "from_at", metavar="TIME", type=When(), help=f"When it begins; else now. {FORMS}")
def maintenance(
    group: str, *, utc: bool, for_s: float | None, until: float | None, reason: str, from_at: float | None
) -> None:
    """Send nothing but two Primaries about a group while work is planned; everything is measured."""
    from agmonitor.alerts import kept
    from agmonitor.alerts.model import Maintenance
    from agmonitor.cli.wiring import now, who

    at = now()
    begins = at if from_at is None else from_at
    ends = _end(begins, for_s, until)
    _check(group, reason, begins, ends)
    one = Maintenance(kept.new_id(), group, who(), reason.strip(), at, begins, ends)
    _file().change(kept.with_maintenance(one), at)
    _tell(one, begins, utc=utc)


@alerts.command(cls=Verb)
@click.argument("what", metavar="ID|GROUP", shell_complete=complete_group)
def unsilence(what: str) -> None:
    """End a silence or a maintenance by its id, or all of a group's."""
    from agmonitor.alerts import kept, ordering
    from agmonitor.cli.wiring import now

    found = [one for one in ordering.active(_file().read(), now()) if what in {one.id, one.group}]
    if not found:
        raise UserError(f"Nothing of {what!r} is silenced; see: agmonitor alerts list.")
    _file().change(kept.without(frozenset(one.id for one in found)), now())
    for one in found:
        click.echo(f"Ended: {one.group}, {one.reason}")
        _note(one, now(), ordering.end_of(one), "Ended")


@alerts.command(cls=Verb)
def test() -> int:
    """Send a test alert through all doors that are set; 0: each took it, 1: one did not."""
    from agmonitor.alerts.alerting import trial
    from agmonitor.alerts.delivery import Delivery, doors_of
    from agmonitor.cli.once import run
    from agmonitor.cli.wiring import load_config, now, who

    doors = load_config().alerts.doors
    alert = trial(now(), who())
    states = run(Delivery(doors_of(doors), now, lambda _door, _alert: None).try_all(alert))
    for one in states:
        click.echo(f"{one.name}: {f'sent to {one.place}' if one.works else one.why_not}")
    if not doors.desktop:
        click.echo("desktop: switched off")
    else:
        click.echo(f"desktop: {_on_desktop(alert) or 'shown'}")
    if not states:
        say("Neither a command nor a webhook is set; see the table [alerts] of the settings file.")
    return 0 if all(one.works for one in states) else 1


def _on_desktop(alert: Alert) -> str:
    """Why it was not shown there; nothing: it was."""
    import platform

    from agmonitor.cli.display import has_display
    from agmonitor.cli.once import run

    if platform.system() == "Linux":
        from agmonitor.alerts.bus import BusError
        from agmonitor.alerts.notifications import shown_once

        try:
            run(shown_once(alert))
        except BusError as error:
            return str(error)
        return ""
    if not has_display():
        return "there is no display here; the window notifies where it runs"
    from agmonitor.ui.app import application
    from agmonitor.ui.tray import notify_once

    return notify_once(application(), alert)


def _file() -> QuietFile:
    from agmonitor.cli.alerting import quiet_file

    return quiet_file()


def _end(from_at: Instant, for_s: float | None, until: float | None) -> Instant:
    if (for_s is None) == (until is None):
        raise UserError("Say when it ends: either --for 4h or --until TIME.", 2)
    return from_at + for_s if for_s is not None else until or 0.0


def _check(group: str, reason: str, from_at: Instant, until: Instant, finding: str | None = None) -> None:
    from agmonitor.alerts.ordering import mistake_of
    from agmonitor.cli.wiring import load_config, now
    from agmonitor.config.checks import LAB_NAME

    groups = load_config().groups
    if group != LAB_NAME and all(one.name != group for one in groups):
        known = ", ".join(one.name for one in groups) or "none yet"
        raise UserError(f"There is no group {group!r}. Known: {known}.", 2)
    if mistake := mistake_of(reason, from_at, until, now(), finding):
        raise UserError(mistake, 2)


def _tell(one: Silence | Maintenance, at: Instant, *, utc: bool) -> None:
    """Say it, and leave a note in the history."""
    from agmonitor.alerts import ordering

    until = _told(one.until, utc=utc)
    click.echo(f"{one.id}: {one.group} {ordering.badge_of(one, until)}")
    _note(one, at, ordering.note_of(one, until), "Silenced")


def _note(one: Silence | Maintenance, at: Instant, text: str, done: str) -> None:
    """Leave a note in the history; what is ``done`` is done, whatever becomes of it."""
    from agmonitor.cli.once import run

    try:
        run(_noted(one.group, at, text))
    except OSError as error:
        say(f"{done} all the same; of the note in the history: {error}")


async def _noted(group: str, at: Instant, text: str) -> None:
    from agmonitor.cli.wiring import now, recording, who
    from agmonitor.domain.kept import Mark, MarkKind

    async with recording() as history:
        await history.mark(group, Mark(at, MarkKind.NOTE, who(), text, now()))


def _told(at: Instant, *, utc: bool) -> str:
    import datetime as dt

    moment = dt.datetime.fromtimestamp(at, dt.UTC)
    moment = moment if utc else moment.astimezone()
    return f"{moment:%Y-%m-%d %H:%M %Z}"


def _plain(one: Silence | Maintenance) -> dict[str, Any]:
    from agmonitor.alerts.model import Maintenance
    from agmonitor.alerts.wording import instant

    begins = one.from_at if isinstance(one, Maintenance) else one.made_at
    return {
        "id": one.id,
        "kind": "maintenance" if isinstance(one, Maintenance) else "silence",
        "group": one.group,
        "finding": None if isinstance(one, Maintenance) else one.finding,
        "who": one.who,
        "reason": one.reason,
        "from": instant(begins),
        "until": instant(one.until),
    }
