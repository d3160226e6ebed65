"""A World as our monitor sees it through troubles of its own: DNS out of reach, no inventory, odd settings.

What befalls the pair itself is ``World.operator``'s; this changes answers on their way to us, nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Unpack

from agmonitor.domain.model import Answer, Configuration, DnsAnswer, Instant, Members
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    HooksObservation,
    NodeObservation,
)
from agmonitor.protocol.state import Timers
from agmonitor.protocol.world.settings import Options
from agmonitor.protocol.world.world import World

MEMBERS = "members"
_WHOLE = frozenset(
    {"allowed_absence_interval", "health_check_interval", "health_report_interval", "group_fqdn_ttl"}
)


class OurView(World):
    """The same pair. ``told``: what a node tells otherwise than the model would, by setting."""

    def __init__(
        self, timers: Timers, *, seed: int, is_formed: bool = False, **options: Unpack[Options]
    ) -> None:
        super().__init__(timers, seed=seed, is_formed=is_formed, **options)
        self.told: dict[str, dict[str, str]] = {}
        self.dns_cut = False  # our own way to the name server
        self.dns_unknown = False  # we were told no server, and find none
        self.clients_cut = False
        self.inventory = True
        self.muted: dict[str, Instant] = {}  # since when a node calls no hook
        self.doubled: dict[str, Instant] = {}  # since when it calls each twice

    def set_setting(self, node: str, words: str) -> None:
        """The node tells this from now on, such as ``group_fqdn_ttl 60``; a dash: it tells none."""
        name, value = words.split()
        self.told.setdefault(node, {})[name] = value

    def ask_group(self, node: str, deadline_s: float, reply: Callable[[NodeObservation], object]) -> None:
        super().ask_group(node, deadline_s, lambda seen: reply(self._as_told(seen)))

    def ask_hooks(self, node: str, deadline_s: float, reply: Callable[[HooksObservation], object]) -> None:
        def answered(seen: HooksObservation) -> None:
            if seen.answer is Answer.OK and not self.inventory:
                missing = "The hook inventory is not installed here."
                seen = HooksObservation(node, seen.sent_at, seen.received_at, Answer.HTTP_STATUS, missing)
            reply(self._calls_as_told(seen))

        super().ask_hooks(node, deadline_s, answered)

    def ask_authoritative(self, deadline_s: float, reply: Callable[[DnsObservation], object]) -> None:
        if not (self.dns_cut or self.dns_unknown):
            super().ask_authoritative(deadline_s, reply)
            return
        sent_at, server = round(self.now, 3), None if self.dns_unknown else "192.0.2.53:53"
        why = "No server was found." if server is None else f"{server} does not answer."

        def give_up() -> None:
            reply(DnsObservation(sent_at, round(self.now, 3), DnsAnswer.TIMEOUT, why, server=server))

        self.at(self.now + deadline_s, give_up)

    def ask_clients(self, deadline_s: float, reply: Callable[[ClientObservation], object]) -> None:
        if not self.clients_cut:
            super().ask_clients(deadline_s, reply)
            return
        sent_at = round(self.now, 3)

        def give_up() -> None:
            address = self.scene.names.look_up(0).address
            why = "The client's path is cut."
            reply(ClientObservation(sent_at, round(self.now, 3), Answer.TIMEOUT, why, address=address))

        self.at(self.now + deadline_s, give_up)

    def _calls_as_told(self, seen: HooksObservation) -> HooksObservation:
        """Hooks are registered at the start; calls after a moment are not there, or are there twice."""
        muted, doubled = (spans.get(seen.node, math.inf) for spans in (self.muted, self.doubled))
        if min(muted, doubled) == math.inf:
            return seen
        start = self.settings.start
        hooks = tuple(replace(hook, registered_at=start) for hook in seen.hooks)
        calls = [call for call in seen.calls if call.started_at < muted]
        again = [
            replace(call, started_at=call.started_at + 0.1) for call in calls if call.started_at >= doubled
        ]
        calls = sorted([*calls, *again], key=lambda call: call.started_at)
        return replace(seen, hooks=hooks, calls=tuple(calls))

    def _as_told(self, seen: NodeObservation) -> NodeObservation:
        told, report = self.told.get(seen.node), seen.report
        if not told or report is None:
            return seen
        if report.configuration is not None:
            report = replace(report, configuration=_configured(report.configuration, told))
        if MEMBERS in told and report.members is not None:
            report = replace(report, members=Members(report.members.primary, told[MEMBERS]))
        return replace(seen, report=report)


def _configured(configuration: Configuration, told: dict[str, str]) -> Configuration:
    changes: dict[str, str | int | None] = {
        name: None if value == "-" else int(value) if name in _WHOLE else value
        for name, value in told.items()
        if name != MEMBERS
    }
    return replace(configuration, **changes)  # type: ignore[arg-type]  # the reader has checked the names
