"""What every witness said at an instant, as far as it may not move between arming and firing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agmonitor.domain.model import SILENT, Answer, Configuration, DnsAnswer, DnsLink, Members, Role
from agmonitor.domain.state import GroupState, NodeState
from agmonitor.domain.words import ANSWERS, DNS_ANSWERS, ROLES
from agmonitor.failover.scene import report_of
from agmonitor.texts import listed, t, worded

HEARD, QUIET = "heard", "silent"


@dataclass(frozen=True, slots=True)
class NodeWord:
    """One node's newest answer. ``how``: heard, silent however, or the answer that could not be read."""

    name: str
    how: str
    role: Role | None = None
    link: DnsLink | None = None
    members: Members | None = None
    configuration: Configuration | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Both nodes, the record, and where the client's path leads."""

    nodes: tuple[NodeWord, NodeWord]
    dns_answer: DnsAnswer | None
    addresses: tuple[str, ...]
    clients: str | None = None  # None: it leads nowhere, or is not judged


def snapshot(state: GroupState) -> Snapshot:
    """What the newest probes of that state say; a silent node is silent, whichever way."""
    first, second = state.nodes
    dns, clients = state.dns, state.clients
    return Snapshot(
        (_word(first), _word(second)),
        dns.answer if dns is not None else None,
        dns.addresses if dns is not None else (),
        clients.address if clients is not None and clients.answer is Answer.OK else None,
    )


def moved(armed: Snapshot, now: Snapshot) -> tuple[str, ...]:
    """A sentence for each thing that is not as it was armed; none: nothing has moved."""
    return tuple(_moved(armed, now))


def moved_meanwhile(armed: Snapshot, now: Snapshot) -> tuple[str, ...]:
    """The same while it stays armed, where one lost probe is no event: who gives no word has not moved."""
    first, second = (
        this if this.how == HEARD else then for then, this in zip(armed.nodes, now.nodes, strict=True)
    )
    told = now if now.dns_answer is DnsAnswer.OK else armed
    clients = now.clients if now.clients is not None else armed.clients
    return moved(armed, Snapshot((first, second), told.dns_answer, told.addresses, clients))


def _word(node: NodeState) -> NodeWord:
    answer = node.last.answer if node.last is not None else None
    report = report_of(node)
    if answer is not Answer.OK or report is None:
        how = QUIET if answer is None or answer in SILENT else answer.value
        return NodeWord(node.name, how)
    return NodeWord(node.name, HEARD, report.role, report.dns_link, report.members, report.configuration)


def _moved(armed: Snapshot, now: Snapshot) -> Iterator[str]:
    for then, this in zip(armed.nodes, now.nodes, strict=True):
        if then.how != this.how:
            yield t(
                "{node} was {before} and is {now}.", node=this.name, before=_how(then.how), now=_how(this.how)
            )
        elif then.role is not this.role:
            yield t(
                "{node} was {before} and is {now}.",
                node=this.name,
                before=_role(then.role),
                now=_role(this.role),
            )
        elif then.members != this.members:
            yield t("The members that {node} lists have changed.", node=this.name)
        elif then.configuration != this.configuration:
            yield t("The configuration of {node} has changed.", node=this.name)
        elif then.link is not this.link:
            yield t(
                "{node}'s connection to DNS was {before} and is {now}.",
                node=this.name,
                before=then.link,
                now=this.link,
            )
    if (armed.dns_answer, armed.addresses) != (now.dns_answer, now.addresses):
        yield t("The record was {before} and is {now}.", before=_record(armed), now=_record(now))
    if armed.clients != now.clients:
        yield t(
            "The client's path led to {before} and leads to {now}.",
            before=armed.clients or t("nobody"),
            now=now.clients or t("nobody"),
        )


def _how(how: str) -> str:
    if how in {HEARD, QUIET}:
        return t("heard") if how == HEARD else t("silent")
    return worded(ANSWERS[Answer(how)])


def _role(role: Role | None) -> str:
    return worded(ROLES[role]) if role is not None else t("without a role")


def _record(seen: Snapshot) -> str:
    if seen.dns_answer is None:
        return t("not asked for")
    return listed(seen.addresses) if seen.dns_answer is DnsAnswer.OK else worded(DNS_ANSWERS[seen.dns_answer])
