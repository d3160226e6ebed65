"""Ties a child process of the lab to its parent: however the parent ends, the child ends too.

Two ropes, because each has a hole. The kernel's parent-death signal (SIGKILL) takes a frozen child too, but
is lost when the parent dies before it is asked for, and it follows the *thread* that spawned the child: the
supervisor spawns from its main thread only. The end of standard input is seen by a running child even then.

A child reads its configuration with ``first_line`` (never through ``sys.stdin``, which reads ahead), calls
``tie_to_parent`` at once, and gets every later line of standard input through ``on_line``.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
STDIN = 0
ENDED_WITH_PARENT = 0
FAILED_ON_COMMAND = 70  # EX_SOFTWARE
LONGEST_LINE = 1 << 20


class _Lines:
    """Lines of standard input, read without buffering ahead in a stream object.

    A daemon thread blocked in ``sys.stdin`` would hold its lock at the interpreter's end and abort there.
    """

    def __init__(self) -> None:
        self._from = STDIN
        self._rest = b""

    def keep(self) -> None:
        self._from = os.dup(STDIN)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, STDIN)
        os.close(nothing)

    def read(self) -> str | None:
        """The next line without its end, ``None`` when standard input has ended."""
        while b"\n" not in self._rest:
            data = os.read(self._from, 65536)
            if not data or len(self._rest) > LONGEST_LINE:
                return None
            self._rest += data
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode()


_lines = _Lines()


def first_line() -> str:
    """The configuration: the first line the parent writes. Ends the process if the parent ends before it."""
    line = _lines.read()
    if line is None:
        sys.exit(ENDED_WITH_PARENT)
    return line


def keep_stdin() -> None:
    """From now on standard input is ours alone; anybody else, or a program somebody starts, reads nothing.

    One that read our commands would obey none of them, and one that closed it would end the process.
    """
    _lines.keep()


def tie_to_parent(parent_pid: int, on_line: Callable[[str], None] | None = None) -> None:
    """End this process with its parent; hand further lines of standard input to ``on_line``.

    ``on_line`` runs in the thread that reads; if it raises, the process ends with a traceback, since a
    half-obeyed command is worse than a dead child.

    Raises:
        OSError: this system has no parent-death signal (anything but Linux).
    """
    die_with_parent(parent_pid)
    threading.Thread(target=_watch, args=(on_line,), name="lifeline", daemon=True).start()


def die_with_parent(parent_pid: int) -> None:
    """The kernel's rope alone; it holds beyond an ``exec``, so a foreign program may be tied with it.

    Raises:
        OSError: this system has no parent-death signal.
    """
    _ask_for_death_signal()
    if os.getppid() != parent_pid:  # it died before we asked; nobody will send the signal any more
        os._exit(ENDED_WITH_PARENT)


def _ask_for_death_signal() -> None:
    if not sys.platform.startswith("linux"):
        raise OSError("the lab needs Linux: this system cannot end a child with its parent")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"no parent-death signal: {os.strerror(error)}")


def _watch(on_line: Callable[[str], None] | None) -> None:
    status = ENDED_WITH_PARENT
    try:
        while (line := _lines.read()) is not None:
            if on_line is not None:
                on_line(line)
    except Exception:  # noqa: BLE001 - not swallowed: the process ends on it, traceback in its log
        traceback.print_exc()
        sys.stderr.flush()
        status = FAILED_ON_COMMAND
    finally:
        os._exit(status)
