"""A group's settings are tried while they are typed: after a pause, what changed, no half-typed password."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from agmonitor.domain.model import Configuration, GroupSettings, Members, NodeAddress, Role
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.trial import Asked, Certificate, Matter, Reached, Standing, TrialRow
from agmonitor.monitor.trials import GroupTrials
from agmonitor.ui.group_dialog import GroupDialog
from agmonitor.ui.trial_panel import Section
from tests.gateway.servers import LOGIN, PASSWORD, Gateway, Server, ca, now, tls
from tests.ui.conftest import Run

SHOWN = Certificate("AB:" * 31 + "CD", "CN=gw", "CN=ca", 1_900_000_000.0, ("gw-1.example.net",))
FINE = (
    TrialRow(Matter.REACHES, Standing.FINE, "yes"),
    TrialRow(Matter.CERTIFICATE, Standing.FINE, "trusted"),
)


def report(own: str) -> NodeReport:
    told = Configuration(external_ipv4_address=own, external_port=443, group_fqdn="gateway.example.net")
    return NodeReport(Role.PRIMARY, members=Members("192.0.2.11", "192.0.2.12"), configuration=told)


class FakeTries:
    """Says what a test wants, and remembers what it was asked."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.sent: list[tuple[str, str | None]] = []
        self.looked_up: list[tuple[str, frozenset[str]]] = []
        self.retried = 0
        self.cancelled = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.hold_asking = asyncio.Event()
        self.hold_asking.set()
        self.own = {"https://gw-1": "192.0.2.11"}

    async def reach(self, settings: GroupSettings, node: NodeAddress) -> Reached:
        self.reached.append(node.url)
        try:
            await self.hold.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return Reached(FINE, SHOWN)

    async def ask(self, settings: GroupSettings, node: NodeAddress, password: str | None) -> Asked:
        self.sent.append((node.url, password))
        await self.hold_asking.wait()
        role = TrialRow(Matter.ROLE, Standing.FINE, "Primary", f"by {password}")
        return Asked((role,), report(self.own.get(node.url, "192.0.2.12")), retry_helps=True)

    async def look_up(self, settings: GroupSettings, fqdn: str, members: Collection[str]) -> TrialRow:
        self.looked_up.append((fqdn, frozenset(members)))
        return TrialRow(Matter.NAME, Standing.FINE, "found")

    def retry(self, settings: GroupSettings, password: str | None) -> None:
        self.retried += 1


class Scene:
    def __init__(self, dialog: GroupDialog) -> None:
        self.dialog = dialog
        self.form = dialog.form

    def section(self, key: str) -> Section:
        assert self.dialog.panel is not None
        return self.dialog.panel.sections[key]

    def type(self, **texts: str) -> None:
        for key, text in texts.items():
            self.form.put(key.replace("__", "."), text)

    def leave_password(self) -> None:
        self.form.password_settled.emit()

    async def until(self, true: Callable[[], object]) -> None:
        while not true():
            turn = asyncio.Event()
            QTimer.singleShot(5, turn.set)
            await turn.wait()


@asynccontextmanager
async def opened(tries: FakeTries | GroupTrials) -> AsyncIterator[Scene]:
    dialog = GroupDialog(tries=tries)
    dialog.show()
    assert dialog.session is not None
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(dialog.session.run())
        await asyncio.sleep(0)
        yield Scene(dialog)
        dialog.close()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[None]:
    monkeypatch.setattr("agmonitor.ui.trial_session.PAUSE_MS", 20)
    qapp.setQuitOnLastWindowClosed(False)  # the dialog stands alone here
    yield
    qapp.setQuitOnLastWindowClosed(True)


def test_typing_is_waited_for_and_each_node_tried_by_itself(run: Run) -> None:
    async def main() -> tuple[list[str], tuple[str, ...], str]:
        tries = FakeTries()
        async with opened(tries) as scene:
            for typed in ("https://g", "https://gw", "https://gw-1"):
                scene.type(first__url=typed)
            await scene.until(lambda: "trusted" in scene.section("first").told[1])
            return tries.reached, scene.section("second").told, scene.section("first").certificate

    reached, second, certificate = run(main())

    assert reached == ["https://gw-1"]
    assert second[0] == "reaches: not tried. Type its URL."
    assert "SHA-256 AB:AB" in certificate


def test_a_change_cuts_short_what_only_connects(run: Run) -> None:
    async def main() -> tuple[list[str], int]:
        tries = FakeTries()
        tries.hold.clear()
        async with opened(tries) as scene:
            scene.type(first__url="https://gw-1")
            await scene.until(lambda: len(tries.reached) == 1)
            scene.type(first__url="https://gw-2")
            await scene.until(lambda: len(tries.reached) == 2)
            return tries.reached, tries.cancelled

    assert run(main()) == (["https://gw-1", "https://gw-2"], 1)


def test_a_half_typed_password_is_sent_to_nobody(run: Run) -> None:
    async def main() -> tuple[str, list[tuple[str, str | None]]]:
        tries = FakeTries()
        async with opened(tries) as scene:
            scene.type(first__url="https://gw-1", user="monitor", password="sec")
            await scene.until(lambda: "waits" in scene.section("first").told[2])
            waiting = scene.section("first").told[2]
            assert tries.sent == []
            scene.type(password="secret")
            scene.leave_password()
            await scene.until(lambda: tries.sent)
            return waiting, tries.sent

    waiting, sent = run(main())

    assert "when you leave the password's field" in waiting
    assert sent == [("https://gw-1", "secret")]


def test_a_sign_in_comes_to_its_end_and_is_shown_only_if_it_still_holds(run: Run) -> None:
    async def main() -> tuple[list[tuple[str, str | None]], str]:
        tries = FakeTries()
        tries.hold_asking.clear()
        async with opened(tries) as scene:
            scene.type(first__url="https://gw-1", user="monitor", password="one")
            scene.leave_password()
            await scene.until(lambda: tries.sent)
            scene.type(password="two")
            scene.leave_password()
            first = list(tries.sent)
            tries.hold_asking.set()
            await scene.until(lambda: "by two" in scene.section("first").told[4])
            assert first == [("https://gw-1", "one")]
            return tries.sent, scene.section("first").told[4]

    assert run(main())[0] == [("https://gw-1", "one"), ("https://gw-1", "two")]


def test_the_other_member_is_offered_and_taken(run: Run) -> None:
    async def main() -> tuple[str, str, str, list[tuple[str, frozenset[str]]], str]:
        tries = FakeTries()
        async with opened(tries) as scene:
            scene.type(first__url="https://gw-1", user="monitor", password="secret")
            scene.leave_password()
            await scene.until(lambda: scene.section("second").offered)
            offered = scene.section("second").offered
            await scene.until(lambda: tries.looked_up)
            scene.section("second").take_offer()
            await scene.until(lambda: len(tries.sent) == 2)
            url, name = scene.dialog.typed("second.url"), scene.dialog.typed("second.name")
            return offered, url, name, tries.looked_up[:1], scene.section("second").offered

    offered, url, name, looked_up, after = run(main())

    assert offered == "Use 192.0.2.12, the other member"
    assert (url, name, after) == ("https://192.0.2.12", "192.0.2.12", "")
    assert looked_up == [("gateway.example.net", frozenset({"192.0.2.11", "192.0.2.12"}))]


def test_two_urls_of_one_node_are_told(run: Run) -> None:
    async def main() -> tuple[str, ...]:
        tries = FakeTries()
        tries.own = {"https://gw-1": "192.0.2.11", "https://gw": "192.0.2.11"}
        async with opened(tries) as scene:
            scene.type(first__url="https://gw-1", second__url="https://gw", user="monitor", password="secret")
            scene.leave_password()
            both = ("first", "second")
            await scene.until(lambda: any("the same node" in scene.section(side).told[4] for side in both))
            return ()

    run(main())


def test_trying_again_is_a_persons_word(run: Run) -> None:
    async def main() -> tuple[int, int]:
        tries = FakeTries()
        async with opened(tries) as scene:
            scene.type(first__url="https://gw-1", user="monitor", password="secret")
            scene.leave_password()
            await scene.until(lambda: len(tries.sent) == 1)
            scene.section("first").again.emit()
            await scene.until(lambda: len(tries.sent) == 2)
            return tries.retried, len(tries.sent)

    assert run(main()) == (1, 2)


def test_what_cannot_be_tried_yet_says_why(run: Run) -> None:
    async def main() -> str:
        async with opened(FakeTries()) as scene:
            scene.type(first__url="http://192.0.2.1")
            await scene.until(lambda: "plain http" in scene.section("first").told[0])
            return scene.section("first").told[0]

    assert "not tried" in run(main())


def test_a_real_pair_over_https_is_tried_to_its_end(
    run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ca_file = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca().cert_pem.write_to_path(str(ca_file))

    async def main() -> tuple[tuple[str, ...], int, tuple[str, ...]]:
        async with (
            Server(Gateway(), tls("127.0.0.1")) as one,
            Server(Gateway(), tls("gw-2.example.net")) as two,
            opened(GroupTrials(now)) as scene,
        ):
            scene.type(first__url=one.url, second__url=two.url, ca_file=str(ca_file))
            scene.type(dns_server="127.0.0.1:9", user="monitor", password=PASSWORD)
            scene.leave_password()
            await scene.until(lambda: scene.section("first").told[4].startswith("role: Primary"))
            await scene.until(lambda: "gw-2.example.net" in scene.section("second").told[1])
            return scene.section("first").told, one.count("POST", LOGIN), scene.section("second").told

    first, sign_ins, second = run(main())

    assert first[1:4] == ("certificate: trusted", "sign-in: yes. Signed in as monitor.", "permission: yes")
    assert sign_ins == 1
    assert second[2] == "sign-in: not tried"
