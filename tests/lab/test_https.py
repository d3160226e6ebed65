"""The lab over HTTPS: everybody verifies, certificates go bad and are mended while it runs, and it shows."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from agmonitor.cli import wiring
from agmonitor.domain.model import Answer, Role
from agmonitor.domain.state import GroupState
from agmonitor.domain.trial import other_member
from agmonitor.lab.errors import LabError
from agmonitor.lab.options import LabOptions
from agmonitor.lab.supervisor import Lab
from agmonitor.monitor.trials import GroupTrials
from agmonitor.monitor.workspace import Workspace

pytestmark = pytest.mark.lab
QUICK = LabOptions(report_s=1, check_s=1, absence_s=4, ttl_s=1, scheme="https")
PATIENCE_S = 30.0
SILENT = 4  # clients that connect and say nothing
Story = Callable[[Lab], Awaitable[None]]


def play(story: Story, options: LabOptions = QUICK) -> None:
    async def whole() -> None:
        lab = Lab(options)
        await lab.start()
        try:
            async with asyncio.timeout(90):
                await story(lab)
        finally:
            await lab.stop()

    asyncio.run(whole())


def watch(story: Callable[[Lab, Workspace], Awaitable[None]], options: LabOptions = QUICK) -> None:
    """Play with the monitor looking on, exactly as the lab's settings tell it to."""

    async def watched(lab: Lab) -> None:
        secrets = wiring.passwords(None)
        secrets.remember(lab.settings.name, lab.password)
        workspace = wiring.watching([replace(lab.settings, cadence_s=1.0)], secrets)
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(workspace.run())
            await story(lab, workspace)
            watching.cancel()

    play(watched, options)


async def seen(workspace: Workspace, what: str, holds: Callable[[GroupState], bool]) -> GroupState:
    changed = asyncio.Event()
    leave = workspace.subscribe(lambda _: changed.set())
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not holds(workspace.state("lab")):
                changed.clear()
                await changed.wait()
    except TimeoutError:
        raise AssertionError(f"never seen: {what}; last {workspace.state('lab').verdict}") from None
    finally:
        leave()
    return workspace.state("lab")


def sentence_of(state: GroupState, finding: str) -> str:
    return next((one.sentence for one in state.verdict.findings if one.name == finding), "")


def connected(lab: Lab, place: int, trust: ssl.SSLContext | None = None) -> http.client.HTTPSConnection:
    url = urlsplit(lab.settings.nodes[place].url)
    context = trust or ssl.create_default_context(cafile=lab.settings.ca_file)
    return http.client.HTTPSConnection(str(url.hostname), url.port, timeout=10, context=context)


def visit(connection: http.client.HTTPSConnection) -> int:
    connection.request("GET", "/health")
    answer = connection.getresponse()
    answer.read()
    return answer.status


async def visited(connection: http.client.HTTPSConnection) -> int:
    return await asyncio.to_thread(visit, connection)


async def visited_again_and_again(connection: http.client.HTTPSConnection) -> None:
    """Until it is closed; a node may take its time to obey."""
    async with asyncio.timeout(PATIENCE_S):
        while await visited(connection) == 200:
            pass


async def refused(lab: Lab, place: int, reason: str, trust: ssl.SSLContext | None = None) -> None:
    """A fresh connection is, by the client, for that reason; a node may take its time to obey."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with contextlib.closing(connected(lab, place, trust)) as fresh:
                try:
                    await visited(fresh)
                except ssl.SSLCertVerificationError as error:
                    assert reason in error.verify_message  # noqa: PT017 - of the first one that is refused
                    return


def test_only_who_knows_the_labs_authority_believes_its_nodes_and_nothing_of_it_is_left() -> None:
    folders: list[Path] = []

    async def story(lab: Lab) -> None:
        folders.append(lab.folder)
        assert lab.settings.ca_file == lab.status().ca_file
        assert not lab.settings.insecure
        assert all(node.url.startswith("https:") for node in lab.settings.nodes)
        assert {file.stat().st_mode & 0o777 for file in lab.folder.glob("gw-*.pem")} == {0o600}
        with contextlib.closing(connected(lab, 0)) as believing:
            assert await visited(believing) == 200
        await refused(lab, 0, "unable to get local issuer certificate", ssl.create_default_context())

    play(story)

    assert not folders[0].exists()


def test_a_certificate_expires_and_is_mended_while_kept_connections_are_closed() -> None:
    async def story(lab: Lab) -> None:
        with contextlib.closing(connected(lab, 1)) as kept:
            assert await visited(kept) == 200

            await lab.fault("expire_certificate", "gw-2")

            with pytest.raises((http.client.RemoteDisconnected, ConnectionError, ssl.SSLError)):
                await visited_again_and_again(kept)
            await refused(lab, 1, "certificate has expired")
        with contextlib.closing(connected(lab, 0)) as other:
            assert await visited(other) == 200

        await lab.heal()

        with contextlib.closing(connected(lab, 1)) as healed:
            assert await visited(healed) == 200

    play(story)


def test_a_certificate_fault_outlives_a_restart() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("swap_certificate", "gw-2")

        await lab.fault("restart", "gw-2")

        await refused(lab, 1, "unable to get local issuer certificate")

    play(story)


def test_clients_that_connect_and_say_nothing_keep_nobody_waiting() -> None:
    async def story(lab: Lab) -> None:
        inner = lab._nodes[0].inner_url  # past the doors, which would wait in the node's stead
        place = urlsplit(inner)
        silent = [await asyncio.open_connection(place.hostname, place.port) for _ in range(SILENT)]
        with contextlib.closing(connected(lab, 0)) as polite:
            assert await visited(polite) == 200  # within its 10 s; the silent may stay for 30
        for _, writer in silent:
            writer.transport.abort()

    play(story)


@pytest.mark.parametrize(
    ("fault", "words"),
    [("expire_certificate", "has expired"), ("swap_certificate", "a CA that is not trusted here")],
)
def test_the_monitor_says_what_is_wrong_with_a_certificate(fault: str, words: str) -> None:
    async def story(lab: Lab, workspace: Workspace) -> None:
        healthy = await seen(workspace, "healthy", lambda state: state.verdict.name == "healthy")
        assert not sentence_of(healthy, "certificate_expiring")

        await lab.fault(fault, "gw-2")

        state = await seen(workspace, "unreadable", lambda state: state.verdict.name == "cannot_read_node")
        assert "gw-2" in state.verdict.sentence
        last = state.node("gw-2").last
        assert last is not None
        assert last.answer is Answer.TLS
        assert words in last.detail
        assert state.node("gw-1").role is Role.PRIMARY

        await lab.heal()
        await seen(workspace, "healthy again", lambda state: state.verdict.name == "healthy")

    watch(story)


def test_clients_are_not_served_by_a_primary_whose_certificate_has_expired() -> None:
    async def story(lab: Lab, workspace: Workspace) -> None:
        await seen(workspace, "healthy", lambda state: state.verdict.name == "healthy")

        await lab.fault("expire_certificate", "gw-1")

        await seen(
            workspace,
            "the client's path refused",
            lambda state: state.clients is not None and state.clients.answer is Answer.TLS,
        )
        (outage,) = lab.status().clients.outages
        assert "certificate" in outage.cause

    watch(story)


def test_a_certificate_that_runs_out_soon_is_warned_of() -> None:
    async def story(lab: Lab, workspace: Workspace) -> None:
        state = await seen(workspace, "a warning", lambda state: state.verdict.name == "certificate_expiring")
        assert "expires in" in sentence_of(state, "certificate_expiring")

    watch(story, replace(QUICK, certificate_days=10))


def test_over_plain_http_there_is_no_certificate_to_spoil() -> None:
    async def story(lab: Lab) -> None:
        assert lab.settings.ca_file is None
        with pytest.raises(LabError, match="https"):
            await lab.fault("expire_certificate", "gw-1")

    play(story, replace(QUICK, scheme="http"))


def test_settings_are_tried_against_the_labs_own_ca_step_by_step() -> None:
    async def story(lab: Lab) -> None:
        tries = GroupTrials(wiring.now)
        group, (first, second) = lab.settings, lab.settings.nodes

        for node in (first, second):
            reached = await tries.reach(group, node)
            assert reached.may_ask, reached.rows
            assert reached.certificate is not None
            assert urlsplit(node.url).hostname in reached.certificate.names

        wrong = [await tries.ask(group, node, "open sesame") for node in (first, second, first)]
        assert [one.rows[0].word for one in wrong] == ["refused", "not sent", "refused"]

        right = [await tries.ask(group, node, lab.password) for node in (first, second)]
        assert {one.rows[2].word for one in right} == {"Primary", "Secondary"}
        reports = [one.report for one in right]
        peers = [other_member(report) for report in reports if report is not None]
        told = [report.configuration for report in reports if report is not None]
        owns = [one.external_ipv4_address for one in told if one is not None]
        assert [peer.address for peer in peers if peer is not None] == owns[::-1]

        row = await tries.look_up(group, str(group.fqdn), frozenset(str(own) for own in owns))
        assert row.word == "found", row

        stranger = await tries.reach(replace(group, ca_file=None), first)
        assert stranger.rows[1].word == "not trusted"

    play(story)
