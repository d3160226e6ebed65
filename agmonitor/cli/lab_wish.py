"""What a user may wish of a lab, and the options for it that the verbs share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class LabWish:
    """The timers as documented, HTTPS, a real BIND 9; nothing of it without a word."""

    documented: bool = False
    https: bool = False
    bind: bool = False


EMBEDDED, BIND = "embedded", "bind"
_HTTPS = click.option("--https", is_flag=True, help="Nodes speak HTTPS, with a CA made for this lab.")
_DNS = click.option(
    "--dns",
    type=click.Choice([EMBEDDED, BIND]),
    default=EMBEDDED,
    show_default=True,
    help="The lab's name server: its own, or a real BIND 9.",
)


def lab_options(command: Command) -> Command:
    """``--https`` and ``--dns``."""
    return _HTTPS(_DNS(command))
