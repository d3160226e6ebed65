"""A minute of rows as one small blob: column by column, each foretold from the row before, then deflated.

Which way to foretell a column is chosen by what comes out smallest, so packing knows nothing of what the
numbers mean. Lossless, order and all. The layout carries a version; ``unpack`` reads every one there was.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agmonitor.history.numbers import Values, joined, parted, row_of, values_of

VERSION = 1
LARGEST = 1 << 24
"""More than any minute's blob comes to; one that claims more is damaged."""
LONGEST_PACK_MS = 120_000
"""A pack is of one minute, so no two of its instants are further apart."""
_RAW = -15  # deflate without a wrapper: the checksum is our own
_HEAD = 5  # bytes of version and checksum
_SECOND_MS = 1000
_LENGTH = 3  # bytes of a part's length

Foretold = Callable[["_Before"], int]
Key = tuple[int, int]  # form, place in its row


@dataclass(frozen=True, slots=True)
class Row:
    """One input as it is stored: its millisecond, its form's id, its varying numbers."""

    at_ms: int
    form: int
    varying: bytes


@dataclass(slots=True)
class _Before:
    """What is known of a number before it is read: its row's millisecond, and its column's last entry."""

    at_ms: int
    then_ms: int
    value: int


_WAYS: tuple[Foretold, ...] = (
    lambda _: 0,
    lambda b: b.value,  # the same number again
    lambda b: b.then_ms + b.value - b.at_ms,  # the same instant again
    lambda b: -(b.at_ms % _SECOND_MS),  # the whole second
)


def sound(blob: bytes) -> bool:
    """Whether the blob is, byte for byte, what was packed."""
    return blob[:1] == bytes([VERSION]) and zlib.crc32(blob[_HEAD:]).to_bytes(4, "little") == blob[1:_HEAD]


def forms_of(blob: bytes) -> list[int]:
    """The form of each row.

    Raises:
        ValueError: the blob is damaged or of a newer layout.
    """
    if not sound(blob):
        raise ValueError("a damaged pack, or one of an unknown layout")
    return list(parted(_parts(_inflated(blob[_HEAD:]))[0]))


def pack(rows: Sequence[Row], width_of: Callable[[int], int]) -> bytes:
    """The rows in their order. ``width_of`` tells how many numbers a form has, 0 for one kept whole."""
    columns: dict[Key, list[tuple[_Before, int]]] = {}
    last: dict[Key, tuple[int, int]] = {}
    there: list[int] = []
    for row in rows:
        values = values_of(row.varying, width_of(row.form)) if row.varying else ()
        there.append(_present(values))
        for place, value in enumerate(values):
            if value is not None:
                key = row.form, place
                then_ms, before = last.get(key, (row.at_ms, 0))
                columns.setdefault(key, []).append((_Before(row.at_ms, then_ms, before), value))
                last[key] = row.at_ms, value
    steps = [row.at_ms - before for row, before in zip(rows, [0, *(r.at_ms for r in rows)], strict=False)]
    parts = [joined(row.form for row in rows), joined(steps), joined(there)]
    parts += [_column(columns[key]) for key in sorted(columns)]
    body = b"".join(len(part).to_bytes(_LENGTH, "little") + part for part in parts)
    deflater = zlib.compressobj(9, zlib.DEFLATED, _RAW)
    data = deflater.compress(body) + deflater.flush()
    return bytes([VERSION]) + zlib.crc32(data).to_bytes(4, "little") + data


def unpack(blob: bytes, width_of: Callable[[int], int]) -> list[Row]:
    """What was packed.

    Raises:
        ValueError: the blob is damaged or of a newer layout.
    """
    if not sound(blob):
        raise ValueError("a damaged pack, or one of an unknown layout")
    try:
        parts = _parts(_inflated(blob[_HEAD:]))
        return _rows(parts, width_of)
    except (zlib.error, IndexError, StopIteration, RuntimeError) as error:
        raise ValueError(f"a damaged pack: {error}") from error


def _inflated(data: bytes) -> bytes:
    inflater = zlib.decompressobj(_RAW)
    body = inflater.decompress(data, LARGEST)
    if not inflater.eof:
        raise ValueError("a damaged pack: cut short or too large")
    return body


def _parts(body: bytes) -> list[bytes]:
    parts: list[bytes] = []
    at = 0
    while at < len(body):
        length = int.from_bytes(body[at : at + _LENGTH], "little")
        at += _LENGTH
        parts.append(body[at : at + length])
        at += length
    return parts


def _rows(parts: list[bytes], width_of: Callable[[int], int]) -> list[Row]:
    forms, steps, there = (list(parted(part)) for part in parts[:3])
    keys = sorted({key for form, bits in zip(forms, there, strict=True) for key in _keys(form, bits)})
    ways = {key: _WAYS[part[0]] for key, part in zip(keys, parts[3:], strict=True)}
    left = {key: parted(part[1:]) for key, part in zip(keys, parts[3:], strict=True)}
    last: dict[Key, tuple[int, int]] = {}
    rows: list[Row] = []
    at_ms = 0
    for form, step, bits in zip(forms, steps, there, strict=True):
        at_ms += step
        values: list[int | None] = [None] * width_of(form)
        for key in _keys(form, bits):
            then_ms, before = last.get(key, (at_ms, 0))
            value = next(left[key]) + ways[key](_Before(at_ms, then_ms, before))
            values[key[1]] = value
            last[key] = at_ms, value
        rows.append(Row(at_ms, form, row_of(tuple(values)) if values else b""))
    return rows


def _present(values: Values) -> int:
    return sum(1 << place for place, value in enumerate(values) if value is not None)


def _keys(form: int, bits: int) -> list[Key]:
    return [(form, place) for place in range(bits.bit_length()) if bits >> place & 1]


def _column(cells: list[tuple[_Before, int]]) -> bytes:
    told = [
        bytes([way]) + joined(value - foretold(before) for before, value in cells)
        for way, foretold in enumerate(_WAYS)
    ]
    return min(told, key=lambda data: (len(zlib.compress(data, 1)), len(data)))
