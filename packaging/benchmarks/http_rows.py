"""What a question costs: CPU of one GET and of a whole round, beside what our peers use for the same."""

from __future__ import annotations

import http.client
import subprocess
from collections.abc import Callable, Iterator

from agmonitor.monitor.subjects import RARELY, SELDOM
from peers import blackbox, check_http_cpu_us
from row import Row, Source, median
from stand import child, servers

RUNS = 3
GETS, RATE = 400, 200.0
CHECKS = 40
ROUNDS_S, CADENCE_S = 5.0, 0.1

GET = "CPU of one paced GET of /group, parsed"
CHECK = f"{GET} (check_http)"
ROUND = "CPU of a whole node round"
PEER_ERRORS = (RuntimeError, OSError, subprocess.SubprocessError, http.client.HTTPException)


class Peer:
    """A peer's measured values, and why there are none."""

    def __init__(self, name: str, limit: float) -> None:
        self.name, self.limit = name, limit
        self.values: list[float] = []
        self.note = ""

    def measure(self, measure: Callable[[], float | None]) -> None:
        if self.note:
            return
        try:
            value = measure()
        except PEER_ERRORS as error:
            self.values, self.note = [], f"{self.name} failed: {error}"
            return
        if value is None:
            self.note = f"{self.name} is not installed"
        else:
            self.values.append(value)

    def row(self, name: str, ours: list[float]) -> Row:
        value = median(ours)
        goal = f"≤ {self.limit:g} × {self.name}"
        if not self.values:
            return Row(name, round(value, 1), "µs", goal, None, self.name, None, self.note)
        peer = median(self.values)
        return Row(name, round(value, 1), "µs", goal, round(peer, 1), self.name, value <= self.limit * peer)


def measure() -> Iterator[Row]:
    gets, rounds = [], []
    get_peer, check_peer = Peer("blackbox_exporter", 0.5), Peer("check_http", 0.5)
    round_peer = Peer("blackbox_exporter", 1.0)
    with servers(20) as stand, blackbox(stand.fqdn) as box:
        node = ("group", f"http://127.0.0.1:{stand.ports[0]}/ag/api/v1/group")
        name_server = f"127.0.0.1:{stand.dns}"
        turns = [_peers_round(number, node, name_server) for number in range(10)]
        for _ in range(RUNS):
            gets.append(child("ours.py", "get", *stand.words(20)[:1], GETS, RATE)["cpu_us"])
            get_peer.measure(lambda: box and box.cpu_us_of_turns([[node]], GETS, RATE))
            check_peer.measure(lambda: check_http_cpu_us(stand.ports[0], CHECKS))
            rounds.append(child("ours.py", "round", *stand.words(2), ROUNDS_S, CADENCE_S)["cpu_us"])
            round_peer.measure(
                lambda: box and box.cpu_us_of_turns(turns, round(ROUNDS_S / CADENCE_S), 1 / CADENCE_S) / 2
            )
    yield get_peer.row(GET, gets)
    yield check_peer.row(CHECK, gets)
    yield round_peer.row(ROUND, rounds)


def _peers_round(number: int, node: tuple[str, str], name_server: str) -> list[tuple[str, str]]:
    """The HTTP and DNS probes that our own round of that number makes of both nodes and the name server."""
    page = node[1].removesuffix("/ag/api/v1/group")
    probes = [node, node, ("host", name_server), ("txt", name_server)]
    if number % SELDOM == 1:
        probes += [("group", f"{page}/serverstatus")] * 2
    if number % RARELY == 2:
        probes += [("missing", f"{page}/hook_inventory/v1/hooks")] * 2
    return probes


SOURCE = Source((GET, CHECK, ROUND), measure)
