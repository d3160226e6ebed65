"""What the linter says: a remark, with the place, the reason and the mended form."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import StrEnum

from agmonitor.hooklint.code import Module
from agmonitor.hooklint.subscriptions import Subscription


class Rule(StrEnum):
    """What is looked for."""

    UNREADABLE = "unreadable"
    NO_ROLE_CHECK = "no_role_check"
    NO_ROLE_CHECK_AT_START = "no_role_check_at_start"
    PREVIOUS_INVERTED = "previous_inverted"
    UNKNOWN_NAME = "unknown_name"
    NO_TIME_LIMIT = "no_time_limit"
    NEVER_ENDS = "never_ends"
    OUTSIDE_A_REQUEST = "outside_a_request"
    SUBSCRIBED_AGAIN = "subscribed_again"
    CANNOT_BE_CALLED = "cannot_be_called"
    NOT_FOLLOWED = "not_followed"


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One thing to mend; ``file`` is below the folder that was linted."""

    file: str
    line: int
    rule: Rule
    workflow: str
    callback: str  # "" where it belongs to no hook
    why: str
    mended: str  # code


def remark(
    rule: Rule, module: Module, node: ast.AST, why: str, mended: str, hook: Subscription | None = None
) -> Remark:
    return Remark(
        file=module.source.file,
        line=getattr(node, "lineno", 1),
        rule=rule,
        workflow=module.workflow.name,
        callback=hook.callback_name if hook is not None else "",
        why=why,
        mended=mended,
    )
