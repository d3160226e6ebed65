"""How a second program reaches the running lab: one JSON line each way over a socket only its user can open.

``agmonitor lab status|fault|heal|stop`` ask; whoever runs a lab, the window included, serves.
Requests: ``{"do": "status" | "heal" | "stop"}``, ``{"do": "fault", "name", "node", "for_s", "link",
"parameters", "after_s"}``, and ``"pid"`` where several labs run. Answers: ``{"ok": true, "sentence",
"status"?}`` or ``{"ok": false, "sentence"}``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from agmonitor.lab import folder, lines
from agmonitor.lab.errors import LabError
from agmonitor.lab.status import LabStatus

SOCKET = "control"
ANSWER_WITHIN_S = 60.0  # a restarted node may take its time
ASK_WITHIN_S = 5.0
LARGEST = 1 << 20


class ServedLab(Protocol):
    """What is asked of a lab from outside."""

    @property
    def folder(self) -> Path: ...

    def status(self) -> LabStatus: ...

    async def fault(
        self,
        name: str,
        node: str | None = None,
        for_s: float | None = None,
        *,
        link: str | None = None,
        parameters: Mapping[str, float] | None = None,
        after_s: float = 0.0,
    ) -> str: ...

    async def keep_schedule(self) -> None: ...

    async def heal(self) -> None: ...

    async def stop(self) -> None: ...


def _nobody_waits() -> None:
    pass


async def serve(lab: ServedLab, listening: Callable[[], None] = _nobody_waits) -> None:
    """Answer until somebody asks for the lab's stop (it is stopped then), or until cancelled.

    Keeps the lab's schedule meanwhile.

    ``listening`` is called as soon as others can connect.
    """
    stopped = asyncio.Event()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request: lines.Line = {}
        with contextlib.suppress(OSError, TimeoutError, ValueError):  # who asks so awaits no answer
            async with asyncio.timeout(ASK_WITHIN_S):
                request = lines.decode(await reader.readline())
            writer.write(lines.encode(await _obey(lab, request)))
            await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        if request.get("do") == "stop":
            stopped.set()

    server = await asyncio.start_unix_server(
        converse, sock=_listening(lab.folder), limit=LARGEST, start_serving=False
    )
    try:
        await server.start_serving()
        listening()
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(lab.keep_schedule())
            await stopped.wait()
            keeping.cancel()
    finally:
        server.close()


async def send(request: Mapping[str, object]) -> lines.Line:
    """Ask the running lab.

    Raises:
        LabError: none runs, several do, or it does not answer.
    """
    place = _the_one(folder.running(), request.get("pid"))
    try:
        with _short(place) as short:
            reader, writer = await asyncio.open_unix_connection(f"{short}/{SOCKET}", limit=LARGEST)
    except OSError:
        raise LabError(f"The lab of process {folder.pid_of(place)} is just starting or ending.") from None
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            writer.write(lines.encode(request))
            await writer.drain()
            return lines.decode(await reader.readline())
    except TimeoutError:
        raise LabError(f"The lab did not answer within {ANSWER_WITHIN_S:g} s.") from None
    except (OSError, ValueError):
        raise LabError("The lab ended before it answered.") from None
    finally:
        writer.close()


def _listening(place: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.setblocking(False)  # noqa: FBT003 - its only form
    with _short(place) as short:
        sock.bind(f"{short}/{SOCKET}")
    (place / SOCKET).chmod(0o600)  # before anybody could connect
    sock.listen()
    return sock


async def _obey(lab: ServedLab, request: lines.Line) -> lines.Line:
    try:
        return {"ok": True, **await _do(lab, request)}
    except LabError as error:
        return {"ok": False, "sentence": str(error)}


async def _do(lab: ServedLab, request: lines.Line) -> lines.Line:
    match request:
        case {"do": "status"}:
            return {"sentence": "", "status": lab.status().document()}
        case {"do": "fault", "name": str(name)}:
            return {"sentence": await _fault(lab, name, request)}
        case {"do": "heal"}:
            await lab.heal()
            return {"sentence": "Everything is healed."}
        case {"do": "stop"}:
            await lab.stop()
            return {"sentence": "The lab has stopped."}
    raise LabError(f"The lab does not understand {request.get('do')!r}.")


async def _fault(lab: ServedLab, name: str, request: lines.Line) -> str:
    node, for_s, link = request.get("node"), request.get("for_s"), request.get("link")
    if not isinstance(node, str | None) or not isinstance(for_s, int | float | None):
        raise LabError("A fault takes a node's name and a number of seconds.")
    if not isinstance(link, str | None):
        raise LabError("A fault takes a link's name.")
    after_s = request.get("after_s") or 0.0
    if not isinstance(after_s, int | float):
        raise LabError("A fault begins after a number of seconds.")
    parameters = request.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise LabError("A fault takes numbers by name.")
    return await lab.fault(name, node, for_s, link=link, parameters=parameters, after_s=after_s)


def _the_one(places: list[Path], pid: object) -> Path:
    if pid is not None:
        places = [place for place in places if folder.pid_of(place) == pid]
    if not places:
        what = "No lab is running" if pid is None else f"Process {pid} runs no lab"
        raise LabError(f"{what}; start one with: agmonitor lab")
    if len(places) > 1:
        pids = ", ".join(str(folder.pid_of(place)) for place in places)
        raise LabError(
            f"{len(places)} labs are running (processes {pids}). The verbs of agmonitor lab take --pid; "
            f"end one with: agmonitor lab stop --pid {folder.pid_of(places[0])}"
        )
    return places[0]


@contextlib.contextmanager
def _short(place: Path) -> Iterator[str]:
    """A short name of a folder: a socket's path may have 107 bytes, which a deep home folder exceeds."""
    fd = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{fd}"
    finally:
        os.close(fd)
