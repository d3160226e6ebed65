"""What was read before ordering, put together for tests: a healthy pair unless a test changes something."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import (
    Answer,
    DnsAnswer,
    GroupSettings,
    NodeAddress,
    Role,
)
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    LoadObservation,
    NodeObservation,
    NodeReport,
    Tick,
)
from agmonitor.domain.state import GroupState, Mode
from tests.fakes import ADDRESSES, EPOCH, FQDN, report

SETTINGS = GroupSettings(
    "g",
    (NodeAddress("gw-1", "https://192.0.2.11"), NodeAddress("gw-2", "https://192.0.2.12")),
    fqdn=FQDN,
    failover_allowed=True,
)


@dataclass
class Evidence:
    """What was read before ordering; a healthy pair unless a test changes something."""

    settings: GroupSettings = SETTINGS
    first: NodeReport | None = None
    second: NodeReport | None = None
    first_answer: Answer = Answer.OK
    second_answer: Answer = Answer.OK
    dns_answer: DnsAnswer = DnsAnswer.OK
    dns_server: str | None = "192.0.2.53:53"
    addresses: tuple[str, ...] = (ADDRESSES["gw-1"],)
    ask_dns: bool = True
    age_s: float = 0.0
    loads: tuple[float, float] = (0.1, 0.1)
    skew_s: float = 0.0  # of gw-2's clock
    beat_age_s: float = 0.0
    clients: str = ""  # the address that the client's path reaches; nothing: not asked

    def state(self) -> GroupState:
        state = initial(self.settings, Mode.SINGLE_LOOK, EPOCH)
        beat = EPOCH - self.beat_age_s
        first = self.first or report(Role.PRIMARY, "gw-1", last_heartbeat_at=beat)
        second = self.second or report(
            Role.SECONDARY,
            "gw-2",
            last_heartbeat_at=beat + self.skew_s,
            last_updated_at=EPOCH + self.skew_s,
        )
        offsets = {"gw-1": 0.0, "gw-2": self.skew_s}
        for node, said, answer in (
            ("gw-1", first, self.first_answer),
            ("gw-2", second, self.second_answer),
        ):
            heard = said if answer is Answer.OK else None
            for _ in range(2):  # silence counts twice running
                date = float(int(state.now + offsets[node]))
                seen = NodeObservation(node, state.now, state.now + 0.1, answer, "", 1.0, heard, date, 200)
                state, _ = step(state, seen)
        for node, score in zip(("gw-1", "gw-2"), self.loads, strict=True):
            date = float(int(state.now + offsets[node]))
            load = LoadObservation(node, state.now, state.now, Answer.OK, "", score, date, date)
            state, _ = step(state, load)
        if self.ask_dns:
            at = state.now
            seen_dns = DnsObservation(
                at, at + 0.1, self.dns_answer, "", 1.0, self.dns_server, self.addresses, 30, EPOCH, True
            )
            state, _ = step(state, seen_dns)
        if self.clients:
            visit = ClientObservation(state.now, state.now + 0.1, Answer.OK, "", 1.0, self.clients)
            state, _ = step(state, visit)
        if self.age_s:
            state, _ = step(state, Tick(state.now + self.age_s))
        return state


def configured(role: Role, node: str, **changes: Any) -> NodeReport:
    said = report(role, node)
    assert said.configuration is not None
    return replace(said, configuration=replace(said.configuration, **changes))
