"""A group's whole state as a blob and back: where a replay starts. Fields added since get their defaults."""

from __future__ import annotations

import json
import typing
import zlib

from agmonitor.domain.state import GroupState
from agmonitor.history.codec import built, plain


def encode_state(state: GroupState) -> bytes:
    return zlib.compress(json.dumps(plain(state), separators=(",", ":")).encode())


def decode_state(body: bytes) -> GroupState:
    """The state that was encoded.

    Raises:
        ValueError: it is damaged, or of a form this program cannot read.
    """
    try:
        return typing.cast("GroupState", built(GroupState, json.loads(zlib.decompress(body))))
    except (zlib.error, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"a checkpoint that cannot be read: {error}") from error
