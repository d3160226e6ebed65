"""What the terminal can show, and what a person can be asked on it."""

from __future__ import annotations

import os
import sys

import click

from agmonitor.report.words import Ink, no_ink, terminal_ink


def ink() -> Ink:
    """Colour only on a terminal that has any, and not where NO_COLOR is set."""
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return terminal_ink if sys.stdout.isatty() and not plain else no_ink


def can_ask() -> bool:
    """A person sits at both ends: what we ask is seen, and the answer is typed."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_password(user: str, group: str) -> str:
    """Typed without echo."""
    answer = click.prompt(f"Password of {user} for {group}", hide_input=True, err=True)
    assert isinstance(answer, str)
    return answer


def agree(question: str) -> bool:
    """Yes or no; no unless it is said."""
    return bool(click.confirm(question, default=False, err=True))


def ask_name(group: str, purpose: str) -> str:
    """The group's name, typed again by whoever means it."""
    answer = click.prompt(f"{purpose} Type the group's name ({group})", err=True)
    assert isinstance(answer, str)
    return answer.strip()
