"""Finding 17: what went wrong with hooks at the last change of role, or that hooks cannot be seen.

The troubles themselves are worked out in ``hooks``, whenever an inventory or a role is new.
"""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.circumstances import some_node_odd
from agmonitor.domain.conditions import OfANode, Question, any_of, within
from agmonitor.domain.facts import Facts
from agmonitor.domain.memory import HookTrouble, HookTroubleKind
from agmonitor.domain.model import Answer, Severity
from agmonitor.domain.phrases import NONE, NOT_ASKED_AT_ALL, NOTHING_YET, UNKNOWN, became, word_of
from agmonitor.domain.state import NodeState
from agmonitor.domain.words import sentences, time_of_day
from agmonitor.said import joined, phrase

TOLD = 3  # troubles told in full
NOT_INSTALLED = 404
_KINDS: dict[HookTroubleKind, str] = {
    HookTroubleKind.RAISED: phrase("raised"),
    HookTroubleKind.MISSED: phrase("missed"),
    HookTroubleKind.RAN_TWICE: phrase("ran twice"),
    HookTroubleKind.OVERLAPPED: phrase("overlapped"),
    HookTroubleKind.OUTLIVED: phrase("outlived the window"),
}


def _known(f: Facts) -> bool:
    return f.nodes[0].inventory is not None or f.nodes[1].inventory is not None


def _of(f: Facts, kind: HookTroubleKind) -> list[HookTrouble]:
    return [trouble for trouble in f.memory.hook_troubles if trouble.kind is kind]


def _named(f: Facts, kind: HookTroubleKind) -> str:
    """``gw-2 dhcp_export: export.start raised KeyError``; unknown where no inventory has told."""
    if not _known(f):
        return UNKNOWN
    told = [joined(" ", (f"{t.node} {t.workflow}: {t.callback}", t.text)) for t in _of(f, kind)]
    return joined("; ", told) or NONE


def _seen(f: Facts) -> str:
    """The inventories it rests on."""
    told = [
        phrase(
            "{node}'s inventory at {instant}",
            node=node.name,
            instant=time_of_day(node.inventory.received_at),
        )
        for node in f.nodes
        if node.inventory is not None
    ]
    return joined(", ", told) or NOTHING_YET


def _question(kind: HookTroubleKind) -> Question:
    return Question(
        phrase("at the last role change a hook: {trouble}", trouble=_KINDS[kind]),
        lambda f: bool(_of(f, kind)) if _known(f) else None,
        lambda f: _named(f, kind),
        NONE,
        _seen,
    )


def _lacks_inventory(_f: Facts, node: NodeState) -> bool | None:
    """Surely none there; any other failure says nothing of it."""
    told = node.hooks
    if told is None or node.condition is not named.HEARD:
        return None
    if told.answer is named.ANSWERED:
        return False
    if told.answer is Answer.FORBIDDEN:
        return True
    return told.answer is Answer.HTTP_STATUS and told.http_status in {None, NOT_INSTALLED}


NO_INVENTORY = OfANode(
    "has no hook inventory that we may read",
    _lacks_inventory,
    lambda _f, node: word_of(node.hooks.answer) if node.hooks is not None else NOT_ASKED_AT_ALL,
    phrase("one that answers"),
    lambda node: (
        phrase("{what} at {instant}", what=node.name, instant=time_of_day(node.hooks.received_at))
        if node.hooks is not None
        else NOTHING_YET
    ),
)


TROUBLE = within(
    some_node_odd,
    any_of(
        within(lambda f: bool(f.memory.hook_troubles), any_of(*map(_question, HookTroubleKind))),
        NO_INVENTORY,
    ),
)


def severity(f: Facts) -> Severity:
    return Severity.WARNING if f.memory.hook_troubles else Severity.NOTICE


def say_trouble(f: Facts) -> str:
    """The first few troubles in full, else whose hooks cannot be seen."""
    troubles = f.memory.hook_troubles
    if not troubles:
        return sentences(_unseen(node) for node in f.nodes if _lacks_inventory(f, node))
    left = len(troubles) - TOLD
    more = [_more(left)] if left > 0 else []
    return sentences([*(_sentence(trouble) for trouble in troubles[:TOLD]), *more])


def _sentence(trouble: HookTrouble) -> str:
    return phrase(
        "{change}, and {workflow}: {callback} {what}.",
        change=became(trouble.node, trouble.role),
        workflow=trouble.workflow,
        callback=trouble.callback,
        what=trouble.text,
    )


def _more(left: int) -> str:
    if left == 1:
        return phrase("1 more is told in the list of hooks.")
    return phrase("{count} more are told in the list of hooks.", count=left)


def _unseen(node: NodeState) -> str:
    if node.hooks is not None and node.hooks.answer is Answer.FORBIDDEN:
        return phrase(
            "{node} does not let us see its hooks: the permission hook_inventory_page is missing.",
            node=node.name,
        )
    return phrase(
        "{node} has no hook inventory: what its hooks do at a role change cannot be seen.", node=node.name
    )
