"""``agmonitor drill --random`` and ``--seed S --step``: the monitor judged against what really was."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from agmonitor.cli.faults import INTERRUPTED, say, tell

if TYPE_CHECKING:
    from agmonitor.drill.score import Score

PROGRESS_EVERY_S = 1.0
PLAIN_EVERY_S = 10.0  # where each line stays
SEEDS_NAMED = 5
TERMINATED = 143


class _Terminated(KeyboardInterrupt):
    """SIGTERM came; else it was Ctrl+C."""


def drill_random(runs: int, seed: int, *, as_json: bool) -> int:
    """So many random drills from a seed on. 0: none false, none missed, none late; else 1.

    Interrupted, it scores what was done: 130 for Ctrl+C, 143 for SIGTERM.
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

    code = None
    try:
        with _terminable():
            scored(seed, runs, done)
    except KeyboardInterrupt as interrupted:
        code = TERMINATED if isinstance(interrupted, _Terminated) else INTERRUPTED
    progress.end()
    _print(score, ours.elapsed_s() - began_s, as_json=as_json)
    if code is None:
        return 0 if score.is_clean else 1
    say(f"Interrupted: {score.runs} of {runs} runs were made.")
    return code


def _print(score: Score, wall_s: float, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(score.as_json(wall_s), indent=2))
        return
    for line in score.lines(wall_s):
        tell(line)


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the runs as Ctrl+C does, with no process left behind."""

    def end(*_: object) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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
