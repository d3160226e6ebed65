"""``agmonitor drill``: break a pair, in virtual time or on the live lab, and judge what was shown."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from click.shell_completion import CompletionItem

from agmonitor.cli.drill_wish import NAME, DrillLab, check_writable, mode_of, unwritable
from agmonitor.cli.faults import UserError, Verb, say, tell

if TYPE_CHECKING:
    from agmonitor.drill.scenario import Scenario
    from agmonitor.drill.stage import Played

EXAMPLES = """\b
Examples:
  agmonitor drill --list               all drills that come with the program
  agmonitor drill --show split-brain   one of them in words
  agmonitor drill --all --json         all of them in virtual time
  agmonitor drill own.toml             a scenario of your own
  agmonitor drill --random 100         the monitor judged against what really was
  agmonitor drill --seed 7 --step      one of those in words
  agmonitor drill primary-killed --live --workflows DIR --junit junit.xml

\b
Exit code: 0 passed, 1 failed, 2 could not run (wrong usage too), 130 interrupted.
"""


class DrillVerb(Verb):
    """2 tells a CI that nothing was drilled."""

    usage_code = 2
    error_code = 2
    crash_code = 2


def _complete(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from agmonitor.drill.scenario_shelf import names

    return [CompletionItem(name) for name in names() if name.startswith(incomplete)]


_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(cls=DrillVerb, epilog=EXAMPLES)
@click.argument("name", metavar="[NAME|FILE.toml]", required=False, shell_complete=_complete)
@click.option("--all", "every", is_flag=True, help="Play every drill in virtual time.")
@click.option("--list", "listing", is_flag=True, help="Name the drills.")
@click.option("--show", is_flag=True, help="Tell the drill's steps in words; play nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON document.")
@click.option("--live", is_flag=True, help="Play it on the live lab: real processes, real time.")
@click.option("--workflows", metavar="DIR", type=_FOLDER, help="Load these workflows into the lab's nodes.")
@click.option("--dns", type=click.Choice(["embedded", "bind"]), help="The lab's name server, with --live.")
@click.option("--junit", metavar="FILE", type=_FILE, help="Write JUnit XML for a CI.")
@click.option("--report", metavar="FILE", type=_FILE, help="Write everything as JSON, hooks included.")
@click.option(
    "--random", "runs", metavar="N", type=click.IntRange(1), help="Judge the monitor in N random runs."
)
@click.option("--seed", metavar="S", type=click.IntRange(0), help="The first random run's seed (1).")
@click.option("--step", is_flag=True, help="Replay the random run of --seed in words.")
@click.pass_context
def drill(
    ctx: click.Context,
    *,
    name: str | None,
    every: bool,
    listing: bool,
    show: bool,
    as_json: bool,
    live: bool,
    workflows: Path | None,
    dns: Literal["embedded", "bind"] | None,
    junit: Path | None,
    report: Path | None,
    runs: int | None,
    seed: int | None,
    step: bool,
) -> int:
    """Break a pair on purpose and judge what was shown."""
    mode = mode_of(
        ctx,
        {
            NAME: name,
            "--all": every,
            "--list": listing,
            "--random": runs,
            "--step": step,
            "--show": show,
            "--live": live,
            "--workflows": workflows,
            "--dns": dns,
            "--junit": junit,
            "--report": report,
            "--json": as_json,
            "--seed": seed,
        },
    )
    if mode in {"--random", "--step"}:
        return _random(runs, 1 if seed is None else seed, as_json=as_json)
    check_writable(junit, report)
    if listing:
        return _list(as_json=as_json)
    with _told_to(junit, name or "all"):
        if every:
            return _play_all(as_json=as_json, junit=junit, report=report)
        assert name is not None, "one of them was wanted"
        scenario = _scenario(name)
        if show:
            return _show(scenario)
        wish = DrillLab(workflows, dns or "embedded") if live else None
        played, wall_s = _played(scenario, wish, quiet=as_json)
    _print(played, wall_s, live=live, as_json=as_json)
    _write([(played, wall_s)], junit, report, live=live)
    return 0 if played.passed else 1


@contextlib.contextmanager
def _told_to(junit_file: Path | None, name: str) -> Iterator[None]:
    """What cannot run is told to the reader of the report as well, who else finds an older one or none."""
    from agmonitor.drill.junit import not_run

    try:
        yield
    except UserError as error:
        if junit_file is not None:
            with contextlib.suppress(OSError):
                junit_file.write_text(not_run(name, str(error)), encoding="utf-8")
        raise


def _random(runs: int | None, seed: int, *, as_json: bool) -> int:
    from agmonitor.cli.drill_random import drill_random, drill_stepped

    return drill_stepped(seed) if runs is None else drill_random(runs, seed, as_json=as_json)


def _scenario(name: str) -> Scenario:
    from agmonitor.drill.scenario_shelf import ScenarioError, scenario

    try:
        return scenario(name)
    except ScenarioError as error:
        raise UserError(str(error)) from error


def _scenarios() -> list[Scenario]:
    from agmonitor.drill import scenario_shelf

    try:
        return scenario_shelf.every()
    except scenario_shelf.ScenarioError as error:
        raise UserError(str(error)) from error


def _list(*, as_json: bool) -> int:
    from agmonitor.report.words import table

    scenarios = _scenarios()
    if as_json:
        rows = [
            {
                "name": one.name,
                "title": one.title,
                "why": one.why,
                "live": one.live,
                "findings": list(one.covers.findings),
                "faults": list(one.covers.faults),
                "guards": list(one.covers.guards),
            }
            for one in scenarios
        ]
        click.echo(json.dumps({"drills": rows}, indent=2))
    else:
        for line in table(
            [(one.name, "live too" if one.live else "", one.title) for one in scenarios], indent=""
        ):
            click.echo(line)
    return 0


def _show(scenario: Scenario) -> int:
    from agmonitor.drill.scenario_words import told

    click.echo(told(scenario))
    return 0


def _played(scenario: Scenario, wish: DrillLab | None, *, quiet: bool) -> tuple[Played, float]:
    """One drill as it went, on the lab or in virtual time, and what it cost."""
    from agmonitor.cli.wiring import clock

    began_s = clock().elapsed_s()
    voice = (lambda _: None) if quiet else tell
    if wish is not None:
        from agmonitor.cli.drill_live import play_live

        played = play_live(scenario, wish, voice)
    else:
        from agmonitor.drill.virtual import play

        played = play(scenario, voice)
    return played, clock().elapsed_s() - began_s


def _play_all(*, as_json: bool, junit: Path | None, report: Path | None) -> int:
    from agmonitor.drill.report import failures, summary, verdict_line

    drills = []
    for scenario in _scenarios():
        played, wall_s = _played(scenario, None, quiet=True)
        drills.append((played, wall_s))
        if not as_json:
            tell(verdict_line(played))
            for line in failures(played):
                tell(line)
    failed = sum(not played.passed for played, _ in drills)
    if as_json:
        click.echo(json.dumps({"drills": [summary(played, wall_s) for played, wall_s in drills]}, indent=2))
    else:
        tell(f"{len(drills)} drills, {failed} failed.")
    _write(drills, junit, report, live=False)
    return 1 if failed else 0


def _print(played: Played, wall_s: float, *, live: bool, as_json: bool) -> None:
    from agmonitor.drill.report import document, text

    click.echo(json.dumps(document(played, wall_s, live=live), indent=2) if as_json else text(played))


def _write(
    drills: list[tuple[Played, float]], junit_file: Path | None, report_file: Path | None, *, live: bool
) -> None:
    from agmonitor.drill.junit import junit
    from agmonitor.drill.report import document

    documents = [document(played, wall_s, live=live) for played, wall_s in drills]
    texts: tuple[tuple[Path | None, Callable[[], str]], ...] = (
        (junit_file, lambda: junit([played for played, _ in drills])),
        (report_file, lambda: json.dumps({"drills": documents}, indent=2) + "\n"),
    )
    for file, text in texts:
        if file is None:
            continue
        try:
            file.write_text(text(), encoding="utf-8")
        except OSError as error:
            raise unwritable(file, error) from error
        say(f"Written: {file}")
