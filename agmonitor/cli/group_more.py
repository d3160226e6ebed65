"""Options of a group beside what describes its pair: resolvers, pace, sign-in extras, clients, proxies.

Only for groups that are kept. What is not given stays as it is; a value is never repeated in a message.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import click

from agmonitor.cli.faults import UserError
from agmonitor.cli.options import Seconds, checked
from agmonitor.config.checks import CADENCE_S, SIGN_IN_EXTRAS, host_port
from agmonitor.domain.model import GroupSettings, HostPort

Command = TypeVar("Command", bound=Callable[..., Any])
JUDGED = {"always": True, "never": False, "once-seen": None}


@dataclass(frozen=True, slots=True)
class MoreOptions:
    """As given on the command line; None and empty: not given."""

    resolver: tuple[str, ...] = ()
    no_resolvers: bool = False
    cadence: float | None = None
    judge_clients: str | None = None
    sign_in: tuple[str, ...] = ()
    use_proxies: bool | None = None

    def applied(self, group: GroupSettings) -> GroupSettings:
        """The group with what was given, checked.

        Raises:
            UserError: something cannot be understood or cannot work.
        """
        after = group
        if self.resolver or self.no_resolvers:
            after = replace(after, resolvers=_resolvers(self.resolver))
        if self.cadence is not None:
            after = replace(after, cadence_s=self.cadence)
        if self.judge_clients is not None:
            after = replace(after, judge_clients=JUDGED[self.judge_clients])
        if self.sign_in:
            after = replace(after, sign_in_extras=_extras(group.sign_in_extras, self.sign_in))
        if self.use_proxies is not None:
            after = replace(after, use_proxies=self.use_proxies)
        return group if after == group else checked(after, ad_hoc=False)


_MORE = (
    click.option(
        "--resolver",
        metavar="HOST[:PORT]",
        multiple=True,
        help="A resolver to ask beside the system's; repeat it for more, these replace all.",
    ),
    click.option("--no-resolvers", is_flag=True, help="Ask the system's resolvers alone."),
    click.option(
        "--cadence",
        metavar="S",
        type=Seconds(*CADENCE_S),
        help="Seconds from one round of probes to the next (2 by default).",
    ),
    click.option(
        "--judge-clients",
        type=click.Choice(tuple(JUDGED)),
        help="Whether the client's path bears on the verdict; once-seen: from when it has worked.",
    ),
    click.option(
        "--sign-in",
        metavar="KEY=VALUE",
        multiple=True,
        help=f"Sent with the sign-in: {', '.join(SIGN_IN_EXTRAS)}. KEY= takes one away.",
    ),
    click.option(
        "--use-proxies/--no-proxies", default=None, help="Heed the environment's proxies; not by default."
    ),
)


def more_options(command: Command) -> Command:
    """Add these options; the command gets them as one ``more`` argument."""

    @functools.wraps(command)
    def wrapped(**given: Any) -> Any:
        more = MoreOptions(**{field.name: given.pop(field.name) for field in fields(MoreOptions)})
        return command(more=more, **given)

    for option in reversed(_MORE):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]  # the wrapper takes what click gives, typed or not


def _resolvers(texts: tuple[str, ...]) -> tuple[HostPort, ...]:
    try:
        return tuple(dict.fromkeys(host_port(text) for text in texts))
    except ValueError as error:
        raise UserError(str(error)) from error


def _extras(before: tuple[tuple[str, str], ...], texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    told = dict(before)
    for text in texts:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not equals or key not in SIGN_IN_EXTRAS:
            raise UserError(f"--sign-in is given as KEY=VALUE; allowed are {', '.join(SIGN_IN_EXTRAS)}.")
        told[key] = value
    return tuple((key, value) for key, value in told.items() if value)
