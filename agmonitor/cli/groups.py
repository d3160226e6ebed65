"""``agmonitor groups``: the list of groups to watch, kept in the settings file; passwords in the keyring."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import click

from agmonitor.cli.faults import UserError, Verb, say
from agmonitor.cli.group_lists import export_list, import_list
from agmonitor.cli.group_more import JUDGED, MoreOptions, more_options
from agmonitor.cli.options import (
    PairOptions,
    changed,
    checked,
    complete_group,
    pair_options,
    settings_from,
)
from agmonitor.domain.model import UNREADABLE, Answer, GroupSettings
from agmonitor.domain.state import GroupState

EXAMPLES = """\b
Examples:
  agmonitor groups add gw-prod --node gw-1=https://gw-1.example.net \\
      --node gw-2=https://gw-2.example.net --user monitor --fqdn gateway.example.net
  agmonitor groups edit gw-prod --timeout 3
  agmonitor groups rename gw-prod gw-prod-toronto
  agmonitor groups allow-failover gw-prod
"""
ADD_EXAMPLES = """\b
Example:
  agmonitor groups add gw-prod --node gw-1=https://gw-1.example.net \\
      --node gw-2=https://gw-2.example.net --user monitor --fqdn gateway.example.net

Failover stays forbidden until: agmonitor groups allow-failover NAME.
"""


_TAG = click.option(
    "--tag", metavar="T", multiple=True, help="A word to find it by; repeat it for more, these replace all."
)


@click.group(epilog=EXAMPLES)
def groups() -> None:
    """List, show, add, edit, rename and remove the groups to watch; hand a list of them to a colleague."""


groups.add_command(export_list)
groups.add_command(import_list)


def _example(text: str) -> str:
    return f"\b\nExample:\n  agmonitor groups {text}"


@groups.command("list", cls=Verb, epilog=_example("list"))
def list_groups() -> None:
    """Name each group with its two nodes."""
    from agmonitor.cli.wiring import load_config
    from agmonitor.report.words import table

    found = load_config().groups
    if not found:
        say("There is no group yet. Add one with: agmonitor groups add NAME --node … --node …")
        return
    rows: list[tuple[str, ...]] = [
        (
            one.name,
            *(f"{node.name}={node.url}" for node in one.nodes),
            _failover(one),
            " ".join(f"#{tag}" for tag in one.tags),
        )
        for one in found
    ]
    click.echo("\n".join(table(rows, indent="")))


@groups.command(cls=Verb, epilog=_example("show gw-prod"))
@click.argument("name", shell_complete=complete_group)
def show(name: str) -> None:
    """Show everything that is set for a group, and where its password comes from."""
    from agmonitor.cli.targets import named
    from agmonitor.cli.wiring import passwords
    from agmonitor.report.words import table

    secrets = passwords(None)
    group = named(name, secrets)
    if group.user is not None:
        secrets.load(group.name)
    rows: list[tuple[str, ...]] = list(_facts(group))
    rows.append(("proven", _proven(group)))
    rows.append(("password", secrets.sentence(group.name) if group.user else "no user, so none is needed"))
    click.echo("\n".join(table(rows, indent="")))


@groups.command(cls=Verb, epilog=ADD_EXAMPLES)
@click.argument("name")
@click.option("--no-test", is_flag=True, help="Add it without asking its nodes first.")
@_TAG
@more_options
@pair_options
def add(name: str, *, no_test: bool, tag: tuple[str, ...], more: MoreOptions, pair: PairOptions) -> None:
    """Add a group, after one look at it."""
    from agmonitor.cli.wiring import load_config, save_config

    group = more.applied(checked(replace(settings_from(pair, name, ad_hoc=False), tags=tag), ad_hoc=False))
    config = load_config()
    if any(one.name.casefold() == name.casefold() for one in config.groups):
        raise UserError(f"There is a group {name!r} already; change it with: agmonitor groups edit {name}.")
    password = _password(group, pair)
    if not no_test:
        _test(group, password)
    save_config(replace(config, groups=(*config.groups, group)))
    click.echo(f"{name} is watched from now on. {_failover(group)}.")
    if password is not None:
        click.echo(_keep(group, password))


@groups.command(cls=Verb, epilog=_example("edit gw-prod --timeout 3 --ca ca.pem"))
@click.argument("name", shell_complete=complete_group)
@_TAG
@click.option("--no-tags", is_flag=True, help="Take all tags away.")
@more_options
@pair_options
def edit(name: str, *, tag: tuple[str, ...], no_tags: bool, more: MoreOptions, pair: PairOptions) -> None:
    """Change what is given; everything else stays."""
    from agmonitor.cli.wiring import load_config, save_config

    config = load_config()
    before = _configured(config.groups, name)
    after = more.applied(changed(before, pair))
    if tag or no_tags:
        after = checked(replace(after, tags=tag), ad_hoc=False)
    if after == before and pair.password_file is None:
        raise UserError("Nothing to change was given; see: agmonitor groups edit --help.")
    if after.nodes != before.nodes and before.failover_allowed:
        after = replace(after, failover_allowed=False)  # it was allowed for other servers
        say(f"The nodes are others now. Allow failover again with: agmonitor groups allow-failover {name}.")
    with _unordered(before):
        save_config(replace(config, groups=tuple(after if one is before else one for one in config.groups)))
    click.echo(f"{name} is changed.")
    if pair.password_file is not None and (password := _password(after, pair)) is not None:
        click.echo(_keep(after, password))


@groups.command(cls=Verb, epilog=_example("rename gw-prod gw-prod-toronto"))
@click.argument("name", shell_complete=complete_group)
@click.argument("after", metavar="NEW_NAME")
def rename(name: str, after: str) -> None:
    """Give a group another name; its history and its password go with it."""
    from agmonitor.cli.group_book import rename_group
    from agmonitor.cli.once import run
    from agmonitor.cli.wiring import load_config, passwords, recording
    from agmonitor.config.settings import ConfigError

    groups_now = load_config().groups
    before = _configured(groups_now, name)
    if any(one.name.casefold() == after.casefold() for one in groups_now if one is not before):
        raise UserError(f"There is a group {after!r} already.")
    settings = checked(replace(before, name=after), ad_hoc=False)

    async def renamed() -> None:
        async with recording() as history:
            await rename_group(history, passwords(None), name, settings)

    try:
        with _unordered(before):
            run(renamed())
    except (ConfigError, OSError, ValueError) as error:
        raise UserError(str(error)) from error
    click.echo(f"{name} is called {after} from now on; its history goes with it.")


@groups.command(cls=Verb, epilog=_example("remove gw-prod --with-history --yes   for scripts"))
@click.argument("name", shell_complete=complete_group)
@click.option("--with-history", is_flag=True, help="Erase all that was recorded of it too; for ever.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def remove(name: str, *, with_history: bool, yes: bool) -> None:
    """Watch a group no longer; its password leaves the keyring, its history stays unless told otherwise."""
    from agmonitor.cli.wiring import load_config, passwords, save_config

    config = load_config()
    gone = _configured(config.groups, name)
    _agree_to_remove(name, with_history=with_history, yes=yes)
    with _unordered(gone):
        if with_history:
            _erase_history(name)
        save_config(replace(config, groups=tuple(one for one in config.groups if one is not gone)))
    if gone.user is not None:
        passwords(None).forget(gone.name)
    click.echo(f"{name} is no longer watched. Its history is {'erased' if with_history else 'kept'}.")


@groups.command(
    "allow-failover", cls=Verb, epilog=_example("allow-failover gw-prod --confirm gw-prod   for scripts")
)
@click.argument("name", shell_complete=complete_group)
@click.option("--confirm", metavar="NAME", help="The group's name again, instead of typing it when asked.")
def allow_failover(name: str, *, confirm: str | None) -> None:
    """Let failovers of this group be ordered from here."""
    from agmonitor.cli.terminal import ask_name, can_ask
    from agmonitor.cli.wiring import load_config, save_config

    _configured(load_config().groups, name)
    if confirm is None and not can_ask():
        raise UserError(f"Nobody can be asked here: give --confirm {name}.")
    typed = ask_name(name, "From now on its service can be moved from here.") if confirm is None else confirm
    if typed != name:
        raise UserError("The name does not match. Nothing was changed.")
    config = load_config()  # typing takes its time: what another program has written meanwhile stays
    before = _configured(config.groups, name)
    after = replace(before, failover_allowed=True)
    save_config(replace(config, groups=tuple(after if one is before else one for one in config.groups)))
    click.echo(f"{name}: {_failover(after)}.")


@groups.command("forbid-failover", cls=Verb, epilog=_example("forbid-failover gw-prod"))
@click.argument("name", shell_complete=complete_group)
def forbid_failover(name: str) -> None:
    """Let no failover of this group be ordered from here any more; what takes nothing needs no asking."""
    from agmonitor.cli.wiring import load_config, save_config

    config = load_config()
    before = _configured(config.groups, name)
    after = replace(before, failover_allowed=False)
    save_config(replace(config, groups=tuple(after if one is before else one for one in config.groups)))
    click.echo(f"{name}: {_failover(after)}.")


@contextlib.contextmanager
def _unordered(group: GroupSettings) -> Iterator[None]:
    """While it lasts nobody orders a failover of it; what a window has armed, it alone can disarm."""
    from agmonitor.cli.wiring import places
    from agmonitor.monitor.one_order import only_order

    with only_order(group, places().data) as only:
        if not only:
            raise UserError(
                f"A failover of {group.name} is under way or armed in another copy of the program. "
                "Nothing was changed; try again when it has ended."
            )
        yield


def _agree_to_remove(name: str, *, with_history: bool, yes: bool) -> None:
    """Ask whoever sits there; a script that erases must say so twice."""
    from agmonitor.cli.terminal import agree, can_ask

    what = f"Stop watching {name}" + (" and erase its history for ever?" if with_history else "?")
    if not yes and can_ask():
        if not agree(what):
            raise UserError("Nothing was changed.")
    elif not yes and with_history:
        raise UserError("Nobody can be asked here: give --yes to erase the history.")


def _erase_history(name: str) -> None:
    from agmonitor.cli.group_book import erase_history
    from agmonitor.cli.once import run
    from agmonitor.cli.wiring import recording

    async def erased() -> None:
        async with recording() as history:
            await erase_history(history, name)

    try:
        run(erased())
    except OSError as error:
        raise UserError(str(error)) from error


def _configured(found: tuple[GroupSettings, ...], name: str) -> GroupSettings:
    for group in found:
        if group.name == name:
            return group
    known = ", ".join(group.name for group in found) or "none yet"
    raise UserError(f"There is no group {name!r}. Known: {known}.")


def _failover(group: GroupSettings) -> str:
    return "failover is allowed" if group.failover_allowed else "failover is forbidden"


def _proven(group: GroupSettings) -> str:
    """When a failover of it last came true, by the audit and the history."""
    from agmonitor.cli.failover_wiring import proven_at
    from agmonitor.cli.once import run
    from agmonitor.cli.wiring import now
    from agmonitor.report.failover import proven_words

    return proven_words(run(proven_at(group)), now())


def _facts(group: GroupSettings) -> Iterator[tuple[str, str]]:
    yield "name", group.name
    for node in group.nodes:
        yield "node", f"{node.name} at {node.url}"
    yield "name in DNS", group.fqdn or "as the nodes say"
    yield "DNS server", str(group.dns_server) if group.dns_server else "found by SOA"
    yield "resolvers", " ".join(map(str, group.resolvers)) or "the system's own"
    yield "user", group.user or "none"
    trust = f"the CA in {group.ca_file}" if group.ca_file else "the system's CAs"
    yield "trust", "NOT VERIFIED" if group.insecure else trust
    yield "plain http", "allowed" if group.allow_http else "refused, except on this machine"
    yield "deadline", f"{group.timeout_s:g} s a probe"
    yield "pace", f"a round every {group.cadence_s:g} s"
    yield "clients", f"judged {next(word for word, on in JUDGED.items() if on is group.judge_clients)}"
    yield "sign-in", " ".join(f"{key}={value}" for key, value in group.sign_in_extras) or "no extras"
    yield "proxies", "the environment's" if group.use_proxies else "none"
    yield "tags", " ".join(group.tags) or "none"
    yield "failover", _failover(group)


def _password(group: GroupSettings, pair: PairOptions) -> str | None:
    """From the given file, else typed; None where there is no user, or the environment or nobody has it."""
    from agmonitor.cli.terminal import ask_password, can_ask
    from agmonitor.cli.wiring import passwords
    from agmonitor.config.secrets import Where

    if group.user is None:
        return None
    secrets = passwords(pair.password_file)
    if secrets.where(group.name) in {Where.FILE, Where.ENVIRONMENT}:
        return secrets.get(group.name)
    return ask_password(group.user, group.name) if can_ask() else None


def _keep(group: GroupSettings, password: str) -> str:
    """Into the keyring, unless the environment gives it anyway; the sentence says where it is."""
    from agmonitor.cli.wiring import passwords

    secrets = passwords(None)
    if secrets.get(group.name) == password:
        return secrets.sentence(group.name)
    sentence = secrets.keep(group.name, password)
    return sentence.replace("for this session only", "nowhere: give it again with each call")


def _test(group: GroupSettings, password: str | None) -> None:
    """One look; a node that cannot be read, or a group with nobody in it, is a reason not to add it."""
    from agmonitor.cli.once import run
    from agmonitor.cli.wiring import look_at, passwords
    from agmonitor.report.text import status as status_text

    secrets = passwords(None)
    if password is not None:
        secrets.remember(group.name, password)
    (state,) = run(look_at([group], secrets))
    say(status_text(state))
    reason = _unfit(state)
    if reason:
        raise UserError(f"Not added: {reason} Add it all the same with --no-test.")
    for node in state.nodes:
        if node.last is None or node.last.answer is not Answer.OK:
            say(f"{node.name} did not answer: added without having been checked.")


def _unfit(state: GroupState) -> str:
    answers = {node.name: node.last.answer for node in state.nodes if node.last is not None}
    unreadable = [f"{name} ({answer.value})" for name, answer in answers.items() if answer in UNREADABLE]
    if unreadable:
        return f"{' and '.join(unreadable)} cannot be read."
    if state.verdict.name == "group_misconfigured":
        return state.verdict.sentence
    others = [f"{name} is in the group {fqdn}" for name, fqdn in _other_names(state)]
    if others:
        return f"{' and '.join(others)}, not {state.settings.fqdn}."
    return "" if Answer.OK in answers.values() else "Neither node answers."


def _other_names(state: GroupState) -> Iterator[tuple[str, str]]:
    """The nodes that tell another name of their group than the one given, each with it."""
    given = state.settings.fqdn
    for node in state.nodes:
        report = node.heard.report if node.heard is not None else None
        told = report.configuration.group_fqdn if report is not None and report.configuration else None
        if given and told and told.rstrip(".").lower() != given.rstrip(".").lower():
            yield node.name, told
