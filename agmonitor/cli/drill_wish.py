"""What a command line of ``agmonitor drill`` asks for, and which options go together. Plays nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from agmonitor.cli.faults import UserError

NAME = "NAME"
MODES = (NAME, "--all", "--list", "--random", "--step")
"""Just one of these is done."""
GOES_WITH: Mapping[str, tuple[str, ...]] = {
    "--show": (NAME,),
    "--live": (NAME,),
    "--workflows": (NAME,),
    "--dns": (NAME,),
    "--junit": (NAME, "--all"),
    "--report": (NAME, "--all"),
    "--json": (NAME, "--all", "--list", "--random"),
    "--seed": ("--random", "--step"),
}
PLAYS_NOTHING = "--show"
"""The other options say how a drill is played, or what is told of it."""


@dataclass(frozen=True, slots=True)
class DrillLab:
    """The lab that a live drill is played on. ``workflows`` None: a sound example."""

    workflows: Path | None = None
    dns: Literal["embedded", "bind"] = "embedded"


def mode_of(ctx: click.Context, given: Mapping[str, object]) -> str:
    """Which of the modes is asked for; ``given`` has every option's value by its name, unset ones falsy.

    Raises:
        click.UsageError: none is, or options do not go together; the sentence names two of them.
    """
    asked = {name for name, value in given.items() if value is not None and value is not False}
    modes = [mode for mode in MODES if mode in asked]
    others = [option for option in GOES_WITH if option in asked]
    if len(modes) > 1:
        raise click.UsageError(f"{modes[0]} does not go with {modes[1]}: say one of the two.", ctx)
    if not modes and others:
        raise click.UsageError(f"{others[0]} goes with {_either(GOES_WITH[others[0]])}.", ctx)
    if not modes:
        raise click.UsageError("Name one drill, or say --all, --list, --random or --step.", ctx)
    for option in others:
        if modes[0] not in GOES_WITH[option]:
            fits = _either(GOES_WITH[option])
            raise click.UsageError(f"{option} does not go with {modes[0]}; it goes with {fits}.", ctx)
    if PLAYS_NOTHING in asked and len(others) > 1:
        other = next(option for option in others if option != PLAYS_NOTHING)
        raise click.UsageError(f"{other} does not go with {PLAYS_NOTHING}: that plays nothing.", ctx)
    if "--workflows" in asked and "--live" not in asked:
        raise click.UsageError("--workflows needs --live: in virtual time no workflow runs.", ctx)
    if "--dns" in asked and "--live" not in asked:
        raise click.UsageError("--dns needs --live: in virtual time no name server runs.", ctx)
    if modes[0] == "--step" and "--seed" not in asked:
        raise click.UsageError("--step needs --seed S: the run to tell in words.", ctx)
    return modes[0]


def check_writable(*files: Path | None) -> None:
    """Before anything is played: what shall be written can be. Leaves no trace.

    Raises:
        UserError: one cannot.
    """
    for file in files:
        if file is None:
            continue
        was_there = file.exists()
        try:
            file.open("ab").close()
            if not was_there:
                file.unlink()
        except OSError as error:
            raise unwritable(file, error) from error


def unwritable(file: Path, error: OSError) -> UserError:
    """The sentence for a file that cannot be written."""
    return UserError(f"{file} cannot be written: {error.strerror}.")


def _either(names: tuple[str, ...]) -> str:
    *firsts, last = (f"the {name} of a drill" if name == NAME else name for name in names)
    return f"{', '.join(firsts)} or {last}" if firsts else last
