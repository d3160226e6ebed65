"""The lab in the foreground, and what it says about itself as text."""

from __future__ import annotations

import sys
from typing import Any

import click

from agmonitor.cli.faults import UserError, say
from agmonitor.report.words import duration, rfc3339, table


async def run_lab(*, documented: bool) -> int:
    """Bring the lab up, say how to reach it, and stay until Ctrl+C, SIGTERM or ``lab stop``.

    Raises:
        UserError: it does not come up.
    """
    from agmonitor.cli.once import until_stopped
    from agmonitor.cli.wiring import new_lab
    from agmonitor.lab import control
    from agmonitor.lab.errors import LabError

    lab = new_lab(documented=documented)
    say("Starting the lab …")
    try:
        await lab.start()
    except LabError as error:
        raise UserError(str(error)) from error
    told: set[str] = set()

    def tell_trouble(trouble: str) -> None:
        if trouble and trouble not in told:
            told.add(trouble)
            say(trouble)

    lab.on_change(lambda status: tell_trouble(status.trouble))
    try:
        click.echo(status_text(lab.status().document()))
        click.echo(
            "Ctrl+C ends it. From another terminal: agmonitor status lab, agmonitor lab fault kill gw-1."
        )
        sys.stdout.flush()
        await until_stopped(lambda: control.serve(lab))
    finally:
        await lab.stop()
    say("The lab has ended.")
    return 0


def with_instants(value: Any) -> Any:
    """The same document with every instant (a key ending in ``_at``) in RFC 3339."""
    if isinstance(value, dict):
        return {
            key: rfc3339(one) if key.endswith("_at") else with_instants(one) for key, one in value.items()
        }
    return [with_instants(one) for one in value] if isinstance(value, list | tuple) else value


def status_text(status: dict[str, Any]) -> str:
    """From the document of ``LabStatus``, whether it came over the socket or not."""
    nameserver, timers, clients = status["nameserver"], status["timers"], status["clients"]
    rows: list[tuple[str, ...]] = [(n["name"], n["url"], str(n["state"])) for n in status["nodes"]]
    rows += [
        ("DNS", f"{nameserver['host']}:{nameserver['port']}" if nameserver else "–", status["fqdn"]),
        ("user", status["user"], f"password in {status['password_file']}"),
        ("timers", "{report_s}/{check_s}/{absence_s}/{ttl_s} s".format(**timers), "report/check/absence/TTL"),
        (
            "client",
            f"lost {clients['lost']} of {clients['asked']}",
            f"{duration(clients['clients_without_service_s'])} without service",
        ),
    ]
    on = [fault for fault in status["faults"] if fault["ended_at"] is None]
    rows += [("fault", fault["name"], fault["node"] or "both nodes") for fault in on]
    trouble = [status["trouble"]] if status["trouble"] else []
    return "\n".join([*table(rows, indent=""), *trouble])
