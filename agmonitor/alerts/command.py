"""A program that is run for each alert: its own arguments and no shell, the alert as JSON on standard input.

It gets a deadline and an environment of a few harmless variables; what it writes is read to its end and kept
only in part. It runs beside the loop, in a thread, and ends with us.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

from agmonitor.alerts.doors import DoorError, payload
from agmonitor.alerts.model import Alert
from agmonitor.domain.words import duration

HANDED_ON = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP"}
    | {"SYSTEMROOT", "COMSPEC", "PATHEXT", "USERPROFILE"}
    | {"DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"}
)
"""Enough to find programs, speak the right language and reach the desktop: what may, not what may not."""
KEPT_BYTES = 2000
LAST_WORDS_S = 0.5  # for what was written just before the end
SHOWN = 200


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """What of our environment the program gets."""
    return {name: value for name, value in ours.items() if name in HANDED_ON or name.startswith("LC_")}


class Command:
    """A door."""

    name = "command"

    def __init__(self, argv: Sequence[str], timeout_s: float) -> None:
        self._argv = list(argv)
        self._timeout_s = timeout_s

    @property
    def place(self) -> str:
        return self._argv[0]

    async def send(self, alert: Alert) -> None:
        run = _Run(self._argv, payload(alert), self._timeout_s)
        try:
            why_not = await asyncio.to_thread(run.to_its_end)
        except asyncio.CancelledError:
            run.kill()
            raise
        if why_not:
            raise DoorError(why_not)


class _Run:
    """One run of the program; ``kill`` may come from another thread at any time."""

    def __init__(self, argv: list[str], text: bytes, timeout_s: float) -> None:
        self._argv, self._text, self._timeout_s = argv, text, timeout_s
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False
        self._output = b""

    def to_its_end(self) -> str:
        """Why it did not do its work; empty where it did."""
        name = self._argv[0]
        try:
            process = self._process = subprocess.Popen(  # noqa: S603 - the person's own program, without a shell
                self._argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment(os.environ),
                start_new_session=sys.platform != "win32",
            )
        except (OSError, ValueError) as error:
            return f"{name} could not be started: {getattr(error, 'strerror', None) or error}."
        if self._killed:
            self.kill()
        reader = threading.Thread(target=self._read, args=(process,), daemon=True)
        reader.start()
        with contextlib.suppress(OSError):  # it need not read what it is told
            assert process.stdin is not None
            process.stdin.write(self._text)  # shorter than what a pipe holds
            process.stdin.close()
        try:
            code = process.wait(self._timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            process.wait()
            return f"{name} had not ended after {duration(self._timeout_s)} and was killed."
        reader.join(LAST_WORDS_S)
        if reader.is_alive():
            self.kill()  # a child of it still holds the pipe
        return f"{name} ended with exit code {code}{self._said()}." if code else ""

    def kill(self) -> None:
        """End it and what it has started."""
        self._killed = True
        process = self._process
        if process is None:
            return
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with contextlib.suppress(OSError, ValueError), process.stdout as output:
            while part := os.read(output.fileno(), 65536):
                self._output = (self._output + part)[:KEPT_BYTES]

    def _said(self) -> str:
        lines = self._output.decode("utf-8", "replace").strip().splitlines()
        text = "".join(sign for sign in lines[-1] if sign.isprintable())[:SHOWN] if lines else ""
        return f": {text.rstrip('.')}" if text else ""
