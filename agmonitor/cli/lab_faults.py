"""``agmonitor lab fault``: the table of faults on the command line. Asks the running lab, no more."""

from __future__ import annotations

import json
from typing import Any

import click
from click.shell_completion import CompletionItem

from agmonitor.cli.faults import Verb
from agmonitor.cli.options import Length

EPILOG = """\b
NODE is gw-1, gw-2, primary or secondary; without one, most faults hit both.
All faults, with their numbers: agmonitor lab fault --list

\b
Examples:
  agmonitor lab fault kill primary
  agmonitor lab fault cut_dns gw-2 --after 10s --for 20s
  agmonitor lab fault slow gw-1 --link watch --set delay_s=2
"""
DAY_S = 86_400.0


class Setting(click.ParamType[tuple[str, float]]):
    """``NAME=NUMBER``."""

    name = "setting"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        name, _, number = str(value).partition("=")
        try:
            return name.strip(), float(number)
        except ValueError:
            self.fail("it must be NAME=NUMBER.", param, ctx)


def _complete_name(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from agmonitor.protocol.faults import FAULTS

    return [CompletionItem(f.name, help=f.title) for f in FAULTS.values() if f.name.startswith(incomplete)]


def _complete_node(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from agmonitor.lab.options import NODE_NAMES

    return [CompletionItem(n) for n in (*NODE_NAMES, "primary", "secondary") if n.startswith(incomplete)]


def _complete_link(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from agmonitor.protocol.faults import Link

    return [CompletionItem(link.value) for link in Link if link.value.startswith(incomplete)]


@click.command(cls=Verb, epilog=EPILOG)
@click.argument("name", required=False, shell_complete=_complete_name)
@click.argument("node", required=False, shell_complete=_complete_node)
@click.option(
    "--for",
    "for_s",
    metavar="TIME",
    type=Length(0, DAY_S, min_open=True),
    help="Heal by itself then: 20s, 2min; at most a day.",
)
@click.option(
    "--after",
    "after_s",
    metavar="TIME",
    type=Length(0, DAY_S),
    default=0.0,
    help="Begin then: 10s. The lab keeps it; heal lets it be.",
)
@click.option(
    "--link",
    metavar="LINK",
    shell_complete=_complete_link,
    help="Of slow, lossy, reset and blackhole: door (all that comes to the node; without a word), "
    "heartbeat, dns, or watch (the monitor's path alone).",
)
@click.option(
    "--set", "settings", metavar="NAME=NUMBER", type=Setting(), multiple=True, help="A number of it."
)
@click.option("--list", "as_list", is_flag=True, help="Print all faults; break nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --list: as a JSON document.")
@click.option("--pid", metavar="PID", type=int, help="The lab's process, where several run.")
def fault(
    name: str | None,
    node: str | None,
    *,
    for_s: float | None,
    after_s: float,
    link: str | None,
    settings: tuple[tuple[str, float], ...],
    as_list: bool,
    as_json: bool,
    pid: int | None,
) -> None:
    """Break something in the running lab."""
    from agmonitor.cli.wiring import ask_lab

    if as_list and name is not None:
        raise click.UsageError("--list names all faults and takes no NAME.")
    if as_list:
        click.echo(palette_json() if as_json else palette_text())
        return
    if as_json:
        raise click.UsageError("--json goes with --list.")
    if name is None:
        raise click.UsageError("Which fault? See agmonitor lab fault --list.")
    request = {
        "do": "fault",
        "name": name,
        "node": node,
        "for_s": for_s,
        "link": link,
        "parameters": dict(settings),
        "after_s": after_s,
        "pid": pid,
    }
    click.echo(ask_lab(request)["sentence"])


def palette_text() -> str:
    """Every fault on a line: how it is asked for, and what it does."""
    from agmonitor.protocol.faults import FAULTS
    from agmonitor.report.words import table

    rows = []
    for fault in FAULTS.values():
        words = [fault.name, "NODE" if fault.needs_node else "[NODE]"]
        words += ["[--link LINK]"] if fault.takes_link else []
        words += [f"[--set {p.name}={p.default:g}]" for p in fault.parameters]
        words += ["[--for TIME]"] if fault.lasts else []
        link = "door" if fault.takes_link else ""
        rows.append((" ".join(words), fault.sentence.format(node="the node", link=link)))
    return "\n".join(table([(asked, said[0].upper() + said[1:]) for asked, said in rows], indent=""))


def palette_json() -> str:
    """The same for programs."""
    from agmonitor.protocol.faults import FAULTS

    faults = [
        {
            "name": fault.name,
            "title": fault.title,
            "needs_node": fault.needs_node,
            "takes_link": fault.takes_link,
            "lasts": fault.lasts,
            "parameters": [
                {"name": p.name, "title": p.title, "default": p.default, "least": p.least, "most": p.most}
                for p in fault.parameters
            ],
        }
        for fault in FAULTS.values()
    ]
    return json.dumps({"schema": 1, "faults": faults}, indent=2)
