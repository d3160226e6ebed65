"""The only place that puts concrete classes together: settings, passwords, probers, clock, history, lab.

Every heavy import stands inside the function that needs it, so that a verb loads what it uses and no more.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import getpass
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import agmonitor
from agmonitor.cli.faults import UserError
from agmonitor.cli.lab_wish import LabWish
from agmonitor.cli.once import run
from agmonitor.config.checks import LAB_NAME
from agmonitor.config.keyring_box import KeyringBox
from agmonitor.config.paths import Paths, paths
from agmonitor.config.secrets import KeyringTokens, Passwords, SecretError, read_password_file
from agmonitor.config.settings import Config, ConfigError, load, save
from agmonitor.domain.events import Event
from agmonitor.domain.model import GroupSettings, HostPort, Instant, NodeAddress
from agmonitor.domain.observations import HooksObservation, Input
from agmonitor.domain.retention import Retention
from agmonitor.domain.state import GroupState

if TYPE_CHECKING:
    from agmonitor.drill.whatif_window import WindowPredictor
    from agmonitor.history.no_history import NoHistory
    from agmonitor.history.store import Store
    from agmonitor.lab.supervisor import Lab
    from agmonitor.monitor.ports import Archive, Clock, Prober, Recorded
    from agmonitor.monitor.workspace import Workspace

    History = Store | NoHistory


class NullRecorder:
    """For verbs that look and keep nothing: an archive without a past."""

    async def record(
        self,
        group: str,
        inputs: Sequence[Input],
        events: Sequence[Event],
        before: GroupState | None = None,
        after: GroupState | None = None,
    ) -> None:
        """Satisfies the port and writes nothing."""

    async def past(self, _group: str, _since: Instant, _until: Instant | None = None) -> list[Recorded]:
        return []

    async def last_at(self, _group: str) -> Instant | None:
        return None


class OneShotTokens:
    """Sign-in tokens for one run: read from the keyring before, written to it after.

    The keyring may take its time; it must not do so while probes are under way and being timed.
    """

    def __init__(self, keyring: KeyringBox, groups: Sequence[GroupSettings]) -> None:
        self._kept = KeyringTokens(keyring)
        wanted = {_place(g.user, node.url) for g in groups if g.user is not None for node in g.nodes}
        self._before = {place: self._kept.load(*place) for place in wanted}
        self._now = dict(self._before)

    def load(self, user: str, url: str) -> str | None:
        return self._now.get(_place(user, url))

    def save(self, user: str, url: str, token: str) -> None:
        self._now[_place(user, url)] = token

    def forget(self, user: str, url: str) -> None:
        self._now[_place(user, url)] = None

    def write_back(self) -> None:
        """Put what has changed into the keyring."""
        for (user, url), token in self._now.items():
            if token is None and self._before.get((user, url)) is not None:
                self._kept.forget(user, url)
            elif token is not None and token != self._before.get((user, url)):
                self._kept.save(user, url, token)


def _place(user: str, url: str) -> tuple[str, str]:
    """A token belongs to a user at a node, however its URL is written."""
    parts = urlsplit(url)
    return user, f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def load_settings() -> Config:
    """The settings file as it is; raises the settings' own error."""
    return load(paths().settings_file)


def save_settings(config: Config) -> None:
    """Write the settings file; raises the settings' own error."""
    save(paths().settings_file, config)


def load_config() -> Config:
    """The settings file as it is.

    Raises:
        UserError: every mistake in it, a line each.
    """
    try:
        return load_settings()
    except ConfigError as error:
        raise UserError(str(error)) from error


def save_config(config: Config) -> None:
    """Write the settings file.

    Raises:
        UserError: it cannot be written, or something in it cannot stand.
    """
    try:
        save_settings(config)
    except ConfigError as error:
        raise UserError(str(error)) from error


def group_names() -> list[str]:
    """For shell completion: whatever can be had without complaint."""
    try:
        names = [group.name for group in load(paths().settings_file).groups]
    except ConfigError:
        names = []
    return [*names, LAB_NAME] if lab_runs() else names


@functools.cache
def keyring_box() -> KeyringBox:
    """One door to the keyring for the whole run: where it hangs, only the first to ask waits."""
    return KeyringBox()


def passwords(password_file: str | None) -> Passwords:
    """All sources of passwords, the given file read at once.

    Raises:
        UserError: that file cannot be read.
    """
    try:
        from_file = None if password_file is None else read_password_file(password_file)
    except SecretError as error:
        raise UserError(str(error)) from error
    return Passwords(from_file=from_file, keyring=keyring_box())


def clock() -> Clock:
    from agmonitor.monitor.clock import SystemClock

    return SystemClock()


def now() -> Instant:
    return clock().now()


def who() -> str:
    """The operating system account, for the record of an order."""
    return getpass.getuser()


class Probers:
    """The probers of a one-shot verb; groups with the same user and password share one account.

    A refused password then stops every sign-in of that user, and no account is locked by us.
    """

    def __init__(self, groups: Sequence[GroupSettings], secrets: Passwords, ours: Clock) -> None:
        from agmonitor.gateway.account import Account
        from agmonitor.monitor.prober import GroupProber

        self._tokens = OneShotTokens(keyring_box(), groups)
        accounts: dict[object, Account] = {}
        self.all: list[Prober] = []
        for group in groups:
            known = secrets.get(group.name)
            key = (group.user, group.sign_in_extras, known)
            account = accounts.setdefault(
                key,
                Account(
                    group.user, functools.partial(secrets.get, group.name), group.sign_in_extras, self._tokens
                ),
            )
            self.all.append(GroupProber(group, account, ours.now))

    async def __aenter__(self) -> list[Prober]:
        return self.all

    async def __aexit__(self, *_: object) -> None:
        for one in self.all:
            await one.close()
        self._tokens.write_back()


async def look_at(groups: Sequence[GroupSettings], secrets: Passwords) -> list[GroupState]:
    """One look at each group, side by side, in the order given."""
    from agmonitor.monitor.look import look

    ours = clock()
    async with Probers(groups, secrets, ours) as probers, asyncio.TaskGroup() as tasks:
        looks = [
            tasks.create_task(look(group, asking, ours))
            for group, asking in zip(groups, probers, strict=True)
        ]
    return [one.result() for one in looks]


async def hooks_of(group: GroupSettings, secrets: Passwords) -> list[HooksObservation]:
    """Both nodes' hook inventories, asked side by side."""
    async with Probers([group], secrets, clock()) as (asking,), asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(asking.ask_hooks(node.name)) for node in group.nodes]
    return [one.result() for one in asked]


def open_history() -> History:
    """The history. One that cannot be opened says so with each change, and watching goes on."""
    from agmonitor.history.faults import HistoryError
    from agmonitor.history.no_history import NoHistory
    from agmonitor.history.store import Store

    path, retention = paths().history_file, _retention()
    try:
        return Store.open(path, retention)
    except HistoryError as error:
        return NoHistory(error, path, functools.partial(Store.open, path, retention))


def _retention() -> Retention:
    """How long to keep what; settings with a mistake keep nobody from recording."""
    try:
        return load_settings().history
    except ConfigError:
        return Retention()


@contextlib.asynccontextmanager
async def recording() -> AsyncIterator[History]:
    """The history for as long as it is needed."""
    from agmonitor.monitor.handing import take_in

    history = open_history()
    try:
        await take_in(history)
        yield history
    finally:
        await history.close()


def watching(
    groups: Sequence[GroupSettings], secrets: Passwords, archive: Archive | None = None
) -> Workspace:
    """A workspace over these groups; without an archive nothing is kept."""
    from agmonitor.monitor.workspace import Workspace

    return Workspace(groups, passwords=secrets, recorder=archive or NullRecorder(), clock=clock())


def predictor() -> WindowPredictor:
    """What makes the window's predictions, in processes that start with the first question."""
    from agmonitor.drill.whatif_window import WindowPredictor

    return WindowPredictor()


def places() -> Paths:
    return paths()


def resource(name: str) -> Path:
    """A file that comes with the program: in the package when installed, beside it in a work tree."""
    package = Path(agmonitor.__file__).parent
    inside = package / "resources" / name
    return inside if inside.exists() else package.parent / "resources" / name


def lab_runs() -> bool:
    """Whether a lab of this user runs; anything that keeps us from knowing means no."""
    if not sys.platform.startswith("linux"):
        return False
    from agmonitor.lab import folder
    from agmonitor.lab.errors import LabError

    try:
        return bool(folder.running())
    except (LabError, OSError):
        return False


def lab_place() -> str:
    """Where labs keep their files while they run."""
    if not sys.platform.startswith("linux"):
        return "the lab needs Linux"
    from agmonitor.lab.folder import root_path

    return str(root_path())


def ask_lab(request: Mapping[str, object]) -> dict[str, Any]:
    """Ask the running lab.

    Raises:
        UserError: none runs, or it says no.
    """
    if not sys.platform.startswith("linux"):
        raise UserError("The lab needs Linux.")
    from agmonitor.lab import control
    from agmonitor.lab.errors import LabError

    try:
        answer = run(control.send(request))
    except LabError as error:
        raise UserError(str(error)) from error
    if not answer["ok"]:
        raise UserError(str(answer["sentence"]))
    return dict(answer)


def lab_group(secrets: Passwords) -> GroupSettings:
    """The running lab's group, its password put among the session's.

    Raises:
        UserError: no lab runs.
    """
    status = ask_lab({"do": "status"})["status"]
    first, second = (NodeAddress(node["name"], node["watch_url"]) for node in status["nodes"])
    server = HostPort(**status["nameserver"])
    try:
        secrets.remember(LAB_NAME, read_password_file(status["password_file"]))
    except SecretError as error:
        raise UserError(str(error)) from error
    return GroupSettings(
        name=LAB_NAME,
        nodes=(first, second),
        fqdn=status["fqdn"],
        dns_server=server,
        resolvers=(server,),
        user=status["user"],
        ca_file=status["ca_file"],
        judge_clients=True,
        failover_allowed=True,
        lab=True,
    )


def new_lab(wish: LabWish | None = None) -> Lab:
    """A lab to be started; ten times faster than documented unless told otherwise."""
    from agmonitor.lab.options import LabOptions, example_workflows
    from agmonitor.lab.supervisor import Lab

    wish = wish or LabWish()
    options = LabOptions(scheme="https" if wish.https else "http", dns="bind" if wish.bind else "embedded")
    if wish.workflows:
        inventory = example_workflows()[:1]  # without it nobody would see the hooks of the others
        options = replace(options, workflows=(*inventory, *wish.workflows))
    if wish.documented:
        options = replace(options, report_s=20, check_s=30, absence_s=60, ttl_s=30)
    return Lab(options)
