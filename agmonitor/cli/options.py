"""The options that name groups, or describe a pair ad hoc; shared by the verbs that look at groups.

Only parses and refuses what cannot be understood. A value is never repeated in a message: somebody may have
put a password where none belongs.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from agmonitor.cli.faults import UserError
from agmonitor.config.checks import TIMEOUT_S, check_group, host_port, node_address
from agmonitor.config.paths import expanded
from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress

AD_HOC_NAME = "ad-hoc"
UNITS = {"": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}
LENGTH = re.compile(r"\s*([0-9.eE+-]+?)\s*(s|min|h|)\s*\Z")


class Amount(click.FloatRange):
    """A number of ``of``; "nan" is a number to Python, lies in every range, and is refused here."""

    of: str

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        amount: float = super().convert(value, param, ctx)
        if math.isnan(amount):
            self.fail(f"it must be a number of {self.of}.", param, ctx)
        return amount


class Days(Amount):
    """A number of days."""

    of = "days"


class Seconds(Amount):
    """A number of seconds."""

    of = "seconds"


class Length(Seconds):
    """Seconds, or a number with its unit: 20, 20s, 1.5min, 2h."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = LENGTH.match(value) if isinstance(value, str) else None
        if found is None and isinstance(value, str):
            self.fail(f"{value!r} is not a valid length; give 20, 20s, 1.5min or 2h.", param, ctx)
        try:
            seconds = float(found[1]) * UNITS[found[2]] if found else float(value)
        except ValueError:
            self.fail(f"{value!r} is not a valid length; give 20, 20s, 1.5min or 2h.", param, ctx)
        try:
            return super().convert(seconds, param, ctx)
        except click.BadParameter:
            least = f"more than {self.min:g}" if self.min_open else f"{self.min:g}"
            self.fail(f"{value} is too long or too short; give {least} to {self.max:g} s.", param, ctx)


Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class PairOptions:
    """What describes a pair on the command line, as given."""

    node: tuple[str, ...] = ()
    user: str | None = None
    password_file: str | None = None
    fqdn: str | None = None
    dns: str | None = None
    ca: str | None = None
    insecure: bool = False
    allow_http: bool = False
    timeout: float | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The options that describe a pair and were given; the password and the deadline serve any group."""
        loose = {"password_file", "timeout"}
        return tuple(f.name for f in fields(self) if f.name not in loose and getattr(self, f.name))


def complete_group(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The configured groups, and the lab's; silent about anything wrong with the settings."""
    from agmonitor.cli.wiring import group_names

    return [CompletionItem(name) for name in group_names() if name.startswith(incomplete)]


def complete_file(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The shell knows its files."""
    return [CompletionItem(incomplete, type="file")]


def pair_options(command: Command) -> Command:
    """Add the ad hoc options; the command gets them as one ``pair`` argument."""

    @functools.wraps(command)
    def wrapped(**given: Any) -> Any:
        pair = PairOptions(**{field.name: given.pop(field.name) for field in fields(PairOptions)})
        return command(pair=pair, **given)

    for option in reversed(_PAIR):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]  # the wrapper takes what click gives, typed or not


_PAIR = (
    click.option("--node", metavar="NAME=URL", multiple=True, help="One of the two nodes; give it twice."),
    click.option("--user", metavar="U", help="Account that may read the group on both nodes."),
    click.option(
        "--password-file",
        metavar="FILE",
        shell_complete=complete_file,
        help="File whose first line is the password; - reads it from stdin. Else AGMONITOR_PASSWORD.",
    ),
    click.option("--fqdn", metavar="NAME", help="The group's name in DNS; else the nodes are asked."),
    click.option("--dns", metavar="HOST:PORT", help="Authoritative server; else found by SOA."),
    click.option(
        "--ca",
        metavar="FILE",
        shell_complete=complete_file,
        help="Trust certificates signed by the CA in this file.",
    ),
    click.option("--insecure", is_flag=True, help="Do not verify certificates."),
    click.option("--allow-http", is_flag=True, help="Allow plain http to other machines."),
    click.option(
        "--timeout",
        metavar="S",
        type=Seconds(*TIMEOUT_S),
        help="Deadline of one whole probe, in seconds (5 by default).",
    ),
)


def password_option(command: Command) -> Command:
    """``--password-file`` alone, for verbs that take configured groups only."""
    return _PAIR[2](command)


def settings_from(pair: PairOptions, name: str | None, *, ad_hoc: bool) -> GroupSettings:
    """The group that the options describe, checked.

    Raises:
        UserError: something is missing, cannot be understood or cannot work; every mistake is told.
    """
    settings = GroupSettings(
        name=(name or pair.fqdn or AD_HOC_NAME) if ad_hoc else name or "",
        nodes=_nodes(pair.node),
        fqdn=pair.fqdn,
        dns_server=_dns_server(pair.dns),
        user=pair.user,
        ca_file=_ca_file(pair.ca),
        insecure=pair.insecure,
        allow_http=pair.allow_http,
    )
    return checked(with_timeout(settings, pair.timeout), ad_hoc=ad_hoc)


def changed(settings: GroupSettings, pair: PairOptions) -> GroupSettings:
    """The group with those options changed that were given, checked. A flag can only be switched on here.

    Raises:
        UserError: as ``settings_from``.
    """
    after = replace(
        settings,
        nodes=_nodes(pair.node) if pair.node else settings.nodes,
        fqdn=pair.fqdn or settings.fqdn,
        dns_server=_dns_server(pair.dns) or settings.dns_server,
        user=pair.user or settings.user,
        ca_file=_ca_file(pair.ca) or (None if pair.insecure else settings.ca_file),
        insecure=pair.insecure or (settings.insecure and not pair.ca),
        allow_http=pair.allow_http or settings.allow_http,
    )
    return checked(with_timeout(after, pair.timeout), ad_hoc=False)


def with_timeout(settings: GroupSettings, timeout_s: float | None) -> GroupSettings:
    return settings if timeout_s is None else replace(settings, timeout_s=timeout_s)


def checked(settings: GroupSettings, *, ad_hoc: bool) -> GroupSettings:
    """The same settings, if nothing is wrong with them.

    Raises:
        UserError: every mistake, a line each.
    """
    mistakes = check_group(settings, ad_hoc=ad_hoc)
    if mistakes:
        raise UserError("\n".join(mistake.sentence for mistake in mistakes))
    return settings


def _nodes(texts: tuple[str, ...]) -> tuple[NodeAddress, NodeAddress]:
    if len(texts) != 2:
        raise UserError("A group has two nodes: give --node NAME=URL twice.")
    if any("@" in text for text in texts):  # in whatever form: nothing of it may be repeated on screen
        raise UserError("A user or password must not stand in a URL; give --user and --password-file.")
    try:
        return node_address(texts[0]), node_address(texts[1])
    except ValueError as error:
        raise UserError(f"--node: {error}") from error


def _ca_file(text: str | None) -> str | None:
    """By its whole path: settings are read from other folders later."""
    return str(expanded(text).absolute()) if text is not None else None


def _dns_server(text: str | None) -> HostPort | None:
    try:
        return host_port(text) if text else None
    except ValueError as error:
        raise UserError(f"--dns: {error}") from error
