"""The benchmark: every row side by side with its peer in one run, medians of several."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from peers import blackbox, check_http_cpu_us
from row import Row, median

HERE = Path(__file__).parent
RUNS = 3
GETS, RATE = 400, 200.0


@dataclass(frozen=True, slots=True)
class Servers:
    ports: list[int]
    dns: int
    fqdn: str
    talk: IO[str]
    listen: IO[str]


@contextmanager
def servers(count: int) -> Iterator[Servers]:
    process = subprocess.Popen(
        [sys.executable, str(HERE / "servers.py"), str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    where = json.loads(process.stdout.readline())
    try:
        yield Servers(where["ports"], where["dns"], where["fqdn"], process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.wait(10)


def child(script: str, *words: object, **environment: str) -> dict[str, Any]:
    """Runs one measuring process and takes its last line."""
    done = subprocess.run(
        [sys.executable, str(HERE / script), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    if done.returncode:
        raise RuntimeError(f"{script} {' '.join(map(str, words))}: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def http_rows() -> Iterator[Row]:
    with servers(20) as stand, blackbox(stand.fqdn) as box:
        ours, peer, check, rounds, peer_rounds = [], [], [], [], []
        group = f"http://127.0.0.1:{stand.ports[0]}/ag/api/v1/group"
        for _ in range(RUNS):
            ours.append(child("ours.py", "get", json.dumps(stand.ports), GETS, RATE)["cpu_us"])
            rounds.append(child("ours.py", "round", json.dumps(stand.ports[:2]), stand.dns, 8, 0.1)["cpu_us"])
            used = check_http_cpu_us(stand.ports[0], 40)
            if used is not None:
                check.append(used)
            if box is not None:
                peer.append(box.cpu_us_each([("group", group)], GETS, RATE))
                name_server = f"127.0.0.1:{stand.dns}"
                both = [("group", group), ("group", group), ("host", name_server), ("txt", name_server)]
                peer_rounds.append(box.cpu_us_each(both, GETS // 4, RATE / 8) / 2)
    value = median(ours)
    yield ratio_row("CPU of one paced GET of /group, parsed", value, "µs", peer, "blackbox_exporter", 0.5)
    yield ratio_row("CPU of one paced GET of /group, parsed", value, "µs", check, "check_http", 0.5)
    yield ratio_row("CPU of a whole node round", median(rounds), "µs", peer_rounds, "blackbox_exporter", 1.0)


def ratio_row(name: str, value: float, unit: str, peer: list[float], peer_name: str, limit: float) -> Row:
    other = median(peer) if peer else None
    met = None if other is None else value <= limit * other
    return Row(
        name, round(value, 1), unit, f"≤ {limit} × {peer_name}", other and round(other, 1), peer_name, met
    )


def show(row: Row) -> None:
    mark = {True: "met", False: "MISSED", None: "no peer"}[row.met]
    peer = "" if row.peer is None else f"{row.peer_name} {row.peer:g}"
    left = f"{row.name:44} {row.value:>9} {row.unit:3} {peer:28}"
    print(f"{left} ratio {row.ratio!s:7} goal {row.goal:30} {mark}", flush=True)


def main() -> None:
    as_json = "--json" in sys.argv[1:]
    rows = []
    for source in (http_rows,):
        for row in source():
            rows.append(row)
            if not as_json:
                show(row)
    if as_json:
        print(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
