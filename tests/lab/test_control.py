"""The socket by which a second program reaches the running lab."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from agmonitor.domain.model import HostPort
from agmonitor.lab import control
from agmonitor.lab.errors import LabError
from agmonitor.lab.folder import LabFolder
from agmonitor.lab.status import ClientCounters, LabStatus, LabTimers


class FakeLab:
    """A lab in name: keeps what it was asked."""

    def __init__(self) -> None:
        self._folder = LabFolder()
        self.asked: list[object] = []
        self.keeps = 0

    @property
    def folder(self) -> Path:
        return self._folder.path

    def status(self) -> LabStatus:
        return LabStatus(
            pid=1,
            began_at=2.0,
            up=True,
            trouble="",
            fqdn="gateway.lab.test",
            nodes=(),
            nameserver=HostPort("127.0.0.1", 53),
            user="monitor",
            password_file="",
            faults=(),
            clients=ClientCounters(),
            timers=LabTimers(2, 3, 6, 3),
        )

    async def fault(
        self,
        name: str,
        node: str | None = None,
        for_s: float | None = None,
        *,
        link: str | None = None,
        parameters: Mapping[str, float] | None = None,
        after_s: float = 0.0,
    ) -> str:
        if name == "explode":
            raise LabError("There is no such fault.")
        later = (after_s,) if after_s else ()
        self.asked.append((name, node, for_s, link, dict(parameters or {}), *later))
        return "Done."

    async def keep_schedule(self) -> None:
        self.keeps += 1
        await asyncio.get_running_loop().create_future()

    async def heal(self) -> None:
        self.asked.append("heal")

    async def stop(self) -> None:
        self.asked.append("stop")
        self._folder.remove()


def play(story: Callable[[FakeLab], Awaitable[None]]) -> FakeLab:
    lab = FakeLab()

    async def whole() -> None:
        async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(control.serve(lab))
            await asyncio.sleep(0)  # it listens before it waits for anything
            try:
                await story(lab)
            finally:
                serving.cancel()

    try:
        asyncio.run(whole())
    finally:
        lab._folder.remove()
    return lab


def test_status_comes_whole() -> None:
    async def story(lab: FakeLab) -> None:
        answer = await control.send({"do": "status"})

        assert answer["ok"] is True
        status = answer["status"]
        assert isinstance(status, dict)
        assert status["nameserver"] == {"host": "127.0.0.1", "port": 53}
        assert status["timers"] == {"report_s": 2, "check_s": 3, "absence_s": 6, "ttl_s": 3}

    play(story)


def test_faults_and_heal_reach_the_lab() -> None:
    async def story(lab: FakeLab) -> None:
        first = await control.send({"do": "fault", "name": "kill", "node": "gw-1", "for_s": 20})
        slow = {"do": "fault", "name": "slow", "link": "dns", "parameters": {"delay_s": 2}}
        second = await control.send(slow)
        third = await control.send({"do": "heal"})

        assert [answer["sentence"] for answer in (first, second, third)] == [
            "Done.",
            "Done.",
            "Everything is healed.",
        ]

    lab = play(story)

    assert lab.asked == [
        ("kill", "gw-1", 20, None, {}),
        ("slow", None, None, "dns", {"delay_s": 2}),
        "heal",
    ]


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"do": "fault", "name": "explode"}, "There is no such fault."),
        ({"do": "fault", "name": "kill", "node": 3}, "A fault takes a node's name and a number of seconds."),
        ({"do": "fault", "name": "slow", "link": 3}, "A fault takes a link's name."),
        ({"do": "fault", "name": "slow", "parameters": [2]}, "A fault takes numbers by name."),
        ({"do": "dance"}, "The lab does not understand 'dance'."),
    ],
)
def test_what_the_lab_refuses_comes_back_as_a_sentence(request_: dict[str, object], sentence: str) -> None:
    async def story(lab: FakeLab) -> None:
        assert await control.send(request_) == {"ok": False, "sentence": sentence}

    play(story)


def test_stop_answers_when_the_lab_has_stopped_and_ends_the_serving() -> None:
    async def story() -> list[object]:
        lab = FakeLab()
        async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
            tasks.create_task(control.serve(lab))
            await asyncio.sleep(0)
            answer = await control.send({"do": "stop"})
        assert answer == {"ok": True, "sentence": "The lab has stopped."}
        return lab.asked

    assert asyncio.run(story()) == ["stop"]


def test_only_the_user_can_open_the_socket() -> None:
    async def story(lab: FakeLab) -> None:
        assert (lab.folder / control.SOCKET).stat().st_mode & 0o777 == 0o600

    play(story)


def test_a_caller_that_talks_rubbish_or_leaves_does_no_harm() -> None:
    async def story(lab: FakeLab) -> None:
        with control._short(lab.folder) as place:
            for words in (b"rubbish\n", b"[]\n", b""):
                _, writer = await asyncio.open_unix_connection(f"{place}/{control.SOCKET}")
                writer.write(words)
                writer.close()

        assert (await control.send({"do": "status"}))["ok"] is True

    play(story)


def test_a_home_too_deep_for_a_socket_serves_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    monkeypatch.setenv("AGMONITOR_HOME", str(deep))

    async def story(lab: FakeLab) -> None:
        assert (await control.send({"do": "status"}))["ok"] is True

    play(story)


def test_without_a_lab_it_says_how_to_start_one() -> None:
    with pytest.raises(LabError) as refused:
        asyncio.run(control.send({"do": "status"}))

    assert str(refused.value) == "No lab is running; start one with: agmonitor lab"


def test_who_waits_for_the_lab_is_told_when_it_can_be_reached() -> None:
    lab = FakeLab()

    async def whole() -> None:
        listening = asyncio.Event()
        async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(control.serve(lab, listening.set))
            await listening.wait()
            assert (await control.send({"do": "status"}))["ok"]
            serving.cancel()

    try:
        asyncio.run(whole())
    finally:
        lab._folder.remove()


def test_with_two_labs_it_names_them() -> None:
    first, second = LabFolder(), LabFolder()
    try:
        with pytest.raises(
            LabError,
            match=r"^2 labs are running \(processes \d+, \d+\)\. .*: agmonitor lab stop --pid \d+$",
        ):
            asyncio.run(control.send({"do": "status"}))
    finally:
        first.remove()
        second.remove()


def test_a_lab_that_is_still_starting_is_named() -> None:
    lab = LabFolder()
    try:
        with pytest.raises(LabError, match="is just starting or ending"):
            asyncio.run(control.send({"do": "status"}))
    finally:
        lab.remove()
