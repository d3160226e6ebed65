"""Every fault of the table on a real pair: what others see while it is on, and that nothing of it is left."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from agmonitor.lab import clock
from agmonitor.lab.errors import LabError
from agmonitor.lab.options import LabOptions
from agmonitor.lab.status import LabStatus, NodeCondition
from agmonitor.lab.supervisor import Lab
from agmonitor.protocol.faults import FAULTS
from tests.lab.test_supervisor import states, until

pytestmark = pytest.mark.lab

PATIENCE_S = 0.4  # that "no answer" is believed after; a healthy node needs milliseconds
GENEROUS_S = 20.0
CLOCK_SLACK_S = 2.5  # whole seconds on both sides
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
        async with asyncio.timeout(90), started(options or LabOptions()) as lab:
            await story(lab)

    asyncio.run(whole())


class Answer:
    """What came back, as raw as it was."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = dict(line.lower().split(": ", 1) for line in lines[1:])

    @property
    def document(self) -> dict[str, object]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


async def ask(url: str, path: str = "/serverstatus", within_s: float = GENEROUS_S, token: str = "") -> Answer:
    """One request on a connection of its own.

    Raises:
        OSError: as the socket says; ``TimeoutError`` after ``within_s``.
    """
    place = urlsplit(url)
    async with asyncio.timeout(within_s):
        reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=1 << 23)
        try:
            head = f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n"
            writer.write(f"{head}auth: Basic {token}\r\n\r\n".encode())
            raw = await reader.read()
        finally:
            writer.transport.abort()
    if not raw:
        raise ConnectionResetError("closed without a word")
    return Answer(raw)


async def is_silent(url: str) -> bool:
    try:
        await ask(url, within_s=PATIENCE_S)
    except TimeoutError:
        return True
    return False


async def sign_in(lab: Lab, url: str) -> str:
    def post() -> str:
        place = urlsplit(url)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=GENEROUS_S)
        body = json.dumps({"username": lab.user, "password": lab.password})
        connection.request("POST", "/rest_login", body, {"Content-Type": "application/json"})
        token = json.loads(connection.getresponse().read())["access_token"]
        connection.close()
        return str(token)

    return await asyncio.to_thread(post)


def door(lab: Lab, place: int = 1) -> str:
    return lab.status().nodes[place].url


def watch(lab: Lab, place: int = 1) -> str:
    return lab.settings.nodes[place].url


async def is_as_before(lab: Lab) -> None:
    """The pair serves on every path, at once; its clocks are right; nothing is on."""
    assert lab.status().active_faults == ()
    assert states(lab.status()) == ["running", "running"]
    for place in (0, 1):
        for url in (door(lab, place), watch(lab, place)):
            told = await ask(url)
            assert told.status == 200
            assert abs(float(str(told.document["current_time"])) - clock.now()) < CLOCK_SLACK_S
            data = told.document["data"]
            assert isinstance(data, dict)
            assert data["resource_usage_score"] < 0.5


async def in_time(holds: Callable[[], Awaitable[None]]) -> None:
    """A fault that ends by itself is told as over a moment before its process has heard of it."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + GENEROUS_S
    while True:
        try:
            return await holds()
        except (AssertionError, OSError):
            if loop.time() > ends_at:
                raise
        await asyncio.sleep(0.05)


async def expect_refused(lab: Lab) -> None:
    for url in (door(lab), watch(lab)):
        with pytest.raises(ConnectionRefusedError):
            await ask(url)


async def expect_silence(lab: Lab) -> None:
    assert await is_silent(door(lab)), on(lab.status())
    assert await is_silent(watch(lab)), on(lab.status())


async def expect_hidden(lab: Lab) -> None:
    assert await is_silent(watch(lab))
    assert (await ask(door(lab))).status == 200


async def expect_resets(lab: Lab) -> None:
    for url in (door(lab), watch(lab)):
        with pytest.raises(ConnectionResetError):
            await ask(url)


async def expect_slowness(lab: Lab) -> None:
    loop = asyncio.get_running_loop()
    for url in (door(lab), watch(lab)):
        began = loop.time()
        assert (await ask(url)).status == 200
        assert loop.time() - began >= 0.4


async def expect_half_lost(lab: Lab) -> None:
    answered = [not await is_silent(door(lab)) for _ in range(20)]
    assert set(answered) == {True, False}


async def expect_clock_ahead(lab: Lab) -> None:
    told = await ask(door(lab))
    dated = parsedate_to_datetime(told.headers["date"]).timestamp()
    for shown in (float(str(told.document["current_time"])), dated):
        assert abs(shown - clock.now() - 100) < CLOCK_SLACK_S
    assert abs(float(str((await ask(door(lab, 0))).document["current_time"])) - clock.now()) < CLOCK_SLACK_S


async def expect_nothing_outside(lab: Lab) -> None:
    assert (await ask(door(lab))).status == 200


SEEN: dict[str, tuple[dict[str, float], Callable[[Lab], Awaitable[None]]]] = {
    "kill": ({}, expect_refused),
    "freeze": ({}, expect_silence),
    "slow": ({"delay_s": 0.2}, expect_slowness),
    "lossy": ({"loss_share": 0.5}, expect_half_lost),
    "reset": ({}, expect_resets),
    "blackhole": ({}, expect_silence),
    "hide": ({}, expect_hidden),
    "skew_clock": ({"offset_s": 100}, expect_clock_ahead),
    "step_clock": ({"offset_s": 100}, expect_clock_ahead),
    "hook_raises": ({}, expect_nothing_outside),
    "hook_hangs": ({}, expect_nothing_outside),
}


def test_what_others_see_of_each_fault_and_after_its_end() -> None:
    async def story(lab: Lab) -> None:
        for name, (parameters, expect) in SEEN.items():
            sentence = await lab.fault(name, "gw-2", parameters=parameters)
            assert "gw-2" in sentence
            await expect(lab)
            assert [fault.name for fault in lab.status().active_faults] == [name]

            await lab.heal()

            await is_as_before(lab)

    play(story)


def test_each_kind_of_rubbish_comes_in_turn_while_the_pair_goes_on() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("rubbish")
        answers = [await ask(door(lab)) for _ in range(8)]

        assert {answer.status for answer in answers} == {200, 404, 502}
        assert max(len(answer.body) for answer in answers) > 1 << 20
        assert any(len(answer.body) < int(answer.headers["content-length"]) for answer in answers)
        assert any(b"emperor" in answer.body for answer in answers)
        assert any(
            not _is_json(answer.body) for answer in answers if "json" in answer.headers["content-type"]
        )
        beat = await ask(door(lab), "/ag/heartbeat")  # the peer's own path: no rubbish there
        assert (beat.status, beat.document["code"]) == (405, "MethodNotAllowed")
        assert (await lab.fault("cut_dns", "secondary")).startswith(
            "The way from gw-2"
        )  # roles are known still

        await lab.heal()

        await is_as_before(lab)

    play(story)


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def test_an_overloaded_node_climbs_slows_down_dies_and_comes_back() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("overload", "gw-2", parameters={"climb_s": 2})
        scores = []
        with contextlib.suppress(OSError):
            while True:
                data = (await ask(door(lab))).document["data"]
                assert isinstance(data, dict)
                scores.append(data["resource_usage_score"])

        assert scores == sorted(scores)
        assert 0.5 < scores[-1] < 1  # a busy machine hears no later one
        await until(lab, lambda status: status.nodes[1].state is NodeCondition.ENDED)
        await in_time(lambda: expect_refused(lab))  # its links hear of it a moment later

        await lab.heal()

        await is_as_before(lab)

    play(story)


def test_expired_sign_ins_must_be_renewed() -> None:
    async def story(lab: Lab) -> None:
        token = await sign_in(lab, door(lab))
        assert (await ask(door(lab), "/ag/api/v1/state", token=token)).status == 200

        await lab.fault("expire_sign_ins", "gw-2")

        assert (await ask(door(lab), "/ag/api/v1/state", token=token)).status == 401
        token = await sign_in(lab, door(lab))
        assert (await ask(door(lab), "/ag/api/v1/state", token=token)).status == 200

    play(story)


def test_overlapping_faults_compose_and_each_ends_by_itself() -> None:
    async def story(lab: Lab) -> None:
        loop = asyncio.get_running_loop()
        await lab.fault("slow", "gw-2", parameters={"delay_s": 0.15})
        await lab.fault("slow", "gw-2", link="watch", parameters={"delay_s": 0.15})
        await lab.fault("skew_clock", "gw-2", parameters={"offset_s": 60})
        await lab.fault("step_clock", parameters={"offset_s": 20})
        await lab.fault("step_clock", parameters={"offset_s": 20})
        began = loop.time()
        told = await ask(watch(lab))
        assert loop.time() - began >= 0.6
        assert abs(float(str(told.document["current_time"])) - clock.now() - 100) < CLOCK_SLACK_S

        await lab.fault("blackhole", "gw-2", for_s=3)
        assert await is_silent(door(lab))
        await until(lab, lambda status: "blackhole" not in on(status))

        async def is_only_slow() -> None:
            began = loop.time()
            assert (await ask(door(lab))).status == 200
            assert loop.time() - began >= 0.3

        await in_time(is_only_slow)
        assert on(lab.status()) == ["slow", "slow", "skew_clock", "step_clock"]
        await lab.heal()
        await is_as_before(lab)

    play(story)


async def ahead_of_us_s(node: str) -> float:
    """How far ahead of this process' clock a node is; it tells whole seconds, so wait for the next one."""

    async def told() -> float:
        return float(str((await ask(node)).document["current_time"]))

    first = now = await told()
    while now == first:
        now = await told()
    return now - clock.now()


def test_a_node_that_is_restarted_after_a_small_step_of_the_clock_agrees_with_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # as if this computer's clock had been set back a little since we began
    set_back_s = 1.9
    ours = clock.to_give()[clock.GIVEN]
    monkeypatch.setattr(clock, "_true", clock._TrueClock(float(ours) + set_back_s))

    async def story(lab: Lab) -> None:
        await lab.fault("restart", "gw-2")
        for place in (0, 1):
            while abs(await ahead_of_us_s(door(lab, place))) > set_back_s / 2:  # a busy machine tells it late
                pass

    play(story)


def test_what_is_asked_for_later_begins_then_and_healing_lets_the_rest_be() -> None:
    async def story(lab: Lab) -> None:
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(lab.keep_schedule())
            await lab.fault("slow", "gw-1", after_s=600)
            await lab.fault("freeze", "secondary", 60, after_s=0.3)
            assert [one.name for one in lab.status().coming] == ["freeze", "slow"]
            await until(lab, lambda status: on(status) == ["freeze"])
            assert [one.node for one in lab.status().active_faults] == ["gw-2"], "whoever was it then"
            for wrong in ("kill", "swap_certificate"):
                with pytest.raises(LabError, match="needs"):
                    await lab.fault(wrong, after_s=1)
            with pytest.raises(LabError, match="no node"):
                await lab.fault("slow", "gw-3", after_s=1)

            await lab.heal()
            assert lab.status().coming == ()

            await is_as_before(lab)
            keeping.cancel()

    play(story)


def on(status: LabStatus) -> list[str]:
    return [fault.name for fault in status.active_faults]


@pytest.mark.parametrize("name", ["skew_clock", "rubbish", "overload", "freeze", "slow"])
def test_a_fault_with_a_length_is_over_without_a_word(name: str) -> None:
    async def story(lab: Lab) -> None:
        await lab.fault(name, "gw-2", 0.2)
        assert [fault.name for fault in lab.status().faults] == [name]  # it may be over by now

        await until(lab, lambda status: not status.active_faults)

        await in_time(lambda: is_as_before(lab))

    play(story)


def test_what_a_node_suffers_it_suffers_after_a_restart_too() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("skew_clock", "gw-2", parameters={"offset_s": 100})
        await lab.fault("kill", "gw-2")
        await lab.fault("restart", "gw-2")

        await expect_clock_ahead(lab)
        assert on(lab.status()) == ["skew_clock"]

    play(story)


def test_an_open_connection_meets_the_fault_as_well() -> None:
    async def story(lab: Lab) -> None:
        place = urlsplit(door(lab))
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        request = f"GET /health HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
        writer.write(request)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        await lab.fault("blackhole", "gw-2")
        writer.write(request)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), PATIENCE_S)

        await lab.heal()

        with pytest.raises(ConnectionError):
            await reader.readexactly(1)
        writer.close()

    play(story)


def test_signatures_of_a_clock_that_is_far_off_are_refused_and_good_again_when_it_is_right() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("skew_clock", "gw-1", parameters={"offset_s": 1000})  # TSIG allows 300
        await dns_link(lab, 0, "disconnected")

        await lab.heal()

        await dns_link(lab, 0, "connected")

    play(story)


async def dns_link(lab: Lab, place: int, word: str) -> None:
    """Wait until the node says so of its connection to DNS."""
    async with asyncio.timeout(GENEROUS_S):
        api = await lab.api_of(f"gw-{place + 1}")
        while (await api.state())["node_dns_connection_state"] != word:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(("name", "word"), [("hook_raises", "raised"), ("hook_hangs", "running")])
def test_the_hooks_of_a_node_fail_at_the_next_role_change_and_not_after_healing(name: str, word: str) -> None:
    async def story(lab: Lab) -> None:
        joined = await until_outcomes(lab, "secondary", {"returned"})
        await lab.fault(name, "gw-2")
        await (await lab.api_of("primary")).fail_over()
        await until_outcomes(lab, "primary", {word})

        await lab.heal()
        await (await lab.api_of("primary")).fail_over()

        await until_outcomes(lab, "secondary", {"returned"}, more_than=joined)

    play(story)


async def until_outcomes(lab: Lab, role: str, wanted: set[str], more_than: int = 0) -> int:
    """Wait until gw-2's calls for that role have gone so, and there are more of them; gives their number."""
    token = await sign_in(lab, door(lab))
    async with asyncio.timeout(GENEROUS_S):
        while True:
            inventory = (await ask(door(lab), "/hook_inventory/v1/hooks", token=token)).document
            calls = inventory["calls"]
            assert isinstance(calls, list)
            outcomes = [call["outcome"] for call in calls if call["new"] == role]
            if len(outcomes) > more_than and set(outcomes) == wanted:
                return len(outcomes)
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("name", ["expire_certificate", "swap_certificate"])
def test_on_plain_http_certificate_faults_say_why_they_cannot_be(name: str) -> None:
    async def story(lab: Lab) -> None:
        with pytest.raises(LabError, match="needs a lab that speaks https"):
            await lab.fault(name, "gw-1")
        assert lab.status().faults == ()

    play(story)


def test_every_fault_can_be_on_at_once_and_one_word_ends_all() -> None:
    async def story(lab: Lab) -> None:
        certificates = {"expire_certificate", "swap_certificate"}
        for name in [name for name in FAULTS if name not in certificates | {"kill", "restart"}]:
            await lab.fault(name, "gw-2")
        await lab.fault("kill", "gw-1")

        await lab.heal()

        await is_as_before(lab)

    play(story)


def test_the_external_address_is_not_free_while_the_node_is_dead() -> None:
    async def story(lab: Lab) -> None:
        await lab.fault("kill", "gw-2")
        place = urlsplit(door(lab))
        with socket.socket() as sock, pytest.raises(OSError, match="in use"):
            sock.bind((place.hostname, place.port))

    play(story)
