from __future__ import annotations

import pytest

from agmonitor.domain.model import NodeAddress
from agmonitor.gateway.address import base_url, is_loopback, plain_http_refusal
from tests.gateway.servers import settings

NODE = NodeAddress("gw-1", "http://192.0.2.11")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("LOCALHOST.", True),
        ("192.0.2.1", False),
        ("127.0.0.1.example.net", False),
        ("localhost.example.net", False),
        ("0.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_judged_by_its_written_form(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_plain_http_needs_leave_beyond_this_machine() -> None:
    assert plain_http_refusal("http", "192.0.2.11", settings(NODE))
    assert plain_http_refusal("https", "192.0.2.11", settings(NODE)) is None
    assert plain_http_refusal("http", "127.0.0.1", settings(NODE)) is None
    assert plain_http_refusal("http", "192.0.2.11", settings(NODE, allow_http=True)) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://192.0.2.11:8443/", "192.0.2.11"),
        ("https://[2001:db8::1]", "2001:db8::1"),
        ("HTTPS://Gateway.Example.net/sub", "gateway.example.net"),
    ],
)
def test_a_usable_url_is_kept(url: str, host: str) -> None:
    parsed = base_url(url)

    assert parsed.host == host
    assert not str(parsed).endswith("/")
