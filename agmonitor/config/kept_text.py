"""The settings file as a person wrote it, changed only where the settings have: comments and layout stay.

The text falls into blocks, each from the comment lines right above its header to the next: one a group, one
for ``[history]``, one for ``[alerts]``. A block whose settings are the same is kept letter by letter. Opens
no file, and vouches for nothing: whoever saves reads the text again before it is put in place.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tomli_w

Plain = Mapping[str, Any]
GROUPS = "groups"
_NO_GROUPS = re.compile(r"(?m)^groups\s*=\s*\[\s*\]\s*$\n?")
_HEADER = re.compile(r"\s*\[\[?\s*(?P<top>[A-Za-z0-9_-]+)\s*(?P<more>\.)?")


@dataclass(slots=True)
class _Block:
    """A part of the text under one header; ``top`` is empty before the first."""

    top: str
    text: str = ""


def changed_text(text: str, before: Plain, after: Plain) -> str:
    """That text, which says ``before``, made to say ``after``; both as plain tables of the settings.

    Raises:
        Exception: the text is laid out in a way that cannot be changed in parts.
    """
    first, *blocks = _blocks(_NO_GROUPS.sub("", text))
    others = [block.top for block in blocks if block.top != GROUPS]
    if tomllib.loads(first.text) or len(others) != len(set(others)):
        raise ValueError("the settings do not stand under one header each")
    tops = [block.top for block in blocks]
    place = tops.index(GROUPS) if GROUPS in tops else len(tops)  # all before the groups is no group
    told = [_table(block, before, after) for block in blocks if block.top != GROUPS]
    new = [_new({top: table}) for top, table in after.items() if top != GROUPS and top not in others]
    groups = _groups([block.text for block in blocks if block.top == GROUPS], before, after)
    return _joined([first.text, *told[:place], *groups, *told[place:], *new])


def _groups(texts: Sequence[str], before: Plain, after: Plain) -> list[str]:
    """The block of each group as it is to be; a renamed one, which has the same nodes, keeps its own."""
    known = {old["name"]: (old, text) for old, text in zip(before[GROUPS], texts, strict=True)}
    names = {group["name"] for group in after[GROUPS]}
    gone = {repr(there[0]["nodes"]): there for name, there in known.items() if name not in names}
    found = []
    for group in after[GROUPS]:
        there = known.get(group["name"]) or gone.pop(repr(group["nodes"]), None)
        if there is None:
            found.append(_new({GROUPS: [group]}))
            continue
        old, text = there
        found.append(text if old == group else _edited(text, {GROUPS: [old]}, {GROUPS: [group]}))
    return found


def _new(table: Plain) -> str:
    return "\n" + tomli_w.dumps(table)


def _blocks(text: str) -> Iterator[_Block]:
    block, above = _Block(""), ""  # comment lines that may belong to the header that follows
    for line in text.splitlines(keepends=True):
        header = _HEADER.match(line)
        if header is not None and (header["top"] != block.top or not (header["more"] or block.top != GROUPS)):
            yield block
            block, above = _Block(header["top"], above + line), ""
        elif line.lstrip().startswith("#"):
            above += line
        else:
            block.text, above = block.text + above + line, ""
    block.text += above
    yield block


def _table(block: _Block, before: Plain, after: Plain) -> str:
    top = block.top
    if top not in after:
        return "" if top in before else block.text  # an empty table, or one that says the defaults, may stay
    if before.get(top) == after[top]:
        return block.text
    return _edited(block.text, {top: before.get(top, {})}, {top: after[top]})


def _edited(text: str, before: Plain, after: Plain) -> str:
    import tomlkit  # noqa: PLC0415 - sixty milliseconds, which no start shall take

    document = tomlkit.parse(text)
    _change(document, before, after)
    return tomlkit.dumps(document)


def _change(there: Any, before: Plain, after: Plain) -> None:
    """Only what differs between the two; what was written out though it is the default stays."""
    for key in before.keys() - after.keys():
        del there[key]
    for key, value in after.items():
        old = before.get(key)
        if key in before and old == value:
            continue
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            _change(there[key], old, value)
        elif isinstance(old, list) and isinstance(value, list) and _alike(old, value):
            for part, was, now in zip(there[key], old, value, strict=True):
                _change(part, was, now)
        else:
            there[key] = value


def _alike(old: list[Any], value: list[Any]) -> bool:
    """Whether both are as many tables."""
    return len(old) == len(value) and all(isinstance(one, Mapping) for one in (*old, *value))


def _joined(parts: Sequence[str]) -> str:
    """One after another, each on lines of its own."""
    text = ""
    for part in parts:
        if part and text and not text.endswith("\n"):
            text += "\n"
        text += part if text and not text.endswith("\n\n") else part.removeprefix("\n")
    return text
