"""From names and options to the groups a verb works on, with the passwords that belong to them."""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.cli import wiring
from agmonitor.cli.faults import UserError, say
from agmonitor.cli.options import PairOptions, settings_from, with_timeout
from agmonitor.cli.terminal import ask_password, can_ask
from agmonitor.config.checks import LAB_NAME
from agmonitor.config.secrets import Passwords
from agmonitor.domain.model import GroupSettings


@dataclass(frozen=True, slots=True)
class Targets:
    """What a verb works on."""

    groups: tuple[GroupSettings, ...]
    passwords: Passwords


def resolve(names: tuple[str, ...], pair: PairOptions, name: str | None = None) -> Targets:
    """The named groups, all configured ones, or the one described by options.

    Raises:
        UserError: no group, an unknown one, or options that do not go together.
    """
    if pair.given or name:
        if names:
            raise UserError("Either name groups, or describe a pair with --node and the like; not both.")
        group = settings_from(pair, name, ad_hoc=True)
        return _asked(Targets((group,), wiring.passwords(pair.password_file)))
    passwords = wiring.passwords(pair.password_file)
    groups = tuple(named(one, passwords) for one in dict.fromkeys(names)) or _configured()
    return _asked(Targets(tuple(with_timeout(group, pair.timeout) for group in groups), passwords))


def resolve_one(name: str, password_file: str | None) -> Targets:
    """One configured group, or the lab's.

    Raises:
        UserError: there is none of that name.
    """
    passwords = wiring.passwords(password_file)
    return _asked(Targets((named(name, passwords),), passwords))


def named(name: str, passwords: Passwords) -> GroupSettings:
    """A configured group by its name; ``lab`` is the running lab's, whose password is fetched too.

    Raises:
        UserError: there is none of that name.
    """
    if name == LAB_NAME:
        return wiring.lab_group(passwords)
    config = wiring.load_config()
    group = config.group(name)
    if group is None:
        known = ", ".join(one.name for one in config.groups) or "none yet"
        raise UserError(f"There is no group {name!r}. Known: {known}. Add one with: agmonitor groups add.")
    return group


def _configured() -> tuple[GroupSettings, ...]:
    groups = wiring.load_config().groups
    if not groups:
        lab = " A lab is running: agmonitor status lab." if wiring.lab_runs() else ""
        raise UserError(
            "There is no group to look at. Add one with: agmonitor groups add NAME --node … --node …, "
            f"or describe a pair with --node.{lab}"
        )
    return groups


def _asked(targets: Targets) -> Targets:
    """Ask for each password that is not known, where a person can be asked; else say how to give it."""
    for group in targets.groups:
        if group.user is None or targets.passwords.load(group.name) is not None:
            continue
        if can_ask():
            targets.passwords.remember(group.name, ask_password(group.user, group.name))
        else:
            say(
                f"No password of {group.user} for {group.name} is known: "
                "give --password-file, AGMONITOR_PASSWORD or store it with agmonitor groups add."
            )
    return targets


def only_group(targets: Targets) -> GroupSettings:
    """The one group of a verb that works on one.

    Raises:
        UserError: there are several.
    """
    if len(targets.groups) != 1:
        raise UserError(f"Name one group: {', '.join(group.name for group in targets.groups)}.")
    return targets.groups[0]
