"""All rules over all workflows below a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agmonitor.hooklint.code import index
from agmonitor.hooklint.remarks import Remark, Rule
from agmonitor.hooklint.rules_names import unknown_names, unknown_words
from agmonitor.hooklint.rules_place import misplaced
from agmonitor.hooklint.rules_role import previous_inverted, role_unchecked
from agmonitor.hooklint.rules_time import too_long
from agmonitor.hooklint.sources import Unread, read
from agmonitor.hooklint.subscriptions import Subscription, subscriptions


@dataclass(frozen=True, slots=True)
class LintedHook:
    """One place that subscribes."""

    workflow: str
    callback: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Linted:
    """What came of it. ``truncated``: there were more files than are read."""

    files: int
    hooks: tuple[LintedHook, ...]
    remarks: tuple[Remark, ...]
    unread: tuple[Unread, ...]
    truncated: bool = False

    @property
    def exit_code(self) -> int:
        """0 clean, 1 remarks, 2 nothing to lint."""
        if self.remarks:
            return 1
        return 0 if self.hooks else 2


def lint(root: Path, tell: Callable[[int], object] = lambda _: None) -> Linted:
    """Every hook below ``root``. Nothing is imported or run. ``tell`` hears how many files were looked at."""
    found = read(root, tell)
    hooks: list[LintedHook] = []
    remarks: set[Remark] = {_unreadable(one) for one in found.unread if one.matters}
    for sources in found.workflows:
        workflow = index(sources)
        remarks |= set(unknown_names(workflow))
        for hook in subscriptions(workflow):
            file = hook.module.source.file
            hooks.append(LintedHook(workflow.name, hook.callback_name, file, hook.call.lineno))
            remarks |= set(_of_hook(hook))
    return Linted(found.files, tuple(hooks), tuple(sorted(remarks)), tuple(found.unread), found.truncated)


def _of_hook(hook: Subscription) -> Iterator[Remark]:
    for rule in (unknown_words, role_unchecked, previous_inverted, too_long, misplaced):
        yield from rule(hook)


def _unreadable(one: Unread) -> Remark:
    why = f"It is no Python that could be read, so neither we nor a Gateway see its hooks: {one.reason}."
    return Remark(
        one.file,
        one.line,
        Rule.UNREADABLE,
        Path(one.file).parent.name,
        "",
        why,
        f"python3 -m py_compile {one.file}",
    )
