"""A real BIND 9 as the lab's name server, a process around it: ``python -m agmonitor.lab.bind``.

Takes the same first line as the lab's own name server, and says that it is ready only when BIND has answered
a question signed with the lab's key, over UDP and TCP. BIND knows nothing of our lifeline, so it is tied to
this process: however this one ends, the kernel kills it too.
"""

from __future__ import annotations

import functools
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.tsig

from agmonitor.lab import bind_setup, clock, lifeline, lines
from agmonitor.lab.bind_setup import BindSetup
from agmonitor.lab.errors import LabError

READY_WITHIN_S = 15.0
LOOK_EVERY_S = 0.02
ANSWER_WITHIN_S = 1.0
PORTS = range(10_000, 32_000)
PORT_TRIES = 20
FOLDER = "bind"


def setup_of(told: lines.Line) -> BindSetup:
    """Where and as what it is to serve; its folder is made.

    Raises:
        OSError: no folder, or no free port on that address.
    """
    folder = Path(str(told["folder"])) / FOLDER
    folder.mkdir(mode=0o700)
    return BindSetup(
        folder=folder,
        port=_free_port(),
        zone=str(told["zone"]),
        negative_ttl_s=int(str(told["negative_ttl_s"])),
        tsig_name=str(told["tsig_name"]),
        tsig_algorithm=str(told["tsig_algorithm"]),
        tsig_secret=str(told["tsig_secret"]),
    )


def _free_port() -> int:
    """A port that is free for TCP and UDP now, outside the range from which the system gives its own."""
    for attempt in range(PORT_TRIES):
        port = PORTS[secrets.randbelow(len(PORTS))]
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind((bind_setup.ADDRESS, port))
                udp.bind((bind_setup.ADDRESS, port))
            except OSError:
                if attempt == PORT_TRIES - 1:
                    raise
                continue
            return port
    raise AssertionError("the loop returns or raises")


def _start(setup: BindSetup, program: Path) -> subprocess.Popen[bytes]:
    """Start BIND, which dies with us. Must come before any thread: what runs in the fork is Python."""
    (setup.folder / bind_setup.CONF).write_text(setup.conf(), encoding="utf-8")
    (setup.folder / bind_setup.ZONE).write_text(setup.zone_file(), encoding="utf-8")
    with (setup.folder / bind_setup.LOG).open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - a system's program, no shell
            setup.command(program),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=functools.partial(lifeline.die_with_parent, os.getpid()),  # noqa: PLW1509 - no threads yet
        )


def _answers(setup: BindSetup) -> bool:
    """Whether it serves the zone, and under the lab's key: then it is ours."""
    question = dns.message.make_query(setup.zone, "SOA")
    question.use_tsig(dns.tsig.Key(setup.tsig_name, setup.tsig_secret, setup.tsig_algorithm))
    try:
        for way in (dns.query.tcp, dns.query.udp):  # TCP first: it refuses at once
            answer = way(question, bind_setup.ADDRESS, timeout=ANSWER_WITHIN_S, port=setup.port)
            if answer.rcode() != dns.rcode.NOERROR or not answer.answer:
                return False
    except (dns.exception.DNSException, OSError, EOFError):
        return False
    return True


def _wait_until_it_serves(process: subprocess.Popen[bytes], setup: BindSetup) -> None:
    """Wait for its first answer.

    Raises:
        LabError: it ended before, or took too long.
    """
    until = clock.now() + READY_WITHIN_S
    while not _answers(setup):
        try:
            process.wait(LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            if clock.now() < until:
                continue
        raise LabError(bind_setup.why_it_fails(setup.log(), setup.folder))


def main() -> None:
    told = lines.decode(lifeline.first_line())
    parent_pid = int(str(told["parent_pid"]))
    lifeline.die_with_parent(parent_pid)
    os.umask(0o077)  # what is written here, by BIND too, is for this user alone
    try:
        setup = setup_of(told)
        process = _start(setup, bind_setup.program())
        lifeline.tie_to_parent(parent_pid)
        _wait_until_it_serves(process, setup)
    except (LabError, OSError) as error:
        lines.say({"failed": str(error).rstrip(".")})
        sys.exit(1)
    lines.say({"ready": True, "address": bind_setup.ADDRESS, "port": setup.port})
    sys.exit(f"BIND ended by itself with {process.wait()}; {setup.folder / bind_setup.LOG} may say why.")


if __name__ == "__main__":
    main()
