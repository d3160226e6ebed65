"""The hooks of both nodes side by side: the same hook on each, its calls there, and what differs. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agmonitor.domain.model import Answer
from agmonitor.domain.observations import Hook, HookCall, HooksObservation
from agmonitor.texts import listed, t

Name = tuple[str, str, int]  # workflow, callback, and which of several of one name


@dataclass(frozen=True, slots=True)
class HookOnNode:
    """One hook as one node's inventory shows it. ``registered`` False: it was called and is there no more."""

    node: str
    hook: Hook
    registered: bool
    calls: tuple[HookCall, ...]  # oldest first

    @property
    def last_call(self) -> HookCall | None:
        return self.calls[-1] if self.calls else None


@dataclass(frozen=True, slots=True)
class HookPair:
    """One hook on the nodes whose inventory was read; None where it is unknown there."""

    workflow: str
    callback: str
    on: tuple[HookOnNode | None, ...]  # in the order of ``nodes``
    nodes: tuple[str, ...]

    @property
    def known(self) -> tuple[HookOnNode, ...]:
        return tuple(one for one in self.on if one is not None)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something about a hook that is not the same on both nodes."""

    kind: str  # registered_on_one_only, registrations_differ, place_differs
    workflow: str
    callback: str
    sentence: str


def hooks_on(one: HooksObservation) -> list[HookOnNode]:
    """Those registered, in the order of registration, and then those that were called and are gone."""
    by_name: defaultdict[tuple[str, str], list[HookCall]] = defaultdict(list)
    for call in one.calls:
        by_name[call.workflow, call.callback].append(call)
    alike: defaultdict[tuple[str, str], list[Hook]] = defaultdict(list)
    for hook in one.hooks:
        alike[hook.workflow, hook.callback].append(hook)
    gone: dict[tuple[str, str, str], Hook] = {}
    for name, calls in by_name.items():
        for call in calls:
            if not any(call.is_of(hook) for hook in alike[name]):
                gone.setdefault((*name, call.source), Hook(*name, call.source))
    return [
        HookOnNode(one.node, hook, registered, _calls_of(hook, by_name))
        for hooks, registered in ((one.hooks, True), (tuple(gone.values()), False))
        for hook in hooks
    ]


def _calls_of(hook: Hook, by_name: Mapping[tuple[str, str], Sequence[HookCall]]) -> tuple[HookCall, ...]:
    return tuple(call for call in by_name.get((hook.workflow, hook.callback), ()) if call.is_of(hook))


def side_by_side(observations: Sequence[HooksObservation]) -> list[HookPair]:
    """Every hook once, with each node that told; nodes that told nothing stand nowhere."""
    told = [one for one in observations if one.answer is Answer.OK]
    found: dict[Name, list[HookOnNode | None]] = {}
    for place, one in enumerate(told):
        for name, hook in _named(one):
            found.setdefault(name, [None] * len(told))[place] = hook
    nodes = tuple(one.node for one in told)
    return [HookPair(name[0], name[1], tuple(on), nodes) for name, on in sorted(found.items())]


def _named(one: HooksObservation) -> Iterator[tuple[Name, HookOnNode]]:
    """Several of one name (lambdas, say) are told apart by the order they stand in their file."""
    alike: defaultdict[tuple[str, str], list[HookOnNode]] = defaultdict(list)
    for hook in hooks_on(one):
        alike[hook.hook.workflow, hook.hook.callback].append(hook)
    for (workflow, callback), hooks in alike.items():
        hooks.sort(key=lambda each: (each.hook.file, each.hook.line or 0))
        for number, hook in enumerate(hooks):
            yield (workflow, callback, number), hook


def differences(pairs: Sequence[HookPair]) -> list[Difference]:
    """What is not the same on both nodes; nothing is said of a node whose inventory was not read."""
    return [Difference(kind, p.workflow, p.callback, text) for p in pairs for kind, text in _of_pair(p)]


def _of_pair(pair: HookPair) -> Iterator[tuple[str, str]]:
    if len(pair.nodes) < 2:
        return
    name = f"{pair.workflow}: {pair.callback}"
    here = [one for one in pair.known if one.registered]
    if here and len(here) < len(pair.nodes):
        absent = [node for node in pair.nodes if node not in {one.node for one in here}]
        yield (
            "registered_on_one_only",
            t(
                "{hook} is registered on {nodes} and not on {others}.",
                hook=name,
                nodes=listed(one.node for one in here),
                others=listed(absent),
            ),
        )
        return
    if len({one.hook.registrations for one in here}) > 1:
        counts = listed(t("{count}× on {node}", count=one.hook.registrations, node=one.node) for one in here)
        yield "registrations_differ", t("{hook} is registered {counts}.", hook=name, counts=counts)
    if len({one.hook.source for one in here}) > 1:
        places = listed(t("in {file} on {node}", file=one.hook.source, node=one.node) for one in here)
        yield (
            "place_differs",
            t("{hook} stands {places}: the nodes run different versions of it.", hook=name, places=places),
        )
