"""The observer's questions to DNS, and its visit to the group's name as a client makes it.

Our own way to the name servers is sound unless we are offline; a name server that is down is so for all.
"""

from __future__ import annotations

from collections.abc import Callable

from agmonitor.domain.model import Answer, DnsAnswer, Instant
from agmonitor.protocol.world.answers import (
    ClientObservation,
    DnsObservation,
    ResolverObservation,
    failure,
    failure_of_dns,
    moment,
    passed_ms,
)
from agmonitor.protocol.world.scene import Scene
from agmonitor.protocol.world.settings import FQDN, SERVER
from agmonitor.protocol.world.visits import Served, Visit, Visits

OK, FOUND = Answer.OK, DnsAnswer.OK
SYSTEM = "system"


class NameQuestions:
    """Resolver 0 is the system's."""

    def __init__(self, scene: Scene, visits: Visits) -> None:
        self._scene = scene
        self._schedule = scene.schedule
        self._network = scene.network
        self._names = scene.names
        self._visits = visits

    def ask_authoritative(self, deadline_s: float, reply: Callable[[DnsObservation], object]) -> None:
        sent_at = self._schedule.now
        if not self._visits.is_online:
            self._schedule.after(0.0, self._no_server, sent_at, reply)
        elif not self._names.is_up:
            self._schedule.after(deadline_s, self._no_server, sent_at, reply)
        else:
            self._schedule.after(self._network.local_s(), self._at_server, sent_at, reply)

    def ask_resolver(
        self, index: int, deadline_s: float, reply: Callable[[ResolverObservation], object]
    ) -> None:
        del deadline_s  # a resolver that is reached always answers
        sent_at = self._schedule.now
        way_s = 2 * self._network.local_s() if self._visits.is_online else 0.0
        self._schedule.after(way_s, self._resolved, index, sent_at, reply)

    def ask_clients(self, deadline_s: float, reply: Callable[[ClientObservation], object]) -> None:
        """Resolve by the first resolver and visit ``/health`` there, through the door as any client."""
        sent_at = moment(self._schedule.now)

        def resolved(found: ResolverObservation) -> None:
            now = moment(self._schedule.now)
            if found.answer is FOUND:
                self._visit_health(found.addresses[0], sent_at, deadline_s - (now - sent_at), reply)
                return
            answer = Answer.TIMEOUT if found.answer is DnsAnswer.TIMEOUT else Answer.NAME
            reply(ClientObservation(sent_at, now, answer, failure(FQDN, answer)))

        self.ask_resolver(0, deadline_s, resolved)

    def _at_server(self, sent_at: Instant, reply: Callable[[DnsObservation], object]) -> None:
        names = self._names
        answer = self._answer(names.record)
        found = names.record is not None
        addresses = (names.record,) if names.record is not None else ()
        way_s = self._network.local_s()
        at = self._schedule.now + way_s
        observation = DnsObservation(
            moment(sent_at),
            moment(at),
            answer,
            "" if found else failure_of_dns(SERVER, answer),
            passed_ms(sent_at, at),
            SERVER,
            addresses,
            int(names.ttl_s) if found else None,
            names.txt,
            txt_seen=names.txt is not None,
        )
        self._schedule.at(at, reply, observation)

    def _no_server(self, sent_at: Instant, reply: Callable[[DnsObservation], object]) -> None:
        answer, now = DnsAnswer.TIMEOUT, moment(self._schedule.now)
        reply(DnsObservation(moment(sent_at), now, answer, failure_of_dns(SERVER, answer), server=SERVER))

    def _resolved(self, index: int, sent_at: Instant, reply: Callable[[ResolverObservation], object]) -> None:
        now, shown = moment(self._schedule.now), SYSTEM if index == 0 else f"192.0.2.{60 + index}:53"
        if not self._visits.is_online:
            answer = DnsAnswer.TIMEOUT
            reply(ResolverObservation(shown, moment(sent_at), now, answer, failure_of_dns(shown, answer)))
            return
        cache = self._names.look_up(index)
        if cache.address is None:
            answer = self._answer(None)
            reply(ResolverObservation(shown, moment(sent_at), now, answer, failure_of_dns(shown, answer)))
            return
        left_s = int(cache.left_s(self._schedule.now))
        reply(ResolverObservation(shown, moment(sent_at), now, FOUND, "", (cache.address,), left_s))

    def _answer(self, address: str | None) -> DnsAnswer:
        """A name that still has its TXT record exists, though it leads nowhere."""
        if address is not None:
            return FOUND
        return DnsAnswer.NXDOMAIN if self._names.txt is None else DnsAnswer.NODATA

    def _visit_health(
        self, address: str, sent_at: Instant, limit_s: float, reply: Callable[[ClientObservation], object]
    ) -> None:
        def done(_: Visit | None, answer: Answer, __: Served | None, asked_at: Instant) -> None:
            now = self._schedule.now
            if answer is OK:
                round_trip_ms = passed_ms(asked_at, now)
                reply(ClientObservation(sent_at, moment(now), answer, "", round_trip_ms, address))
            else:
                detail = failure(address, answer)
                reply(ClientObservation(sent_at, moment(now), answer, detail, address=address))

        node = self._scene.by_address.get(address)
        if node is None:  # a stranger's address: nobody is there
            self._schedule.after(limit_s, done, None, Answer.TIMEOUT, None, 0.0)
            return
        door = (self._network.paths[node.name].door,)

        def serve(visit: Visit) -> None:
            self._visits.answer(visit, OK)

        self._visits.begin(Visit(node, door, limit_s, serve, done, signs_in=False))
