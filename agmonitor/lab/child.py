"""One child process of the lab: spawned, configured by its first line, heard line by line, and ended.

Everything happens in callbacks of the running loop, whichever it is: there is no task and no thread here. The
parent-death signal follows the thread that spawns, so children are spawned from the main thread only.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agmonitor.lab import clock, lines
from agmonitor.lab.errors import LabError

CHUNK = 65536
END_WITHIN_S = 10.0


def _ignore_event(_: lines.Line) -> None:
    pass


def _ignore() -> None:
    pass


class Child:
    """A process that says ``{"ready": true, …}`` or ``{"failed": why}`` first and events after that."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        on_event: Callable[[lines.Line], object] = _ignore_event,
        on_ready: Callable[[], None] = _ignore,
        on_end: Callable[[], None] = _ignore,
    ) -> None:
        self.name = name
        self.log = log
        self.ready: lines.Line | None = None
        self._command = tuple(command)
        self._environment = dict(environment)
        self._on_event = on_event
        self._on_ready = on_ready
        self._on_end = on_end
        self._process: subprocess.Popen[bytes] | None = None
        self._pidfd = -1
        self._heard = b""
        self._why = ""
        self._settled = asyncio.Event()  # ready, failed or ended
        self._ended = asyncio.Event()
        self._ended.set()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    @property
    def why(self) -> str:
        """Why it failed, in its own words, or the last line of its log."""
        return self._why or _last_line(self.log) or "it gave no reason"

    def spawn(self) -> None:
        """Start the process; it waits for its configuration.

        Raises:
            LabError: it cannot be started.
        """
        assert self._process is None, "one process at a time"
        if threading.current_thread() is not threading.main_thread():
            raise LabError(
                "The lab starts from a program's main thread only: its children end with that thread."
            )
        try:
            with open(self.log, "ab", opener=_private) as log:
                process = subprocess.Popen(  # noqa: S603 - our own modules, no shell
                    self._command,
                    bufsize=0,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=self._environment | clock.to_give(),
                    start_new_session=True,  # Ctrl+C is not for it; one signal reaches all it starts
                )
        except OSError as error:
            raise LabError(f"{self.name} cannot be started: {error.strerror or error}.") from None
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self.ready, self._heard, self._why = process, None, b"", ""
        self._settled.clear()
        self._ended.clear()
        self._pidfd = os.pidfd_open(process.pid)
        loop = asyncio.get_running_loop()
        for pipe in (process.stdin, process.stdout):
            os.set_blocking(pipe.fileno(), False)
        loop.add_reader(process.stdout.fileno(), self._hear)
        loop.add_reader(self._pidfd, self._reap)

    def tell(self, document: Mapping[str, object]) -> None:
        """Write one line to it; to one that is gone or stopped with a full pipe, nothing is written."""
        if self._process is None or self._process.stdin is None:
            return
        with contextlib.suppress(BrokenPipeError, BlockingIOError):
            os.write(self._process.stdin.fileno(), lines.encode(document))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to whatever it has started: a workflow may have."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    @property
    def stands_still(self) -> bool:
        """Whether a SIGSTOP has reached every thread: on a busy machine some run on for a moment after it."""
        try:
            threads = list(Path(f"/proc/{self.pid}/task").iterdir())
        except OSError:
            return True  # it has ended
        return all(_state(thread) in "tTZX" for thread in threads)

    async def wait_ready(self, within_s: float) -> lines.Line:
        """Its ready line.

        Raises:
            LabError: it failed, ended or took too long.
        """
        try:
            async with asyncio.timeout(within_s):
                await self._settled.wait()
        except TimeoutError:
            raise LabError(f"{self.name} was not ready within {within_s:g} s.") from None
        if self.ready is None:
            raise LabError(f"{self.name} did not start: {self.why}.")
        return self.ready

    async def end(self) -> None:
        """Kill it, stopped or not, and wait until the kernel has let go of it and its sockets."""
        self.signal(signal.SIGKILL)
        async with asyncio.timeout(END_WITHIN_S):
            await self._ended.wait()

    def _hear(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            data = os.read(self._process.stdout.fileno(), CHUNK)
        except BlockingIOError:
            return
        if not data:  # closed; the end of the process is told by its pidfd
            asyncio.get_running_loop().remove_reader(self._process.stdout.fileno())
            return
        *whole, self._heard = (self._heard + data).split(b"\n")
        for line in whole:
            self._hear_line(line)

    def _hear_line(self, line: bytes) -> None:
        try:
            document = lines.decode(line)
        except ValueError:
            return  # a foreign workflow printed something
        if document.get("ready") is True:
            self.ready = document
            self._settled.set()
            self._on_ready()
        elif "failed" in document:
            self._why = str(document["failed"]).rstrip(".")
            self._settled.set()
        else:
            self._on_event(document)

    def _reap(self) -> None:
        process = self._process
        assert process is not None
        self.signal(signal.SIGKILL)  # what it has started; its own number is ours until it is reaped
        if process.poll() is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        loop = asyncio.get_running_loop()
        self._hear()  # its last words: often why it failed
        loop.remove_reader(process.stdout.fileno())
        loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
        process.stdin.close()
        process.stdout.close()
        self._process, self._pidfd = None, -1
        self._ended.set()
        self._settled.set()
        self._on_end()


def _private(path: str, flags: int) -> int:
    """A log belongs to the user alone."""
    return os.open(path, flags, 0o600)


def _state(thread: Path) -> str:
    """The kernel's letter for what it does; X has ended."""
    try:
        stat = (thread / "stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "X"
    return stat.rpartition(")")[2].split()[0]


def _last_line(log: Path) -> str:
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    written = text.rstrip().rsplit("\n", 1)[-1].strip()
    return written.rstrip(".")
