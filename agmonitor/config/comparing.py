"""A list of groups beside the ones there are: what is new, changed, the same or clashing. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from agmonitor.config.checks import place_of
from agmonitor.config.group_list import Listed, listed
from agmonitor.domain.model import GroupSettings
from agmonitor.texts import t

_OURS = frozenset({"name", "ca_file", "failover_allowed", "lab"})  # not compared, or by what they mean


class Coming(StrEnum):
    """How a group of a list stands to those that are there."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CLASH = "clash"


@dataclass(frozen=True, slots=True)
class Compared:
    """One group of a list, and what taking it in would do."""

    listed: Listed
    coming: Coming
    why: str  # what differs, or with whom it clashes
    before: GroupSettings | None = None

    @property
    def name(self) -> str:
        return self.listed.settings.name

    @property
    def taken_in(self) -> bool:
        """Whether taking the list in writes anything of it."""
        return self.coming in {Coming.NEW, Coming.CHANGED}

    def settings(self, ca_file: str | None) -> GroupSettings:
        """What would be kept; ``ca_file`` holds its certificates by then. Allowed stays what was allowed."""
        allowed = self.before is not None and self.before.failover_allowed
        return replace(self.listed.settings, ca_file=ca_file, failover_allowed=allowed)


def compare(coming: Sequence[Listed], there: Iterable[GroupSettings]) -> tuple[Compared, ...]:
    """Each group of the list, in its order."""
    known = list(there)
    return tuple(_compared(one, known) for one in coming)


def _compared(one: Listed, known: Sequence[GroupSettings]) -> Compared:
    name, nodes = one.settings.name, _nodes(one.settings)
    same_name = next((group for group in known if group.name.casefold() == name.casefold()), None)
    if same_name is None:
        twin = next((group for group in known if _nodes(group) & nodes), None)
        if twin is not None:
            return Compared(one, Coming.CLASH, t("{group} watches a node of it already", group=twin.name))
        return Compared(one, Coming.NEW, _dangers(one.settings))
    if same_name.name != name or _nodes(same_name) != nodes:
        return Compared(
            one, Coming.CLASH, t("{group} here has other nodes, or another spelling", group=same_name.name)
        )
    differing = _differing(one, same_name)
    if not differing:
        return Compared(one, Coming.SAME, "", same_name)
    told = "; ".join(part for part in (", ".join(differing), _dangers(one.settings)) if part)
    return Compared(one, Coming.CHANGED, told, same_name)


def _nodes(group: GroupSettings) -> frozenset[object]:
    return frozenset(place_of(node.url) for node in group.nodes)


def _differing(one: Listed, before: GroupSettings) -> list[str]:
    """The keys that differ, each with what would be."""
    found = []
    for field in fields(GroupSettings):
        if field.name in _OURS:
            continue
        after = getattr(one.settings, field.name)
        if after != getattr(before, field.name):
            found.append(field.name if field.name == "nodes" else f"{field.name} = {_shown(after)}")
    try:
        pem = listed(before).ca_pem
    except ValueError:
        pem = ""  # it cannot be read any more: another one is a change
    if pem != one.ca_pem:
        found.append("ca_file")
    return found


def _dangers(settings: GroupSettings) -> str:
    """What a person must see before it is taken in."""
    told = {
        t("certificates are NOT checked"): settings.insecure,
        t("plain http is allowed"): settings.allow_http,
        t("asked through this machine's proxies"): settings.use_proxies,
    }
    return ", ".join(words for words, so in told.items() if so)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(str(part) for part in value) or t("none")
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    return t("none") if value is None else str(value)
