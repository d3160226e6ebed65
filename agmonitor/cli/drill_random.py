"""``agmonitor drill --random`` and ``--seed S --step``: the monitor judged against what really was."""

from __future__ import annotations

import json
import sys

import click

from agmonitor.cli.faults import say, tell

PROGRESS_EVERY_S = 1.0
PLAIN_EVERY_S = 15.0  # where each line stays


def drill_random(runs: int, seed: int, *, as_json: bool) -> int:
    """So many random drills from a seed on. 0: none false, none missed, none late; else 1."""
    from agmonitor.cli.wiring import clock
    from agmonitor.drill.random_many import scored
    from agmonitor.drill.score import Score

    ours = clock()
    began_s = told_s = ours.elapsed_s()
    every_s = PROGRESS_EVERY_S if sys.stderr.isatty() else PLAIN_EVERY_S

    def progress(score: Score) -> None:
        nonlocal told_s
        now_s = ours.elapsed_s()
        if now_s - told_s >= every_s:
            told_s = now_s
            _tell_progress(score, runs, now_s - began_s)

    score = scored(seed, runs, progress)
    wall_s = ours.elapsed_s() - began_s
    if sys.stderr.isatty():
        click.echo(err=True)
    if as_json:
        click.echo(json.dumps(score.as_json(wall_s), indent=2))
    else:
        for line in score.lines(wall_s):
            tell(line)
    return 0 if score.is_clean else 1


def drill_stepped(seed: int) -> int:
    """One random drill in words. 1: something was wrong in it."""
    from agmonitor.drill.random_story import CLEAN, told

    last = ""
    for last in told(seed):
        tell(last)
    return 0 if last == CLEAN else 1


def _tell_progress(score: object, runs: int, wall_s: float) -> None:
    from agmonitor.drill.score import Score

    assert isinstance(score, Score)
    per_min = score.runs / wall_s * 60
    text = (
        f"{score.runs} of {runs} runs, {per_min:.0f} a minute;"
        f" {score.false_alarms} false, {score.missed} missed, {score.late} late"
    )
    if sys.stderr.isatty():
        click.echo(f"\r{text}  ", err=True, nl=False)
    else:
        say(text)
