"""What one node tells the other over HTTP. Path, body and signature are our choice; the contract names none.

Each request is signed with an HMAC-SHA256 over method, path, instant and body, keyed with the pair's TSIG
secret, and refused when more than 300 s old, as TSIG itself would be. Every call has a deadline and answers
with a value.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from agmonitor.lab.lines import Line

SENT_AT = "X-AG-Sent-At"
SIGNATURE = "X-AG-Signature"
FUDGE_S = 300.0
LONGEST_BODY = 64 * 1024
HEARTBEAT_PATH = "/ag/heartbeat"
PEER_PATH = "/ag/peer/"


@dataclass(frozen=True, slots=True)
class PeerReply:
    """``status`` None: the peer was not reached, or did not answer in time."""

    status: int | None
    document: Line

    @property
    def ok(self) -> bool:
        return self.status == http.client.OK


def sign(secret: str, path: str, sent_at: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"POST {path}\n{sent_at}\n".encode() + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, path: str, sent_at: str, signature: str, body: bytes, now: float) -> bool:
    """Whether the request is the peer's own, and fresh."""
    try:
        is_fresh = abs(now - float(sent_at)) <= FUDGE_S
    except ValueError:
        return False
    return is_fresh and hmac.compare_digest(sign(secret, path, sent_at, body).encode(), signature.encode())


class PeerClient:
    """Posts signed JSON to the peer; ``url`` may be moved while the node runs."""

    def __init__(self, url: str, secret: str, now: Callable[[], float], trust: ssl.SSLContext | None) -> None:
        self.url = url
        self._secret = secret
        self._now = now
        self._trust = trust  # for https

    def post(self, path: str, document: Mapping[str, object], timeout_s: float) -> PeerReply:
        body = json.dumps(document).encode()
        sent_at = f"{self._now():.3f}"
        headers = {
            "Content-Type": "application/json",
            "Connection": "close",
            SENT_AT: sent_at,
            SIGNATURE: sign(self._secret, path, sent_at, body),
        }
        connection = self._connection(timeout_s)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            received = json.loads(answer.read(LONGEST_BODY))
        except (OSError, http.client.HTTPException, ValueError):
            return PeerReply(None, {})
        finally:
            connection.close()
        return PeerReply(answer.status, received if isinstance(received, dict) else {})

    def _connection(self, timeout_s: float) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout_s, context=self._trust)
