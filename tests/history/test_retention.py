"""What is old goes, in small steps, and no clock set wrong makes anything old."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.domain.group import initial
from agmonitor.domain.model import DnsAnswer
from agmonitor.domain.observations import DnsObservation, Tick
from agmonitor.domain.retention import Retention
from agmonitor.domain.state import Mode
from agmonitor.history.forms import KnownForms
from agmonitor.history.housekeeping import pack_oldest
from agmonitor.history.keeping import PERIOD_MS, Keeper
from agmonitor.history.lived import EVEN_MS, Lived
from agmonitor.history.opening import connect, transaction
from agmonitor.history.pruning import MS_A_DAY
from agmonitor.history.queries import read_past
from agmonitor.history.writer import Entry, Writer
from tests.history.rows import START, event
from tests.monitor.watching import settings

DAY_S = 86_400.0
STEP_S = 600.0
STATE = initial(settings(), Mode.WATCHING, START)


class Desk:
    """A writer and its keeper without their thread; house is kept after each input."""

    def __init__(self, path: Path, retention: Retention) -> None:
        self.path = path
        self.connection = connect(path)
        self.connection.execute("PRAGMA synchronous=OFF")  # for thousands of commits
        self.keeper = Keeper(self.connection, retention)
        self.writer = Writer(self.connection, period=self.keeper.period)

    def close(self) -> None:
        self.connection.close()

    def record(self, *instants: float, group: str = "g") -> None:
        for at in instants:
            answer = DnsObservation(at - 0.01, at, DnsAnswer.TIMEOUT, detail=f"day {at // DAY_S:.0f}")
            for item in (Tick(at), answer):
                with transaction(self.connection):
                    self.writer.put(Entry(group, (item,), (event(0),), STATE, STATE))
            self.keeper.saw(round(at * 1000))
            self.keep_house()

    def keep_house(self) -> None:
        forms = KnownForms(self.connection)
        for group in self.writer.groups.values():
            with transaction(self.connection):
                while group.newest_ms and pack_oldest(self.connection, group.id, group.newest_ms, forms):
                    self.writer.drawings.write(group.id)
        while self.keeper.step():
            self.writer.period = self.keeper.period
        self.writer.period = self.keeper.period

    def instants(self, group: str = "g") -> list[float]:
        return [
            one.input.at for one in read_past(self.path, group, -1e9, None) if isinstance(one.input, Tick)
        ]

    def number(self, question: str) -> int:
        return int(self.connection.execute(question).fetchone()[0])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Desk(tmp_path / "history.db", Retention(raw_days=2))) as desk:
        yield desk


def days(first: float, last: float, start: float = START) -> list[float]:
    """Instants ten minutes apart between two days of watching."""
    count = int((last - first) * DAY_S / STEP_S)
    return [start + first * DAY_S + number * STEP_S for number in range(count)]


def test_raw_inputs_go_after_their_days_and_a_little(desk: Desk) -> None:
    desk.record(*days(0, 5))

    oldest = desk.instants()[0]
    now = days(0, 5)[-1]
    assert 2 * DAY_S < now - oldest < 2 * DAY_S + 2 * PERIOD_MS / 1000
    assert desk.instants() == [at for at in days(0, 5) if at >= oldest]
    assert len({one.input for one in read_past(desk.path, "g", 0, None)}) == 2 * len(desk.instants())


def test_what_is_left_begins_at_a_checkpoint(desk: Desk) -> None:
    desk.record(*days(0, 5))

    first = desk.number("SELECT min(seq) FROM checkpoints")
    pack, count = desk.connection.execute("SELECT seq, count FROM packs ORDER BY seq LIMIT 1").fetchone()
    assert pack <= first < pack + count
    assert first > 1


def test_events_outlive_the_inputs(desk: Desk) -> None:
    desk.record(*days(0, 5))

    assert desk.number("SELECT count(*) FROM events") == 2 * len(days(0, 5))


def test_forms_that_no_input_uses_any_more_are_forgotten_and_no_others(desk: Desk) -> None:
    desk.record(*days(0, 6))

    kept = {at // DAY_S for at in desk.instants()}
    bodies = [body for (body,) in desk.connection.execute("SELECT body FROM forms")]
    named = {float(body.split("day ")[1].split('"')[0]) for body in bodies if "day " in body}
    assert kept <= named
    assert len(named - kept) <= 1
    assert len(bodies) <= len(named) + 1


def test_a_group_no_longer_watched_goes_too(desk: Desk) -> None:
    desk.record(*days(0, 0.5), group="left")
    desk.record(*days(0.5, 4))

    assert desk.instants("left") == []
    assert desk.instants()


@pytest.mark.parametrize(
    "wrong", [-START, 12 * 365 * DAY_S, 30 * DAY_S, -DAY_S], ids=["1970", "2038", "month", "back"]
)
def test_a_clock_wrong_for_some_hours_costs_nothing(desk: Desk, wrong: float) -> None:
    some_hours = 0.04 if wrong == -DAY_S else 0.2  # a day back is believed after an hour
    before, during, after = days(0, 1), days(1, 1 + some_hours, START + wrong), days(1 + some_hours, 2)
    desk.record(*before, *during, *after)

    assert desk.instants() == [*before, *during, *after]
    desk.record(*days(2, 6))

    left = set(desk.instants())
    kept = [at for at in days(0, 6) if at in left]
    assert 2 * DAY_S < days(0, 6)[-1] - kept[0] < 2 * DAY_S + 2 * PERIOD_MS / 1000
    assert not left & set(during)  # they went in their turn, whatever they were labelled


def test_a_holiday_switched_off_makes_old_what_was_before_and_nothing_after(desk: Desk) -> None:
    desk.record(*days(0, 1))
    desk.record(*days(31, 31.5))
    assert desk.instants() == [*days(0, 1), *days(31, 31.5)]  # not believed yet

    desk.record(*days(31.5, 33))

    left = desk.instants()
    assert left[-len(days(31, 33)) :] == days(31, 33)
    assert len(left) - len(days(31, 33)) <= PERIOD_MS / 1000 / STEP_S + 6


def test_lived_time_goes_on_where_it_was_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    for day in range(5):
        with closing(Desk(path, Retention(raw_days=2))) as desk:
            desk.record(*days(day, day + 1))

    with closing(Desk(path, Retention(raw_days=2))) as desk:
        assert 2 * DAY_S < days(0, 5)[-1] - desk.instants()[0] < 2 * DAY_S + 2 * PERIOD_MS / 1000
        assert desk.keeper.period == pytest.approx(20, abs=1)


def test_curves_go_by_their_width_and_the_rest_by_its_own_time(tmp_path: Path) -> None:
    retention = Retention(raw_days=1, minutes_days=2, hours_days=4, kept_days=6)
    with closing(Desk(tmp_path / "history.db", retention)) as desk:
        first, day_ms = round(START * 1000), MS_A_DAY
        put = desk.connection.execute
        for day in range(8):
            at_ms = first + day * day_ms
            for width_s in (60, 3600):
                put(
                    "INSERT INTO levels VALUES (1, 's', ?, ?, 1, 0, 0, 0)",
                    (width_s, at_ms // 1000 // width_s),
                )
            put("INSERT INTO spans VALUES (1, 'l', ?, ?, ?, 'k', 't', 1)", (at_ms, day, at_ms + 1))
            put("INSERT INTO beats VALUES (1, 'gw-9', ?, 1, x'')", (at_ms // 3_600_000,))
        desk.record(*days(7.5, 8.2))

        left = "SELECT level, count(*) FROM levels WHERE series = 's' GROUP BY level"
        assert dict(desk.connection.execute(left)) == {60: 1, 3600: 3}
        assert desk.number("SELECT count(*) FROM spans WHERE lane = 'l'") == 5
        assert desk.number("SELECT count(*) FROM beats") == 5


def test_free_pages_are_used_again_and_too_many_go_back_to_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with closing(Desk(path, Retention())) as desk:
        desk.record(START)
        with transaction(desk.connection):
            desk.connection.executemany(
                "INSERT INTO evidence VALUES (NULL, 1, 's', 1, ?)", [("x" * 4000,) for _ in range(6000)]
            )
        size = desk.number("PRAGMA page_count")
        with transaction(desk.connection):
            desk.connection.execute("DELETE FROM evidence")
        desk.keep_house()

        assert desk.number("PRAGMA page_count") < size // 2


instants = st.lists(
    st.one_of(st.integers(0, 400_000), st.integers(-(10**12), 10**12)), min_size=1, max_size=60
)


@given(instants)
def test_lived_time_never_outruns_what_was_watched_unless_the_clock_is_believed(steps: list[int]) -> None:
    at = 10**12
    lived = Lived.beginning(at)
    for step in steps:
        at += step
        before, lived = lived, lived.seeing(at)
        assert lived.sure_ms - before.sure_ms <= EVEN_MS
        assert before.sure_ms - lived.sure_ms <= EVEN_MS
        if lived.shift_ms:
            assert abs(lived.shift_ms) <= lived.watched_ms * 24
            lived = lived.settled()
            assert lived.shift_ms == 0
            assert lived.sure_ms == at


def test_of_a_leap_believed_no_row_becomes_older_than_its_label(desk: Desk) -> None:
    desk.record(*days(0, 1), *days(11, 11.2), *days(21, 21.9))

    assert desk.instants() == [*days(11, 11.2), *days(21, 21.9)] or desk.instants() == days(21, 21.9)
    rows: Iterable[tuple[int, int]] = desk.connection.execute("SELECT from_ms, label_ms FROM periods")
    assert all(from_ms >= label_ms - EVEN_MS for from_ms, label_ms in rows)


def test_a_prune_that_fails_is_begun_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.record(*days(0, 3.9))
    before = desk.instants()
    with closing(sqlite3.connect(desk.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.connection.execute("PRAGMA busy_timeout=0")
        desk.keeper.saw(round(days(0, 5)[-1] * 1000))
        with pytest.raises(sqlite3.OperationalError):
            desk.keeper.step()
        other.execute("ROLLBACK")
    assert desk.instants() == before
    desk.record(*days(4, 5))

    assert desk.instants()[0] > before[0]
