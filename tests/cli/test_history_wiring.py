"""How verbs and window open the history: as the settings say, and never so that watching fails."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agmonitor.cli import wiring
from agmonitor.domain.retention import Retention
from agmonitor.history import no_history
from agmonitor.history.no_history import NoHistory
from agmonitor.history.store import Store
from tests.history.rows import tick


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[Retention]:
    """What stores are opened with."""
    found: list[Retention] = []
    real = Store.open

    def opened(path: Path, retention: Retention) -> Store:
        found.append(retention)
        return real(path, retention)

    monkeypatch.setattr(Store, "open", opened)
    return found


@pytest.mark.parametrize(
    ("text", "retention"),
    [
        ("", Retention()),
        ("[history]\nraw_days = 3\n", Retention(raw_days=3)),
        ("[history]\nraw_days = 'three'\n", Retention()),
    ],
    ids=["none", "some", "mistaken"],
)
def test_history_is_kept_as_long_as_the_settings_say(
    given: list[Retention], text: str, retention: Retention
) -> None:
    file = wiring.places().settings_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)

    asyncio.run(wiring.open_history().close())

    assert given == [retention]


def test_a_second_copy_watches_reads_and_takes_over_when_the_first_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(no_history, "RETRY_S", 0.0)

    async def main() -> None:
        first, second = wiring.open_history(), wiring.open_history()
        assert isinstance(first, Store)
        assert isinstance(second, NoHistory)
        await first.record("g", (tick(1),), ())
        with pytest.raises(OSError, match="Another agmonitor writes the history"):
            await second.record("g", (tick(2),), ())
        assert len(await second.past("g", 0)) == 1
        await first.close()
        await second.record("g", (tick(2),), ())
        assert len(await second.past("g", 0)) == 2
        await second.close()

    asyncio.run(main())
