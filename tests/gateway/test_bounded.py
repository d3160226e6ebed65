from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest

from agmonitor.gateway.bounded import BODY_MAX, TooLarge, read_bounded

BOMB = b"0" * 60_000_000


class Pieces(httpx.AsyncByteStream):
    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def _response(encoding: str, *pieces: bytes) -> httpx.Response:
    return httpx.Response(200, headers={"content-encoding": encoding}, stream=Pieces(*pieces))


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [("gzip", gzip.compress(BOMB)), ("deflate", zlib.compress(BOMB))],
    ids=["gzip", "deflate"],
)
def test_a_bomb_costs_no_more_memory_than_an_honest_body(encoding: str, bomb: bytes) -> None:
    response = _response(encoding, bomb)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            asyncio.run(read_bounded(response))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 20 * BODY_MAX


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_compressed_body_may_come_in_pieces_of_any_size(size: int) -> None:
    body = bytes(range(256)) * 100
    packed = gzip.compress(body)
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]

    assert asyncio.run(read_bounded(_response("gzip", b"", *pieces))) == body


@pytest.mark.parametrize(("length", "fits"), [(BODY_MAX, True), (BODY_MAX + 1, False)])
def test_the_limit_counts_decoded_bytes(length: int, fits: bool) -> None:
    response = _response("gzip", gzip.compress(b"x" * length))

    if fits:
        assert len(asyncio.run(read_bounded(response))) == length
    else:
        with pytest.raises(TooLarge):
            asyncio.run(read_bounded(response))
