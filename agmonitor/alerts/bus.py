"""A connection to the desktop's session bus: calls that are answered, signals that are heard.

Where the desktop has none, as on other systems, connecting says so. Nothing waits longer than a few seconds.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Any, Self
from urllib.parse import unquote

from agmonitor.alerts.bus_wire import HEAD, Field, Kind, Message, WireError, decoded, encoded, length_of

ADDRESS = "DBUS_SESSION_BUS_ADDRESS"
ANSWER_WITHIN_S = 5.0
ABSENT = {
    f"org.freedesktop.DBus.Error.{name}"
    for name in ("ServiceUnknown", "NameHasNoOwner", "Spawn.ServiceNotFound")
}
BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")


class BusError(OSError):
    """There is no bus, it broke off, or it answered with an error; the sentence says which."""


class NobodyThereError(BusError):
    """Nobody on the bus has that name, or can be started for it."""


def places(environment: Mapping[str, str]) -> list[str]:
    """The sockets that the environment names, as ``open_unix_connection`` takes them."""
    told = environment.get(ADDRESS) or ""
    if not told and (folder := environment.get("XDG_RUNTIME_DIR")):
        told = f"unix:path={folder}/bus"
    found = []
    for one in told.split(";"):
        kind, _, rest = one.partition(":")
        keys = dict(pair.partition("=")[::2] for pair in rest.split(","))
        if kind == "unix" and "path" in keys:
            found.append(unquote(keys["path"]))
        elif kind == "unix" and "abstract" in keys:
            found.append("\0" + unquote(keys["abstract"]))
    return found


class Bus:
    """One connection; ``heard`` gets each signal that was asked for."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        heard: Callable[[str, tuple[Any, ...]], None],
    ) -> None:
        self._reader, self._writer, self._heard = reader, writer, heard
        self._serial = 0
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self.broken = False

    @classmethod
    async def connected(cls, heard: Callable[[str, tuple[Any, ...]], None]) -> Self:
        """The session's bus, signed in to; ``read`` must run from now on.

        Raises:
            BusError: there is none, or it does not let us in.
        """
        why = "no session bus is named in the environment"
        for place in places(os.environ):
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    reader, writer = await asyncio.open_unix_connection(place)
                    return cls(*await _let_in(reader, writer), heard)
            except (OSError, TimeoutError, asyncio.IncompleteReadError, AttributeError) as error:
                why = getattr(error, "strerror", None) or str(error) or "it does not answer"
        raise BusError(f"The desktop's session bus cannot be reached: {why}.")

    async def hello(self) -> None:
        """The first call on every connection.

        Raises:
            BusError: as ``call``.
        """
        await self.call(BUS, "Hello", "", ())

    async def hear(self, interface: str) -> None:
        """Have that interface's signals.

        Raises:
            BusError: as ``call``.
        """
        await self.call(BUS, "AddMatch", "s", (f"type='signal',interface='{interface}'",))

    async def call(
        self, of: tuple[str, str, str], member: str, signature: str, body: tuple[Any, ...], gives: str = ""
    ) -> tuple[Any, ...]:
        """The answer to a call; ``of``: destination, path, interface; ``gives``: its signature, if needed.

        Raises:
            BusError: it was refused, broke off, was not answered in time, or with something else.
        """
        serial = self._write(of, member, signature, body)
        answer = self._waiting[serial] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._writer.drain()
                told: Message = await answer
        except (OSError, TimeoutError) as error:
            raise BusError(f"{of[0]} does not answer.") from error
        finally:
            del self._waiting[serial]
        if told.kind == Kind.ERROR:
            name = told.fields.get(Field.ERROR_NAME, "an error")
            raise (
                NobodyThereError(f"Nobody on the bus is called {of[0]}.")
                if name in ABSENT
                else BusError(f"{of[0]} answers {name}.")
            )
        if gives and told.fields.get(Field.SIGNATURE) != gives:
            raise BusError(f"{of[0]} gives no usable answer to {member}.")
        return told.body

    def _write(self, of: tuple[str, str, str], member: str, signature: str, body: tuple[Any, ...]) -> int:
        self._serial += 1
        places = (Field.DESTINATION, Field.PATH, Field.INTERFACE)
        fields: dict[int, Any] = {**dict(zip(places, of, strict=True)), Field.MEMBER: member}
        if signature:
            fields[Field.SIGNATURE] = signature
        self._writer.write(encoded(Message(Kind.CALL, fields, body, self._serial)))
        return self._serial

    def tell(self, of: tuple[str, str, str], member: str, signature: str, body: tuple[Any, ...]) -> None:
        """A call whose answer nobody waits for."""
        if not self.broken:
            self._write(of, member, signature, body)

    async def read(self) -> None:
        """Take what comes, until the bus ends or this is cancelled."""
        try:
            while True:
                head = await self._reader.readexactly(HEAD)
                self._take(decoded(head + await self._reader.readexactly(length_of(head) - HEAD)))
        except (OSError, WireError, asyncio.IncompleteReadError):
            pass
        finally:
            self.broken = True
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionResetError())
            self._writer.close()

    def end(self) -> None:
        """No more of it; ``read`` returns."""
        self.broken = True
        self._writer.close()

    def _take(self, message: Message) -> None:
        if message.kind == Kind.SIGNAL:
            self._heard(str(message.fields.get(Field.MEMBER, "")), message.body)
            return
        waiting = self._waiting.get(message.fields.get(Field.REPLY_TO, 0))
        if waiting is not None and not waiting.done():
            waiting.set_result(message)


async def _let_in(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Say who we are; the bus asks the system whether that is so."""
    try:
        who = str(os.getuid()).encode().hex()
        writer.write(b"\0AUTH EXTERNAL " + who.encode() + b"\r\n")
        answer = await reader.readuntil(b"\r\n")
    except BaseException:
        writer.close()
        raise
    if not answer.startswith(b"OK "):
        writer.close()
        raise BusError("it does not let this account in")
    writer.write(b"BEGIN\r\n")
    return reader, writer
