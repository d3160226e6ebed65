"""``agmonitor status`` against Gateways and name servers that others would write from the same contract."""

from __future__ import annotations

import os
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.pair import ADDRESSES, Node, Servers, Zone
from tests.end_to_end.test_status import (
    S,
    Situation,
    command,
    home,
    judge,
    primary,
    primary_out,
    run_status,
    secondary,
    secondary_out,
)


def both(**knobs: Any) -> dict[str, Any]:
    return {"nodes": lambda: (primary(**knobs), secondary(**knobs))}


SITUATIONS = [
    *(
        S(
            f"both in no group, told by {status}",
            "not_in_group",
            "notice",
            partial(primary_out, status),
            partial(secondary_out, status),
        )
        for status in (403, 404, 500)
    ),
    S(
        "one connection at a time",
        "overloaded",
        "critical",
        lambda: primary(one_at_a_time=True, load=0.9),
        lambda: secondary(one_at_a_time=True),
    ),
    S(
        "two Primaries, one connection at a time",
        "two_primaries",
        "critical",
        lambda: primary(one_at_a_time=True),
        lambda: Node(ADDRESSES[1], role="primary", one_at_a_time=True),
    ),
    S("HTTP/1.0 without a date", "healthy", "ok", **both(dialect="old")),
    S("chunks and small header names", "healthy", "ok", **both(dialect="chunked")),
    S("stamps that end in Z", "healthy", "ok", **both(stamps="zulu")),
    S("stamps with fractions", "healthy", "ok", **both(stamps="fraction")),
    S("a token that ends in a newline", "healthy", "ok", **both(login="newline")),
    *(
        S(
            f"sign-in refused by {how}",
            "cannot_read_node",
            "unknown",
            answers=("sign_in_refused", "sign_in_refused"),
            **both(login=how),
        )
        for how in ("refuse:400", "refuse:401", "refuse:403", "error200")
    ),
    S(
        "sign-in answered with a page",
        "cannot_read_node",
        "unknown",
        answers=("malformed", "malformed"),
        **both(login="page"),
    ),
    S(
        "sign-in leads elsewhere",
        "cannot_read_node",
        "unknown",
        answers=("redirected", "redirected"),
        **both(login="redirect"),
    ),
    S(
        "an error that repeats our secrets",
        "cannot_read_node",
        "warning",
        primary,
        lambda: secondary(how="echo"),
        answers=("ok", "http_status"),
    ),
    *(
        S(
            f"old TXT heartbeat, {form}",
            "heartbeat_txt_stale",
            "warning",
            zone=partial(Zone, txt_age_s=600, txt_form=form),
        )
        for form in ("epoch", "labelled", "space", "halves", "quoted")
    ),
    S("the name is an alias", "healthy", "ok", zone=lambda: Zone(alias=True)),
    S("an answer that is not authoritative", "healthy", "ok", zone=lambda: Zone(aa=False, lower=True)),
    S("DNS server fails", "dns_witness_silent", "warning", zone=lambda: Zone(how="servfail")),
    S(
        "very short timers",
        "healthy",
        "ok",
        **both(timers=(1, 2, 4, 1), beat_age_s=1, updated_age_s=1),
        zone=lambda: Zone(txt_age_s=1),
    ),
    S(
        "very long timers",
        "healthy",
        "ok",
        **both(timers=(3600, 7200, 86400, 300), beat_age_s=3500),
        zone=lambda: Zone(txt_age_s=3500),
    ),
]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda s: s.name.replace(" ", "-"))
def test_status_says_what_stands_there_whoever_wrote_it(situation: Situation, tmp_path: Path) -> None:
    judge(situation, tmp_path)


def test_each_node_is_signed_in_to_once(tmp_path: Path) -> None:
    with Servers(primary(), Node(ADDRESSES[1], role="primary"), zone=Zone()) as servers:
        run_status(servers, tmp_path, "--json")

    for node in servers.nodes:
        assert node is not None
        assert node.asked.count("POST /rest_login") == 1, node.asked


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not tell a child's memory")
@pytest.mark.parametrize("how", ["oversized", "bomb", "flood_head"])
def test_no_flood_costs_memory(how: str, tmp_path: Path) -> None:
    def most_mb(nodes: tuple[Node, Node]) -> float:
        with Servers(*nodes, zone=Zone()) as servers:
            child = subprocess.Popen(
                command(servers, tmp_path, "--json"), stdout=subprocess.DEVNULL, env=home(tmp_path)
            )
            _, _, used = os.wait4(child.pid, 0)
            child.returncode = 0  # it has been waited for
        return used.ru_maxrss / 1024

    assert most_mb((primary(how=how), secondary(how=how))) < most_mb((primary(), secondary())) + 16
