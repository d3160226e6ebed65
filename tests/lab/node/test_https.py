"""A pair that speaks TLS: the API and the heartbeats between the nodes alike."""

from __future__ import annotations

import http.client
import json
import ssl
from pathlib import Path

import pytest

from agmonitor.lab import clock
from agmonitor.lab.authority import Authority
from tests.lab.node.pair import FQDN, PASSWORD, USER, Node, Pair, eventually

pytestmark = pytest.mark.lab


def ask(node: Node, trust: ssl.SSLContext, method: str, path: str, token: str, body: object = None) -> object:
    connection = http.client.HTTPSConnection(node.address, node.port, timeout=10, context=trust)
    headers = {"auth": f"Basic {token}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        document: object = json.loads(answer.read())
        assert answer.status == 200, document
        return document
    finally:
        connection.close()


def signed_in(node: Node, trust: ssl.SSLContext) -> str:
    answer = ask(node, trust, "POST", "/rest_login", "", {"username": USER, "password": PASSWORD})
    assert isinstance(answer, dict)
    return str(answer["access_token"])


def test_a_pair_over_https_beats_directly(pair: Pair, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.establish()
    certificate_file = tmp_path / "both.pem"
    certificate_file.write_bytes(authority.issue(pair.addresses, clock.now(), 3600.0))
    for node, peer in ((pair.a, pair.b), (pair.b, pair.a)):
        node.configuration.update(
            scheme="https",
            peer_url=f"https://{peer.address}:{peer.port}",
            authority=str(authority.folder),
            certificate_file=str(certificate_file),
            certificate_names=pair.addresses,
        )
        node.start()
    trust = authority.trust()
    tokens = {node.name: signed_in(node, trust) for node in (pair.a, pair.b)}
    ask(pair.a, trust, "POST", "/ag/api/v1/group", tokens["gw-1"], {"group_fqdn": FQDN})
    ask(pair.b, trust, "PUT", "/ag/api/v1/group/members", tokens["gw-2"])

    def beats_directly() -> bool:
        state = ask(pair.b, trust, "GET", "/ag/api/v1/state", tokens["gw-2"])
        assert isinstance(state, dict)
        return bool(state["heartbeat_method"] == "direct")

    eventually(beats_directly, "a heartbeat arrives over TLS")
