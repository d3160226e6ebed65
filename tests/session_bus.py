"""A session bus of a test's own, and on it a desktop's notification service that keeps what it is told.

The bus is the real daemon, which throws out whoever sends a message that is not well formed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest

from agmonitor.alerts.bus_wire import HEAD, Field, Kind, Message, decoded, encoded, length_of

needs_bus = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="dbus-daemon is not installed")
NAME = "org.freedesktop.Notifications"
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


@contextlib.contextmanager
def session_bus(folder: Path) -> Iterator[str]:
    """The address of a bus on which nobody is, and on which nobody is started by being asked for."""
    config = folder / "bus.conf"
    config.write_text(CONFIG.format(folder=folder), encoding="utf-8")
    with subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as daemon:
        try:
            assert daemon.stdout is not None
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


@dataclass
class Shown:
    """One call of ``Notify`` as it came over the bus."""

    signature: str
    number: int
    replaces: int
    title: str
    text: str
    actions: list[str]
    hints: dict[str, tuple[str, Any]]
    stays_ms: int


@dataclass
class Desktop:
    """The notification service; ``markup``: whether it reads text as markup."""

    address: str
    markup: bool = True
    shown: list[Shown] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def __enter__(self) -> Self:
        place = self.address.partition("path=")[2].partition(",")[0]
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(place)
        self._file = self._socket.makefile("rb")
        self._socket.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        assert self._file.readline().startswith(b"OK ")
        self._socket.sendall(b"BEGIN\r\n")
        self._serial = 0
        self._call("Hello", "", ())
        self._call("RequestName", "su", (NAME, 0))
        while self._next().fields.get(Field.REPLY_TO) != 2:
            pass
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._file.close()
        self._socket.close()

    def click(self, number: int, action: str = "default") -> None:
        self._signal("ActionInvoked", "us", (number, action))

    def take_away(self, number: int) -> None:
        self._signal("NotificationClosed", "uu", (number, 2))

    def _serve(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while True:
                message = self._next()
                if message.kind == Kind.CALL:
                    self._answer(message)

    def _answer(self, call: Message) -> None:
        member, body = call.fields[Field.MEMBER], call.body
        signature = ""
        answer: tuple[Any, ...] = ()
        if member == "GetCapabilities":
            signature, answer = "as", (["body", "actions", *(["body-markup"] if self.markup else [])],)
        elif member == "Notify":
            number = body[1] or len(self.shown) + 1
            told = Shown(call.fields[Field.SIGNATURE], number, body[1], *body[3:])
            self.shown.append(told)
            signature, answer = "u", (number,)
        elif member == "CloseNotification":
            self.closed.append(body[0])
        fields = {Field.REPLY_TO: call.serial, Field.DESTINATION: call.fields[Field.SENDER]}
        self._send(Kind.REPLY, fields, signature, answer)

    def _call(self, member: str, signature: str, body: tuple[Any, ...]) -> None:
        bus = "org.freedesktop.DBus"
        fields = {Field.PATH: "/org/freedesktop/DBus", Field.INTERFACE: bus, Field.DESTINATION: bus}
        self._send(Kind.CALL, {**fields, Field.MEMBER: member}, signature, body)

    def _signal(self, member: str, signature: str, body: tuple[Any, ...]) -> None:
        fields = {Field.PATH: "/org/freedesktop/Notifications", Field.INTERFACE: NAME, Field.MEMBER: member}
        self._send(Kind.SIGNAL, fields, signature, body)

    def _send(self, kind: Kind, fields: dict[Any, Any], signature: str, body: tuple[Any, ...]) -> None:
        self._serial += 1
        told = {**fields, Field.SIGNATURE: signature} if signature else fields
        self._socket.sendall(encoded(Message(kind, told, body, self._serial)))

    def _next(self) -> Message:
        head = self._file.read(HEAD)
        if len(head) < HEAD:
            raise OSError("the bus has ended")
        return decoded(head + self._file.read(length_of(head) - HEAD))
