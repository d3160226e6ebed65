"""``agmonitor demo``: the lab and the window on it; or, without anybody looking, the story with pictures."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import click

from agmonitor.cli.display import has_display
from agmonitor.cli.faults import INTERRUPTED, UserError, Verb, say
from agmonitor.cli.lab_wish import BIND, LabWish, lab_options

EXAMPLES = """\b
Examples:
  agmonitor demo                    a pair on this machine, in the window
  agmonitor demo --unattended out   no display needed; pictures and summary.json in out
  agmonitor demo --https --dns bind over TLS with a CA of its own, on a BIND 9

\b
Exit code of --unattended: 0 only if everything came as told.
"""
SUMMARY = "summary.json"


@click.command(cls=Verb, epilog=EXAMPLES)
@click.option(
    "--unattended",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Play a takeover and a failover, with a picture of each step in DIR.",
)
@lab_options
def demo(folder: Path | None, *, https: bool, dns: str, workflows: tuple[Path, ...]) -> int:
    """See a real pair of nodes fail over, on this machine alone."""
    if workflows:
        from agmonitor.lab.options import example_workflows

        workflows = (*example_workflows()[1:], *workflows)  # the story tells of the examples' hooks
    wish = LabWish(https=https, bind=dns == BIND, workflows=workflows)
    if folder is None and has_display():
        from agmonitor.cli.window import open_window

        return open_window(lab=wish)
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="agmonitor-demo-"))
        say(f"There is no display, so the demo plays unattended; its pictures go to {folder}.")
    return _unattended(folder, wish)


def _unattended(folder: Path, wish: LabWish) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SUMMARY).unlink(missing_ok=True)  # of an earlier run: it must not speak for this one
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise UserError(f"The pictures cannot be put into {folder}: {error.strerror}.") from error
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from agmonitor.cli.demo_run import play_story

    told = play_story(folder, click.echo, wish)
    if told is None:
        return INTERRUPTED
    text = json.dumps(told.document(), indent=2) + "\n"
    (folder / SUMMARY).write_text(text, encoding="utf-8")
    click.echo(f"{'The story came true' if told.passed else 'The story did NOT come true'}: {folder}")
    return 0 if told.passed else 1
