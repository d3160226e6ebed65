"""The lab in the foreground, and what it says about itself as text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from agmonitor.cli.faults import INTERRUPTED, UserError, say
from agmonitor.report.words import duration, rfc3339, table

if TYPE_CHECKING:
    from agmonitor.cli.lab_wish import LabWish
    from agmonitor.lab.status import LabWorkflows
    from agmonitor.lab.supervisor import Lab


async def run_lab(wish: LabWish) -> int:
    """Bring the lab up, say how to reach it, and stay until Ctrl+C, SIGTERM or ``lab stop``.

    Raises:
        UserError: it does not come up.
    """
    from agmonitor.cli.once import until_stopped
    from agmonitor.cli.wiring import new_lab
    from agmonitor.lab.errors import LabError

    lab = new_lab(wish)
    failures: list[LabError | OSError] = []
    came_up = False

    async def work() -> None:
        nonlocal came_up
        try:
            await lab.start()
            came_up = True
            await _serve(lab)
        except (LabError, OSError) as error:  # a full disk, or a reader that has gone
            failures.append(error)
        finally:
            await lab.stop()  # here, where signals are still heeded: an impatient second one leaves nothing

    say("Starting the lab …")
    await until_stopped(work)
    for failure in failures:  # at most one
        if isinstance(failure, LabError):
            raise UserError(str(failure)) from failure
        raise failure
    say("The lab has ended." if came_up else "Interrupted.")
    return 0 if came_up else INTERRUPTED


async def _serve(lab: Lab) -> None:
    """Say how to reach the lab, and obey whoever does."""
    from agmonitor.lab import control

    told: set[str] = set()

    def tell_trouble(trouble: str) -> None:
        if trouble and trouble not in told:
            told.add(trouble)
            say(trouble)

    lab.on_change(lambda status: tell_trouble(status.trouble))

    def tell_how() -> None:
        status = lab.status()
        click.echo(status_text(status.document()))
        for line in workflow_lines(status.workflows):
            click.echo(line)
        click.echo(
            "Ctrl+C ends it. From another terminal: agmonitor status lab, agmonitor lab fault kill gw-1."
        )
        sys.stdout.flush()

    await control.serve(lab, listening=tell_how)  # what is told can be done at once


def workflow_lines(workflows: LabWorkflows | None) -> list[str]:
    """What was not loaded, and why."""
    if workflows is None:
        return []
    lines = [f"workflow {one.name} was not loaded: {one.reason}" for one in workflows.unfit]
    left = workflows.found - workflows.loaded - len(workflows.unfit)
    return [*workflows.troubles, *lines, *([f"and {left} more"] if left else [])]


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
    if status["workflows"]:
        rows.append(("workflows", "{loaded} of {found} loaded".format(**status["workflows"]), ""))
    on = [fault for fault in status["faults"] if fault["ended_at"] is None]
    rows += [("fault", fault["name"], _of_fault(fault, status["at"])) for fault in (*on, *status["coming"])]
    trouble = [sentence for sentence in (status["not_begun"], status["trouble"]) if sentence]
    return "\n".join([*table(rows, indent=""), *trouble])


def _of_fault(fault: dict[str, Any], at: float) -> str:
    from agmonitor.lab.fault_words import detail_of, left_of
    from agmonitor.lab.status import FaultRecord

    record = FaultRecord(**fault)
    parts = (record.node or "both nodes", detail_of(record), left_of(record, at))
    return ", ".join(part for part in parts if part)
