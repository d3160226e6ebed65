"""``agmonitor drill --random`` and ``--seed S --step``: the monitor judged against what really was."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from agmonitor.cli.faults import INTERRUPTED, say, tell
from agmonitor.cli.once import terminated_as_interrupted

if TYPE_CHECKING:
    from agmonitor.drill.score import Score

PROGRESS_EVERY_S = 1.0
PLAIN_EVERY_S = 10.0  # where each line stays
SEEDS_NAMED = 5


def drill_random(runs: int, seed: int, *, as_json: bool) -> int:
    """So many random drills from a seed on. 0: none false, none missed, none late; else 1.

    Interrupted, it scores what was done, and ends with 130.
    """
    from agmonitor.cli.wiring import clock
    from agmonitor.drill.random_many import scored
    from agmonitor.drill.score import Score

    ours = clock()
    began_s = ours.elapsed_s()
    progress = _Progress(runs)
    score = Score()

    def done(so_far: Score) -> None:
        nonlocal score
        score = so_far
        progress.show(so_far, ours.elapsed_s() - began_s)

    interrupted = False
    try:
        with terminated_as_interrupted():
            scored(seed, runs, done)
    except KeyboardInterrupt:
        interrupted = True
    progress.end()
    _print(score, ours.elapsed_s() - began_s, as_json=as_json)
    if interrupted:
        say(f"Interrupted: {score.runs} of {runs} runs were made.")
        return INTERRUPTED
    return 0 if score.is_clean else 1


def _print(score: Score, wall_s: float, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(score.as_json(wall_s), indent=2))
        return
    for line in score.lines(wall_s):
        tell(line)


class _Progress:
    """A line on stderr, over and over on a terminal, else now and then."""

    def __init__(self, runs: int) -> None:
        self._runs = runs
        self._over = sys.stderr.isatty()
        self._told_s = 0.0
        self._shown = False

    def show(self, score: Score, wall_s: float) -> None:
        if wall_s - self._told_s < (PROGRESS_EVERY_S if self._over else PLAIN_EVERY_S):
            return
        self._told_s = wall_s
        self._shown = True
        text = progress_words(score, self._runs, wall_s)
        if self._over:
            click.echo(f"\r\x1b[2K{text}", err=True, nl=False)
        else:
            say(text)

    def end(self) -> None:
        if self._over and self._shown:
            click.echo(err=True)


def progress_words(score: Score, runs: int, wall_s: float) -> str:
    """How far it is, and which seeds to look at already."""
    wrong = score.wrong_seeds()
    seeds = ", ".join(map(str, wrong[:SEEDS_NAMED])) + (" …" if len(wrong) > SEEDS_NAMED else "")
    return (
        f"{score.runs} of {runs} {'run' if runs == 1 else 'runs'}, {score.runs / wall_s * 60:.0f} a minute;"
        f" {score.false_alarms} false, {score.missed} missed, {score.late} late"
        + (f"; seeds {seeds}" if wrong else "")
    )


def drill_stepped(seed: int) -> int:
    """One random drill in words. 1: something was wrong in it."""
    from agmonitor.drill.random_story import CLEAN, told

    last = ""
    for last in told(seed):
        tell(last)
    return 0 if last == CLEAN else 1
