"""Asks witnesses again, all at once, each for two seconds at most: before firing, and while watching."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from agmonitor.domain.model import Answer, DnsAnswer, Instant
from agmonitor.domain.observations import ClientObservation, DnsObservation, NodeObservation, Observation
from agmonitor.domain.state import GroupState
from agmonitor.monitor.ports import Clock, Prober
from agmonitor.monitor.subjects import Kind, Subject, ask, group_name

PROBE_S = 2.0


def witnesses(state: GroupState, *, clients: bool) -> list[Subject]:
    """Both nodes, DNS, and the client's path where it counts."""
    subjects = [Subject(Kind.NODE, node.name) for node in state.nodes]
    subjects.append(Subject(Kind.DNS))
    return [*subjects, Subject(Kind.CLIENTS)] if clients else subjects


def everything(state: GroupState, *, clients: bool) -> list[Subject]:
    """The same, and what else the checks ask about."""
    more = [Subject(kind, node.name) for node in state.nodes for kind in (Kind.LOAD, Kind.HOOKS)]
    return [*witnesses(state, clients=clients), *more]


async def reread(
    prober: Prober,
    clock: Clock,
    state: GroupState,
    subjects: Sequence[Subject],
    admit: Callable[[Observation], Awaitable[None]],
) -> None:
    """Ask them side by side; who does not answer within the bound is taken as not answering."""
    name = group_name(state)

    async def one(subject: Subject) -> None:
        sent_at = clock.now()
        try:
            async with asyncio.timeout(PROBE_S):
                found = await ask(prober, subject, name)
        except TimeoutError:
            found = _no_answer(subject, sent_at, clock.now())
        for observation in found:
            await admit(observation)

    async with asyncio.TaskGroup() as tasks:
        for subject in subjects:
            tasks.create_task(one(subject))


def _no_answer(subject: Subject, sent_at: Instant, now: Instant) -> Sequence[Observation]:
    """What says no more than that nothing came in time; load and hooks then keep their last word."""
    detail = f"No answer within {PROBE_S:g} s."
    if subject.kind is Kind.NODE:
        return (NodeObservation(subject.node, sent_at, now, Answer.TIMEOUT, detail),)
    if subject.kind is Kind.DNS:
        return (DnsObservation(sent_at, now, DnsAnswer.TIMEOUT, detail),)
    if subject.kind is Kind.CLIENTS:
        return (ClientObservation(sent_at, now, Answer.TIMEOUT, detail),)
    return ()
