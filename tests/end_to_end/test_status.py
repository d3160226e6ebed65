"""``agmonitor status`` as its user runs it, in some sixty situations."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.pair import ADDRESSES, FQDN, PASSWORD, USER, Node, Servers, Zone

TIMEOUT_S = 1.0
START_ALLOWANCE_S = 4.0
"""Interpreter, imports, a busy machine; the look itself is bounded by 2 × deadline + 6 s."""
EXIT = {"ok": 0, "notice": 0, "warning": 1, "critical": 2, "unknown": 3}


def primary(**knobs: Any) -> Node:
    return Node(ADDRESSES[0], role="primary", **knobs)


def secondary(**knobs: Any) -> Node:
    return Node(ADDRESSES[1], role="secondary", **knobs)


def primary_out(status: int = 400) -> Node:
    return Node(ADDRESSES[0], role="not_in_group", group_refused=status)


def secondary_out(status: int = 400) -> Node:
    return Node(ADDRESSES[1], role="not_in_group", group_refused=status)


@dataclass
class Situation:
    """What stands there, and what an honest look at it must say."""

    name: str
    verdict: str
    severity: str
    nodes: Callable[[], tuple[Node | None, Node | None]] = lambda: (primary(), secondary())
    zone: Callable[[], Zone | None] = Zone
    beside: tuple[str, ...] = ()  # further findings that must stand there
    absent: tuple[str, ...] = ()  # findings that must not
    answers: tuple[str, str] | None = ("ok", "ok")
    extra: dict[str, Any] = field(default_factory=dict)


def S(  # noqa: N802 - reads as a table
    name: str, verdict: str, severity: str, *nodes: Callable[[], Node | None], **knobs: Any
) -> Situation:
    if nodes:
        knobs["nodes"] = lambda: (nodes[0](), nodes[1]())
    return Situation(name, verdict, severity, **knobs)


gone = lambda: None  # noqa: E731 - a table's cell
SITUATIONS = [
    S("healthy", "healthy", "ok", absent=("heartbeat_txt_stale", "dns_witness_silent")),
    S("healthy, no DNS witness", "healthy", "ok", zone=gone, beside=("dns_witness_silent",)),
    S(
        "healthy, text sign-in",
        "healthy",
        "ok",
        lambda: primary(login="text"),
        lambda: secondary(login="text"),
    ),
    S("token expires at once", "healthy", "ok", lambda: primary(expire_first_token=True), secondary),
    S("no server status page", "healthy", "ok", lambda: primary(status_page=False), secondary),
    S(
        "record moves between two looks",
        "healthy",
        "ok",
        zone=lambda: Zone([ADDRESSES[1]], then=[ADDRESSES[0]]),
    ),
    S(
        "risky settings",
        "healthy",
        "ok",
        lambda: primary(timers=(20, 30, 30, 40)),
        lambda: secondary(timers=(20, 30, 30, 40)),
        beside=("risky_settings",),
    ),
    S(
        "both clocks off alike",
        "healthy",
        "ok",
        lambda: primary(skew_s=90),
        lambda: secondary(skew_s=90),
        zone=lambda: Zone(txt_age_s=-85),
        beside=("our_clock_off",),
        absent=("clock_skew",),
    ),
    S(
        "unreadable TXT",
        "healthy",
        "ok",
        zone=lambda: Zone(txt_text="v=1; peers"),
        absent=("heartbeat_txt_stale",),
    ),
    S("two Primaries", "two_primaries", "critical", primary, lambda: Node(ADDRESSES[1], role="primary")),
    S(
        "roles swap between two questions",
        "healthy",
        "ok",
        lambda: Node(ADDRESSES[0], roles=["primary", "secondary"]),
        lambda: Node(ADDRESSES[1], roles=["primary"]),
        zone=lambda: Zone([ADDRESSES[1]]),
        absent=("two_primaries",),
    ),
    S(
        "two Primaries, then one goes",
        "two_primaries",
        "critical",
        lambda: primary(hows=["answer", "reset"]),
        lambda: Node(ADDRESSES[1], role="primary", hows=["answer", "reset"]),
        answers=None,
    ),
    S("two Secondaries", "no_primary", "critical", lambda: Node(ADDRESSES[0], role="secondary"), secondary),
    S(
        "Secondaries that sort themselves out",
        "healthy",
        "ok",
        lambda: Node(ADDRESSES[0], roles=["secondary", "primary"]),
        secondary,
    ),
    S("Secondary and a node in no group", "no_primary", "critical", primary_out, secondary),
    S("Primary and a node in no group", "no_standby", "warning", primary, secondary_out),
    S("both in no group", "not_in_group", "notice", primary_out, secondary_out),
    S(
        "both refuse",
        "group_down",
        "critical",
        gone,
        gone,
        zone=lambda: Zone(txt_age_s=300),
        answers=("refused", "refused"),
    ),
    S(
        "both hang, old TXT",
        "group_down",
        "critical",
        lambda: primary(how="hang"),
        lambda: secondary(how="hang"),
        zone=lambda: Zone(txt_age_s=300),
        answers=("timeout", "timeout"),
    ),
    S(
        "both hang, fresh TXT",
        "nodes_hidden_from_here",
        "unknown",
        lambda: primary(how="hang"),
        lambda: secondary(how="hang"),
        answers=("timeout", "timeout"),
        absent=("group_down",),
    ),
    S(
        "nothing answers at all",
        "observer_isolated",
        "unknown",
        lambda: primary(how="hang"),
        lambda: secondary(how="hang"),
        zone=lambda: Zone(how="hang"),
        answers=("timeout", "timeout"),
        absent=("group_down",),
    ),
    S(
        "Primary refuses, beat fresh",
        "takeover_due",
        "warning",
        gone,
        lambda: secondary(beat_age_s=10),
        answers=("refused", "ok"),
    ),
    S(
        "Primary refuses, beat long ago",
        "takeover_overdue",
        "critical",
        gone,
        lambda: secondary(beat_age_s=200),
        zone=lambda: Zone(txt_age_s=200),
        answers=("refused", "ok"),
    ),
    S(
        "Primary heard, beats lost long ago",
        "takeover_overdue",
        "critical",
        primary,
        lambda: secondary(beat_age_s=200),
        zone=lambda: Zone(txt_age_s=200),
    ),
    S(
        "Primary heard, both paths cut, window open",
        "takeover_due",
        "warning",
        primary,
        lambda: secondary(beat_age_s=75),
        zone=lambda: Zone(txt_age_s=75),
    ),
    S(
        "beat late",
        "heartbeat_late",
        "warning",
        primary,
        lambda: secondary(beat_age_s=40),
        zone=lambda: Zone(txt_age_s=40),
    ),
    S(
        "beats by DNS",
        "heartbeat_by_dns",
        "warning",
        lambda: primary(method="dns"),
        lambda: secondary(method="dns", beat_age_s=15),
    ),
    S(
        "a node has lost DNS",
        "node_dns_disconnected",
        "warning",
        primary,
        lambda: secondary(link="disconnected"),
    ),
    S("Secondary gone", "no_standby", "warning", primary, gone, answers=("ok", "refused")),
    S(
        "Secondary hangs",
        "no_standby",
        "warning",
        primary,
        lambda: secondary(how="hang"),
        answers=("ok", "timeout"),
    ),
    S(
        "Secondary resets",
        "no_standby",
        "warning",
        primary,
        lambda: secondary(how="reset"),
        answers=("ok", "closed"),
    ),
    S(
        "Secondary drips",
        "no_standby",
        "warning",
        primary,
        lambda: secondary(how="drip"),
        answers=("ok", "timeout"),
    ),
    S(
        "Secondary answers 5 MB",
        "cannot_read_node",
        "warning",
        primary,
        lambda: secondary(how="oversized"),
        answers=("ok", "too_large"),
    ),
    S(
        "Secondary answers a bomb",
        "cannot_read_node",
        "warning",
        primary,
        lambda: secondary(how="bomb"),
        answers=("ok", "too_large"),
    ),
    S(
        "Secondary redirects",
        "cannot_read_node",
        "warning",
        primary,
        lambda: secondary(how="redirect"),
        answers=("ok", "redirected"),
    ),
    S(
        "Secondary fails",
        "cannot_read_node",
        "warning",
        primary,
        lambda: secondary(how="status:500"),
        answers=("ok", "http_status"),
    ),
    S(
        "Secondary talks rubbish",
        "cannot_read_node",
        "warning",
        primary,
        lambda: secondary(how="rubbish"),
        answers=("ok", "malformed"),
    ),
    S(
        "Secondary shows a page",
        "cannot_read_node",
        "warning",
        primary,
        lambda: secondary(how="html"),
        answers=("ok", "malformed"),
    ),
    S(
        "Secondary sends a list",
        "cannot_read_node",
        "warning",
        primary,
        lambda: secondary(how="array"),
        answers=("ok", "malformed"),
    ),
    S(
        "unknown role",
        "cannot_read_node",
        "warning",
        primary,
        lambda: Node(ADDRESSES[1], role="arbiter"),
        answers=("ok", "malformed"),
    ),
    S(
        "sign-in service down on one",
        "cannot_read_node",
        "warning",
        primary,
        lambda: secondary(login="down"),
        answers=("ok", "http_status"),
    ),
    S(
        "permission missing on one",
        "cannot_read_node",
        "warning",
        primary,
        lambda: secondary(permission=False),
        answers=("ok", "forbidden"),
    ),
    S(
        "permission missing on both",
        "cannot_read_node",
        "unknown",
        lambda: primary(permission=False),
        lambda: secondary(permission=False),
        answers=("forbidden", "forbidden"),
    ),
    S(
        "wrong password",
        "cannot_read_node",
        "unknown",
        lambda: primary(login="refuse"),
        lambda: secondary(login="refuse"),
        answers=("sign_in_refused", "sign_in_refused"),
    ),
    S("record names a stranger", "dns_points_elsewhere", "critical", zone=lambda: Zone(["198.51.100.7"])),
    S("record names the Secondary", "dns_points_elsewhere", "critical", zone=lambda: Zone([ADDRESSES[1]])),
    S("record names both", "dns_points_elsewhere", "critical", zone=lambda: Zone(list(ADDRESSES))),
    S("record is gone", "dns_points_elsewhere", "critical", zone=lambda: Zone([])),
    S("name does not exist", "dns_points_elsewhere", "critical", zone=lambda: Zone(how="nxdomain")),
    S("DNS server silent", "dns_witness_silent", "warning", zone=lambda: Zone(how="hang")),
    S("DNS server refuses", "dns_witness_silent", "warning", zone=lambda: Zone(how="refused")),
    S(
        "clocks a minute apart",  # on the Secondary's clock every beat is too old: it will take over
        "takeover_due",
        "warning",
        primary,
        lambda: secondary(skew_s=60, beat_age_s=65, updated_age_s=63),
        beside=("clock_skew",),
    ),
    S(
        "clocks ten minutes apart",
        "clock_skew",
        "critical",
        primary,
        lambda: secondary(skew_s=-600, beat_age_s=-595, updated_age_s=3),
    ),
    S("busy", "overloaded", "warning", lambda: primary(load=0.6), secondary),
    S("about to crash", "overloaded", "critical", lambda: primary(load=0.9), secondary),
    S("settings differ", "settings_differ", "warning", primary, lambda: secondary(timers=(20, 30, 90, 30))),
    S("same Gateway twice", "group_misconfigured", "unknown", primary, primary),
    S(
        "Gateways of different groups",
        "group_misconfigured",
        "unknown",
        primary,
        lambda: secondary(fqdn="other.example.test"),
    ),
    S(
        "Secondary stopped checking",
        "standby_not_checking",
        "warning",
        primary,
        lambda: secondary(updated_age_s=120),
    ),
    S("TXT heartbeat stale", "heartbeat_txt_stale", "warning", zone=lambda: Zone(txt_age_s=600)),
    S(
        "no heartbeat known",
        "not_enough_evidence",
        "unknown",
        lambda: primary(beat_age_s=None),
        lambda: secondary(beat_age_s=None),
        zone=lambda: Zone(txt_age_s=None),
    ),
]


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(servers: Servers, folder: Path, *more: str) -> list[str]:
    ports = [node.port if node is not None else closed_port() for node in servers.nodes]
    secret = folder / "password"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    line = [sys.executable, "-m", "agmonitor", "status", "--user", USER, "--password-file", str(secret)]
    for index, port in enumerate(ports):
        line += ["--node", f"gw-{index + 1}=http://127.0.0.1:{port}/"]
    line += ["--fqdn", FQDN, "--timeout", str(TIMEOUT_S)]
    if servers.zone is not None:
        line += ["--dns", f"127.0.0.1:{servers.zone.port}"]
    return [*line, *more]


def home(folder: Path) -> dict[str, str]:
    return {**os.environ, "AGMONITOR_HOME": str(folder)}


def run_status(servers: Servers, folder: Path, *more: str) -> tuple[subprocess.CompletedProcess[str], float]:
    line = command(servers, folder, *more)
    began = time.monotonic()
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False, env=home(folder))
    return done, time.monotonic() - began


def judge(situation: Situation, folder: Path) -> None:
    """Look at it as a user would, and compare."""
    with Servers(*situation.nodes(), zone=situation.zone()) as servers:
        done, took_s = run_status(servers, folder, "--json")

    assert done.stdout, done.stderr
    group = json.loads(done.stdout)["groups"][0]
    names = [finding["name"] for finding in group["findings"]]
    said = f"{group['verdict']}: {group['sentence']} {names} {done.stderr}"
    assert (group["verdict"], group["severity"]) == (situation.verdict, situation.severity), said
    assert done.returncode == EXIT[situation.severity], said
    assert set(situation.beside) <= set(names), said
    assert not set(situation.absent) & set(names), said
    if situation.answers:
        assert tuple(node["answer"] for node in group["nodes"]) == situation.answers, said
    assert took_s < 2 * TIMEOUT_S + 6 + START_ALLOWANCE_S, said
    for text in (done.stdout, done.stderr):
        assert PASSWORD[:6] not in text
        assert "secret-token" not in text
        assert "Traceback" not in text
    assert not any(question.startswith("PUT") for node in servers.nodes if node for question in node.asked)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda s: s.name.replace(" ", "-"))
def test_status_says_what_stands_there(situation: Situation, tmp_path: Path) -> None:
    judge(situation, tmp_path)


def test_one_wrong_password_signs_in_once(tmp_path: Path) -> None:
    with Servers(primary(login="refuse"), secondary(login="refuse"), zone=Zone()) as servers:
        run_status(servers, tmp_path, "--json")

    sign_ins = [
        question for node in servers.nodes if node for question in node.asked if "rest_login" in question
    ]
    assert len(sign_ins) == 1, "both nodes may share one account, and a monitor must never lock it"


def test_why_gives_every_condition_with_value_and_limit(tmp_path: Path) -> None:
    with Servers(primary(), secondary(beat_age_s=40), zone=Zone(txt_age_s=40)) as servers:
        done, _ = run_status(servers, tmp_path, "--json", "--why")

    ledger = json.loads(done.stdout)["groups"][0]["ledger"]
    late = [row for row in ledger if row["finding"] == "heartbeat_late"]
    assert late
    assert all({"condition", "value", "limit", "passed", "evidence"} <= set(row) for row in ledger)


def test_text_output_names_nodes_and_verdict_without_colour(tmp_path: Path) -> None:
    with Servers(primary(), None, zone=Zone()) as servers:
        done, _ = run_status(servers, tmp_path)

    assert done.returncode == 1
    assert re.search(r"no.standby", done.stdout, re.IGNORECASE)
    assert "gw-2" in done.stdout
    assert "\x1b[" not in done.stdout
