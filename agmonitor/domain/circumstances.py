"""Circumstances that several rows of the table share: each is asked once for all of them.

Most judgements find none of these, and then none of their rows can hold.
"""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.facts import Facts

LADEN = 0.50
"""A load score that is worth a word."""


def pair_broken(f: Facts) -> bool:
    """Anything but one Primary and one Secondary heard, beyond doubt: most rows can hold only then."""
    return not f.pair_stands


def something_past(f: Facts) -> bool:
    """What most pairs are without: a change of Primary, settings apart, old answers, DNS or clients lost."""
    memory, state = f.memory, f.state
    return (
        memory.change is not None
        or memory.differ_since is not None
        or bool(memory.old_answers)
        or bool(memory.changes)
        or state.dns_failures > 0
        or state.clients_failures > 1
    )


def some_node_odd(f: Facts) -> bool:
    """A node that was cut off from DNS, or laden, or did not tell of its hooks; or hooks in trouble."""
    for node in f.nodes:
        heard, load, hooks = node.heard, node.load, node.hooks
        if heard is not None and heard.report is not None and heard.report.dns_link is named.DISCONNECTED:
            return True
        if load is not None and (load.load_score or 0.0) >= LADEN:
            return True
        if hooks is not None and hooks.answer is not named.ANSWERED:
            return True
    return bool(f.memory.hook_troubles)
