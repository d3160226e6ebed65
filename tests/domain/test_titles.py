"""Titles in the user's language: none is missing, and the English one is the name's own."""

from __future__ import annotations

import pytest

from agmonitor.domain.events import EventKind
from agmonitor.domain.findings import TABLE
from agmonitor.domain.titles import title_of, titled
from agmonitor.domain.words import plain_title

NAMES = sorted({row.name for row in TABLE} | {kind.value for kind in EventKind})


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_and_event_has_a_title_that_can_be_translated(name: str) -> None:
    assert name in titled()
    assert title_of(name) == plain_title(name)


def test_a_name_of_another_version_has_the_title_that_it_makes_by_itself() -> None:
    assert title_of("dns_txt_of_tomorrow") == "DNS TXT of tomorrow"
