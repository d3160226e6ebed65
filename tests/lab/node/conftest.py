"""One formed pair for the tests that leave it as they found it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.node.pair import Node, Pair


@pytest.fixture(scope="module")
def formed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with Pair(tmp_path_factory.mktemp("pair"), absence=8) as pair:
        yield pair.formed()


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that is in no group."""
    with Pair(tmp_path_factory.mktemp("lone")) as pair:
        yield pair.a.start()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """A pair of one's own, to be broken."""
    with Pair(tmp_path) as fresh:
        yield fresh
