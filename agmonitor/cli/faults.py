"""What may go wrong by somebody's hand, and the one place that says it in a sentence without a traceback.

Whatever else flies by is a mistake of ours: told with its traceback and an exit code that claims nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator

import click

INTERRUPTED = 130
QT_HINT = "./packaging/run installs what the window needs, or says how; status, watch and lab do without."


class UserError(Exception):
    """The sentence says what is wrong and what to do. ``exit_code`` None: the verb's own for errors."""

    def __init__(self, sentence: str, exit_code: int | None = None) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class Verb(click.Command):
    """A command that knows its exit codes: for wrong usage, for expected errors, for a mistake of ours."""

    usage_code = 2
    error_code = 1
    crash_code = 1

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; an expected error becomes one sentence on stderr and the verb's exit code."""
        with _told_in_a_sentence(ctx, self.error_code, self.crash_code):
            return super().invoke(ctx)


class VerbGroup(click.Group):
    """A group that does something itself where it is called without a verb."""

    def invoke(self, ctx: click.Context) -> object:
        """As ``Verb.invoke``; what a verb below has told is not told again."""
        with _told_in_a_sentence(ctx, Verb.error_code, Verb.crash_code):
            return super().invoke(ctx)


@contextlib.contextmanager
def _told_in_a_sentence(ctx: click.Context, code: int, crash_code: int) -> Iterator[None]:
    try:
        with _sole_cause():
            yield
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except UserError as error:
        say(f"{ctx.command_path}: {error}")
        ctx.exit(code if error.exit_code is None else error.exit_code)
    except BrokenPipeError:
        reader_gone()
        ctx.exit(code)  # what was to be told was not: no claim is made
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        say(f"{ctx.command_path}: {error.strerror or error}{where}")
        ctx.exit(code)
    except Exception as error:  # noqa: BLE001 - the last net: told in full, its code must not say "refused"
        if isinstance(error, ImportError) and "shared object" in str(error):
            say(f"{ctx.command_path}: this system lacks a library: {error}. {QT_HINT}")
            ctx.exit(code)
        from agmonitor.config.log import redact

        say(redact(traceback.format_exc()))
        say(f"{ctx.command_path}: this is a mistake in agmonitor; please report it with the lines above.")
        ctx.exit(crash_code)


@contextlib.contextmanager
def _sole_cause() -> Iterator[None]:
    """What one task of several failed of, for itself: a group around it says nothing more."""
    try:
        yield
    except ExceptionGroup as group:
        inner: Exception = group
        while isinstance(inner, ExceptionGroup) and len(inner.exceptions) == 1:
            inner = inner.exceptions[0]
        raise inner from group.__cause__


class StatusVerb(Verb):
    """A Nagios plug-in says UNKNOWN, 3, whenever it could not look at all."""

    usage_code = 3
    error_code = 3
    crash_code = 3


class FailoverVerb(Verb):
    """64 (wrong usage) keeps clear of 0 to 3, which tell how a failover went."""

    usage_code = 64
    error_code = 64
    crash_code = 3  # outcome unknown: the order may have been sent


def usage_code(error: click.UsageError) -> int:
    """The exit code of the verb that was called wrongly."""
    command = error.ctx.command if error.ctx is not None else None
    return command.usage_code if isinstance(command, Verb) else 2


def say(sentence: str) -> None:
    """A note for the person: on stderr, so that stdout stays what was asked for."""
    tell_on(sentence, err=True)


def tell(line: str) -> None:
    """Print a line; if nobody reads any more, the work goes on in silence."""
    try:
        click.echo(line)
    except BrokenPipeError:
        reader_gone()


def tell_on(line: str, *, err: bool = False) -> None:
    """Print a line of what is under way; a terminal that is gone or a full disk changes nothing of it."""
    try:
        click.echo(line, err=err)
    except OSError:
        stream = sys.stderr if err else sys.stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def reader_gone() -> int:
    """Whoever read our output has gone: nothing more is written, not even by the interpreter's last flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
