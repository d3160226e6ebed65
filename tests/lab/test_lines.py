"""Lines between the lab's processes: whatever comes is read or refused, never fatal."""

from __future__ import annotations

import pytest

from agmonitor.lab import lines


@pytest.mark.parametrize(
    "line", [b"", b"null", b"[]", b"{", b"\xff\xfe", b"[" * 100_000], ids=lambda one: repr(one[:8])
)
def test_a_line_that_is_no_object_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        lines.decode(line)


def test_an_object_comes_back_as_it_went() -> None:
    assert lines.decode(lines.encode({"do": "heal"})) == {"do": "heal"}
