"""The lab as a whole, on stub nodes: it comes up, breaks on demand, heals, and leaves nothing."""

from __future__ import annotations

import asyncio
import errno
import math
import os
import select
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agmonitor.lab.api_caller import ApiCaller
from agmonitor.lab.errors import LabError
from agmonitor.lab.options import LabOptions
from agmonitor.lab.status import LabStatus, NodeCondition
from agmonitor.lab.supervisor import Lab
from tests.lab.support import STUB_NODE, listening_on

pytestmark = pytest.mark.lab
Story = Callable[[Lab], Awaitable[None]]


@asynccontextmanager
async def started(options: LabOptions) -> AsyncIterator[Lab]:
    lab = Lab(options)
    await lab.start()
    try:
        yield lab
    finally:
        await lab.stop()


def play(story: Story, options: LabOptions | None = None) -> None:
    async def whole() -> None:
        async with asyncio.timeout(60), started(options or LabOptions(node_command=STUB_NODE)) as lab:
            await story(lab)

    asyncio.run(whole())


async def until(lab: Lab, holds: Callable[[LabStatus], bool], within_s: float = 15.0) -> None:
    """Wait for a status in which it holds."""
    came = asyncio.Event()
    leave = lab.on_change(lambda status: came.set() if holds(status) else None)
    try:
        if not holds(lab.status()):
            async with asyncio.timeout(within_s):
                await came.wait()
    finally:
        leave()


def of_process(pid: int | None, what: str) -> bytes:
    return Path(f"/proc/{pid}/{what}").read_bytes()


def states(status: LabStatus) -> list[str]:
    return [node.state.value for node in status.nodes]


def test_it_comes_up_with_both_nodes_and_settings_to_watch_it_by() -> None:
    async def story(lab: Lab) -> None:
        status = lab.status()

        assert status.up
        assert states(status) == ["running", "running"]
        assert lab.settings.lab
        assert lab.settings.failover_allowed
        assert lab.settings.judge_clients
        assert [node.name for node in lab.settings.nodes] == ["gw-1", "gw-2"]
        assert lab.settings.dns_server == lab.nameserver
        assert status.clients.address == status.nodes[0].address

    play(story)


def test_password_and_folder_are_for_the_user_alone_and_gone_afterwards() -> None:
    folders: list[Path] = []

    async def story(lab: Lab) -> None:
        folders.append(lab.folder)
        assert lab.password_file.stat().st_mode & 0o777 == 0o600
        assert lab.folder.stat().st_mode & 0o777 == 0o700
        assert lab.password_file.read_text() == lab.password + "\n"
        logs = list(lab.folder.rglob("*.log"))
        assert logs
        assert {log.stat().st_mode & 0o777 for log in logs} == {0o600}

    play(story)

    assert not folders[0].exists()


def test_the_password_is_on_no_command_line_and_in_no_environment() -> None:
    async def story(lab: Lab) -> None:
        for node in lab.status().nodes:
            for what in ("cmdline", "environ"):
                assert lab.password.encode() not in of_process(node.pid, what)

    play(story)


def test_children_do_not_get_the_environments_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGMONITOR_PASSWORD", "geheim")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "geheim")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:geheim@proxy.test")
    monkeypatch.setenv("PLAIN", "open")

    async def story(lab: Lab) -> None:
        for node in lab.status().nodes:
            environment = of_process(node.pid, "environ")
            assert b"geheim" not in environment
            assert b"PLAIN=open" in environment

    play(story)


def test_a_killed_node_refuses_clients_count_it_and_a_restart_brings_it_back() -> None:
    async def story(lab: Lab) -> None:
        sentence = await lab.fault("kill", "primary")

        assert sentence.startswith("gw-1 is killed")
        assert states(lab.status()) == ["killed", "running"]
        with pytest.raises(LabError, match="did not answer"):
            await ApiCaller(lab.settings.nodes[0].url, lab.user, lab.password).role()
        await until(lab, lambda status: status.clients.clients_without_service_s > 0)

        await lab.fault("restart", "gw-1")

        assert states(lab.status()) == ["running", "running"]
        assert lab.status().active_faults == ()
        await until(
            lab, lambda status: len(status.clients.outages) == 1 and bool(status.clients.outages[0].ended_at)
        )
        lab.reset_clients()
        assert lab.status().clients.outages == ()

    play(story)


def test_a_frozen_node_holds_still_and_thaws() -> None:
    async def story(lab: Lab) -> None:
        pid = lab.status().nodes[1].pid
        await lab.fault("freeze", "gw-2")
        threads = Path(f"/proc/{pid}/task").iterdir()  # noqa: ASYNC240 - the kernel's, not a disk's
        assert {(thread / "stat").read_text().split()[2] for thread in threads} == {"T"}
        assert states(lab.status()) == ["running", "frozen"]

        await lab.heal()

        assert of_process(pid, "stat").split()[2] != b"T"
        assert lab.status().nodes[1].pid == pid
        assert states(lab.status()) == ["running", "running"]

    play(story)


@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_a_fault_with_a_length_heals_itself(fault: str) -> None:
    async def story(lab: Lab) -> None:
        sentence = await lab.fault(fault, "gw-2", 0.2)

        assert sentence.endswith("It heals in 0.2 s.")
        await until(lab, lambda status: states(status) == ["running", "running"])
        (record,) = lab.status().faults
        assert record.ended_at is not None
        assert record.ends_at is not None
        assert 0.19 < record.ended_at - record.began_at < 5

    play(story)


def test_links_cut_by_two_faults_stay_cut_until_both_have_ended() -> None:
    async def story(lab: Lab) -> None:
        told: list[tuple[str, bool]] = []
        assert lab._injection is not None
        faults = lab._injection._disturbances
        faults._set_link = lambda name, condition: told.append((name, condition.blackhole))
        await lab.fault("cut_dns")
        await lab.fault("cut_dns", "gw-1", 0.1)
        await lab.fault("cut_heartbeat", "gw-2")
        assert told == [("dns:gw-1", True), ("dns:gw-2", True), ("heartbeat:gw-2", True)]

        await until(lab, lambda status: len(status.active_faults) == 2)
        assert len(told) == 3

        await lab.heal()
        assert told[3:] == [("dns:gw-1", False), ("dns:gw-2", False), ("heartbeat:gw-2", False)]

    play(story)


def test_everything_broken_is_healed_by_one_word() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("kill", "gw-1")
        await lab.fault("freeze", "gw-2")
        await lab.fault("cut_dns")
        await lab.fault("cut_heartbeat", for_s=100)

        await lab.heal()

        assert states(lab.status()) == ["running", "running"]
        assert lab.status().active_faults == ()
        assert len(lab.status().faults) == 4

    play(story)


@pytest.mark.parametrize(
    ("name", "node", "for_s", "sentence"),
    [
        (
            "explode",
            "gw-1",
            None,
            "There is no fault 'explode'. agmonitor lab fault --list names all.",
        ),
        ("kill", None, None, "Kill needs a node: gw-1 or gw-2."),
        ("kill", "gw-3", None, "There is no node 'gw-3'; there are gw-1, gw-2."),
        ("kill", "gw-1", 0, "A fault lasts longer than nothing and at most a day."),
        ("kill", "gw-1", math.inf, "A fault lasts longer than nothing and at most a day."),
        ("kill", "gw-1", math.nan, "A fault lasts longer than nothing and at most a day."),
        ("restart", "gw-1", 3, "Restart takes no length."),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    name: str, node: str | None, for_s: float | None, sentence: str
) -> None:
    async def story(lab: Lab) -> None:
        with pytest.raises(LabError) as refused:
            await lab.fault(name, node, for_s)
        assert str(refused.value) == sentence
        assert lab.status().faults == ()

    play(story)


def test_a_dead_node_cannot_be_frozen() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("kill", "gw-1")

        with pytest.raises(LabError, match="gw-1 is not running; restart it first"):
            await lab.fault("freeze", "gw-1")

    play(story)


def test_a_node_that_ends_by_itself_is_told_apart_from_a_killed_one_and_can_be_restarted() -> None:
    async def story(lab: Lab) -> None:
        pid = lab.status().nodes[0].pid
        assert pid is not None
        os.kill(pid, 9)
        await until(lab, lambda status: status.nodes[0].state is NodeCondition.ENDED)

        await lab.fault("restart", "gw-1")

        assert states(lab.status()) == ["running", "running"]

    play(story)


def test_what_a_node_has_started_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_STARTS", "sleep 600")

    async def story(lab: Lab) -> None:
        pid = lab.status().nodes[0].pid
        (started_by_it,) = of_process(pid, f"task/{pid}/children").split()
        with os.fdopen(os.pidfd_open(int(started_by_it))) as pidfd:
            await lab.fault("kill", "gw-1")

            assert select.select([pidfd], [], [], 10)[0]

    play(story)


def test_a_child_that_fails_ends_the_start_with_its_own_reason_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STUB_FAILS", "the moon is full")
    monkeypatch.setenv("AGMONITOR_HOME", str(tmp_path))
    lab = Lab(LabOptions(node_command=STUB_NODE))

    with pytest.raises(LabError) as failed:
        asyncio.run(lab.start())

    assert str(failed.value) == "gw-1 did not start: the moon is full."
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["lock"]


def test_a_child_that_dies_without_a_word_is_reported_by_the_end_of_its_log() -> None:
    lab = Lab(LabOptions(node_command=(sys.executable, "-c", "raise SystemExit('no luck')")))

    with pytest.raises(LabError) as failed:
        asyncio.run(lab.start())

    assert str(failed.value) == "gw-1 did not start: no luck."


def test_a_full_disk_ends_the_start_with_a_sentence_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("agmonitor.lab.folder.LabFolder.write_secret", full)

    with pytest.raises(LabError, match=r"cannot keep its files in .*: No space left on device"):
        asyncio.run(Lab().start())

    assert not list((Path(os.environ["AGMONITOR_HOME"]) / "run").glob("lab-*"))


def test_it_starts_from_the_main_thread_only() -> None:
    failures: list[BaseException] = []

    def elsewhere() -> None:
        try:
            asyncio.run(Lab(LabOptions(node_command=STUB_NODE)).start())
        except LabError as failure:
            failures.append(failure)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()

    assert "main thread" in str(failures[0])


def test_no_port_is_left_after_a_stop() -> None:
    prefixes: list[str] = []

    async def story(lab: Lab) -> None:
        prefixes.append(lab.status().nodes[0].address.rpartition(".")[0])
        assert len(listening_on(prefixes[0])) >= 14  # nodes 2, name server 2, doors 4, links 2 + 4

    play(story)

    assert listening_on(prefixes[0]) == []


def test_two_labs_live_side_by_side() -> None:
    async def story(lab: Lab) -> None:
        async with started(LabOptions(node_command=STUB_NODE)) as other:
            assert lab.status().up
            assert other.status().up
            assert lab.settings.nodes[0].url != other.settings.nodes[0].url

    play(story)
