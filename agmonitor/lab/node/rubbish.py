"""Answers that no Gateway gives, one kind after the other: what a broken proxy or another program would say.

The peer's own paths are left alone: the pair goes on, and only who reads its answers is at a loss.
"""

from __future__ import annotations

import errno
import itertools
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PEER_PATHS = ("/ag/heartbeat", "/ag/peer/")
JSON = "application/json"
HTML = "text/html; charset=utf-8"
ERROR_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
WRONG_TYPES = {
    "access_token": 7,
    "state": {"node_role": ["primary"], "node_dns_connection_state": 1, "last_heartbeat_time": {}},
    "group_members": "both",
    "configuration": [],
    "data": {"resource_usage_score": "much"},
    "current_time": "noon",
}
UNKNOWN_WORDS = {
    "access_token": "",
    "state": {"node_role": "emperor", "node_dns_connection_state": "perhaps", "heartbeat_method": "pigeon"},
    "data": {"resource_usage_score": -3},
    "current_time": -1,
}
HUGE_PIECE = b'"' + b"x" * 65_534 + b'"'
HUGE_PIECES = 64  # 4 MiB
PROMISED = 4096  # bytes of which hardly any come


class Rubbish:
    """Answers instead of the application while it is ``on``."""

    def __init__(self) -> None:
        self.on = False
        self._kinds = itertools.cycle(
            (_not_json, _wrong_types, _error_page, _truncated, _huge, _unknown_words, _no_object, _nothing)
        )

    def wanted(self, path: str) -> bool:
        return self.on and not path.startswith(PEER_PATHS)

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The next kind, whatever was asked."""
        left = int(environ.get("CONTENT_LENGTH") or 0)
        if left:
            environ["wsgi.input"].read(left)  # so that the connection can go on
        return next(self._kinds)(start_response)


def _not_json(start: StartResponse) -> Iterable[bytes]:
    return _say(start, b"{'state': <primary>", JSON)


def _wrong_types(start: StartResponse) -> Iterable[bytes]:
    return _say(start, json.dumps(WRONG_TYPES).encode(), JSON)


def _error_page(start: StartResponse) -> Iterable[bytes]:
    return _say(start, ERROR_PAGE, HTML, "502 Bad Gateway")


def _truncated(start: StartResponse) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", JSON), ("Content-Length", str(PROMISED))])
    return _break_off()


def _break_off() -> Iterator[bytes]:
    yield b'{"state": {"node_role": "pri'
    raise OSError(errno.EPIPE, "broken off on purpose")  # the server closes the connection, without an outcry


def _huge(start: StartResponse) -> Iterable[bytes]:
    length = 2 + HUGE_PIECES * (len(HUGE_PIECE) + 1) - 1
    start("200 OK", [("Content-Type", JSON), ("Content-Length", str(length))])
    return itertools.chain([b"[", HUGE_PIECE], *([b",", HUGE_PIECE] for _ in range(HUGE_PIECES - 1)), [b"]"])


def _unknown_words(start: StartResponse) -> Iterable[bytes]:
    return _say(start, json.dumps(UNKNOWN_WORDS).encode(), JSON)


def _no_object(start: StartResponse) -> Iterable[bytes]:
    return _say(start, b"[[[[[[[[null]]]]]]]]", JSON)


def _nothing(start: StartResponse) -> Iterable[bytes]:
    return _say(start, b"", HTML, "404 Not Found")


def _say(start: StartResponse, body: bytes, kind: str, status: str = "200 OK") -> Iterable[bytes]:
    start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
