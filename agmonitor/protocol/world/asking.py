"""The observer's questions to a node, answered in virtual time by what a reader would see over HTTP."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

from agmonitor.domain.model import Answer, Instant
from agmonitor.protocol.effects import Refusal
from agmonitor.protocol.inputs import FailoverOrdered
from agmonitor.protocol.world.answers import (
    FailoverAnswer,
    HooksObservation,
    LoadObservation,
    NodeObservation,
    failure,
    moment,
    passed_ms,
)
from agmonitor.protocol.world.network import Path
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.reports import Reports
from agmonitor.protocol.world.scene import Scene
from agmonitor.protocol.world.visits import Served, Visit, Visits

OK = Answer.OK
DAY_S = 86_400.0
ANSWER_PATIENCE = 3
"""An order is answered after the switch: so many deadlines for its answer."""
RUBBISH = (
    (Answer.MALFORMED, 200),
    (Answer.HTTP_STATUS, 502),
    (Answer.TOO_LARGE, 200),
    (Answer.MALFORMED, 200),
)
"""What is read of a node that answers what no Gateway would, in turn, with the HTTP status."""
STATUS = dict(RUBBISH)
UNAVAILABLE = frozenset({Refusal.PEER_DID_NOT_TAKE_OVER, Refusal.RECORD_NOT_UPDATED})


class NodeQuestions:
    """``routes`` says which node our address of each really reaches."""

    def __init__(self, scene: Scene, visits: Visits) -> None:
        self._scene = scene
        self._schedule = scene.schedule
        self._network = scene.network
        self._reports = Reports(scene.settings)
        self._visits = visits
        self._rubbish = itertools.cycle(answer for answer, _ in RUBBISH)
        self.routes = dict(scene.nodes)
        good_until = scene.settings.start + scene.settings.certificate_days * DAY_S
        self._shown_until = good_until if scene.settings.scheme == "https" else None  # plain http shows none

    def ask_group(self, name: str, deadline_s: float, reply: Callable[[NodeObservation], object]) -> None:
        def serve(visit: Visit) -> None:
            node = visit.node
            if node.rubbish:
                self._visits.answer(visit, next(self._rubbish))
            else:
                self._visits.answer(visit, OK, (self._reports.of(node), _date(node)))

        def done(visit: Visit, answer: Answer, served: Served | None, asked_at: Instant) -> None:
            now, sent_at = self._schedule.now, moment(visit.sent_at)
            if not isinstance(served, tuple):
                status, detail = STATUS.get(answer), failure(name, answer)
                reply(NodeObservation(name, sent_at, moment(now), answer, detail, http_status=status))
                return
            report, date = served
            round_trip_ms, good_until = passed_ms(asked_at, now), self._shown_until
            reply(
                NodeObservation(
                    name, sent_at, moment(now), answer, "", round_trip_ms, report, date, 200, good_until
                )
            )

        self._visit(name, deadline_s, serve, done, signs_in=True)

    def ask_load(self, name: str, deadline_s: float, reply: Callable[[LoadObservation], object]) -> None:
        def serve(visit: Visit) -> None:
            node = visit.node
            if node.rubbish:
                self._visits.answer(visit, next(self._rubbish))
            else:
                self._visits.answer(visit, OK, (round(node.load(), 2), _date(node)))

        def done(visit: Visit, answer: Answer, served: Served | None, _: Instant) -> None:
            now, sent_at = moment(self._schedule.now), moment(visit.sent_at)
            if not isinstance(served, tuple):
                reply(LoadObservation(name, sent_at, now, answer, failure(name, answer)))
                return
            score, date = served
            reply(LoadObservation(name, sent_at, now, answer, "", score, date, date))

        self._visit(name, deadline_s, serve, done, signs_in=False)

    def ask_hooks(self, name: str, deadline_s: float, reply: Callable[[HooksObservation], object]) -> None:
        def serve(visit: Visit) -> None:
            node = visit.node
            if node.rubbish:
                self._visits.answer(visit, next(self._rubbish))
            else:
                self._visits.answer(visit, OK, (node.hooks.subscribed, node.hooks.calls()))

        def done(visit: Visit, answer: Answer, served: Served | None, _: Instant) -> None:
            now, sent_at = moment(self._schedule.now), moment(visit.sent_at)
            if not isinstance(served, tuple):
                reply(HooksObservation(name, sent_at, now, answer, failure(name, answer)))
                return
            hooks, calls = served
            reply(HooksObservation(name, sent_at, now, answer, "", hooks, calls))

        self._visit(name, deadline_s, serve, done, signs_in=True)

    def order_failover(self, name: str, deadline_s: float, reply: Callable[[FailoverAnswer], object]) -> None:
        """One PUT, after a sign-in of its own."""

        def ended(visit: Visit, refusal: Refusal | None) -> None:
            self._visits.answer(visit, Answer.OK, _ended(refusal))

        def serve(visit: Visit) -> None:
            node = visit.node
            if node.rubbish:
                self._visits.answer(visit, next(self._rubbish))
            else:
                self._visits.keep_waiting(visit)
                node.order(FailoverOrdered(node.now), lambda refusal: ended(visit, refusal))

        def done(visit: Visit, answer: Answer, served: Served | None, _: Instant) -> None:
            if isinstance(served, FailoverAnswer):
                reply(served)
            elif visit.sent:
                detail = f"The order was sent. {failure(name, answer)}"
                reply(FailoverAnswer(accepted=None, http_status=None, detail=detail))
            else:
                detail = f"Nothing was ordered. {failure(name, answer)}"
                reply(FailoverAnswer(accepted=False, http_status=None, detail=detail, sent=False))

        node = self.routes[name]
        limit_s = deadline_s * ANSWER_PATIENCE
        visit = Visit(node, self._paths(node), limit_s, serve, done, signs_in=False)
        self._visits.begin(visit, fresh_sign_in=True)
        self._schedule.after(deadline_s, _give_up_unsent, visit)

    def _visit(
        self,
        name: str,
        deadline_s: float,
        serve: Callable[[Visit], None],
        done: Callable[[Visit, Answer, Served | None, Instant], object],
        *,
        signs_in: bool,
    ) -> None:
        node = self.routes[name]
        self._visits.begin(Visit(node, self._paths(node), deadline_s, serve, done, signs_in=signs_in))

    def _paths(self, node: Process) -> tuple[Path, ...]:
        paths = self._network.paths[node.name]
        return paths.watch, paths.door


def _date(node: Process) -> Instant:
    """Its clock, as HTTP's Date and ``current_time`` write it."""
    return float(math.floor(node.now))


def _give_up_unsent(visit: Visit) -> None:
    """The sign-in before an order has the plain deadline."""
    if not visit.sent:
        visit.end(visit.node.schedule.now, Answer.TIMEOUT)


def _ended(refusal: Refusal | None) -> FailoverAnswer:
    """As the live lab's node answers; a server's error leaves the outcome unknown to its reader."""
    if refusal is None:
        return FailoverAnswer(accepted=True, http_status=200, detail="Manual failover completed.")
    if refusal in UNAVAILABLE:
        return FailoverAnswer(accepted=None, http_status=503, detail=f"HTTP 503: {refusal.value}.")
    return FailoverAnswer(accepted=False, http_status=409, detail=f"HTTP 409: {refusal.value}.")
