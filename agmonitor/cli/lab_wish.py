"""What a user may wish of a lab, and the options for it that the verbs share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class LabWish:
    """The timers as documented, HTTPS, a real BIND 9, one's own workflows; nothing of it without a word."""

    documented: bool = False
    https: bool = False
    bind: bool = False
    workflows: tuple[Path, ...] = ()  # none: the examples


EMBEDDED, BIND = "embedded", "bind"
_HTTPS = click.option("--https", is_flag=True, help="Nodes speak HTTPS, with a CA made for this lab.")
_DNS = click.option(
    "--dns",
    type=click.Choice([EMBEDDED, BIND]),
    default=EMBEDDED,
    show_default=True,
    help="The lab's name server: its own, or a real BIND 9.",
)


_WORKFLOWS = click.option(
    "--workflows",
    metavar="DIR",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Custom workflows to load into both nodes; may be given again.",
)


def lab_options(command: Command) -> Command:
    """``--https``, ``--dns`` and ``--workflows``."""
    return _HTTPS(_DNS(_WORKFLOWS(command)))
