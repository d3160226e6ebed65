"""Two orders from one account: the second is refused for as long as the first is under way."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from agmonitor.cli.wiring import places
from agmonitor.domain.model import GroupSettings, NodeAddress
from agmonitor.monitor.one_order import only_order, taken
from tests.cli.running import run
from tests.fakes import FakeClock

HOLDING = """
import sys
from pathlib import Path
from agmonitor.monitor.one_order import only_order
from tests.monitor.test_one_order import pair
with only_order(pair("gw-prod", "https://A.example/", "https://b.example"), Path(sys.argv[1])) as only:
    print(only, flush=True)
    sys.stdin.read()
"""


def pair(name: str, first: str, second: str) -> GroupSettings:
    return GroupSettings(name, (NodeAddress("gw-1", first), NodeAddress("gw-2", second)))


SAME = pair("called otherwise", "https://b.example", "https://a.example")
OTHER = pair("gw-prod", "https://c.example", "https://d.example")


def test_one_order_of_a_group_at_a_time_whatever_becomes_of_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent.parent,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with only_order(SAME, tmp_path) as only, only_order(OTHER, tmp_path) as another:
            assert (only, another) == (False, True)
        other.kill()

    with only_order(SAME, tmp_path) as only:
        assert only


def test_where_nothing_can_be_written_an_order_is_not_kept_back() -> None:
    with only_order(SAME, Path("/proc/nowhere")) as only:
        assert only


@pytest.mark.parametrize(("options", "code"), [((), 1), (("--dry-run",), 1)])
def test_the_verb_looks_and_sends_nothing_while_another_order_is_under_way(
    options: tuple[str, ...], code: int
) -> None:
    nodes = ("--node", "a=http://127.0.0.1:1", "--node", "b=http://127.0.0.1:2")
    assert run("groups", "add", "gw", *nodes, "--no-test").code == 0

    with only_order(pair("gw", "http://127.0.0.1:1", "http://127.0.0.1:2"), places().data):
        ran = run("failover", "gw", "--reason", "drill", "--confirm", "gw", *options)

    assert ran.code == code
    assert "Another failover of gw is under way already" in ran.err


def test_who_merely_looked_keeps_nobody_from_ordering(tmp_path: Path) -> None:
    clock, held = FakeClock(), contextlib.ExitStack()
    looks = contextlib.ExitStack()
    looks.enter_context(only_order(SAME, tmp_path))

    async def main() -> tuple[bool, bool]:
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(taken(SAME, tmp_path, clock, held))
            await clock.advance(0.05)
            looks.close()
            await clock.advance(1)
        with only_order(SAME, tmp_path) as only:
            return waiting.result(), only

    assert asyncio.run(main()) == (True, False)
    held.close()
    with only_order(SAME, tmp_path) as only:
        assert only
