"""The observer's visits to a node over modelled paths: request, perhaps a sign-in, and the answer.

A visit ends exactly once: with what the node served, or with the word for its failure. A process that is gone
refuses, a frozen one holds the request until it thaws, a path may swallow, reset, lose or slow either way.
"""

from __future__ import annotations

from collections.abc import Callable

from agmonitor.domain.model import Answer, Instant
from agmonitor.protocol.world.network import RESET, Path
from agmonitor.protocol.world.node import Certificate, Process
from agmonitor.protocol.world.scene import Scene

GOOD = Certificate.GOOD
Served = object
Serve = Callable[["Visit"], None]
"""What the node does with the request; it calls ``Visits.answer``, at once or later."""
Done = Callable[["Visit", Answer, Served | None, Instant], object]
"""The visit, its answer, what was served with OK, and when the last request was sent."""


class Visit:
    """One probe under one deadline."""

    __slots__ = (
        "asked_at",
        "done",
        "ends_at",
        "node",
        "paths",
        "sent",
        "sent_at",
        "serve",
        "settled",
        "signs_in",
    )

    def __init__(
        self,
        node: Process,
        paths: tuple[Path, ...],
        limit_s: float,
        serve: Serve,
        done: Done,
        *,
        signs_in: bool,
    ) -> None:
        self.node = node
        self.paths = paths
        self.sent_at = self.asked_at = node.schedule.now
        self.ends_at = self.sent_at + limit_s
        self.serve = serve
        self.done = done
        self.signs_in = signs_in
        self.sent = False  # the request itself has left, the sign-in being done
        self.settled = False

    def end(self, at: Instant, answer: Answer, served: Served | None = None) -> None:
        """It ends so at ``at``, or as a timeout at its deadline where that comes first."""
        if at > self.ends_at:
            at, answer, served = self.ends_at, Answer.TIMEOUT, None
        self.node.schedule.at(at, self.ended, answer, served)

    def ended(self, answer: Answer, served: Served | None) -> None:
        """It has ended so, unless it had before."""
        if not self.settled:
            self.settled = True
            self.done(self, answer, served, self.asked_at)


class Visits:
    """``is_online`` False: nothing of ours gets anywhere."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._schedule = scene.schedule
        self._network = scene.network
        self.is_online = True

    def begin(self, visit: Visit, *, fresh_sign_in: bool = False) -> None:
        """Send it off. ``fresh_sign_in``: a token of its own is fetched first."""
        if self.is_online:
            self._send(visit, signing_in=fresh_sign_in)
        else:
            visit.end(self._schedule.now, Answer.UNREACHABLE)

    def answer(self, visit: Visit, answer: Answer, served: Served | None = None) -> None:
        """The node answers so."""
        way_s = self._network.segment_s(*visit.paths)
        at = self._schedule.now + way_s
        if way_s >= 0 and at <= visit.ends_at:
            self._schedule.at(at, visit.ended, answer, served)
        elif way_s >= 0:
            visit.end(at, answer, served)
        else:
            self._lose(visit, way_s)

    def keep_waiting(self, visit: Visit) -> None:
        """The answer takes its time: until then the deadline may come, or the process may end."""
        visit.end(visit.ends_at, Answer.TIMEOUT)
        visit.node.keep_open(self._closed, visit)

    def _closed(self, visit: Visit) -> None:
        if not visit.settled:
            self.answer(visit, Answer.CLOSED)

    def _send(self, visit: Visit, *, signing_in: bool) -> None:
        visit.asked_at = self._schedule.now
        visit.sent = not signing_in
        way_s = self._network.segment_s(*visit.paths)
        if way_s >= 0:
            self._schedule.after(way_s, self._arrives, visit, signing_in)
        else:
            self._lose(visit, way_s)

    def _arrives(self, visit: Visit, signing_in: bool) -> None:  # noqa: FBT001 - handed on by the schedule
        node = visit.node
        if not node.alive:
            self.answer(visit, Answer.REFUSED)
        elif node.certificate is not GOOD and self._scene.presents_bad_certificate(node):
            self.answer(visit, Answer.TLS)
        elif node.frozen or node.load_climbs is not None:
            self.keep_waiting(visit)
            self._schedule.after(node.pause_s(), node.deliver, node.life, self._handled, visit, signing_in)
        else:
            self._handled(visit, signing_in)

    def _handled(self, visit: Visit, signing_in: bool) -> None:  # noqa: FBT001 - handed on by the schedule
        """The node looks at it. A token that it has forgotten costs two more round trips."""
        if signing_in:
            visit.node.signed_in = True
            self._turn(visit, signing_in=False)
        elif visit.signs_in and not visit.node.signed_in:
            self._turn(visit, signing_in=True)
        else:
            visit.serve(visit)

    def _turn(self, visit: Visit, *, signing_in: bool) -> None:
        """An answer goes back, and the next request comes."""
        way_s = self._network.segment_s(*visit.paths)
        at = self._schedule.now + way_s
        if way_s < 0:
            self._lose(visit, way_s)
        elif at > visit.ends_at:
            visit.end(visit.ends_at, Answer.TIMEOUT)
        else:
            self._schedule.at(at, self._go_on, visit, signing_in)

    def _go_on(self, visit: Visit, signing_in: bool) -> None:  # noqa: FBT001 - handed on by the schedule
        if not visit.settled:
            self._send(visit, signing_in=signing_in)

    def _lose(self, visit: Visit, why: float) -> None:
        if why == RESET:
            visit.end(self._schedule.now + 2 * self._network.latency_s, Answer.CLOSED)
        else:
            visit.end(visit.ends_at, Answer.TIMEOUT)
