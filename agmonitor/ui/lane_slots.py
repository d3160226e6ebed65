"""Which lanes the time view has, top down, for the room there is: every one its own row, or kin together."""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.texts import t
from agmonitor.ui.joined_track import JoinedTrack
from agmonitor.ui.lane_tracks import FAULTS_LANE, RESOLVER_LANE
from agmonitor.ui.series import GroupHistory

RESOLVERS_APART_MAX = 3
HOOKS, NOTES, RESOLVERS = t("Hooks"), t("Notes"), t("Resolvers")


@dataclass(frozen=True, slots=True)
class BarsSlot:
    """Bars; those of several lanes, ``names``, are told as one, answers within ``round_s`` as of one time."""

    label: str
    tracks: tuple[JoinedTrack, ...]
    name: str = ""  # in full, where it is one lane
    names: tuple[str, ...] = ()
    round_s: float = 0.0

    @property
    def by_resolver(self) -> dict[str, JoinedTrack]:
        """Of several, each by its server's name alone."""
        shown = (short_label(name).removeprefix(RESOLVER_LANE) for name in self.names)
        return dict(zip(shown, self.tracks, strict=True))


@dataclass(frozen=True, slots=True)
class HooksSlot:
    """Calls of hooks; ``node`` None: of both."""

    label: str
    node: str | None


@dataclass(frozen=True, slots=True)
class NotesSlot:
    """Notes, acknowledgements, orders."""

    label: str = NOTES


Slot = BarsSlot | HooksSlot | NotesSlot


def slots(history: GroupHistory, *, compact: bool) -> tuple[Slot, ...]:
    """Nodes, DNS, resolvers, clients, faults; hooks and notes once there are any."""
    found: list[Slot] = []
    lanes = history.lanes()
    resolvers = [(label, track) for label, track in lanes if label.startswith(RESOLVER_LANE)]
    together = len(resolvers) > (1 if compact else RESOLVERS_APART_MAX)
    for label, track in lanes:
        if label == FAULTS_LANE and not len(track):
            continue
        if not together or not label.startswith(RESOLVER_LANE):
            found.append(BarsSlot(short_label(label), (track,), label))
        elif label == resolvers[0][0]:
            names, tracks = zip(*resolvers, strict=True)
            round_s = max(history.settings.timeout_s, history.settings.cadence_s)
            found.append(BarsSlot(RESOLVERS, tracks, names=names, round_s=round_s))
    if history.knows_hooks:
        nodes = [None] if compact else [node.name for node in history.nodes]
        found += [HooksSlot(HOOKS if node is None else t("Hooks {node}", node=node), node) for node in nodes]
    if history.knows_pins:
        found.append(NotesSlot())
    return tuple(found)


def short_label(label: str) -> str:
    """Nobody asks a resolver elsewhere than at its port."""
    return label.removesuffix(":53") if label.startswith(RESOLVER_LANE) else label
