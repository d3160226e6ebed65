"""``agmonitor lab record``: watches the running lab into a file that opens anywhere, its faults included.

A lab has no past in the history; this is how one of its incidents is kept, or sent to whoever shall study it.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from agmonitor.cli.faults import UserError, Verb, say
from agmonitor.cli.options import Length

if TYPE_CHECKING:
    from agmonitor.domain.model import GroupSettings
    from agmonitor.history.exchange import Exchanged
    from agmonitor.history.store import Store
    from agmonitor.monitor.ports import GroupChange
    from agmonitor.monitor.workspace import Workspace

EXAMPLES = """\b
Examples:
  agmonitor lab record incident.agmrec           until Ctrl+C; break something meanwhile
  agmonitor lab record drill.agmrec --for 2min
  agmonitor history open incident.agmrec         look at it, here or elsewhere
"""
DAY_S = 86_400.0
LOOK_S = 0.5


@click.command(cls=Verb, epilog=EXAMPLES)
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--for", "for_s", metavar="TIME", type=Length(0, DAY_S, min_open=True), help="End by itself.")
def record(file: Path, *, for_s: float | None) -> None:
    """Record the running lab into a file, with what is broken in it."""
    from agmonitor.cli.once import run
    from agmonitor.cli.wiring import lab_group, passwords, watching
    from agmonitor.history.store import Store
    from agmonitor.report.replay import exchanged_text

    if file.exists():
        raise UserError(f"{file} is there already.")
    if not os.access(file.parent, os.W_OK | os.X_OK):  # else it would be known when all is recorded
        raise UserError(f"Nothing can be written into {file.parent}; name a folder that is there and yours.")
    secrets = passwords(None)
    group = lab_group(secrets)
    with tempfile.TemporaryDirectory(prefix="agmonitor-lab-", ignore_cleanup_errors=True) as folder:
        history = Path(folder) / "history.db"

        async def recorded() -> None:
            store = Store.open(history)
            try:
                await _watched(watching([group], secrets, store), store, group, for_s)
            finally:
                await store.close()

        try:
            run(recorded())
        except KeyboardInterrupt:
            say("")
        told = _written(history, group.name, file)
    if told is None:
        raise UserError("The lab ended before anything was seen of it: no file was written.")
    click.echo(f"{file}: {exchanged_text(told)}")


def _written(history: Path, group: str, file: Path) -> Exchanged | None:
    """What was written. An incident does not come again: what cannot be put there is put somewhere else."""
    from agmonitor.history.exchange import export_recording

    try:
        return export_recording(history, group, file, float("-inf"), None)
    except OSError as error:
        told = f"{file} cannot be written: {error.strerror or error}"
        elsewhere = Path(tempfile.mkdtemp(prefix="agmonitor-recording-")) / file.name
        try:
            export_recording(history, group, elsewhere, float("-inf"), None)
        except OSError:
            with contextlib.suppress(OSError):
                elsewhere.parent.rmdir()
            raise UserError(told) from error
        raise UserError(f"{told}; what was recorded is in {elsewhere} instead.") from error


async def _watched(workspace: Workspace, store: Store, group: GroupSettings, for_s: float | None) -> None:
    """Until it is told to end, or the lab has; what was broken when is written down last."""
    import asyncio

    from agmonitor.cli.once import until_stopped

    status: dict[str, Any] = {}
    told: list[str] = []

    def tell(_change: GroupChange) -> None:
        if not told:
            told.append("Recording the lab; Ctrl+C ends it and writes the file.")
            say(told[0])

    workspace.subscribe(tell)

    async def work() -> None:
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(workspace.run())
            await _until_gone(status)
            watching.cancel()

    try:
        await until_stopped(work, for_s)
    finally:
        await _mark(store, group, status)


async def _until_gone(status: dict[str, Any]) -> None:
    """The lab's newest word on itself, for as long as it gives one."""
    import asyncio

    from agmonitor.lab import control
    from agmonitor.lab.errors import LabError

    while True:
        try:
            answer = await control.send({"do": "status"})
            status.update(cast("dict[str, Any]", answer["status"]))
        except LabError:
            say("The lab has ended.")
            return
        await asyncio.sleep(LOOK_S)


async def _mark(store: Store, group: GroupSettings, status: dict[str, Any]) -> None:
    from agmonitor.domain.kept import Mark, MarkKind
    from agmonitor.lab.fault_words import broken_when
    from agmonitor.lab.status import FaultRecord

    records = [FaultRecord(**one) for one in status.get("faults", ())]
    for at, words in broken_when(records):
        await store.mark(group.name, Mark(at, MarkKind.BROKEN, "lab", words, at))
