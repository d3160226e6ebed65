"""Reads a response's body up to a limit, decoded, so that neither a flood nor a bomb costs memory.

We ask for no compression; a server that compresses all the same is decoded here, piece by piece, never beyond
the limit. Must not know what a body means.
"""

from __future__ import annotations

import zlib

from agmonitor.gateway.fields import Malformed
from agmonitor.gateway.response import Response, stream_of

BODY_MAX = 64 * 1024
"""Bytes of one answer once decoded; a group's state has about 600."""


class TooLarge(ValueError):  # noqa: N818 - reads as what the answer is, not as our error
    """The body goes beyond ``BODY_MAX`` once decoded."""


async def read_bounded(response: Response, body: bytearray | None = None) -> bytes:
    """The decoded body; the response is left open for its owner to close.

    ``body`` is filled as it comes, so that a part is there whatever happens.

    Raises:
        TooLarge: more than ``BODY_MAX`` bytes, as announced, as read or as decoded.
        Malformed: compressed in a way we neither asked for nor know, or damaged.
    """
    decoder = _decoder(response.headers.get("content-encoding", ""))
    announced = response.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and len(announced.lstrip("0")) > 18:
        raise TooLarge
    if announced.isascii() and announced.isdigit() and int(announced) > BODY_MAX:
        raise TooLarge
    body = bytearray() if body is None else body
    raw = 0
    async for piece in stream_of(response):
        raw += len(piece)
        if raw > BODY_MAX:
            raise TooLarge
        body += piece if decoder is None else decoder.decode(piece, BODY_MAX + 1 - len(body))
        if len(body) > BODY_MAX:
            raise TooLarge
    if decoder is not None:
        decoder.finish()
    return bytes(body)


def _decoder(encoding: str) -> _Inflater | None:
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return _Inflater(wbits=16 + zlib.MAX_WBITS)
        case "deflate":
            return _Inflater(wbits=None)
        case _:
            raise Malformed("The answer is compressed in a way that was not asked for.")


class _Inflater:
    """Decodes gzip or deflate, the latter with or without its zlib envelope."""

    def __init__(self, *, wbits: int | None) -> None:
        self._inflate = None if wbits is None else zlib.decompressobj(wbits)

    def decode(self, piece: bytes, room: int) -> bytes:
        """At most ``room`` bytes of what ``piece`` decodes to.

        Raises:
            TooLarge: there is more than fits.
            Malformed: damaged.
        """
        if not piece:
            return b""
        if self._inflate is None:
            enveloped = piece[0] & 0x0F == zlib.DEFLATED
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if enveloped else -zlib.MAX_WBITS)
        try:
            decoded = self._inflate.decompress(piece, room)
        except zlib.error:
            raise Malformed("The answer's compression is damaged.") from None
        if self._inflate.unconsumed_tail:
            raise TooLarge
        return decoded

    def finish(self) -> None:
        """The body has ended.

        Raises:
            Malformed: in the middle of a compressed stream.
        """
        if self._inflate is not None and not self._inflate.eof:
            raise Malformed("The answer's compression ends early.")
