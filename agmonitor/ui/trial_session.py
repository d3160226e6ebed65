"""Tries a group's settings while they are typed: after a pause, what changed, no half-typed password.

A trial that only connects is cut short by the next change. One that signs in comes to its end, since nobody
would know otherwise whether the password was read, and its findings are shown only if they still hold.
"""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, QTimer

from agmonitor.config.reading import STAND_INS
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.trial import Asked, Matter, Standing, TrialRow, other_member, untried
from agmonitor.monitor.ports import TriesGroups
from agmonitor.texts import t
from agmonitor.ui.group_form import Draft, GroupForm
from agmonitor.ui.trial_panel import TrialPanel

PAUSE_MS = 600
SIDES = ("first", "second")
OTHER = {"first": "second", "second": "first"}
TOUCHES = {  # which trials a field bears on
    "first.url": ("first",),
    "second.url": ("second",),
    "fqdn": ("name",),
    "dns_server": ("name",),
    "resolvers": ("name",),
    **dict.fromkeys(("user", "password", "ca_file", "timeout_s", "allow_http", "insecure"), SIDES),
}
NO_USER = TrialRow(
    Matter.SIGN_IN, Standing.UNTRIED, t("no user"), t("Give the account that may read the group.")
)
NO_PASSWORD = TrialRow(Matter.SIGN_IN, Standing.UNTRIED, t("no password"), t("Type it to have it tried."))
HALF_TYPED = TrialRow(
    Matter.SIGN_IN,
    Standing.UNTRIED,
    # Translators: the sign-in waits
    t("waits"),
    t("Tried when you leave the password's field: each one is sent once."),
)
SAME = TrialRow(
    Matter.ROLE,
    Standing.FAILED,
    t("the same node"),
    t("Both URLs reach one Gateway; give each node's own address."),
)


class TrialSession(QObject):
    """Lives as long as its dialog; ``run`` it on the loop."""

    def __init__(self, tries: TriesGroups, form: GroupForm, panel: TrialPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._tries, self._form, self._panel = tries, form, panel
        self._tasks: asyncio.TaskGroup | None = None
        self._ended = asyncio.Event()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._asking: set[str] = set()
        self._turns = {key: asyncio.Lock() for key in (*SIDES, "name")}
        self._versions = dict.fromkeys((*SIDES, "name"), 0)
        self._reports: dict[str, NodeReport] = {}
        self._half_typed = False
        self._pauses: dict[str, QTimer] = {}
        for key in (*SIDES, "name"):
            pause = self._pauses[key] = QTimer(self)
            pause.setSingleShot(True)
            pause.setInterval(PAUSE_MS)
            pause.timeout.connect(lambda key=key: self._begin(key))
        form.edited.connect(self._on_edited)
        form.password_settled.connect(self._on_password_settled)
        for side in SIDES:
            section = panel.sections[side]
            section.again.connect(self._on_again)
            section.offer_taken.connect(lambda side=side: self._take_offer(side))

    async def run(self) -> None:
        """Try what is typed until ``end``."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for key in (*SIDES, "name"):
                self._begin(key)
            await self._ended.wait()
            self._tasks = None
            for task in self._running.values():
                task.cancel()

    def end(self) -> None:
        """The dialog is closed."""
        for pause in self._pauses.values():
            pause.stop()
        for key in self._versions:
            self._versions[key] += 1  # an answer that is on its way has nobody to be shown to
        self._ended.set()

    def _on_edited(self, field: str) -> None:
        if field in TOUCHES and field.endswith(".url"):
            self._panel.sections[field.removesuffix(".url")].offer("")
        if field == "password":
            self._half_typed = True
        for key in TOUCHES.get(field, ()):
            self._stale(key)
            self._pauses[key].start()

    def _on_password_settled(self) -> None:
        if self._half_typed:
            self._half_typed = False
            for side in SIDES:
                self._stale(side)
                self._pauses[side].start(0)

    def _on_again(self) -> None:
        """A person says so: the credentials are sent once more, to both."""
        for side in SIDES:
            draft = self._form.draft(side)
            if isinstance(draft, Draft):
                self._tries.retry(draft.settings, draft.password)
            self._stale(side)
            self._begin(side)

    def _stale(self, key: str) -> None:
        """What is being found out about it holds no longer."""
        self._versions[key] += 1
        task = self._running.get(key)
        if task is not None and key not in self._asking:
            task.cancel()

    def _begin(self, key: str) -> None:
        if self._tasks is not None:
            trial = self._try_name if key == "name" else self._try_node
            self._running[key] = self._tasks.create_task(trial(key, self._versions[key]), name=f"try {key}")

    async def _try_node(self, side: str, version: int) -> None:
        section = self._panel.sections[side]
        async with self._turns[side]:  # one that signs in ends first
            draft = self._form.draft(side)
            if version != self._versions[side]:
                return
            self._reports.pop(side, None)
            section.wait()
            if isinstance(draft, str):
                section.show_rows((*untried(*Matter.of_nodes()), *untried(Matter.REACHES, why=draft)))
                return
            reached = await self._tries.reach(draft.settings, draft.node)
            section.show_certificate(reached.certificate)
            section.show_rows((*untried(*Matter.of_nodes()), *reached.rows))
            if not reached.may_ask:
                return
            gate = self._gate(draft)
            if gate is not None:
                section.show_rows((gate,))
                return
            self._asking.add(side)
            try:
                asked = await self._tries.ask(draft.settings, draft.node, draft.password)
            finally:
                self._asking.discard(side)
            if version == self._versions[side]:
                self._show_asked(side, asked)

    def _gate(self, draft: Draft) -> TrialRow | None:
        """Why nobody signs in yet."""
        if draft.settings.user is None:
            return NO_USER
        if self._half_typed:
            return HALF_TYPED
        return NO_PASSWORD if draft.password is None else None

    def _show_asked(self, side: str, asked: Asked) -> None:
        section = self._panel.sections[side]
        section.show_rows(asked.rows)
        section.let_retry(possible=asked.retry_helps)
        if asked.report is None:
            return
        self._reports[side] = asked.report
        self._compare(side, asked.report)
        self._stale("name")
        self._begin("name")

    def _compare(self, side: str, report: NodeReport) -> None:
        """Both nodes may be one; else the peer may be where nobody has looked yet."""
        other = self._reports.get(OTHER[side])
        own = report.configuration.external_ipv4_address if report.configuration is not None else None
        if other is not None and other.configuration is not None and own is not None:
            if other.configuration.external_ipv4_address == own:
                self._panel.sections[side].show_rows((SAME,))
            return
        peer = other_member(report)
        typed = self._form.typed(f"{OTHER[side]}.url").strip()
        offer = "" if peer is None or typed else t("Use {address}, the other member", address=peer.address)
        self._panel.sections[OTHER[side]].offer(offer)

    def _take_offer(self, side: str) -> None:
        report = self._reports.get(OTHER[side])
        peer = other_member(report) if report is not None else None
        self._panel.sections[side].offer("")
        if peer is None:
            return
        if not self._form.typed(f"{side}.name").strip():
            self._form.put(f"{side}.name", peer.address)
        self._form.put(f"{side}.url", peer.url)

    async def _try_name(self, key: str, version: int) -> None:
        section = self._panel.sections[key]
        settings = self._form.group_of("name in the making", STAND_INS)
        fqdn = self._form.typed("fqdn").strip() or self._told_name()
        if settings is None or not fqdn:
            section.show_rows(untried(Matter.NAME, why=t("Taken from the nodes once one answers.")))
            return
        section.wait()
        async with self._turns[key]:
            row = await self._tries.look_up(settings, fqdn, self._members())
        if version == self._versions[key]:
            section.show_rows((row,))

    def _told_name(self) -> str:
        names = (one.configuration.group_fqdn for one in self._reports.values() if one.configuration)
        return next((name for name in names if name), "")

    def _members(self) -> frozenset[str]:
        told = (one.members for one in self._reports.values() if one.members is not None)
        return frozenset(address for one in told for address in (one.primary, one.secondary) if address)
