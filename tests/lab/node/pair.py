"""A real pair for the tests: a name server process, two node processes, and a small client for their API."""

from __future__ import annotations

import base64
import http.client
import json
import os
import queue
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[3]
RESOURCES = ROOT / "resources"
FQDN = "gateway.lab.test"
PASSWORD = "made-up"
USER = "operator"
PATIENCE_S = 60.0  # only ever spent where something is wrong

Json = Any  # answers are looked into freely here


def eventually(holds: Callable[[], bool], what: str, within_s: float = PATIENCE_S) -> float:
    """Wait until it holds; how long it took."""
    began = time.monotonic()
    pause = threading.Event()
    while not holds():
        if time.monotonic() - began > within_s:
            raise AssertionError(f"not within {within_s} s: {what}")
        pause.wait(0.02)
    return time.monotonic() - began


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Json:
        return json.loads(self.text)


class Child:
    """A process that talks JSON lines."""

    def __init__(self, module: str, configuration: dict[str, object], log: Path) -> None:
        self.events: list[Json] = []
        self._lines: queue.Queue[Json] = queue.Queue()
        with log.open("ab") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=ROOT,
            )
        self.tell({**configuration, "parent_pid": os.getpid()})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.first = self._lines.get(timeout=PATIENCE_S)

    def tell(self, document: dict[str, object]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(document).encode() + b"\n")
        self.process.stdin.flush()

    @property
    def obeyed(self) -> int:
        """How many commands have taken effect."""
        return sum(event.get("event") == "obeyed" for event in list(self.events))

    def end(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            document = json.loads(line)
            self.events.append(document)
            self._lines.put(document)
        self._lines.put({"failed": "ended"})


@dataclass
class Node:
    """One node: its process, if it runs, and its API."""

    name: str
    address: str
    port: int
    configuration: dict[str, object]
    log: Path
    tokens: dict[str, str] = field(default_factory=dict)
    child: Child | None = None

    def start(self) -> Node:
        child = Child("agmonitor.lab.node", self.configuration, self.log)
        if child.first.get("ready") is not True:
            child.end()
            raise AssertionError(child.first, self.log.read_text())
        self.child = child
        return self

    def kill(self) -> None:
        self.tokens.clear()
        if self.child is not None:
            self.child.end()
            self.child = None

    def tell(self, document: dict[str, object]) -> None:
        """Give a command and wait until it has taken effect."""
        assert self.child is not None
        told = self.child.obeyed
        self.child.tell(document)
        eventually(lambda: self.child is not None and self.child.obeyed > told, "the command is obeyed")

    def send(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Reply:
        connection = http.client.HTTPConnection(self.address, self.port, timeout=20)
        sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"Content-Type": "application/json"} if sent is not None else {}
        try:
            connection.request(method, path, sent, {**told, **(headers or {})})
            answer = connection.getresponse()
            return Reply(answer.status, dict(answer.headers), answer.read().decode())
        finally:
            connection.close()

    def sign_in(self, user: str = USER) -> str:
        if user not in self.tokens:
            reply = self.send("POST", "/rest_login", {"username": user, "password": PASSWORD})
            assert reply.status == 200, reply.text
            self.tokens[user] = reply.json["access_token"]
        return self.tokens[user]

    def ask(self, method: str, path: str, body: object = None, user: str = USER) -> Reply:
        return self.send(method, path, body, {"auth": f"Basic {self.sign_in(user)}"})

    @property
    def state(self) -> Json:
        reply = self.ask("GET", "/ag/api/v1/state")
        assert reply.status == 200, reply.text
        return reply.json

    @property
    def role(self) -> str:
        return str(self.state["node_role"])

    @property
    def hooks(self) -> Json:
        reply = self.ask("GET", "/hook_inventory/v1/hooks")
        assert reply.status == 200, reply.text
        return reply.json

    def calls_of(self, workflow: str) -> list[tuple[str | None, str, str]]:
        return [
            (call["previous"], call["new"], call["outcome"])
            for call in self.hooks["calls"]
            if call["workflow"] == workflow and call["outcome"] != "running"
        ]

    def has_beat(self, method: str) -> bool:
        state = self.state
        return state["heartbeat_method"] == method and state["last_updated"] is not None


class Pair:
    """A name server and two nodes that are in no group yet; ``formed`` makes them one."""

    def __init__(self, folder: Path, workflows: list[Path] | None = None, **timers: float) -> None:
        self.folder = folder
        tsig = {
            "tsig_name": "ag",
            "tsig_algorithm": "hmac-sha512",
            "tsig_secret": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        first = 2 + secrets.randbelow(200)
        self.addresses = (f"127.0.{first}.11", f"127.0.{first}.12")
        self.port = _free_port(self.addresses)
        self.nameserver = Child(
            "agmonitor.lab.nameserver",
            {"zone": "lab.test", "address": f"127.0.{first}.53", "port": 0, **tsig},
            folder / "ns.log",
        )
        self.dns = (str(self.nameserver.first["address"]), int(self.nameserver.first["port"]))
        common: dict[str, object] = {
            "port": self.port,
            "scheme": "http",
            "fqdn": FQDN,
            "dns_host": self.dns[0],
            "dns_port": self.dns[1],
            "ttl": 3,
            "report": 0.4,
            "check": 0.5,
            "absence": 2.5,  # a TXT stamp may be 1.4 s old in good health; a busy machine needs the rest
            **timers,
            "user": USER,
            "password": PASSWORD,
            "workflows": [
                str(path) for path in workflows or [RESOURCES / "workflows", RESOURCES / "gateway_workflow"]
            ],
            **tsig,
        }
        self.a, self.b = (
            Node(
                name=name,
                address=own,
                port=self.port,
                configuration={
                    **common,
                    "name": name,
                    "address": own,
                    "peer_address": other,
                    "peer_url": f"http://{other}:{self.port}",
                    "state_file": str(folder / f"{name}.json"),
                },
                log=folder / f"{name}.log",
            )
            for name, own, other in (
                ("gw-1", self.addresses[0], self.addresses[1]),
                ("gw-2", self.addresses[1], self.addresses[0]),
            )
        )

    def formed(self) -> Self:
        self.a.start()
        self.b.start()
        created = self.a.ask("POST", "/ag/api/v1/group", {"group_fqdn": FQDN})
        assert created.status == 200, created.text
        joined = self.b.ask("PUT", "/ag/api/v1/group/members", {"group_fqdn": FQDN})
        assert joined.status == 200, joined.text
        eventually(lambda: self.a.has_beat("direct") and self.b.has_beat("direct"), "the pair beats directly")
        return self

    def cut_path(self, *nodes: Node) -> None:
        """These nodes no longer reach their peer over HTTP."""
        for node in nodes:
            node.tell({"command": "set_peer", "peer_url": f"http://127.0.0.1:{_free_port(('127.0.0.1',))}"})

    def mend_path(self, *nodes: Node) -> None:
        for node in nodes:
            node.tell({"command": "set_peer", "peer_url": node.configuration["peer_url"]})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.a.kill()
        self.b.kill()
        self.nameserver.end()


def _free_port(addresses: tuple[str, ...]) -> int:
    """A port that is free on all of them now."""
    for _ in range(50):
        with socket.socket() as first:
            first.bind((addresses[0], 0))
            port = int(first.getsockname()[1])
            try:
                for address in addresses[1:]:
                    with socket.socket() as other:
                        other.bind((address, port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")
