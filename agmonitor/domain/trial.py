"""What a trial of a group's settings finds out, as plain values: a row for each thing that must work.

Asks nothing. A row's word says how it stands; its detail what was found, or what happened and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.model import Answer, Instant
from agmonitor.domain.observations import NodeReport
from agmonitor.texts import t


class Matter(StrEnum):
    """What is tried, in this order; the first failure leaves the rest untried."""

    REACHES = "reaches"
    CERTIFICATE = "certificate"
    SIGN_IN = "sign-in"
    PERMISSION = "permission"
    ROLE = "role"
    NAME = "name"

    @property
    def words(self) -> str:
        """What it is called on screen."""
        return _MATTERS[self]

    @classmethod
    def of_nodes(cls) -> tuple[Matter, ...]:
        """All but the name."""
        return tuple(matter for matter in cls if matter is not cls.NAME)


_MATTERS = {
    Matter.REACHES: t("reaches"),
    Matter.CERTIFICATE: t("certificate"),
    Matter.SIGN_IN: t("sign-in"),
    Matter.PERMISSION: t("permission"),
    Matter.ROLE: t("role"),
    Matter.NAME: t("name in DNS"),
}


class Standing(StrEnum):
    """How it stands."""

    FINE = "fine"
    DOUBTFUL = "doubtful"  # it works, and somebody should look at it
    FAILED = "failed"
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One thing that was tried."""

    matter: Matter
    standing: Standing
    word: str  # "refused", "Primary", "not tried"
    detail: str = ""
    loud: bool = False  # it works, and is shown in red all the same

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        return f"{self.matter.words}: {self.word}" + (f". {self.detail}" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server showed of itself, believed or not."""

    fingerprint: str  # SHA-256, as "AB:CD:…"
    subject: str = ""
    issuer: str = ""
    expires_at: Instant | None = None
    names: tuple[str, ...] = ()  # host names and addresses that it is for


@dataclass(frozen=True, slots=True)
class Reached:
    """The way to one node: reachable, and whom its certificate names."""

    rows: tuple[TrialRow, ...]
    certificate: Certificate | None = None

    @property
    def may_ask(self) -> bool:
        """Whether a password may be sent there."""
        return all(row.standing is not Standing.FAILED for row in self.rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a node that was reached says to us."""

    rows: tuple[TrialRow, ...]
    report: NodeReport | None = None
    retry_helps: bool = False  # credentials that were sent once are sent again only when a person says so


@dataclass(frozen=True, slots=True)
class Peer:
    """The other member, as a node tells of it: where it should be found."""

    address: str
    url: str


REMEDIES: dict[Answer, str] = {
    Answer.REFUSED: t("Check the port as well."),
    Answer.CLOSED: t("Check the port and what stands between, such as a proxy or a load balancer."),
    Answer.TIMEOUT: t("Check the address and that no firewall drops what is sent there."),
    Answer.UNREACHABLE: t("Check the address and this machine's network."),
    Answer.SIGN_IN_REFUSED: t("Check user and password; the account must exist on this Gateway."),
    Answer.HTTP_STATUS: t("Check that the URL is a Gateway's own, with Availability groups (24.1 or later)."),
    Answer.MALFORMED: t("Check that the URL is a Gateway's own and no other server's."),
    Answer.TOO_LARGE: t("Check that the URL is a Gateway's own and no other server's."),
}
"""What to do, where the sentence on the failure does not say it."""


def other_member(report: NodeReport) -> Peer | None:
    """Where the node's peer should be: the other member's address, on the port and scheme of the group."""
    told, members = report.configuration, report.members
    if told is None or members is None or told.external_ipv4_address is None:
        return None
    others = {members.primary, members.secondary} - {told.external_ipv4_address, None}
    if len(others) != 1:
        return None
    address = str(others.pop())
    scheme, port = told.external_scheme or "https", told.external_port
    usual = {"https": 443, "http": 80}.get(scheme)
    return Peer(address, f"{scheme}://{address}" + (f":{port}" if port and port != usual else ""))


def untried(*matters: Matter, why: str = "") -> tuple[TrialRow, ...]:
    """Rows of what was left out."""
    return tuple(TrialRow(matter, Standing.UNTRIED, t("not tried"), why) for matter in matters)
