"""``agmonitor history open``: the window on a recording, with nothing watched and nothing touched."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agmonitor.cli.display import has_display
from agmonitor.cli.faults import UserError, Verb, say
from agmonitor.domain.model import Instant

if TYPE_CHECKING:
    from agmonitor.monitor.played_back import PlayedBack

EXAMPLE = "example"
NO_DISPLAY = 1
EXAMPLES = """\b
Examples:
  agmonitor history open example          an incident that comes with the program
  agmonitor history open incident.agmrec  what somebody exported
  agmonitor history open incident.agmrec --at agmonitor://gw-prod/2026-11-22T03:14:09Z

A click on the time axis shows the window as it was at that moment. Nothing is asked, written or ordered.
"""


@click.command("open", cls=Verb, epilog=EXAMPLES)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--at",
    metavar="MOMENT",
    help="Show this moment first: a copied link, an instant, a time of day, or how long before the end.",
)
def open_past(file: Path, at: str | None) -> int:
    """Open the window on a recorded incident."""
    if not has_display():
        say(
            "There is no display to open the window on; agmonitor history import FILE, then replay, tells it."
        )
        return NO_DISPLAY
    with played(file) as recording:
        begin_at = moment_in(recording, at) if at is not None else None
        from agmonitor.ui.app import run_recording

        return run_recording(recording, at=begin_at)


def moment_in(recording: PlayedBack, typed: str) -> Instant:
    """The moment of the recording that a person typed, or was sent a link to.

    Raises:
        UserError: it cannot be made out, is of another group, or not within the recording.
    """
    from agmonitor.report.link import typed_moment
    from agmonitor.report.words import rfc3339

    try:
        moment = typed_moment(typed, recording.until_at, utc=False)
    except ValueError as error:
        raise UserError(str(error)) from error
    if moment.group not in {None, recording.name}:
        raise UserError(f"The link is of {moment.group}, the recording of {recording.name}.")
    if not recording.from_at <= moment.at <= recording.until_at:
        first, last = rfc3339(recording.from_at), rfc3339(recording.until_at)
        raise UserError(f"That moment is not in the recording, which tells {first} to {last}.")
    return moment.at


@contextlib.contextmanager
def played(file: Path) -> Iterator[PlayedBack]:
    """A recording taken into a history of its own, which ends with the block.

    Raises:
        UserError: the file cannot be read, or is no recording.
    """
    from agmonitor.history.exchange import import_recording
    from agmonitor.history.recording import RecordingError
    from agmonitor.monitor.played_back import PlayedBack

    file = example_file() if str(file) == EXAMPLE and not file.exists() else file
    with tempfile.TemporaryDirectory(prefix="agmonitor-recording-", ignore_cleanup_errors=True) as folder:
        history = Path(folder) / "history.db"
        try:
            told = import_recording(history, file, lambda header, _taken: header.group)
            recording = PlayedBack.of(history, told.group)
        except (RecordingError, ValueError) as error:
            raise UserError(f"{file} cannot be opened. {error}") from error
        yield recording


def example_file() -> Path:
    """The incident that comes with the program."""
    from agmonitor.cli.wiring import resource

    return resource("recordings") / "example.agmrec"


def show_example() -> None:
    """Open it in a window, and a process, of its own: what is watched here is not disturbed.

    Raises:
        OSError: it cannot be started.
    """
    import subprocess
    import sys

    command = [sys.executable, "-m", "agmonitor", "history", "open", EXAMPLE]
    subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - ourselves
