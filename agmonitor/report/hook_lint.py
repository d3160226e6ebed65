"""What the linter of hooks found, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from agmonitor.hooklint.lint import Linted
from agmonitor.hooklint.remarks import Remark
from agmonitor.report.words import plain


def lint_text(told: Linted) -> str:
    return "\n".join(_lines(told))


def _lines(told: Linted) -> Iterator[str]:
    for remark in told.remarks:
        yield from _remark_lines(remark)
    unread = [one for one in told.unread if not one.matters]
    for one in unread:
        yield f"not read: {plain(one.file)}:{one.line}: {plain(one.reason)}"
    if told.truncated:
        yield f"Only the first {told.files} files were read."
    yield _summary(told)


def _remark_lines(remark: Remark) -> Iterator[str]:
    whose = f" ({remark.workflow}: {remark.callback})" if remark.callback else ""
    yield f"{plain(remark.file)}:{remark.line}: {remark.rule.value}{plain(whose)}"
    yield f"    {plain(remark.why)}"
    yield from (f"      | {plain(line)}" for line in remark.mended.splitlines())


def _summary(told: Linted) -> str:
    files = f"{told.files} Python file{'' if told.files == 1 else 's'} read"
    if not told.hooks and not told.remarks:
        return f"{files}; none subscribes to availability_group.api."
    hooks = f"{len(told.hooks)} hook{'' if len(told.hooks) == 1 else 's'}"
    return f"{files}, {hooks}, {len(told.remarks) or 'nothing'} to mend."


def lint_json(folder: str, told: Linted) -> dict[str, object]:
    return {
        "schema": 1,
        "folder": folder,
        "files": told.files,
        "truncated": told.truncated,
        "hooks": [
            {"workflow": hook.workflow, "callback": hook.callback, "file": hook.file, "line": hook.line}
            for hook in told.hooks
        ],
        "findings": [_remark_json(remark) for remark in told.remarks],
        "unread": [{"file": one.file, "line": one.line, "reason": one.reason} for one in told.unread],
    }


def _remark_json(remark: Remark) -> dict[str, object]:
    return {
        "rule": remark.rule.value,
        "file": remark.file,
        "line": remark.line,
        "workflow": remark.workflow,
        "callback": remark.callback or None,
        "why": remark.why,
        "mended": remark.mended,
    }
