"""Numbers as few bytes: whole ones of variable length, small ones short. Knows no SQL and no input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Values = tuple[int | None, ...]


def put(number: int, into: bytearray) -> None:
    """Append one number, seven bits a byte, the sign in the lowest bit."""
    rest = number << 1 if number >= 0 else (-number << 1) - 1
    while rest > 0x7F:
        into.append(rest & 0x7F | 0x80)
        rest >>= 7
    into.append(rest)


def joined(numbers: Iterable[int]) -> bytes:
    into = bytearray()
    for number in numbers:
        put(number, into)
    return bytes(into)


def parted(data: bytes) -> Iterator[int]:
    """The numbers in there, one by one."""
    rest, shift = 0, 0
    for byte in data:
        rest |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
            continue
        yield rest >> 1 if not rest & 1 else -(rest >> 1) - 1
        rest, shift = 0, 0


def all_parted(data: bytes) -> list[int]:
    """The numbers in there, at once: half the cost of one by one."""
    found: list[int] = []
    rest = shift = 0
    for byte in data:
        if byte & 0x80:
            rest |= (byte & 0x7F) << shift
            shift += 7
            continue
        rest |= byte << shift
        found.append(-(rest >> 1) - 1 if rest & 1 else rest >> 1)
        rest = shift = 0
    return found


def row_of(values: Values) -> bytes:
    """Some numbers, each perhaps missing: first which are there, then those."""
    there = sum(1 << place for place, value in enumerate(values) if value is not None)
    return joined([there, *(value for value in values if value is not None)])


def values_of(row: bytes, width: int) -> Values:
    """What ``row_of`` was given, ``width`` of them.

    Raises:
        ValueError: the bytes are no such row.
    """
    numbers = parted(row)
    there = next(numbers, None)
    if there is None or there >> width:
        raise ValueError("not a row of numbers")
    try:
        return tuple(next(numbers) if there >> place & 1 else None for place in range(width))
    except (StopIteration, RuntimeError):
        raise ValueError("a row of numbers is cut short") from None
