"""The command's door, with real programs: what they get, and what they may do without harming us."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import sys
import threading
from pathlib import Path

import pytest

from agmonitor.alerts.command import Command
from agmonitor.alerts.doors import DoorError
from agmonitor.alerts.model import Alert, AlertKind
from agmonitor.domain.model import Severity
from tests.alerts.looks import GROUP_DOWN

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs here are POSIX ones")
ALERT = Alert(1.5, AlertKind.RAISED, "gw", Severity.CRITICAL, "Neither node answers.", (GROUP_DOWN,))
LONG_S = 60.0


def python(text: str, timeout_s: float = LONG_S) -> Command:
    return Command([sys.executable, "-c", text], timeout_s)


def send(door: Command) -> None:
    asyncio.run(door.send(ALERT))


def test_the_program_gets_the_alert_as_json_and_an_environment_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGMONITOR_PASSWORD", "s3cret")
    monkeypatch.setenv("SOME_TOKEN", "s3cret")
    out = tmp_path / "out"
    dump = "json.dump([json.load(sys.stdin), dict(os.environ)], sys.stdout)"
    send(python(f"import sys, os, json; sys.stdout = open({str(out)!r}, 'w'); {dump}"))

    told, environment = json.loads(out.read_text())
    assert (told["alert"], told["group"], told["severity"]) == ("raised", "gw", "critical")
    assert told["at"] == "1970-01-01T00:00:01.500Z"
    assert told["findings"][0]["name"] == "group_down"
    assert "PATH" in environment
    assert "s3cret" not in json.dumps(environment)


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    out = tmp_path / "out"
    writes = f"import sys; open({str(out)!r}, 'w').write(sys.argv[1])"
    asyncio.run(Command([sys.executable, "-c", writes, "$(id); `id` | x > y"], LONG_S).send(ALERT))

    assert out.read_text() == "$(id); `id` | x > y"


def test_a_program_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    hangs = (
        "import subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        f"open({str(pid)!r}, 'w').write(str(child.pid)); time.sleep(600)"
    )
    with pytest.raises(DoorError, match="had not ended after 5 s and was killed"):
        send(python(hangs, 5.0))

    assert dies(int(pid.read_text()))


def dies(pid: int) -> bool:
    """Whether it is gone, or goes in a moment: a signal takes its way."""
    nobody, patience = threading.Event(), 1000
    while alive(pid) and patience:
        nobody.wait(0.02)
        patience -= 1
    return not alive(pid)


def alive(pid: int) -> bool:
    """Whether it runs; one that is dead and not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_program_that_fails_says_so_with_its_last_line() -> None:
    with pytest.raises(DoorError, match="ended with exit code 1: ValueError: no pager"):
        send(python("raise ValueError('no pager')"))


def test_a_program_that_writes_without_end_costs_no_memory_and_is_killed() -> None:
    with pytest.raises(DoorError, match="was killed"):
        send(python("import os\nwhile True: os.write(1, b'x' * 65536)", 2.0))


def test_a_program_that_never_reads_and_one_that_is_not_there() -> None:
    send(python("pass"))
    missing = os.strerror(errno.ENOENT)
    with pytest.raises(DoorError, match=rf"/nowhere/pager could not be started: {missing}\."):
        send(Command(["/nowhere/pager"], LONG_S))


def test_a_program_whose_child_keeps_the_pipe_does_not_keep_us() -> None:
    send(
        python(
            "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
        )
    )


def test_the_end_of_the_watching_ends_the_program(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    tells = f"open({str(pid)!r}, 'w').write(str(os.getpid())); open({str(fifo)!r}, 'w').close()"
    text = f"import os, time; {tells}; time.sleep(600)"

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(python(text).send(ALERT))
            await asyncio.to_thread(lambda: fifo.open().close())  # it runs
            task.cancel()

    asyncio.run(main())  # ends when the thread that waited for it has

    assert dies(int(pid.read_text()))
