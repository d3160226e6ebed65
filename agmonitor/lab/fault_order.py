"""What somebody wants broken, checked against the table of faults: name, node, link, numbers and length.

Brings nothing about and knows no node; a word that means none is refused elsewhere.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from agmonitor.lab.errors import LabError
from agmonitor.protocol.faults import FAULTS, Fault, Link, Parameter
from agmonitor.texts import t

LONGEST_S = 86_400.0
LINK_WORDS: Mapping[Link, str] = {
    Link.DOOR: t("door"),
    Link.HEARTBEAT: t("heartbeat path"),
    Link.DNS: t("way to DNS"),
    Link.WATCH: t("path to the monitor"),
}


@dataclass(frozen=True, slots=True)
class FaultOrder:
    """One fault as it is wanted. ``parameters`` are whole: defaults where nothing was said."""

    fault: Fault
    node: str | None  # None: both
    for_s: float | None
    link: Link | None  # of the faults that take one
    parameters: Mapping[str, float]
    after_s: float = 0.0  # to begin then

    @property
    def sentence(self) -> str:
        """What has become of it, in words."""
        link = LINK_WORDS[self.link] if self.link is not None else ""
        told = self.fault.sentence.format(node=self.node or t("both nodes"), link=link)
        if self.for_s is None:
            return told
        return t("{sentence} It heals in {seconds} s.", sentence=told, seconds=f"{self.for_s:g}")


def order_of(
    name: str,
    node: str | None,
    for_s: float | None,
    link: str | None,
    parameters: Mapping[str, float] | None,
    after_s: float = 0.0,
) -> FaultOrder:
    """The order, dashes taken for underscores.

    Raises:
        LabError: there is no such fault, link or number, or it takes none.
    """
    fault = FAULTS.get(name.replace("-", "_"))
    if fault is None:
        near = difflib.get_close_matches(name.replace("-", "_"), FAULTS, n=3, cutoff=0.55)
        told = [t("There is no fault {name}.", name=repr(name))]
        if near:
            told.append(t("Near to it: {names}.", names=", ".join(near)))
        raise LabError(" ".join([*told, t("agmonitor lab fault --list names all.")]))
    if for_s is not None and not fault.lasts:
        raise LabError(t("{fault} takes no length.", fault=fault.title))
    if for_s is not None and not 0 < for_s <= LONGEST_S:
        raise LabError(t("A fault lasts longer than nothing and at most a day."))
    if not 0 <= after_s <= LONGEST_S:
        raise LabError(t("A fault begins now, or within a day."))
    numbers = _numbers_of(fault, parameters or {})
    return FaultOrder(fault, node, for_s, _link_of(fault, link), numbers, after_s)


def _link_of(fault: Fault, link: str | None) -> Link | None:
    if not fault.takes_link:
        if link is not None:
            raise LabError(t("{fault} takes no link.", fault=fault.title))
        return None
    if link is None:
        return Link.DOOR
    try:
        return Link(link)
    except ValueError:
        raise LabError(
            t("There is no link {name}; there are {names}.", name=repr(link), names=", ".join(Link))
        ) from None


def _numbers_of(fault: Fault, given: Mapping[str, float]) -> Mapping[str, float]:
    known = {parameter.name: parameter for parameter in fault.parameters}
    for name, value in given.items():
        if name not in known:
            if not known:
                raise LabError(
                    t("{fault} knows no {name}; it takes no numbers.", fault=fault.title, name=repr(name))
                )
            names = ", ".join(known)
            raise LabError(
                t(
                    "{fault} knows no {name}; it takes {names}.",
                    fault=fault.title,
                    name=repr(name),
                    names=names,
                )
            )
        _check(known[name], value)
    return {name: float(given.get(name, parameter.default)) for name, parameter in known.items()}


def _check(parameter: Parameter, value: object) -> None:
    least, most = parameter.least, parameter.most
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise LabError(
            t(
                "{name} is a number from {least} to {most}, not {value}.",
                name=parameter.name,
                least=f"{least:g}",
                most=f"{most:g}",
                value=repr(value),
            )
        )
