"""The command ``agmonitor``: which verbs there are, and how any of them ends.

A verb's module is imported when that verb is called, so that ``--version`` and ``--help`` are quick. What is
heavy (Qt, HTTP, DNS, Flask, keyring) is imported by the verb's own function, never on the way there.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from agmonitor import __version__
from agmonitor.cli.faults import INTERRUPTED, VerbGroup, reader_gone, say, usage_code

LAST_STANDARD = 2
COMPLETE_VARIABLE = "_AGMONITOR_COMPLETE"
GIVEN_BEFORE = "password_file"

VERBS = {
    "status": "Look once at one or more groups; exits as a Nagios plug-in does.",
    "watch": "Print each change as it happens.",
    "failover": "Order a planned failover, with guards, and watch it come true.",
    "hooks": "Show the role-change hooks of both nodes and their last calls.",
    "alerts": "Silence alerts, plan maintenance, and test how alerts get out.",
    "groups": "List, add, edit and remove the groups to watch.",
    "lab": "Run a real pair of Gateway nodes on this machine, and break it.",
    "whatif": "Predict how long a failover takes, with a group's settings or with others.",
    "drill": "Break a pair in virtual time or live, and judge what was shown.",
    "history": "Tell, check, export, import and open what was recorded.",
    "demo": "See it all: the lab, the window, a takeover and a failover.",
    "diagnose": "Show versions, paths and checks for a bug report; no secrets.",
}
"""Each verb's module is ``agmonitor.cli.<verb>`` and holds the command under the same name."""

EXAMPLES = """\b
Examples:
  agmonitor                       open the window
  agmonitor demo                  see a takeover on this machine
  agmonitor status                all groups, once
  agmonitor status --node gw-1=https://gw-1.example.net \\
      --node gw-2=https://gw-2.example.net --user monitor
  agmonitor watch gw-prod --json  one JSON object a change

\b
Environment:
  AGMONITOR_PASSWORD   the password, where no file gives it
  AGMONITOR_HOME       one folder for settings, history, log and lab
  AGMONITOR_THEME      the window's colours: light or dark
  AGMONITOR_MOTION     reduced: the time axis moves less often
"""


class Verbs(VerbGroup):
    """Loads a verb when it is called; lists them all without loading any."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        command = getattr(importlib.import_module(f"agmonitor.cli.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


def _show_completion(ctx: click.Context, _option: click.Parameter, shell: str | None) -> None:
    if shell is None or ctx.resilient_parsing:
        return
    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(agmonitor, {}, "agmonitor", COMPLETE_VARIABLE).source())
    ctx.exit()


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="agmonitor %(version)s")
@click.option(
    "--show-completion",
    type=click.Choice(["bash", "zsh", "fish"]),
    callback=_show_completion,
    expose_value=False,
    is_eager=True,
    help='Print the completion script: eval "$(agmonitor --show-completion bash)".',
)
@click.option(
    "--password-file",
    metavar="FILE",
    help="File whose first line is the password; for the window, or the verb that follows.",
)
@click.option(
    "--at",
    metavar="LINK",
    help="Open the window at a past moment: agmonitor://GROUP/2026-11-22T03:14:09Z, as it copies them.",
)
@click.pass_context
def agmonitor(ctx: click.Context, *, password_file: str | None, at: str | None) -> int:
    """Watch, explain and prove the failover of BlueCat Gateway Availability groups.

    Without a verb the window opens.
    """
    if ctx.invoked_subcommand is not None:
        if at is not None:
            raise click.UsageError("--at opens the window; leave the verb away.", ctx)
        if password_file is not None:
            ctx.default_map = {
                ctx.invoked_subcommand: _handed_down(ctx, ctx.invoked_subcommand, password_file)
            }
        return 0
    from agmonitor.cli.window import open_window

    return open_window(password_file, at=at)


def _handed_down(ctx: click.Context, verb: str, password_file: str) -> dict[str, object]:
    """The option as a default of the verb and of what is below it; what the verb itself is given wins.

    Raises:
        click.UsageError: the verb needs no password.
    """
    assert isinstance(ctx.command, click.Group)
    command = ctx.command.get_command(ctx, verb)
    if command is None:
        return {}  # click says so in a moment
    below = command.commands if isinstance(command, click.Group) else {}
    taking = {name: {GIVEN_BEFORE: password_file} for name, one in below.items() if _takes_password(one)}
    own = {GIVEN_BEFORE: password_file} if _takes_password(command) else {}
    if not taking and not own:
        raise click.UsageError(f"{verb} needs no password; leave --password-file away.", ctx)
    return {**taking, **own}


def _takes_password(command: click.Command) -> bool:
    return any(parameter.name == GIVEN_BEFORE for parameter in command.params)


def _open_what_was_closed() -> None:
    """A standard stream that the caller closed (``>&-``) leads nowhere, and no other file gets its number."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= LAST_STANDARD:
        pass
    os.close(number)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - to the end


def _write_any_letter() -> None:
    """A sign that the output's encoding lacks becomes a "?"; it must not cost the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; the exit code. Expected trouble is a sentence on stderr, never a traceback."""
    _open_what_was_closed()
    _write_any_letter()
    try:
        code = agmonitor.main(
            args=None if arguments is None else list(arguments),
            prog_name="agmonitor",
            complete_var=COMPLETE_VARIABLE,
            standalone_mode=False,
        )
        sys.stdout.flush()
    except click.UsageError as error:
        error.show()
        return usage_code(error)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):  # click has begun a fresh line already
        say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        return reader_gone()
    return code if isinstance(code, int) else 0
