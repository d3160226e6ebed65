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
        hint = f" Near to it: {', '.join(near)}." if near else ""
        raise LabError(f"There is no fault {name!r}.{hint} agmonitor lab fault --list names all.")
    if for_s is not None and not fault.lasts:
        raise LabError(f"{fault.title} takes no length.")
    if for_s is not None and not 0 < for_s <= LONGEST_S:
        raise LabError("A fault lasts longer than nothing and at most a day.")
    if not 0 <= after_s <= LONGEST_S:
        raise LabError("A fault begins now, or within a day.")
    numbers = _numbers_of(fault, parameters or {})
    return FaultOrder(fault, node, for_s, _link_of(fault, link), numbers, after_s)


def _link_of(fault: Fault, link: str | None) -> Link | None:
    if not fault.takes_link:
        if link is not None:
            raise LabError(f"{fault.title} takes no link.")
        return None
    if link is None:
        return Link.DOOR
    try:
        return Link(link)
    except ValueError:
        raise LabError(f"There is no link {link!r}; there are {', '.join(Link)}.") from None


def _numbers_of(fault: Fault, given: Mapping[str, float]) -> Mapping[str, float]:
    known = {parameter.name: parameter for parameter in fault.parameters}
    for name, value in given.items():
        if name not in known:
            there = f"takes {', '.join(known)}" if known else "takes no numbers"
            raise LabError(f"{fault.title} knows no {name!r}; it {there}.")
        _check(known[name], value)
    return {name: float(given.get(name, parameter.default)) for name, parameter in known.items()}


def _check(parameter: Parameter, value: object) -> None:
    least, most = parameter.least, parameter.most
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise LabError(f"{parameter.name} is a number from {least:g} to {most:g}, not {value!r}.")
