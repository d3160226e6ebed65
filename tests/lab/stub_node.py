"""A node in a hundred lines, to test the supervisor alone: answers the API, moves the record when formed.

Plays no heartbeat and no takeover. With ``STUB_FAILS`` in its environment it fails at start and says so,
with ``STUB_STARTS`` it starts that program, as a workflow may.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dns.message
import dns.query
import dns.rcode
import dns.tsig
import dns.update

from agmonitor.lab import lifeline, lines

configuration = lines.decode(lifeline.first_line())
commands: list[object] = []


def obey(line: str) -> None:
    commands.append(json.loads(line))
    lines.say({"event": "obeyed"})


lifeline.tie_to_parent(int(str(configuration["parent_pid"])), obey)
state = {"node_role": "not_in_group"}


def move_record() -> None:
    key = dns.tsig.Key(
        str(configuration["tsig_name"]),
        str(configuration["tsig_secret"]),
        str(configuration["tsig_algorithm"]),
    )
    zone = str(configuration["fqdn"]).partition(".")[2]
    update = dns.update.UpdateMessage(zone, keyring=key)
    update.replace(str(configuration["fqdn"]).partition(".")[0], 3, "A", str(configuration["address"]))
    answer = dns.query.udp(
        update,
        str(configuration["dns_host"]),
        port=int(str(configuration["dns_port"])),
        timeout=5,
    )
    assert answer.rcode() == dns.rcode.NOERROR, answer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body: dict[str, object] = {"state": state} if self.path == "/ag/api/v1/group" else {}
        self._answer(200 if self.path == "/health" or self.headers.get("auth") == "Basic t" else 401, body)

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/rest_login":
            right = given == {"username": configuration["user"], "password": configuration["password"]}
            self._answer(200 if right else 401, {"access_token": "t"})
            return
        move_record()
        state["node_role"] = "primary"
        self._answer(200, {"message": "created"})

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        state["node_role"] = "secondary"
        self._answer(200, {"message": "joined"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        sys.stderr.write(format % args + "\n")

    def _answer(self, status: int, body: dict[str, object]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if os.environ.get("STUB_FAILS"):
    lines.say({"failed": os.environ["STUB_FAILS"]})
    sys.exit(1)
if os.environ.get("STUB_STARTS"):
    subprocess.Popen(os.environ["STUB_STARTS"].split())
place = (str(configuration["listen_address"]), int(str(configuration["port"])))
server = ThreadingHTTPServer(place, Handler)
lines.say({"ready": True, "url": f"http://{configuration['address']}:{configuration['port']}"})
server.serve_forever()
