"""A forked child that runs foreign code: bounded, heard through a pipe, ended with all that it has started.

Linux only, and only from a process without threads of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import json
import os
import re
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic as _monotonic  # as it is before foreign code puts another in its place
from typing import Any

Line = dict[str, Any]
Say = Callable[[Line], None]

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
PR_SET_CHILD_SUBREAPER = 36
ENDED_WITH_PARENT = 0
BROKEN = 75
SIGNALS_OTHERS = 76
CHUNK = 65536
LAST_WORDS_S = 1.0
LEAVES_WITHIN_S = 0.3  # what was forked to outlive us has left the session by then
MOST_ROUNDS = 200  # of killing what a fork bomb goes on starting
_FRAME = re.compile(r'File "(.+)", line (\d+)')


class Stranger:
    """The parent's side. ``hear`` first; then ``became`` and ``place_below`` say how it ended if not well."""

    def __init__(self, pid: int, pipe: int, trace: int) -> None:
        self._pid = pid
        self._pipe = pipe
        self._trace = trace
        self._pidfd = os.pidfd_open(pid)
        self._rest = b""
        self.became = ""
        self.silent = False
        self._traced = ""

    def hear(self, silence_s: float) -> Iterator[Line]:
        """What it says, until it ends, or says nothing for so long; it is gone when this ends."""
        try:
            yield from self._hear(silence_s)
        finally:
            self._end()

    def place_below(self, root: Path) -> str:
        """The innermost line below ``root`` that it was at when it ended or was given up; else empty."""
        for file, line in _FRAME.findall(self._traced):
            if Path(file).is_relative_to(root):
                return f"{Path(file).relative_to(root)}:{line}"
        return ""

    def _hear(self, silence_s: float) -> Iterator[Line]:
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        poll.register(self._pidfd, select.POLLIN)
        until = time.monotonic() + silence_s
        while True:
            ready = {fd for fd, _ in poll.poll(max(0.0, until - time.monotonic()) * 1000)}
            if not ready:
                self.silent = True
                self.became = f"does not end (given up after {silence_s:g} s)"
                return
            told = self._read() if self._pipe in ready else []
            if told:
                until = time.monotonic() + silence_s
            yield from told
            if not told and self._pidfd in ready:
                self.became = self._reap()
                return
            if not told and self._pidfd not in ready:  # it has closed the pipe; its end is still to come
                poll.unregister(self._pipe)

    def _read(self) -> list[Line]:
        data = os.read(self._pipe, CHUNK)
        *whole, self._rest = (self._rest + data).split(b"\n")
        if data and not whole:
            return [{}]  # the first part of a long line is a sign of life
        return [json.loads(line) for line in whole]

    def _reap(self) -> str:
        code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        self._pid = 0
        if code == BROKEN:
            return "leaves a process that cannot go on, as one whose files are closed"
        if code == SIGNALS_OTHERS:
            return "sends a signal to the process that started it"
        return f"ends the process (exit code {code})" if code >= 0 else f"ends the process ({_signal(-code)})"

    def _end(self) -> None:
        if self._pid and self.became:
            self._ask_for_place()
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        _end_what_it_started()
        self._traced = os.pread(self._trace, CHUNK, 0).decode(errors="replace")
        for descriptor in (self._pipe, self._pidfd, self._trace):
            os.close(descriptor)

    def _ask_for_place(self) -> None:
        """Have it write down where it is; it may be beyond that."""
        os.kill(self._pid, signal.SIGUSR1)
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        until = time.monotonic() + LAST_WORDS_S
        while not os.fstat(self._trace).st_size and time.monotonic() < until and not poll.poll(20):
            pass


def fork(work: Callable[[Say], None], most_memory_bytes: int) -> Stranger:
    """Start a child that does ``work`` and ends; ``work`` is given how to speak to us."""
    read, write = os.pipe()
    with tempfile.TemporaryFile() as file:
        trace = os.dup(file.fileno())
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _be_child(work, write, trace, parent, most_memory_bytes)
    os.close(write)
    return Stranger(pid, read, trace)


def end_with_parent(parent_pid: int) -> None:
    """Have the kernel end this process with its parent."""
    _prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent_pid:
        os._exit(ENDED_WITH_PARENT)


def adopt_orphans() -> None:
    """Become the parent of whatever a child leaves behind, so that it can be ended."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def has_let_escape() -> bool:
    """Asked in the child: whether a process it has started has left its session, beyond the reach of ours."""
    until = _monotonic() + LEAVES_WITHIN_S
    while (others := _others()) and _monotonic() < until:
        if _has_left(others):
            return True
        select.select((), (), (), 0.01)
    return _has_left(others)


def _others() -> list[int]:
    """What it has started and what that has left behind, alive or not yet buried."""
    return [pid for pid in (*_children_of(os.getpid()), *_children_of(os.getppid())) if pid != os.getpid()]


def _has_left(pids: Sequence[int]) -> bool:
    session = os.getsid(0)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) != session:
                return True
    return False


def _children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _be_child(
    work: Callable[[Say], None], write: int, trace: int, parent: int, most_memory_bytes: int
) -> None:
    leave = os._exit
    own = os.getpid()
    put = os.write  # what it says must not hang on what foreign code puts in place of these
    encode = json.dumps

    def say(told: Line) -> None:
        if os.getpid() != own:
            leave(0)  # a copy of it has no say
        data = encode(told).encode() + b"\n"
        while data:
            data = data[put(write, data) :]

    def leave_traced(code: int) -> None:
        """Foreign code calls ``os._exit``: note from where."""
        if os.getpid() == own:
            frames = "".join(reversed(traceback.format_stack()))  # innermost first
            put(trace, frames.encode(errors="replace"))
        leave(code)

    def guarded(send: Callable[[int, int], None], everybody: tuple[int, ...]) -> Callable[[int, int], None]:
        """``send`` for foreign code, which must not reach us with it: in a node that would be the lab."""

        def guard(pid: int, number: int) -> None:
            if number and pid in everybody:
                leave_traced(SIGNALS_OTHERS)
            send(pid, number)

        return guard

    try:
        end_with_parent(parent)
        _confine(most_memory_bytes)
        faulthandler.register(signal.SIGUSR1, file=trace, all_threads=False)
        vars(os)["_exit"] = leave_traced
        vars(os)["kill"] = guarded(os.kill, (parent, 0, -1, -os.getpgrp()))
        vars(os)["killpg"] = guarded(os.killpg, (0, os.getpgrp()))
        work(say)
        say({"end": True})
        leave(0)
    except BaseException:  # noqa: BLE001 - nothing of the parent's may run on in here
        leave(BROKEN)
    finally:
        leave(BROKEN)


def _confine(most_memory_bytes: int) -> None:
    """No terminal, no input, no endless output, no core file, bounded memory."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    sys.stdin = os.fdopen(os.dup(null))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    bound = most_memory_bytes if most == resource.RLIM_INFINITY else min(most, most_memory_bytes)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, most))


def _end_what_it_started() -> None:
    for _ in range(MOST_ROUNDS):
        orphans = _children_of(os.getpid())
        if not orphans:
            return
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in orphans:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
