"""Refuses translations that name other values than their English text: the program would not use them.

Arguments: .po files. A line for each such entry, with its file and line; exits 1 where there is one.
"""

from __future__ import annotations

import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

COUNTED = {"n"}  # a plural form may leave the number out: "a run"


def values_of(template: str) -> set[str]:
    """What stands in braces.

    Raises:
        ValueError: a brace is not closed.
    """
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def mistakes(message: Message) -> Iterator[str]:
    """What is wrong with each of an entry's translations; one that is not filled in is not wrong."""
    plural = isinstance(message.id, tuple)
    english = set[str]().union(*map(values_of, message.id if plural else (message.id,)))
    for told in message.string if plural else (message.string,):
        try:
            here = values_of(told)
        except ValueError as error:
            yield f"{told!r}: {error}"
            continue
        lost = english - here - (COUNTED if plural else set())
        for what, names in (("leaves out", lost if told else set()), ("knows no", here - english)):
            yield from (f"{told!r} {what} {{{name}}}" for name in sorted(names))


def main() -> int:
    found = 0
    for file in map(Path, sys.argv[1:]):
        with file.open("rb") as open_file:
            catalogue = read_po(open_file)
        for message in catalogue:
            for mistake in mistakes(message) if message.id and not message.fuzzy else ():
                found += 1
                print(f"{file}:{message.lineno}: {mistake}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
