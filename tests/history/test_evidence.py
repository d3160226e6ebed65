"""Evidence of failed probes: within its quota, the same failure in one row, and never in anybody's way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agmonitor.domain.evidence import Evidence, Exchange
from agmonitor.history import evidence as quota
from agmonitor.history.store import EVIDENCE_WAITING_MAX, Store
from tests.builders import T, initial
from tests.history.stories import GROUP, pair, record
from tests.history.test_episodes import with_store

ASKED = Exchange(
    "GET https://192.0.2.11/ag/api/v1/group",
    0.2,
    12.5,
    "HTTP 502",
    (("server", "nginx"),),
    "<h1>Bad Gateway</h1>",
    20,
)


def failure(at: float, detail: str = "down", subject: str = "gw-1") -> Evidence:
    return Evidence(at, subject, "group", "http_status", detail, (ASKED,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


async def keep(store: Store, *told: Evidence) -> None:
    for number, each in enumerate(told, 1):
        store.keep(GROUP, each)
        if number % (EVIDENCE_WAITING_MAX // 2) == 0:
            await record(store, initial(), pair(T))
    await record(store, initial(), pair(T))  # one after the other: all before is in the file


def test_what_failed_comes_back_whole(path: Path) -> None:
    async def story(store: Store) -> None:
        await keep(store, failure(T), failure(T + 1, subject="dns"))
        assert await store.evidence(GROUP, T) == [failure(T), failure(T + 1, subject="dns")]
        assert await store.evidence(GROUP, T + 0.5) == [failure(T + 1, subject="dns")]
        assert await store.evidence(GROUP, T, T + 0.5) == [failure(T)]
        assert await store.evidence("nobody", 0) == []

    with_store(path, story)


def test_the_same_again_is_one_row_that_says_how_often(path: Path) -> None:
    async def story(store: Store) -> None:
        again = [failure(T + 2 * number) for number in range(5)]
        await keep(store, *again, failure(T + 10, "other"), failure(T + 12), failure(T + 5_000))
        told = [(each.at - T, each.times, each.until_at) for each in await store.evidence(GROUP, T)]
        assert told == [(0, 5, T + 8), (10, 1, None), (12, 1, None), (5_000, 1, None)]
        assert [each.at for each in await store.evidence(GROUP, T + 7, T + 9)] == [T]

    with_store(path, story)


def test_each_subject_keeps_its_newest(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "PER_SUBJECT", 5)

    async def story(store: Store) -> None:
        await keep(store, failure(T, subject="gw-2"), *(failure(T + n, f"{n}") for n in range(1, 20)))
        kept = await store.evidence(GROUP, 0)
        assert [(each.subject, each.at - T) for each in kept] == [
            ("gw-2", 0),
            *(("gw-1", n) for n in range(15, 20)),
        ]

    with_store(path, story)


def large(n: int, subject: str) -> Evidence:
    return replace(failure(T + n, f"{n}", subject), detail=f"{n}" * 100)


def test_each_subject_keeps_within_its_bytes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "PER_SUBJECT_BYTES", 15_000)

    async def story(store: Store) -> None:
        await keep(store, *(large(n, "gw-1") for n in range(100)))
        kept = await store.evidence(GROUP, 0)
        assert kept[-1].at == T + 99
        assert sum(len(quota._encoded(each)) for each in kept) <= 15_000
        assert len(kept) > 5

    with_store(path, story)


def test_floods_of_two_subjects_leave_the_evidence_of_a_third(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "PER_SUBJECT_BYTES", 15_000)

    async def story(store: Store) -> None:
        first = failure(T, "how it began", "dns")
        await keep(store, first, *(large(n, f"gw-{1 + n % 2}") for n in range(1, 200)))
        kept = await store.evidence(GROUP, 0)
        assert kept[0] == first
        assert {each.subject for each in kept} == {"dns", "gw-1", "gw-2"}

    with_store(path, story)


def test_a_row_that_is_too_large_loses_its_bodies_not_its_sentence(path: Path) -> None:
    async def story(store: Store) -> None:
        flood = replace(failure(T), exchanges=tuple(replace(ASKED, body="x" * 9_000) for _ in range(3)))
        await keep(store, flood)
        (kept,) = await store.evidence(GROUP, 0)
        assert (kept.detail, {each.body for each in kept.exchanges}) == ("down", {""})

    with_store(path, story)


def test_too_much_at_once_is_let_go(path: Path) -> None:
    async def story(store: Store) -> None:
        for number in range(EVIDENCE_WAITING_MAX + 50):
            store.keep(GROUP, failure(T + number, f"{number}"))
        await record(store, initial(), pair(T))
        assert len(await store.evidence(GROUP, 0)) == EVIDENCE_WAITING_MAX

    with_store(path, story)
