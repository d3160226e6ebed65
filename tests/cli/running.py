"""Runs one command line inside the test's process and gives back what a shell would see."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

from agmonitor.cli.main import main


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str


class _Standard(io.TextIOWrapper):
    """A standard stream that is (or is not) a terminal, whatever the test runs under."""

    def __init__(self, text: str = "", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(text.encode()), encoding="utf-8", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def text(self) -> str:
        self.flush()
        content = self.buffer
        assert isinstance(content, io.BytesIO)
        return content.getvalue().decode()


def run(*arguments: str, typed: str = "", terminal: bool = False) -> Ran:
    """``typed`` is stdin; ``terminal`` says that a person sits there."""
    out, err = _Standard(terminal=terminal), _Standard(terminal=terminal)
    with _standard(_Standard(typed, terminal=terminal), out, err):
        code = main(arguments)
    return Ran(code, out.text(), err.text())


@contextlib.contextmanager
def _standard(stdin: _Standard, stdout: _Standard, stderr: _Standard) -> Iterator[None]:
    with (
        patch.object(sys, "stdin", stdin),
        patch.object(sys, "stdout", stdout),
        patch.object(sys, "stderr", stderr),
    ):
        yield
