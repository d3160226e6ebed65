"""A group's whole state as a blob and back: where a replay starts. Fields added since get their defaults."""

from __future__ import annotations

import json
import typing
import zlib

from agmonitor.domain.state import GroupState
from agmonitor.history.checkpoint_words import WORDS
from agmonitor.history.codec import built, plain

_WORDS = WORDS.encode()


def encode_state(state: GroupState) -> bytes:
    packing = zlib.compressobj(zdict=_WORDS)
    return packing.compress(json.dumps(plain(state), separators=(",", ":")).encode()) + packing.flush()


def decode_state(body: bytes) -> GroupState:
    """The state that was encoded, by this or an earlier version, which used no words of ours.

    Raises:
        ValueError: it is damaged, or of a form this program cannot read.
    """
    try:
        unpacking = zlib.decompressobj(zdict=_WORDS)
        told = unpacking.decompress(body)
        if not unpacking.eof:
            raise ValueError("a checkpoint that is cut short")
        return typing.cast("GroupState", built(GroupState, json.loads(told)))
    except (zlib.error, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"a checkpoint that cannot be read: {error}") from error
